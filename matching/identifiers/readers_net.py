"""Reads numbers of devices and names of the net: IMEI, IMSI, ICCID, MAC, IP, addresses, domains, wallets, accounts.

Sources: 3GPP TS 23.003 (IMEI, IMSI), ITU-T E.118 (ICCID), RFC 5321 and RFC 1035 in what people use of them.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re

from stdnum import bitcoin, luhn
from stdnum.exceptions import ValidationError

from matching.identifiers.kind import Kind, Read
from matching.identifiers.readers import digits_of
from matching.text.normalise import compact, fold, stars


def read_imei(text: str) -> Read:
    token, guessed = digits_of(text)
    if "*" in token:
        return Read(token, "masked")
    if not token.isdigit():
        return Read(token, "other")
    if len(token) == 14:
        return Read(token, "partial", guessed)  # without its check digit, as networks write it
    if len(token) != 15:
        return Read(token, "length" if 12 <= len(token) <= 18 else "other", guessed)
    return Read(token, "valid" if luhn.is_valid(token) else "damaged", guessed)


def read_imsi(text: str) -> Read:
    token, guessed = digits_of(text)
    if "*" in token:
        return Read(token, "masked")
    if not token.isdigit():
        return Read(token, "other")
    if len(token) != 15:
        return Read(token, "length" if 12 <= len(token) <= 18 else "other", guessed)
    return Read(token, "valid", guessed)


_ICCID = re.compile(r"89[0-9A-F]{17,18}")


def read_iccid(text: str) -> Read:
    """19 or 20 digits beginning with 89; some operators' have letters A to F in them."""
    token = compact(stars(text))
    if "*" in token:
        return Read(token, "masked")
    if _ICCID.fullmatch(token):
        return Read(token, "valid")
    if not token.isalnum() or sum(c.isdigit() for c in token) < 10:
        return Read(token, "other")
    return Read(token, "damaged" if len(token) in (19, 20) else "length")


_MAC = re.compile(r"[0-9A-F]{12}")


def read_mac(text: str) -> Read:
    token = compact(stars(text))
    if "*" in token:
        return Read(token, "masked")
    if _MAC.fullmatch(token):
        return Read(token, "valid")
    hexadecimal = token and set(token) <= set("0123456789ABCDEF")
    return Read(token, "length" if hexadecimal and 8 <= len(token) <= 16 else "other")


_PORT = re.compile(r"^((?:\d{1,3}\.){3}\d{1,3}):\d{1,5}$|^\[([0-9A-Fa-f:.]+)\](?::\d{1,5})?$")


def read_ip(text: str) -> Read:
    """An address of either version in its usual form, without a port."""
    token = fold(text).replace(" ", "").strip("()<>,;")
    if "*" in token:
        return Read(token, "masked")
    ported = _PORT.match(token)
    bare = (ported[1] or ported[2]) if ported else token
    try:
        return Read(str(ipaddress.ip_address(bare)), "valid")
    except ValueError:
        return Read(token, "damaged" if _IP_LIKE.fullmatch(bare) else "other")


_IP_LIKE = re.compile(r"(?:\d{1,4}\.){3}\d{1,4}")
_EMAIL = re.compile(r"[a-z0-9._+\-*]{1,64}@[a-z0-9\-]{1,63}(?:\.[a-z0-9\-]{1,63}){1,4}")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?\.){1,5}(?:[a-z]{2,24}|xn--[a-z0-9\-]{2,59})")
_SCHEME = re.compile(r"^[a-z]{2,8}://")


def read_email(text: str) -> Read:
    token = stars(fold(text)).replace(" ", "").lower().strip("<>()").removeprefix("mailto:")
    if not _EMAIL.fullmatch(token):
        return Read(token, "other")
    return Read(token, "masked" if "*" in token else "valid")


def read_domain(text: str) -> Read:
    """The host of a web address."""
    token = _SCHEME.sub("", fold(text).replace(" ", "").lower())
    host = token.partition("/")[0].partition("?")[0].partition("#")[0].rpartition("@")[2].partition(":")[0]
    return Read(host, "valid") if _DOMAIN.fullmatch(host) else Read(token, "other")


_ETHER = re.compile(r"0x[0-9a-f]{40}", re.IGNORECASE)
_ETHER_LIKE = re.compile(r"0x[0-9a-f]{30,50}", re.IGNORECASE)
_SEGWIT = re.compile(r"(?:bc1|ltc1)[02-9ac-hj-np-z]{38,60}")
_WALLET_LIKE = re.compile(r"(?:bc1|ltc1|[13LDTM])[0-9A-Za-z]{25,61}")
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
#: First bytes of addresses with a check of four bytes: Bitcoin, Litecoin, Dogecoin, Tron.
_VERSIONS = frozenset({0x00, 0x05, 0x30, 0x32, 0x1E, 0x16, 0x41})


def read_wallet(text: str) -> Read:
    """An address of a virtual currency. Its letters mean what they are written as: Bitcoin's and Tron's have a
    check in them, Ethereum's are digits of base 16."""
    token = stars(fold(text)).replace(" ", "")
    if "*" in token:
        return Read(token, "masked")
    lowered = token.lower()
    if _ETHER.fullmatch(token):
        return Read(lowered, "valid")
    if _SEGWIT.fullmatch(lowered):
        later = lowered.startswith(("bc1p", "ltc1"))  # with a check of another sort
        return Read(lowered, "valid" if later or bitcoin.is_valid(token) else "damaged")
    if _has_base58_check(token):
        return Read(token, "valid")
    if _ETHER_LIKE.fullmatch(token):
        return Read(token, "length")
    return Read(token, "damaged" if _WALLET_LIKE.fullmatch(token) else "other")


def _has_base58_check(token: str) -> bool:
    if not 26 <= len(token) <= 35 or not set(token) <= set(_BASE58):
        return False
    try:
        raw = bitcoin.b58decode(token)
    except ValidationError:
        return False
    raw = raw.rjust(25, b"\0")
    return len(raw) == 25 and raw[0] in _VERSIONS and _checksum(raw[:-4]) == raw[-4:]


def _checksum(payload: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]


_ACCOUNT = re.compile(r"[0-9a-z@._+\-]{4,64}")
_GROUPED = re.compile(r"[\d\-]{6,}")


def read_account(text: str) -> Read:
    """An account of any bank or platform: its signs belong to it, unless it is digits in groups."""
    token = stars(text).replace(" ", "").lower().removeprefix("@")
    if _GROUPED.fullmatch(token):
        token = token.replace("-", "")
    if "*" in token:
        return Read(token, "masked")
    return Read(token, "valid" if _ACCOUNT.fullmatch(token) else "other")


OF_THE_NET: tuple[Kind, ...] = (
    Kind(key="imei", read=read_imei, about="phone", decides=True, supports=True, shown=(6, 4), digits=True,
         one_spelling=True, chinese="IMEI", english="IMEI"),
    Kind(key="imsi", read=read_imsi, about="phone", decides=True, supports=True, shown=(5, 4), digits=True,
         chinese="IMSI", english="IMSI"),
    Kind(key="iccid", read=read_iccid, about="phone", decides=True, supports=True, shown=(6, 4), digits=True,
         chinese="ICCID", english="ICCID"),
    Kind(key="mac", read=read_mac, about="phone", tells=True, chinese="MAC 地址", english="MAC"),
    Kind(key="ip", read=read_ip, about="account", chinese="IP 地址", english="IP"),
    Kind(key="email", read=read_email, about="account", tells=True, supports=True, chinese="邮箱"),
    Kind(key="domain", read=read_domain, about="account", tells=True, chinese="网址"),
    Kind(key="wallet", read=read_wallet, about="account", decides=True, supports=True, shown=(4, 4),
         chinese="钱包地址"),
    Kind(key="account", read=read_account, about="account", decides=True, supports=True, chinese="账号"),
)  # fmt: skip
