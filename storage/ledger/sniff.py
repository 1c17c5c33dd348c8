"""What a file is, by what is in it: its name may say anything."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Literal

from storage.ledger.items import LedgerUnreadable
from storage.ledger.why import Cause, Why, why

Kind = Literal["xlsx", "xlsb", "ods", "xls", "json", "text"]

_HEAD = 4096
_UTF_8_MARK = b"\xef\xbb\xbf"
_JSON = (".jsonl", ".ndjson", ".json")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: First bytes of files that are no ledgers, and what they are.
_OTHERS: tuple[tuple[bytes, Why], ...] = (
    (b"%PDF", why(Cause.WHAT_PDF)),
    (b"\xff\xd8\xff", why(Cause.WHAT_PICTURE, form="JPEG")),
    (b"\x89PNG", why(Cause.WHAT_PICTURE, form="PNG")),
    (b"GIF8", why(Cause.WHAT_PICTURE, form="GIF")),
    (b"BM", why(Cause.WHAT_PICTURE, form="BMP")),
    (b"II*\x00", why(Cause.WHAT_PICTURE, form="TIFF")),
    (b"MM\x00*", why(Cause.WHAT_PICTURE, form="TIFF")),
    (b"RIFF", why(Cause.WHAT_RIFF)),
    (b"Rar!", why(Cause.WHAT_PACKED, form="RAR")),
    (b"7z\xbc\xaf", why(Cause.WHAT_PACKED, form="7z")),
    (b"\x1f\x8b", why(Cause.WHAT_PACKED, form="gzip")),
    (b"{\\rtf", why(Cause.WHAT_RTF)),
    (b"SQLite format 3", why(Cause.WHAT_DATABASE)),
    (b"-----BEGIN PGP", why(Cause.WHAT_ENCRYPTED, form="PGP")),
    (b"Salted__", why(Cause.WHAT_ENCRYPTED, form="OpenSSL")),
    (b"age-encryption.org/", why(Cause.WHAT_ENCRYPTED, form="age")),
    (b"%TSD-Header-###%", why(Cause.WHAT_ENCRYPTED, form="TSD")),
    (b"\x09\x08", why(Cause.WHAT_OLD_EXCEL)),
    (b"\x09\x04", why(Cause.WHAT_OLD_EXCEL)),
    (b"\x09\x02", why(Cause.WHAT_OLD_EXCEL)),
)
#: What guards documents on the machines of many offices, which only its own programs read.
_SAFENET = b"E-SafeNet"
#: Where the workbook of an old Excel begins: a record of its own for all sheets (BIFF5, BIFF8).
_GLOBALS = re.compile(rb"\x09\x08..\x00[\x05\x06]\x05\x00", re.DOTALL)
_FILEPASS = 0x2F  # the record behind which everything is encrypted
_SECTOR, _SMALL_SECTOR = 512, 64  # bytes of a stream that lie together
_PAGE = re.compile(r"<!doctype html|<html|<head|<body|<table|<meta|<style|<div|<script", re.IGNORECASE)


def kind_of(path: Path) -> Kind:
    """What the file is. Raises :class:`LedgerUnreadable` for what is no ledger, saying what it is."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    name = path.name
    if not head.strip():
        if path.suffix.lower() in _JSON:
            return "json"  # no rows
        raise LedgerUnreadable(why(Cause.EMPTY_FILE, name=name))
    if head.startswith(b"PK"):
        return _packed(path)
    if head.startswith(_OLE):
        return _compound(path)
    if _SAFENET in head[:_SECTOR] and b"\x00" in head[:_SECTOR]:
        raise _is(name, why(Cause.WHAT_ENCRYPTED, form=_SAFENET.decode()))
    text = _as_text(head)
    for start, what in _OTHERS:
        if head.startswith(start) and (text is None or len(start) > 2):
            raise _is(name, what, Cause.SAVE_AS if what.cause is Cause.WHAT_OLD_EXCEL else Cause.WORKS)
    if text is None:
        raise _is(name, why(Cause.WHAT_UNKNOWN))
    return _text_kind(name, path, text)


def _is(name: str, what: Why, advice: Cause = Cause.WORKS) -> LedgerUnreadable:
    return LedgerUnreadable(why(Cause.IS, name=name, what=what, advice=why(advice)))


def _packed(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as packed:
            names = set(packed.namelist())
            if any(part.flag_bits & 1 for part in packed.infolist()):
                raise LedgerUnreadable(why(Cause.PASSWORD, name=path.name))
            mime = _beginning(packed, "mimetype")
            if b"encryption-data" in _beginning(packed, "META-INF/manifest.xml"):
                raise LedgerUnreadable(why(Cause.PASSWORD, name=path.name))
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise LedgerUnreadable(why(Cause.DAMAGED, name=path.name, error=str(error))) from None
    if b"opendocument.spreadsheet" in mime:
        return "ods"
    if any(part.endswith("workbook.bin") for part in names):
        return "xlsb"
    if any(part.endswith(("workbook.xml", "/workbook2.xml")) for part in names):
        return "xlsx"
    what = Cause.WHAT_ARCHIVE
    for part, kind in (
        ("word/", Cause.WHAT_WORD),
        ("ppt/", Cause.WHAT_SLIDES),
        ("content.xml", Cause.WHAT_NO_SPREADSHEET),
    ):
        if any(known.startswith(part) for known in names):
            what = kind
    raise _is(path.name, why(what))


def _beginning(packed: zipfile.ZipFile, part: str) -> bytes:
    """The first bytes of a part: what is behind them may be endless."""
    if part not in packed.namelist():
        return b""
    with packed.open(part) as opened:
        return opened.read(100_000)


def _compound(path: Path) -> Kind:
    """What the container of the old Office programs holds: its folder names its parts in UTF-16."""
    content = path.read_bytes()

    def has(part: str) -> bool:
        return part.encode("utf-16-le") + b"\x00\x00" in content

    if has("EncryptedPackage") or has("\tDRMContent") or _has_filepass(content):
        raise LedgerUnreadable(why(Cause.PASSWORD, name=path.name))
    if has("Workbook") or has("Book"):
        return "xls"
    what = Cause.WHAT_WORD if has("WordDocument") else Cause.WHAT_OLD_OFFICE
    raise _is(path.name, why(what))


def _has_filepass(content: bytes) -> bool:
    """Whether a workbook of the old Excel has a password. Its reader would take what is encrypted for what it says."""
    for found in _GLOBALS.finditer(content):
        if found.start() % _SMALL_SECTOR:
            continue
        first, at = content[found.start() : found.start() + _SECTOR], 0
        while at + 4 <= len(first):
            record, length = struct.unpack_from("<HH", first, at)
            if record == _FILEPASS:
                return True
            if not record:
                break
            at += 4 + length
    return False


def _as_text(head: bytes) -> str | None:
    """The beginning as text, whatever its encoding; None for what is none."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or utf_16_without_mark(head):
        encoding = "utf-16" if head[:1] in b"\xff\xfe" else utf_16_without_mark(head)
        return head[: len(head) // 2 * 2].decode(encoding, errors="replace").lstrip("\ufeff \r\n\t")
    if b"\x00" in head and not head.startswith(_UTF_8_MARK):
        return None
    return head.removeprefix(_UTF_8_MARK).decode("utf-8", errors="replace").lstrip()


def utf_16_without_mark(head: bytes) -> str:
    """The encoding of text in UTF-16 without a mark: every second byte of its ASCII is zero. Else ""."""
    if head.startswith(_UTF_8_MARK):
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    few = max(2, len(head) // 20)
    if odd >= few and not even:
        return "utf-16-le"
    return "utf-16-be" if even >= few and not odd else ""


def _text_kind(name: str, path: Path, text: str) -> Kind:
    start = text[:1000].lower()
    if start.startswith("mime-version:") or "content-type: multipart/related" in start:
        raise _is(name, why(Cause.WHAT_SAVED_PAGE), Cause.SAVE_AS)
    if start.startswith("<?xml") or start.startswith("<workbook"):
        if "office:spreadsheet" in text or "excel.sheet" in text.lower():
            raise _is(name, why(Cause.WHAT_XML_2003), Cause.SAVE_AS)
        if not _PAGE.search(start):
            raise _is(name, why(Cause.WHAT_XML))
    if start.startswith("<") and _PAGE.search(start):
        raise _is(name, why(Cause.WHAT_PAGE), Cause.SAVE_AS)
    if text.startswith("[") and path.suffix.lower() in _JSON:
        raise _is(name, why(Cause.WHAT_ARRAY), Cause.ONE_OBJECT_A_LINE)
    named = path.suffix.lower() in _JSON
    return "json" if text.startswith("{") or (named and "{" in text) else "text"
