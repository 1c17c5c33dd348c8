"""Ledgers as offices keep them, built in code: workbooks of several programs, text files, all of it invented.

Numbers of people are made so that their check digits are right, and nobody has them.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

from tests.e2e.posts import resident_id

NAMES = ("欧阳若", "司徒安", "上官宁", "诸葛明", "东方晴", "南宫雪", "西门雨", "北堂风")
KUNSHAN, WUXI = "昆山市公安局", "无锡市公安局"
HEADER = ("编号", "事项", "申请单位", "协作单位", "姓名", "身份证号", "事由", "提出时间", "答复时间", "答复")


def number_of(place: int) -> str:
    """The resident ID of the person at this place."""
    from datetime import date

    return resident_id("320583", date(1985, 3, 1 + place), 20 + place)


def line(place: int, **changed: Any) -> list[Any]:
    """One row under :data:`HEADER`."""
    name = NAMES[place % len(NAMES)]
    row = dict(
        zip(
            HEADER,
            (
                f"2025-协-{place + 1:03}", "户籍证明", WUXI, KUNSHAN, name, number_of(place), "盗窃案核实户籍",
                f"2025-04-{place + 1:02}", f"2025-04-{place + 11:02}", f"已核实，{name}户籍在本市。",
            ),
            strict=True,
        )
    )  # fmt: skip
    return list((row | changed).values())


def csv_text(*rows: Sequence[Any], divider: str = ",") -> str:
    return "".join(divider.join(map(str, row)) + "\r\n" for row in rows)


def xlsx(path: Path, sheets: Mapping[str, Iterable[Sequence[Any]]], **options: Any) -> Path:
    """A workbook of plain cells; numbers stay numbers."""
    with xlsxwriter.Workbook(path, options) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return path


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = (
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)


def raw_xlsx(
    path: Path,
    rows: Iterable[str],
    *,
    styles: str = "",
    after: str = "",
    spaces: tuple[str, str] = (_MAIN, _RELATIONS),
    sheet: str = "台账",
) -> Path:
    """A workbook from the XML of its rows, as no writer of ours would make it."""
    main, relations = spaces
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts = {
        "[Content_Types].xml": "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>",
        "_rels/.rels": f"<Relationships xmlns='{package}'><Relationship Id='r1' Type='{relations}/officeDocument'"
        " Target='xl/workbook.xml'/></Relationships>",
        "xl/workbook.xml": f"<workbook xmlns='{main}' xmlns:r='{relations}'><sheets>"
        f"<sheet name='{sheet}' sheetId='1' r:id='r1'/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships xmlns='{package}'>"
        f"<Relationship Id='r1' Type='{relations}/worksheet' Target='worksheets/sheet1.xml'/>"
        f"<Relationship Id='r2' Type='{relations}/styles' Target='styles.xml'/></Relationships>",
        "xl/styles.xml": f"<styleSheet xmlns='{main}'>{styles}</styleSheet>",
        "xl/worksheets/sheet1.xml": f"<worksheet xmlns='{main}'><sheetData>{''.join(rows)}</sheetData>{after}"
        "</worksheet>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return path


def xml_row(number: int, cells: Sequence[Any], **attributes: str) -> str:
    """A row of :func:`raw_xlsx`; a cell that begins with ``<`` is XML already."""
    made = []
    for at, cell in enumerate(cells):
        where = f"{chr(65 + at)}{number}"
        if isinstance(cell, str) and cell.startswith("<"):
            made.append(cell.replace("<c", f"<c r='{where}'", 1))
        elif isinstance(cell, int | float):
            made.append(f"<c r='{where}'><v>{cell}</v></c>")
        elif cell not in (None, ""):
            made.append(f"<c r='{where}' t='inlineStr'><is><t>{escape(str(cell))}</t></is></c>")
    extra = "".join(f" {name}='{value}'" for name, value in attributes.items())
    return f"<row r='{number}'{extra}>{''.join(made)}</row>"


def ods(path: Path, sheets: Mapping[str, str]) -> Path:
    """A spreadsheet of LibreOffice from the XML of each sheet's rows."""
    tables = "".join(
        f"<table:table table:name='{name}'>{rows}</table:table>" for name, rows in sheets.items()
    )
    spaces = " ".join(
        f"xmlns:{short}='urn:oasis:names:tc:opendocument:xmlns:{name}:1.0'"
        for short, name in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", content)
    return path


def ods_row(cells: Sequence[Any], attributes: str = "") -> str:
    """A row of :func:`ods`; a cell that begins with ``<`` is XML already."""
    made = "".join(
        cell
        if isinstance(cell, str) and cell.startswith("<")
        else "<table:table-cell/>"
        if cell in (None, "")
        else "<table:table-cell office:value-type='string'>"
        + "".join(f"<text:p>{escape(part)}</text:p>" for part in str(cell).split("\n"))
        + "</table:table-cell>"
        for cell in cells
    )
    return f"<table:table-row {attributes}>{made}</table:table-row>"


def xls(
    path: Path, rows: Sequence[Sequence[Any]], *, merges: Sequence[tuple[int, int, int, int]] = ()
) -> Path:
    """A workbook of the old Excel (BIFF8 in an OLE container), as small as one can be."""
    body = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, int | float):
                body += _record(0x0203, struct.pack("<HHHd", at, column, 0, cell))
            elif cell not in (None, ""):
                text = str(cell).encode("utf-16-le")
                body += _record(0x0204, struct.pack("<HHHHB", at, column, 0, len(text) // 2, 1) + text)
    if merges:
        ranges = b"".join(struct.pack("<HHHH", *merge) for merge in merges)
        body += _record(0x00E5, struct.pack("<H", len(merges)) + ranges)
    body += _record(0x000A, b"")
    name = "台账".encode("utf-16-le")
    head = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + _record(0x0042, b"\xb0\x04")
    sheet_size = 4 + 8 + len(name)
    start = len(head) + sheet_size + 4
    head += _record(0x0085, struct.pack("<IBBBB", start, 0, 0, len(name) // 2, 1) + name) + _record(
        0x000A, b""
    )
    path.write_bytes(_ole(head + body))
    return path


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _ole(stream: bytes, name: str = "Workbook") -> bytes:
    """One stream in a container of 512-byte sectors; padded so that it is no small one."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    fat_sectors = -(-(sectors + 2) // 126)
    fat = [0xFFFFFFFD] * fat_sectors + [0xFFFFFFFE]  # the table itself, the folder
    first = fat_sectors + 1
    fat += [*range(first + 1, first + sectors), 0xFFFFFFFE]
    fat += [0xFFFFFFFF] * (fat_sectors * 128 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, fat_sectors, fat_sectors, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", *range(fat_sectors), *[0xFFFFFFFF] * (109 - fat_sectors))
    folder = _entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + _entry(name, 2, 0xFFFFFFFF, first, len(stream))
    return header + struct.pack(f"<{len(fat)}I", *fat) + folder.ljust(512, b"\0") + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    raw = (name + "\0").encode("utf-16-le")
    return struct.pack("<64sHBBIII36xIQ", raw, len(raw), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child, start, size)


def xls_with_password(path: Path, *, before: int = 0, xor: bool = False) -> Path:
    """What the old Excel makes of one: a record that says so, behind others, and nothing in clear behind it."""
    body = b"\0\0\x12\x34\x56\x78" if xor else b"\1\0\1\0\1\0" + bytes(range(48))
    head = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    head += _record(0x0086, b"") * before + _record(0x002F, body)
    sheet = _record(0x0085, struct.pack("<IBBBB", len(head) + 24, 0, 0, 4, 0) + b"\xf3\x91\x07\xaa")
    path.write_bytes(_ole(head + sheet + _record(0x0042, b"\x9a\x13") + bytes(range(1, 256))))
    return path


def with_password(path: Path) -> Path:
    """What Excel makes of a workbook with a password: a container with a stream of that name."""
    path.write_bytes(_ole(b"nobody can read this", "EncryptedPackage"))
    return path
