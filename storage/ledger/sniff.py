"""What a file is, by what is in it: its name may say anything."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path
from typing import Literal

from storage.ledger.items import LedgerUnreadable

Kind = Literal["xlsx", "xlsb", "ods", "xls", "json", "text"]

WORKS = "a ledger is an .xlsx, .xlsm, .xls, .ods, .csv, .tsv or .jsonl file"
_SAVE_AS = "open it in Excel or WPS and save it as .xlsx"
_HEAD = 4096
_UTF_8_MARK = b"\xef\xbb\xbf"
_JSON = (".jsonl", ".ndjson", ".json")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: First bytes of files that are no ledgers, and what they are.
_OTHERS = (
    (b"%PDF", "a PDF document"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"BM", "a picture (BMP)"),
    (b"II*\x00", "a picture (TIFF)"),
    (b"MM\x00*", "a picture (TIFF)"),
    (b"RIFF", "a picture or a recording"),
    (b"Rar!", "a RAR archive: unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive: unpack it first"),
    (b"\x1f\x8b", "a packed file (gzip): unpack it first"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"SQLite format 3", "a database"),
    (b"\x09\x08", "a workbook of a very old Excel"),
    (b"\x09\x04", "a workbook of a very old Excel"),
    (b"\x09\x02", "a workbook of a very old Excel"),
)
_PAGE = re.compile(r"<!doctype html|<html|<head|<body|<table|<meta|<style|<div|<script", re.IGNORECASE)
_LOCKED = "has a password: open it in Excel or WPS, save it without one, and import that"


def kind_of(path: Path) -> Kind:
    """What the file is. Raises :class:`LedgerUnreadable` for what is no ledger, saying what it is."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    name = path.name
    if not head.strip():
        if path.suffix.lower() in _JSON:
            return "json"  # no rows
        raise LedgerUnreadable(f"{name} is empty")
    if head.startswith(b"PK"):
        return _packed(path)
    if head.startswith(_OLE):
        return _compound(path)
    text = _as_text(head)
    for start, what in _OTHERS:
        if head.startswith(start) and (text is None or len(start) > 2):
            raise LedgerUnreadable(f"{name} is {what}; {_advice(what)}")
    if text is None:
        raise LedgerUnreadable(f"{name} is neither a workbook nor a text file; {WORKS}")
    return _text_kind(name, path, text)


def _advice(what: str) -> str:
    return _SAVE_AS if "workbook" in what else WORKS


def _packed(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as packed:
            names = set(packed.namelist())
            if any(part.flag_bits & 1 for part in packed.infolist()):
                raise LedgerUnreadable(f"{path.name} {_LOCKED}")
            mime = _beginning(packed, "mimetype")
            if b"encryption-data" in _beginning(packed, "META-INF/manifest.xml"):
                raise LedgerUnreadable(f"{path.name} {_LOCKED}")
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise LedgerUnreadable(f"{path.name} is a damaged workbook or archive: {error}") from None
    if b"opendocument.spreadsheet" in mime:
        return "ods"
    if any(part.endswith("workbook.bin") for part in names):
        return "xlsb"
    if any(part.endswith(("workbook.xml", "/workbook2.xml")) for part in names):
        return "xlsx"
    what = "an archive of files: unpack it first"
    for part, kind in (
        ("word/", "a Word document"),
        ("ppt/", "a presentation"),
        ("content.xml", "no spreadsheet"),
    ):
        if any(known.startswith(part) for known in names):
            what = kind
    raise LedgerUnreadable(f"{path.name} is {what}; {WORKS}")


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

    if has("EncryptedPackage"):
        raise LedgerUnreadable(f"{path.name} {_LOCKED}")
    if has("Workbook") or has("Book"):
        return "xls"
    what = (
        "a Word document" if has("WordDocument") else "a document of an old Office program, and no workbook"
    )
    raise LedgerUnreadable(f"{path.name} is {what}; {WORKS}")


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
        raise LedgerUnreadable(f"{name} is a saved web page (MHTML), whatever it is called; {_SAVE_AS}")
    if start.startswith("<?xml") or start.startswith("<workbook"):
        if "office:spreadsheet" in text or "excel.sheet" in text.lower():
            raise LedgerUnreadable(f"{name} is a workbook of the kind XML 2003; {_SAVE_AS}")
        if not _PAGE.search(start):
            raise LedgerUnreadable(f"{name} is an XML file; {WORKS}")
    if start.startswith("<") and _PAGE.search(start):
        raise LedgerUnreadable(f"{name} is a web page (HTML), whatever it is called; {_SAVE_AS}")
    if text.startswith("[") and path.suffix.lower() in _JSON:
        raise LedgerUnreadable(f"{name} is one JSON array; write one object a line")
    named = path.suffix.lower() in _JSON
    return "json" if text.startswith("{") or (named and "{" in text) else "text"
