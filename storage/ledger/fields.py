"""The fields of a ledger row: one row a field, and everything that lists the columns of a ledger is made of these.

What offices call their columns is in :mod:`storage.ledger.words`; a field that they call only as we do needs nothing
there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerField:
    """One field of a ledger row, and the column that it is written in."""

    key: str
    label: str  #: of its column in Chinese
    prose: bool = False  #: a text that people read: what stands in it stays
    number: bool = False  #: must be whole: a spreadsheet that has rounded it has lost it
    time: bool = False  #: a moment; a plain number of a workbook is a day in it
    joined: str = ""  #: what stands between the cells of several columns of it; "": there is but one
    dispensable: bool = False  #: a column of it that holds nothing but errors costs no rows
    short: bool = False  #: of a word


#: In the order in which they are written; the subjects' columns stand after the units.
LEDGER_FIELDS: tuple[LedgerField, ...] = (
    LedgerField(key="id", label="编号", number=True),
    LedgerField(key="part_of", label="总件编号", number=True, dispensable=True),
    LedgerField(key="type", label="类型", short=True),
    LedgerField(key="type_code", label="类型代码", number=True, dispensable=True, short=True),
    LedgerField(key="from_unit", label="申请单位", joined=" "),
    LedgerField(key="from_unit_code", label="申请单位代码", number=True, dispensable=True),
    LedgerField(key="to_unit", label="协作单位", joined=" "),
    LedgerField(key="to_unit_code", label="协作单位代码", number=True, dispensable=True),
    LedgerField(key="case", label="案件编号", number=True, joined=" "),
    LedgerField(key="period", label="期间", joined=".."),
    LedgerField(key="reason", label="事由", prose=True, joined="\n"),
    LedgerField(key="basis", label="依据", prose=True, joined="\n", dispensable=True),
    LedgerField(key="note", label="备注", prose=True, joined="\n", dispensable=True),
    LedgerField(key="fields", label="专有事项", prose=True, joined="\n", dispensable=True),
    LedgerField(key="urgency", label="紧急程度", dispensable=True, short=True),
    LedgerField(key="ground", label="紧急理由", prose=True, joined="\n", dispensable=True),
    LedgerField(key="operation", label="行动", dispensable=True),
    LedgerField(key="asked_at", label="提出时间", time=True),
    LedgerField(key="accepted_at", label="受理时间", time=True),
    LedgerField(key="due", label="时限", time=True, dispensable=True),
    LedgerField(key="first_due", label="首次时限", time=True),
    LedgerField(key="answered_at", label="答复时间", time=True),
    LedgerField(key="answer", label="答复", prose=True, joined="\n"),
    LedgerField(key="outcome", label="结果", short=True),
    LedgerField(key="state", label="状态", short=True),
    LedgerField(key="decline_ground", label="拒绝理由", prose=True, joined="\n", dispensable=True),
    LedgerField(key="handler", label="承办人", joined="、", dispensable=True),
    LedgerField(key="contact", label="联系人", number=True, joined=" ", dispensable=True),
    LedgerField(key="rating", label="评价", dispensable=True, short=True),
    LedgerField(key="files", label="附件", joined="\n", dispensable=True),
)

COLUMNS = tuple(field.key for field in LEDGER_FIELDS)
LABELS: Mapping[str, str] = {field.key: field.label for field in LEDGER_FIELDS}
PROSE = frozenset(field.key for field in LEDGER_FIELDS if field.prose)
#: Field -> the name of the same thing, beside which its code of other systems tells nothing more.
CODES: Mapping[str, str] = {"type_code": "type", "from_unit_code": "from_unit", "to_unit_code": "to_unit"}
NUMBERS = frozenset(field.key for field in LEDGER_FIELDS if field.number)
TIMES = tuple(field.key for field in LEDGER_FIELDS if field.time)
JOINED: Mapping[str, str] = {field.key: field.joined for field in LEDGER_FIELDS if field.joined}
DISPENSABLE = frozenset(field.key for field in LEDGER_FIELDS if field.dispensable)
SHORT = frozenset(field.key for field in LEDGER_FIELDS if field.short)
