"""The kinds of number that a subject has: one row a kind, and everything that lists kinds is made of these rows.

A new kind is a row here, its function in one of the ``readers`` modules, its name in the two catalogues
(``kind.KEY``) and its column in :mod:`storage.ledger.columns`; tests hold the others to the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from matching.identifiers import readers, readers_net, readers_papers
from matching.identifiers.readers import Read
from matching.words.kind_words import WORDS


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """One kind of number."""

    key: str  #: of ``ids`` in a ledger row, and in :data:`matching.words.kind_words.WORDS`
    read: Callable[[str], Read]
    about: str  #: what a subject is of which only such a number is known: person, vehicle, phone, account, company
    decides: bool = (
        False  #: for a request about that, an equal one is the same subject, a different one another
    )
    tells: bool = (
        False  #: an equal one is the same subject; a different one says nothing (one may have several)
    )
    supports: bool = False  #: beside an equal name, an equal one makes a person the same
    shown: tuple[int, int] = (2, 2)  #: characters at both ends that a group may see
    says: int = 5  #: so many shown characters must agree for a mask to say anything
    chinese: str  #: in the reasons of a match


KINDS: tuple[Kind, ...] = (
    Kind(
        key="cn_id", read=readers.read_cn_id, about="person", decides=True, shown=(6, 4), says=6, chinese="身份证号",
    ),
    Kind(key="phone", read=readers.read_phone, about="phone", decides=True, supports=True, shown=(3, 4), says=6,
         chinese="手机号"),
    Kind(key="plate", read=readers.read_plate, about="vehicle", decides=True, supports=True, says=3, chinese="车牌号"),
    Kind(key="bank_card", read=readers.read_bank_card, about="account", decides=True, supports=True, shown=(6, 4),
         says=7, chinese="银行卡号"),
    Kind(key="uscc", read=readers.read_uscc, about="company", decides=True, supports=True, shown=(6, 4),
         chinese="信用代码"),
    Kind(key="passport", read=readers_papers.read_passport, about="person", decides=True, supports=True, shown=(2, 3),
         chinese="护照号"),
    Kind(key="permit", read=readers_papers.read_permit, about="person", decides=True, supports=True, shown=(2, 3),
         chinese="通行证号"),
    Kind(key="officer_id", read=readers_papers.read_officer_id, about="person", supports=True, chinese="警号"),
    Kind(key="vin", read=readers_papers.read_vin, about="vehicle", decides=True, supports=True, shown=(3, 4),
         chinese="车架号"),
    Kind(key="imei", read=readers_net.read_imei, about="phone", decides=True, supports=True, shown=(6, 4),
         chinese="IMEI"),
    Kind(key="imsi", read=readers_net.read_imsi, about="phone", decides=True, supports=True, shown=(5, 4),
         chinese="IMSI"),
    Kind(key="iccid", read=readers_net.read_iccid, about="phone", decides=True, supports=True, shown=(6, 4),
         chinese="ICCID"),
    Kind(key="mac", read=readers_net.read_mac, about="phone", tells=True, chinese="MAC 地址"),
    Kind(key="ip", read=readers_net.read_ip, about="account", chinese="IP 地址"),
    Kind(key="email", read=readers_net.read_email, about="account", tells=True, supports=True, chinese="邮箱"),
    Kind(key="domain", read=readers_net.read_domain, about="account", tells=True, chinese="网址"),
    Kind(key="wallet", read=readers_net.read_wallet, about="account", decides=True, supports=True, shown=(4, 4),
         chinese="钱包地址"),
    Kind(key="account", read=readers_net.read_account, about="account", decides=True, supports=True, chinese="账号"),
)  # fmt: skip

BY_KEY = {kind.key: kind for kind in KINDS}
READERS: dict[str, Callable[[str], Read]] = {kind.key: kind.read for kind in KINDS}

#: What a subject may be, in the order in which the words of the configuration name them.
ABOUT = ("person", "vehicle", "phone", "account", "company")


def keys_of(rows: Iterable[Kind]) -> tuple[str, ...]:
    return tuple(kind.key for kind in rows)


#: For each sort of subject the kinds whose difference makes it another, and those that only an equal value speaks for.
DECIDING = {about: keys_of(k for k in KINDS if k.decides and k.about == about) for about in ABOUT}
TELLING = {about: keys_of(k for k in KINDS if k.tells and k.about == about) for about in ABOUT}
SUPPORTING = keys_of(kind for kind in KINDS if kind.supports)


def labels_of(key: str) -> tuple[str, ...]:
    """The words of both languages that announce a number of this kind, squeezed."""
    return WORDS[key].all
