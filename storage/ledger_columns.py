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

COLUMNS = (
    "id", "type", "from_unit", "to_unit", "case", "period", "reason", "basis", "note", "contact", "urgency",
    "asked_at", "answered_at", "answer", "outcome", "state",
)  # fmt: skip
ID_COLUMNS = ("cn_id", "phone", "plate", "bank_card", "uscc", "passport", "imei", "account")
_SUBJECTS = "subjects"
_PERIOD = "period"

#: The first label of each column is the one that is written.
LABELS: Mapping[str, tuple[str, ...]] = {
    "id": ("编号", "序号", "协作编号"),
    "type": ("类型", "事项", "协作类型", "协作事项"),
    "from_unit": ("申请单位", "发出单位", "请求单位", "提出单位"),
    "to_unit": ("协作单位", "致", "接收单位", "受理单位"),
    _SUBJECTS: ("对象", "被查人", "人员"),
    "case": ("案件编号", "案件", "案号"),
    _PERIOD: ("期间", "时段", "起止时间"),
    "reason": ("事由", "案由", "简要案情"),
    "basis": ("依据", "法律依据"),
    "note": ("备注",),
    "contact": ("联系人",),
    "urgency": ("紧急程度",),
    "asked_at": ("提出时间", "请求时间", "申请时间"),
    "answered_at": ("答复时间", "反馈时间"),
    "answer": ("答复", "反馈", "反馈内容", "答复内容"),
    "outcome": ("结果", "反馈结果", "答复结果"),
    "state": ("状态",),
}
PART_LABELS: Mapping[str, tuple[str, ...]] = {
    "kind": ("类别", "对象类别"),
    "name": ("姓名", "名称", "姓名或名称"),
    "ids.cn_id": ("身份证号", "身份证号码", "公民身份号码", "身份证"),
    "ids.phone": ("手机号", "手机号码", "电话", "联系电话"),
    "ids.plate": ("车牌号", "车牌", "号牌号码"),
    "ids.bank_card": ("银行卡号", "银行卡"),
    "ids.uscc": ("统一社会信用代码", "信用代码"),
    "ids.passport": ("护照号", "护照", "护照号码"),
    "ids.imei": ("IMEI", "串号"),
    "ids.account": ("账号", "帐号", "账户"),
}
_PART = re.compile(r"subjects\.(\d{1,2})\.(kind|name|ids\.[a-z_]+)")
_LABELLED_PART = re.compile(r"(?:对象|人员|被查人)(\d{1,2})[.·:：-]?(.+)")
#: Cells with a meaning of their own; a text that looks like one is written in JSON's quotes.
_LITERALS: Mapping[str, Any] = {"null": None, '""': "", "{}": {}, "[]": []}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def column_of(header: str) -> str | None:
    """The column that a header names, in our words or in Chinese; None for one that we do not know."""
    plain = _folded(header)
    if plain in _COLUMN_OF:
        return _COLUMN_OF[plain]
    if _PART.fullmatch(plain):
        return plain
    labelled = _LABELLED_PART.fullmatch(plain)
    if labelled and int(labelled[1]) > 0 and labelled[2] in _PART_OF:
        return f"{_SUBJECTS}.{int(labelled[1]) - 1}.{_PART_OF[labelled[2]]}"
    if plain in _PART_OF:  # a plain table has one subject a row
        return f"{_SUBJECTS}.0.{_PART_OF[plain]}"
    return None


def label_of(column: str) -> str:
    """The Chinese header of a column; a column that has none keeps its name."""
    part = _PART.fullmatch(column)
    if part is None:
        return LABELS[column][0] if column in LABELS else column
    labels = PART_LABELS.get(part[2])
    return f"对象{int(part[1]) + 1}.{labels[0]}" if labels else column


def in_order(columns: Iterable[str]) -> list[str]:
    """Columns as they are written: the subjects after the units, what we do not know last."""
    parts = list(PART_LABELS)

    def place(column: str) -> tuple[float, int, int, str]:
        part = _PART.fullmatch(column)
        if part is not None:
            known = parts.index(part[2]) if part[2] in parts else len(parts)
            return (3.5, int(part[1]), known, column)
        if column == _SUBJECTS:
            return (3.6, 0, 0, column)
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
            cells[name] = guard(_cell(value))
    return cells


def unflatten(cells: Mapping[str, str]) -> dict[str, Any]:
    """The row whose cells these are; empty cells are what the row does not have."""
    row: dict[str, Any] = {}
    subjects: dict[int, dict[str, Any]] = {}
    for column, cell in cells.items():
        if cell == "":
            continue
        text = unguard(cell)
        part = _PART.fullmatch(column)
        if part is not None:
            subject = subjects.setdefault(int(part[1]), {})
            _, _, sort = part[2].partition(".")
            if sort:
                subject.setdefault("ids", {})[sort] = _value(text)
            elif part[2] == "kind" and text == "{}":
                continue  # a subject of which nothing is known
            else:
                subject[part[2]] = _value(text)
        elif column == _PERIOD and text[0] not in '["{' and text.count("..") == 1:
            start, _, end = text.partition("..")
            row[column] = [start.strip() or None, end.strip() or None]
        elif column == _PERIOD and text[0] == '"' and ".." in text:
            row[column] = _json(text) or text
        else:
            row[column] = _value(text)
    if subjects:
        row[_SUBJECTS] = [subjects[number] for number in sorted(subjects)]
    return row


def guard(text: str) -> str:
    """The text with ``'`` before it where a spreadsheet would take it for a formula (or for our guard)."""
    return f"'{text}" if text.startswith((*_FORMULA, "'")) and (text[0] != "'" or _guarded(text)) else text


def unguard(text: str) -> str:
    """The text without the guard."""
    return text[1:] if _guarded(text) else text


def _guarded(text: str) -> bool:
    bare = text.lstrip("'")
    return bare != text and bare.startswith(_FORMULA)


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
            yield part, _cell(subject[part])
    for sort, text in subject.get("ids", {}).items():
        yield f"ids.{sort}", _cell(text)


def _plain_period(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(
            v is None or (isinstance(v, str) and re.fullmatch(r"[0-9T:+ -]+", v.strip()) and v == v.strip())
            for v in value
        )
    )


def _cell(value: Any) -> str:
    if isinstance(value, str):
        looks_special = value in _LITERALS or value[:1] + value[-1:] == '""' or value[:1] in ("{", "[")
        return json.dumps(value, ensure_ascii=False) if looks_special or value == "" else value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _value(text: str) -> Any:
    if text in _LITERALS:
        return json.loads(text)
    if text[0] in '{["':
        read = _json(text)
        # Only what _cell wrote is read as JSON: a person's own quotation marks and brackets stay.
        if read is not None and _cell(read) == text:
            return read
    return text


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _folded(header: str) -> str:
    return "".join(unicodedata.normalize("NFKC", header).split()).casefold()


_COLUMN_OF = {
    _folded(name): column for column in (*COLUMNS, _SUBJECTS) for name in (column, *LABELS.get(column, ()))
}
_PART_OF = {_folded(name): part for part, names in PART_LABELS.items() for name in names}
