"""Ledger rows as the flat cells of a table and back, without loss: a row read again is equal.

``subjects`` becomes ``subjects.0.kind``, ``subjects.0.name``, ``subjects.0.ids.cn_id``, …; a period becomes
``start..end``. What does not fit that shape goes into its cell as JSON. Only a number in a column that we do
not know comes back as text.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from storage.ledger.bare import Literal, bare
from storage.ledger.ditto import is_ditto
from storage.ledger.fields import COLUMNS, LABELS

_SUBJECTS = "subjects"
_PERIOD = "period"
#: How the columns are called in Chinese where we write them.
_LABELS: Mapping[str, str] = {**LABELS, _SUBJECTS: "全部对象"}
PART_LABELS: Mapping[str, str] = {
    "kind": "类别",
    "name": "姓名",
    "ids.cn_id": "身份证号",
    "ids.phone": "手机号",
    "ids.plate": "车牌号",
    "ids.bank_card": "银行卡号",
    "ids.uscc": "统一社会信用代码",
    "ids.passport": "护照号",
    "ids.permit": "通行证号",
    "ids.officer_id": "警官证号",
    "ids.vin": "车架号",
    "ids.imei": "IMEI号",
    "ids.imsi": "IMSI号",
    "ids.iccid": "ICCID号",
    "ids.mac": "MAC地址",
    "ids.ip": "IP地址",
    "ids.email": "电子邮箱",
    "ids.domain": "域名",
    "ids.wallet": "钱包地址",
    "ids.account": "账号",
}
PART = re.compile(r"subjects\.(\d{1,2})\.(kind|name|ids\.[a-z_]+)")
_LABELLED_PART = re.compile(r"对象(\d{1,2})\.(.+)")
#: Cells with a meaning of their own; a text that looks like one is written in JSON's quotes.
_LITERALS: Mapping[str, Any] = {"null": None, '""': "", "{}": {}, "[]": []}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def column_of(header: str) -> str | None:
    """The column that a header names as we write it ourselves, in our words or in Chinese; else None."""
    plain = _folded(header)
    if plain in _COLUMN_OF:
        return _COLUMN_OF[plain]
    if PART.fullmatch(plain):
        return plain
    labelled = _LABELLED_PART.fullmatch(plain)
    if labelled and int(labelled[1]) > 0 and labelled[2] in _PART_OF:
        return f"{_SUBJECTS}.{int(labelled[1]) - 1}.{_PART_OF[labelled[2]]}"
    return None


def label_of(column: str) -> str:
    """The Chinese header of a column; a column that has none keeps its name."""
    part = PART.fullmatch(column)
    if part is None:
        return _LABELS.get(column, column)
    label = PART_LABELS.get(part[2])
    return f"对象{int(part[1]) + 1}.{label}" if label else column


def in_order(columns: Iterable[str]) -> list[str]:
    """Columns as they are written: the subjects after the units, what we do not know last."""
    parts = list(PART_LABELS)
    behind = COLUMNS.index("to_unit_code")

    def place(column: str) -> tuple[float, int, int, str]:
        part = PART.fullmatch(column)
        if part is not None:
            known = parts.index(part[2]) if part[2] in parts else len(parts)
            return (behind + 0.5, int(part[1]), known, column)
        if column == _SUBJECTS:
            return (behind + 0.6, 0, 0, column)
        return (float(COLUMNS.index(column)) if column in COLUMNS else 99.0, 0, 0, column)

    return sorted(columns, key=place)


def flatten(row: Mapping[str, Any]) -> dict[str, str]:
    """A row's cells by column. A text that a spreadsheet would run as a formula is guarded by ``'``."""
    cells: dict[str, str] = {}
    for name, value in row.items():
        if name == _SUBJECTS and _plain_subjects(value):
            for number, subject in enumerate(value):
                for part, text in _parts(subject):
                    cells[f"{_SUBJECTS}.{number}.{part}"] = guard(text)
        elif name == _PERIOD and _plain_period(value):
            cells[name] = f"{value[0] or ''}..{value[1] or ''}"
        elif name == _PERIOD and isinstance(value, str) and ".." in value:
            cells[name] = json.dumps(value, ensure_ascii=False)  # so that it is not taken for a pair
        else:
            cells[name] = guard(_cell(name, value))
    return cells


def unflatten(cells: Mapping[str, str]) -> dict[str, Any]:
    """The row whose cells these are; empty cells are what the row does not have."""
    row: dict[str, Any] = {}
    subjects: dict[int, dict[str, Any]] = {}
    for column, cell in cells.items():
        if cell == "":
            continue
        text = unguard(cell)
        part = PART.fullmatch(column)
        if part is not None:
            subject = subjects.setdefault(int(part[1]), {})
            _, _, sort = part[2].partition(".")
            if sort:
                subject.setdefault("ids", {})[sort] = _value("id", text)
            elif part[2] == "kind" and text == "{}":
                continue  # a subject of which nothing is known
            else:
                subject[part[2]] = _value(part[2], text)
        elif column == _PERIOD and text[0] not in '["{' and text.count("..") == 1:
            start, _, end = text.partition("..")
            row[column] = [start.strip() or None, end.strip() or None]
        elif column == _PERIOD and text[0] == '"' and ".." in text:
            row[column] = _json(text) or text
        else:
            row[column] = _value(column, text)
    if subjects:
        row[_SUBJECTS] = [subjects[number] for number in sorted(subjects)]
    return row


def guard(text: str) -> str:
    """The text with ``'`` before it where a spreadsheet would take it for a formula, a reader for 同上 (or for our
    guard)."""
    said = text.startswith(_FORMULA) or is_ditto(text) or _guarded(text)
    return f"'{text}" if said else text


def unguard(text: str) -> str:
    """The text without the guard."""
    return text[1:] if _guarded(text) else text


def _guarded(text: str) -> bool:
    bare = text.lstrip("'")
    return bare != text and (bare.startswith(_FORMULA) or is_ditto(bare))


def _plain_subjects(value: Any) -> bool:
    return isinstance(value, list) and 0 < len(value) < 100 and all(_plain_subject(s) for s in value)


def _plain_subject(subject: Any) -> bool:
    if not isinstance(subject, dict) or not set(subject) <= {"kind", "name", "ids"}:
        return False
    ids = subject.get("ids", {"cn_id": ""})
    if not isinstance(ids, dict) or not ids or not all(re.fullmatch("[a-z_]+", sort) for sort in ids):
        return False
    return all(
        isinstance(text, str) for text in (*ids.values(), subject.get("kind", ""), subject.get("name", ""))
    )


def _parts(subject: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    if not subject:
        yield "kind", "{}"
    for part in ("kind", "name"):
        if part in subject:
            yield part, _cell(part, subject[part])
    for sort, text in subject.get("ids", {}).items():
        yield f"ids.{sort}", _cell("id", text)


def _plain_period(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(
            v is None or (isinstance(v, str) and re.fullmatch(r"[0-9T:+ -]+", v.strip()) and v == v.strip())
            for v in value
        )
    )


def _cell(name: str, value: Any) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False) if value == "" or _is_lost(name, value) else value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _is_lost(name: str, text: str) -> bool:
    """Whether it would be read as something else: as what is no text, or as a cell with nothing to say."""
    looks_special = text in _LITERALS or text[:1] + text[-1:] == '""' or text[:1] in ("{", "[")
    return looks_special or bare(name, text) != text.strip()


def _value(name: str, text: str) -> Any:
    if text in _LITERALS:
        return json.loads(text)
    if text[0] in '{["':
        read = _json(text)
        # Only what _cell wrote is read as JSON: a person's own quotation marks and brackets stay.
        if read is not None and _cell(name, read) == text:
            return Literal(read) if isinstance(read, str) else read
    return text


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _folded(header: str) -> str:
    return "".join(unicodedata.normalize("NFKC", header).split()).casefold()


#: Not 结果: what offices have under it is told by the cells.
_COLUMN_OF = {_folded(name): name for name in (*COLUMNS, _SUBJECTS)} | {
    _folded(label): name for name, label in _LABELS.items() if name != "outcome"
}
_PART_OF = {_folded(label): part for part, label in PART_LABELS.items()}
