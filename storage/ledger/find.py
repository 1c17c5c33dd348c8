"""Where the table of a sheet begins: its header may stand below titles, and have two rows."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from storage.ledger import by_cells
from storage.ledger.cells import letters, shown
from storage.ledger.columns import column_of
from storage.ledger.header import headers_of, named
from storage.ledger.items import Merge, SheetRow
from storage.ledger.why import Cause, Why, why

LOOK_AT = 60  # rows in which a header is looked for
_LONGEST_NAME = 60  # characters; what is longer is a remark
_ENOUGH = 2  # columns that are known, before a row is a header
_PLAINLY = 6  # known columns, before a row is one whatever else stands in it
_PROPOSED = 3  # rows that may be a header of names that are not known
_SURE = 3  # known columns, when was asked among them: this is it
#: Without one of them nothing in a sheet could be a row of a ledger.
TELLS = ("asked_at", "accepted_at", "some_day", "answered_at", "done_at")
_LOOKS_LIKE_A_VALUE = re.compile(r".*\d{4}|\d+|.*[。；]", re.DOTALL)

Names = tuple[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class HeaderFound:
    """The header of a table: its first and its last row, and what stands in them above each column."""

    first: int
    last: int
    names: tuple[Names, ...]
    known: int
    dated: bool = False  # a column that need not be one of days, such as 来函, is
    told: bool = False  # by a person, now or of an earlier file


def find_header(
    rows: Sequence[SheetRow],
    merges: Sequence[Merge],
    given: Sequence[str] = (),
    known: Collection[str] = (),
) -> HeaderFound | None:
    """The header among the first rows; None where no row is one. ``given``: names that a person has explained;
    ``known``: layouts (:func:`layout_of`) of which one has explained something."""
    texts = [[shown(cell).strip() for cell in row.cells] for row in rows[:LOOK_AT]]
    for at in range(len(texts)) if known else ():
        for header in _as_told(rows, texts, at, merges):
            if layout_of(header) in known:
                return header
    singles = [_single(rows[at].line, cells, given) for at, cells in enumerate(texts)]
    best: HeaderFound | None = None
    for at, single in enumerate(singles):
        double = _double(rows, texts, at, merges, given)
        below = singles[at + 1] if at + 1 < len(singles) else None
        if double is not None and double.known <= max(s.known if s else 0 for s in (single, below)):
            double = None  # a title above tells nothing
        found = _triple(double, rows[at + 2 : at + 3], merges, given) or single
        if found is None:
            continue
        found = _dated(
            found, [cells for row, cells in zip(rows, texts, strict=False) if row.line > found.last]
        )
        if found.known >= _SURE and not why_no_ledger(found, given):
            return found  # what stands below it are rows, even if another header comes among them
        if best is None or found.known > best.known:
            best = found
    return best


def header_at(rows: Sequence[SheetRow], merges: Sequence[Merge], line: int) -> HeaderFound | None:
    """The header that a person has pointed at, of two rows where they say more than one; None where nothing stands
    there. 0: there is none, and the columns are called A, B, C."""
    texts = [[shown(cell).strip() for cell in row.cells] for row in rows]
    if line == 0:
        names = tuple((_letter_name(at), "") for at in range(max(map(len, texts), default=0)))
        return HeaderFound(first=0, last=0, names=names, known=0, told=True) if names else None
    at = next((at for at, row in enumerate(rows) if row.line == line and any(texts[at])), None)
    if at is None:
        return None
    *double, single = _as_told(rows, texts, at, merges)
    more = [two for two in double if two.known > single.known]
    return more[0] if more else single


def _letter_name(at: int) -> str:
    """What a column without a name is called. Beyond Z its letters may be a name of something: ID, IP."""
    return letters(at) if at < 26 else f"column {letters(at)}"


def _as_told(
    rows: Sequence[SheetRow], texts: list[list[str]], at: int, merges: Sequence[Merge]
) -> list[HeaderFound]:
    """A row as the header that it is said to be: with the row below it, where that may belong to it, and alone."""
    line, found = rows[at].line, []
    if (names := _double_names(rows, texts, at, merges)) is not None:
        found.append((line + 1, names))
    found.append((line, tuple((cell, "") for cell in texts[at])))
    return [
        HeaderFound(
            first=line, last=last, names=names, known=len(set(filter(None, map(_named, names)))), told=True
        )
        for last, names in found
    ]


def _named(name: Names) -> str | None:
    return named(*name)


def layout_of(header: HeaderFound) -> str:
    """By which a header is known again, whatever the file is called: as it is written, but for spaces. What was said
    of 身份证号（必填） in one file may not hold for 身份证号 in another."""
    names = "\x1f".join("".join(name.split()) for name in headers_of(header.names))
    return hashlib.blake2b(names.encode(), digest_size=16).hexdigest()


def perhaps_headers(rows: Sequence[SheetRow]) -> list[tuple[int, tuple[str, ...]]]:
    """The first rows that look like a header whose names are not known: line, names. Last line 0, for none, where
    there is a row with a day in it."""
    found: list[tuple[int, tuple[str, ...]]] = []
    data = False
    for row in rows[:LOOK_AT]:
        told = tuple(filter(None, (shown(cell).strip() for cell in row.cells)))
        if len(told) <= _ENOUGH or row.fault:
            continue
        data = data or any(map(by_cells.is_day, told))
        if len(set(told)) == len(told) and not any(map(_is_no_name, told)):
            found.append((row.line, told))
    return found[:_PROPOSED] + [(0, ())] * data


def _is_no_name(text: str) -> bool:
    return len(text) > _LONGEST_NAME or _LOOKS_LIKE_A_VALUE.match(text) is not None


def _single(line: int, cells: list[str], given: Sequence[str]) -> HeaderFound | None:
    names = tuple((cell, "") for cell in cells)
    return _header(line, line, names, given)


def _double(
    rows: Sequence[SheetRow], texts: list[list[str]], at: int, merges: Sequence[Merge], given: Sequence[str]
) -> HeaderFound | None:
    names = _double_names(rows, texts, at, merges)
    return _header(rows[at].line, rows[at + 1].line, names, given) if names is not None else None


def _triple(
    double: HeaderFound | None, below: Sequence[SheetRow], merges: Sequence[Merge], given: Sequence[str]
) -> HeaderFound | None:
    """A header of two rows with the third below it, where cells that are merged downwards reach into that: what
    stands in it is the name, what stands above it the group."""
    if double is None or not below or below[0].line != double.last + 1:
        return double
    reach = [merge for merge in merges if double.first <= merge[0] < merge[1] == double.last + 1]
    third = [shown(cell).strip() for cell in below[0].cells]
    if len(reach) < _ENOUGH or not any(third) or any(map(_LOOKS_LIKE_A_VALUE.match, filter(None, third))):
        return double
    third = third + [""] * (len(double.names) - len(third))
    names = tuple(
        (upper or lower, low) if low else (upper, lower)
        for (upper, lower), low in zip(double.names, third, strict=False)
    )
    return _header(double.first, double.last + 1, names, given) or double


def _double_names(
    rows: Sequence[SheetRow], texts: list[list[str]], at: int, merges: Sequence[Merge]
) -> tuple[Names, ...] | None:
    """What stands above each column in a row and in the one below it; None where they are no header together."""
    if at + 1 >= len(texts) or rows[at + 1].line != rows[at].line + 1:
        return None
    upper, lower = _spread(texts[at], rows[at].line, texts[at + 1], merges), texts[at + 1]
    if not any(lower) or any(_LOOKS_LIKE_A_VALUE.match(cell) for cell in lower if cell):
        return None
    width = max(len(upper), len(lower))
    upper += [""] * (width - len(upper))
    lower = lower + [""] * (width - len(lower))
    if sum(1 for a, b in zip(upper, lower, strict=True) if b and a != b) == 0:
        return None
    return tuple(zip(upper, lower, strict=True))


def _spread(upper: list[str], line: int, lower: list[str], merges: Sequence[Merge]) -> list[str]:
    """The upper row with what stands above several columns above each of them."""
    spread = upper + [""] * (len(lower) - len(upper))
    across = {(top, first): last for top, _, first, last in merges if last > first}
    for at, cell in enumerate(list(spread)):
        last = across.get((line, at))
        if cell and last is not None:
            spread[at : last + 1] = [cell] * (min(last + 1, len(spread)) - at)
        elif not merges and not cell and 0 < at < len(lower) and lower[at] and lower[at - 1]:
            spread[at] = spread[at - 1]  # text files have no merged cells: the gap tells
    return spread


def _header(first: int, last: int, names: tuple[Names, ...], given: Sequence[str]) -> HeaderFound | None:
    written = [name for name in names if name[0] or name[1]]
    if not written or any(len(part) > _LONGEST_NAME for name in written for part in name):
        return None
    fields = [_field(name, given) for name in written]
    known = {field for field in fields if field and field != "none"}
    ours = all(upper and not lower and column_of(upper) for upper, lower in written)
    if (not ours and len(known) < _ENOUGH) or (
        3 * sum(map(bool, fields)) < len(written) and len(known) < _PLAINLY
    ):
        return None
    return HeaderFound(first=first, last=last, names=names, known=len(known))


def _dated(found: HeaderFound, below: Sequence[Sequence[str]]) -> HeaderFound:
    """The header, with whether days stand where its names leave that open: they do not in a statistic."""
    for at, name in enumerate(found.names):
        cells = [row[at] for row in below if at < len(row)]
        if named(*name) in by_cells.PERHAPS_DAYS and by_cells.has_days(cells):
            return replace(found, dated=True)
    return found


def _field(name: Names, given: Sequence[str]) -> str | None:
    upper, lower = name
    if lower in given or upper in given:
        return f"given {upper} {lower}"  # each is a column of its own
    return named(upper, lower)


def why_no_ledger(header: HeaderFound | None, given: Sequence[str] = ()) -> Why | None:
    """Why a sheet with this header cannot hold a ledger; None where it can."""
    if header is None:
        chinese, english = "编号, 类型, 来函单位, …", "id, type, from_unit, …"
        return why(Cause.NO_HEADER, chinese=chinese, english=english)
    fields = [named(*name) for name in header.names]
    told = header.dated or any(field in TELLS for field in fields)
    return None if told or given or header.told else lacks_a_time(header)


def lacks_a_time(header: HeaderFound) -> Why:
    """What to do where no column says when was asked."""
    known = ", ".join(lower or upper for upper, lower in header.names if lower or upper)
    return why(Cause.NO_TIME_COLUMN, columns=known)
