"""What the columns of a table hold, told by their names, by what stands beside them, and by some of their cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from storage.ledger import by_cells
from storage.ledger.columns import column_of
from storage.ledger.fields import JOINED
from storage.ledger.spelling import plain
from storage.ledger.words import meaning

#: How much a name tells of being the id of the row: the number of a request before that of a letter, and that
#: before a serial number.
ID_RANK = {"id": 0, "letter": 1, "serial": 2}
#: Times of which one is enough; the first that a table has is when it was asked, when it was answered.
_ASKED = ("asked_at", "asked_day", "accepted_at", "some_day")
_ANSWERED = ("answered_at", "answered_day", "done_at")
_GROUP_TAIL = re.compile(r"(?:基本)?(?:情况|信息|资料|栏|部分|明细)$")
_OF_OFFICERS = re.compile(
    r"(?:承办|经办|办案|办理|主办|联系|联络|反馈|回复|答复|回函|来函|申请|请求|民警|警官)"
)
_WHOLE_ID = re.compile(r"\d{1,6}")
_OFFICERS = ("handler", "contact", "contact_phone")
#: Told from what stands beside them; what is left of them is nothing of ours.
_UNTOLD = ("done_at", "some_day", "asked_day", "answered_day", "letter", "serial", "none")
_SECOND = re.compile(r" \(\d+\)$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column: its name in the file, and the field it is of; None for one that is not the ledger's.

    ``told``: what its cells may be, each of which tells it by itself; else they are of the field.
    """

    header: str
    field: str | None
    told: tuple[str, ...] = ()


def understand(
    names: Sequence[tuple[str, str]],
    cells: Sequence[Sequence[str]] = (),
    *,
    is_type: Callable[[str], bool] | None = None,
    given: Mapping[str, str] | None = None,
    id_header: str = "",
) -> list[Column]:
    """The columns of a table. ``names``: of each column what stands above it in the upper and in the lower row
    of the header (one of them empty where there is one row); ``cells``: the first rows below, as text;
    ``given``: header -> field, as a person said; ``id_header``: the column that is known to hold the id.
    """
    headers = headers_of(names)
    told = {plain(name): field for name, field in (given or {}).items()}
    found = [
        told[plain(header)] if plain(header) in told else named(upper, lower)
        for header, (upper, lower) in zip(headers, names, strict=True)
    ]
    columns = [[row[at] if at < len(row) else "" for row in cells] for at in range(len(found))]
    if id_header:
        found[:] = [
            "id" if header == id_header else None if field in ID_RANK else field
            for header, field in zip(headers, found, strict=True)
        ]
    by_cells.tell_letters(found, columns)
    _choose_id(found, columns)
    by_cells.tell_answers(found, columns)
    _choose_times(found, columns)
    _tell_phones(found, columns)
    by_cells.tell_handlers(found, columns)
    by_cells.tell_contents(found, columns, is_type)
    by_cells.tell_results(found, columns)
    _choose_subjects(found, headers)
    _choose_single(found)
    return [_column(header, field) for header, field in zip(headers, found, strict=True)]


def headers_of(names: Sequence[tuple[str, str]]) -> list[str]:
    """What the columns are called, so that each can be told from the others."""
    return _distinct([_joined(upper, lower) for upper, lower in names])


def named(upper: str, lower: str = "") -> str | None:
    """What one column's name says, before anything beside it is looked at."""
    if not lower or not upper:
        return column_of(upper or lower) or meaning(upper or lower)
    group = _GROUP_TAIL.sub("", "".join(upper.split()))
    for name in (group + lower, lower):
        field = column_of(name) or meaning(name)
        if field is None:
            continue
        if name == lower and field in ("subjects.0.name", "call", "mobile") and _OF_OFFICERS.match(group):
            return "handler" if field == "subjects.0.name" else "contact_phone"
        return field
    return None


def _joined(upper: str, lower: str) -> str:
    upper, lower = ("".join(part.split("\n")).strip() for part in (upper, lower))
    return f"{upper}/{lower}" if upper and lower and upper != lower else upper or lower


def _distinct(headers: list[str]) -> list[str]:
    """Names by which the columns can be told apart."""
    seen: dict[str, int] = {}
    told = []
    for number, header in enumerate(headers, start=1):
        name = header or f"column {number}"
        seen[name] = seen.get(name, 0) + 1
        told.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return told


def _column(header: str, field: str | None) -> Column:
    if told := by_cells.EACH_TELLS.get(field or ""):
        return Column(header=header, field="answer", told=told)
    return Column(header=header, field=None if field in _UNTOLD else field)


def _choose_id(found: list[str | None], columns: list[list[str]]) -> None:
    """Of several columns that may hold the id, the one that is unique; a serial number last."""
    candidates = [at for at, field in enumerate(found) if field in ID_RANK]
    if not candidates:
        return

    def order(at: int) -> tuple[int, bool, int, int]:
        told = [cell.strip() for cell in columns[at] if cell.strip()]
        missing = len(columns[at]) - len(told) if len(candidates) > 1 else 0
        repeated = len(told) - len(set(told))
        return (repeated + missing, _is_serial(told), ID_RANK[found[at] or ""], at)

    best = min(candidates, key=order)
    for at in candidates:
        found[at] = "id" if at == best else None


def _is_serial(cells: list[str]) -> bool:
    """1, 2, 3, …: a number of the line, not of the request."""
    if not cells or not all(_WHOLE_ID.fullmatch(cell) for cell in cells):
        return False
    numbers = [int(cell) for cell in cells]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] <= 1


def _choose_times(found: list[str | None], columns: list[list[str]]) -> None:
    for field, candidates in (("asked_at", _ASKED), ("answered_at", _ANSWERED)):
        places = [at for wanted in candidates for at, known in enumerate(found) if known == wanted]
        if not places:
            continue
        for at in places:
            if found[at] not in ("accepted_at",):
                found[at] = None
        found[places[0]] = field


def _tell_phones(found: list[str | None], columns: list[list[str]]) -> None:
    """Whose telephone numbers they are: the officer's beside an officer or a unit, else the subject's.

    A number taken for the subject's that is the officer's makes one person of all whom the officer asked about;
    one taken for the officer's that is the subject's is only not searched for. What may be either is contact.
    """
    officers = any(field in _OFFICERS for field in found)
    names = next((columns[at] for at, field in enumerate(found) if field == "subjects.0.name"), [])
    for at, field in [(at, field) for at, field in enumerate(found) if field in ("call", "mobile")]:
        left = next((found[i] for i in range(at - 1, -1, -1) if found[i] not in ("call", "mobile")), None)
        right = next((f for f in found[at + 1 :] if f not in ("call", "mobile")), None)
        if field == "mobile" and _is_of_subject(left):
            of_officer = False
        elif field == "mobile":
            of_officer = left in _OFFICERS
        else:
            beside = left in _OFFICERS or right in _OFFICERS or left in ("from_unit", "to_unit")
            apart = not _is_of_subject(left) and not _is_of_subject(right)
            of_officer = beside or (apart and officers)
        shared = _is_shared(columns[at], names)
        found[at] = "contact_phone" if of_officer or shared else "subjects.0.ids.phone"
    found[:] = ["contact" if field == "contact_phone" else field for field in found]


def _is_of_subject(field: str | None) -> bool:
    return field is not None and field.startswith("subjects.")


def _is_shared(numbers: list[str], names: list[str]) -> bool:
    """Whether few numbers stand with many people: then they are those of who asked or handled it."""
    rows = [(n.strip(), name.strip()) for n, name in zip(numbers, names, strict=False)]
    known = [(number, name) for number, name in rows if number and name]
    people = len({name for _, name in known})
    return people > 1 and 2 * len({number for number, _ in known}) <= people


def _choose_subjects(found: list[str | None], headers: list[str]) -> None:
    """Names and numbers that come again are of the next subject: 姓名, 身份证号, 姓名, 身份证号."""
    names = [at for at, field in enumerate(found) if field == "subjects.0.name"]
    if len(names) < 2:
        return
    numbered = any(found.count(f"subjects.0.{part}") > 1 for part in ("ids.cn_id", "ids.plate", "ids.phone"))
    alike = len({_SECOND.sub("", headers[at]) for at in names}) == 1
    if not numbered and not alike:  # 协查对象, 姓名: one person, named twice
        best = max(names, key=lambda at: ("名" in headers[at] or "name" in headers[at].lower(), -at))
        for at in names:
            found[at] = "subjects.0.name" if at == best else None
        return
    met: dict[str, int] = {}
    for at, field in enumerate(found):
        if field is not None and field.startswith("subjects.0."):
            part = field.removeprefix("subjects.0.")
            found[at] = f"subjects.{met.get(part, 0)}.{part}"
            met[part] = met.get(part, 0) + 1


def _choose_single(found: list[str | None]) -> None:
    """Of several columns for a field whose values cannot be joined the first counts."""
    seen: set[str] = set()
    for at, field in enumerate(found):
        if field in ("start", "end"):
            found[at] = "period"
            continue
        if field is None or field in JOINED or field in by_cells.EACH_TELLS or ".ids." in field:
            continue
        if field in seen:
            found[at] = None
        seen.add(field)
