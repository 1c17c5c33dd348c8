"""The numbers of requests: ``KS26-0042``, and ``KS26-0042-1`` of a part of it.

A part's number begins with that of the request that it is part of, and nothing else says so: the number is covered by
the row's checksum, so that no part can be moved to another request, or lost from its own, by whoever has the file
alone.
"""

from __future__ import annotations

import re
import unicodedata

_COUNTED = r"(?P<year>\d{2})[-_–—](?P<counter>\d{1,9})"
#: The code of a part's number has a letter in it: 2026-12-01 is a day.
_SHAPES = (
    re.compile(rf"^#?(?:r_)?(?P<code>[A-Z0-9]{{1,15}}){_COUNTED}$", re.IGNORECASE),
    re.compile(
        rf"^#?(?:r_)?(?P<code>(?=\d*[A-Z])[A-Z0-9]{{1,15}}){_COUNTED}[-_–—](?P<part>\d{{1,2}})$",
        re.IGNORECASE,
    ),
)
_PART = re.compile(r"-\d{1,9}(-\d{1,2})$")

#: Behind the code in the number of a request of a drill, ``KSDRILL26-0042``: whoever reads the number, wherever it
#: stands, sees that it is none that counts, and what must leave such requests out goes by it. As with parts, nothing
#: else says so, and the checksum of the row covers the number.
DRILL = "DRILL"
_OF_DRILL = re.compile(rf"{DRILL}\d{{2}}-\d")
COUNTER_DIGITS = 4
MOST_PARTS = 20  # that a request is ever given, those that were cancelled among them


def number_of(code: str, year: int, counter: int) -> str:
    """``KS26-0042``: asking unit's code, year, running number."""
    return f"{code}{year % 100:02d}-{counter:0{COUNTER_DIGITS}d}"


def drill_number_of(code: str, year: int, counter: int) -> str:
    """``KSDRILL26-0042``: of the same row of numbers, so that none can be missing."""
    return number_of(code + DRILL, year, counter)


def is_drill(number: str | None) -> bool:
    return number is not None and _OF_DRILL.search(number) is not None


def folded(text: str) -> str:
    """What somebody typed for a number, without what keyboards make of it."""
    return unicodedata.normalize("NFKC", text).strip().lstrip("/")


def read_number(text: str) -> str | None:
    """The number that is named in full: ``KS26-0042``, ``ks26_42``, ``/r_KS26_0042_1``. None for anything else."""
    for shape in _SHAPES:
        if (found := shape.match(folded(text))) is not None:
            whole = number_of(found["code"].upper(), int(found["year"]), int(found["counter"]))
            part = found.groupdict().get("part")
            return whole if part is None else part_number(whole, int(part))
    return None


def part_number(whole: str, part: int) -> str:
    """The number of a part of a request."""
    return f"{whole}-{part}"


def whole_of(number: str | None) -> str | None:
    """The number of the request that the one of this number is part of; None for what is no part."""
    found = _PART.search(number) if number is not None else None
    return number[: found.start(1)] if number is not None and found is not None else None


def is_part(number: str | None) -> bool:
    return whole_of(number) is not None


def is_of_unit(number: str | None, code: str) -> bool:
    """Whether the unit of this code asked the one of this number, or what it is part of."""
    year, between, _ = (number or "").removeprefix(code).removeprefix(DRILL).partition("-")
    return (number or "").startswith(code) and bool(between) and len(year) == 2 and year.isdigit()


def numbers_of_parts(whole: str) -> list[str]:
    """All numbers that parts of a request may have."""
    return [part_number(whole, part) for part in range(1, MOST_PARTS + 1)]
