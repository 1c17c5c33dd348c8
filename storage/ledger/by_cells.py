"""What columns hold whose names leave it open, told by some of their cells: 来函 may be a day, a unit, a number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from storage.ledger.outcomes import outcome_of, stage_of, state_among_results

Found = list[str | None]
#: Columns of which each cell tells by itself what it is, and what that may be.
EACH_TELLS: Mapping[str, tuple[str, ...]] = {
    "result": ("outcome", "state", "answer"),
    "reply": ("answered_at", "answer"),
}
#: What columns are called that may hold days.
PERHAPS_DAYS = ("asked", "reply")
_FEW = 2  # cells, which tell nothing by being the same
_SHORT = 14  # characters: a type of request is no longer
_DAY = re.compile(
    r"(?:\d{4}|[一二三四五六七八九〇零○]{4})\s*[-/.年]\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s*[-/.月]"
    r"\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})(?!\d).*"
    r"|\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{2,4}\b.*|\d{1,2}月\d{1,2}[日号]?|20\d{6}"
    r"|\d{1,2}(?:st|nd|rd|th)?[ -]*[a-z]{3,9}\.?,?[ -]*\d{2,4}\b.*|[a-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}\b.*",
    re.IGNORECASE | re.DOTALL,
)
_SERIAL = re.compile(r"[3-6]\d{4}(?:\.\d+)?")  # a day as a spreadsheet counts it, 1982 to 2091
_UNIT = re.compile(
    r".*(?:局|所|[支大总中]队|分局|处|科|厅|检察院|法院|站|中心|海关)|.*\b(?:unit|office|station|bureau|police|psb|"
    r"dept\.?|department|division|branch|agency|force|squad|constabulary)",
    re.IGNORECASE,
)
_PERSON = re.compile(r"[\u4e00-\u9fff·]{2,4}|[A-Z][A-Za-z'-]+(?: [A-Z][A-Za-z'-]+){1,3}")
#: Somebody with their number behind the name, or before it: several of them too.
_WITH_NUMBER = re.compile(r"(?=.*[^\W\d]{2}).*(?<![\d*])\d{6}[\d*]{8}\d{3}[\dXx](?![\d*]).*", re.DOTALL)
_CARD = re.compile(r"\d{15}|\d{17}[\dXx]|\d{3,6}\*{4,14}[\dXx]{0,4}")
_WORDS = re.compile(r"(?=.*[^\d\W]).{6,}", re.DOTALL)
_LETTER = re.compile(r"[^\s,，。]{0,20}\d[^\s,，。]{0,12}号?")


def is_day(cell: str) -> bool:
    """Whether a cell looks like a day; whether it is one is for whoever reads it."""
    return _DAY.fullmatch(cell.strip()) is not None


def has_days(cells: list[str]) -> bool:
    """Whether most of the cells are days, but for those that say that there is none yet."""
    said = [cell for cell in _filled(cells) if stage_of(cell) is None]
    return _most((is_day(cell) or _SERIAL.fullmatch(cell) is not None for cell in said), said)


def tell_letters(found: Found, columns: list[list[str]]) -> None:
    """来函, Received: when it was asked, by which unit, under which number, or what; Requested by: a unit or who."""
    for at in [at for at, field in enumerate(found) if field == "asker"]:
        found[at] = "from_unit" if "from_unit" not in found and _are_units(columns[at]) else "contact"
    for at in [at for at, field in enumerate(found) if field == "asked"]:
        cells = _filled(columns[at])
        if not cells or has_days(cells):
            found[at] = "asked_day"
        elif _are_units(cells):
            found[at] = "from_unit" if "from_unit" not in found else None
        elif _most((bool(_LETTER.fullmatch(cell)) for cell in cells), cells):
            found[at] = "letter"
        else:
            found[at] = "content"


def tell_answers(found: Found, columns: list[list[str]]) -> None:
    """回函, Replied: when it was answered, where its cells are days but for those of open requests; whether it was,
    where another column has the answer; else the answer, if a cell is no day."""
    for at in [at for at, field in enumerate(found) if field == "reply"]:
        cells = _filled(columns[at])
        elsewhere = any(field in ("answer", "result") for field in found)
        if has_days(cells):
            found[at] = "answered_day"
        elif cells and all(map(stage_of, cells)) and (elsewhere or not any(map(state_among_results, cells))):
            found[at] = "state" if "state" not in found else None
        elif "answered_at" in found:
            found[at] = "answer"


def tell_handlers(found: Found, columns: list[list[str]]) -> None:
    """承办, 经办: who had it in hand; a unit, where its cells are units and no other column names the one asked."""
    for at in [at for at, field in enumerate(found) if field == "handler"]:
        if "to_unit" not in found and _are_units(columns[at]):
            found[at] = "to_unit"


def tell_contents(found: Found, columns: list[list[str]], is_type: Callable[[str], bool] | None) -> None:
    """事项, 协查内容: the type of the request where its cells name types, else what it is about."""
    typed = "type" in found
    for at in [at for at, field in enumerate(found) if field == "content"]:
        cells = _filled(columns[at])
        known = sum(1 for cell in cells if is_type is None or is_type(cell))
        is_it = not typed and (
            2 * known >= len(cells) or (known == 0 and "reason" in found and max(map(len, cells)) <= _SHORT)
        )
        found[at] = "type" if is_it else "reason"
        typed = typed or is_it


def tell_results(found: Found, columns: list[list[str]]) -> None:
    """结果, 办理情况: a state, where all its cells are; else each cell tells by itself. So does Outcome, where its
    cells are words of their own."""
    for at, field in enumerate(found):
        cells = _filled(columns[at]) if field in ("result", "outcome") else []
        alone = "answered_at" in found and not {"answer", "reply"} & set(
            found
        )  # beside a day, it is the answer
        if field == "result" and cells and not alone and all(map(_is_state, cells)):
            found[at] = "state" if "state" not in found else None
        elif field == "outcome" and any(outcome_of(cell) is None and cell != '""' for cell in cells):
            found[at] = "result"


def _is_state(cell: str) -> bool:
    return state_among_results(cell) is not None and outcome_of(cell) is None


def _are_units(cells: list[str]) -> bool:
    filled = _filled(cells)
    return _most((_UNIT.fullmatch(cell) is not None for cell in filled), filled)


def _filled(cells: list[str]) -> list[str]:
    return [cell.strip() for cell in cells if cell.strip()]


def _most(told: Iterable[bool], cells: list[str]) -> bool:
    return 2 * sum(told) > len(cells)


def _alike(pattern: re.Pattern[str], cells: list[str]) -> bool:
    filled = _filled(cells)
    return _most((pattern.fullmatch(cell) is not None for cell in filled), filled)


def _are_subjects(cells: list[str]) -> bool:
    """Names, or names with their numbers: not the few who handled them all."""
    return _alike(_WITH_NUMBER, cells) or (_alike(_PERSON, cells) and not _come_again(cells))


def _come_again(cells: list[str]) -> bool:
    filled = _filled(cells)
    return len(filled) > _FEW and 2 * len(set(filled)) <= len(filled)


def _are_words(cells: list[str]) -> bool:
    return _alike(_WORDS, cells) and not _alike(_WITH_NUMBER, cells)


#: What a ledger can hardly do without, the most wanted first, and what its cells look like.
_WANTED: Mapping[str, Callable[[list[str]], bool]] = {
    "asked_at": has_days,
    "subjects.0.name": _are_subjects,
    "subjects.0.ids.cn_id": lambda cells: _alike(_CARD, cells),
    "answered_at": has_days,
    "from_unit": _are_units,
    "to_unit": _are_units,
    "reason": _are_words,
    "answer": _are_words,
    "handler": lambda cells: _alike(_PERSON, cells) and _come_again(cells),
}


def proposed(headers: list[str], found: Found, columns: list[list[str]]) -> list[tuple[str, str]]:
    """Column and field, where a column of a name that we do not know looks like a field that no column is. When it
    was asked comes first, when it was answered after that."""
    unknown = [at for at, field in enumerate(found) if field is None]
    return [
        (headers[at], field)
        for field, looks_so in _WANTED.items()
        if field not in found and (field != "answered_at" or "asked_at" in found)
        for at in unknown
        if looks_so(columns[at])
    ]
