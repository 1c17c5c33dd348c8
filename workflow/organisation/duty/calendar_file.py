"""The duty of a unit as an iCalendar file (RFC 5545): an event for each time that somebody is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from workflow.organisation.duty.results import DutyTime

LINE = 75  # octets of a line, after which it is folded (section 3.1)


def calendar(unit: str, code: str, times: Iterable[DutyTime], *, made_at: datetime) -> str:
    """The file. The same time has the same UID in each file, so that a calendar that takes a newer one has it once."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Crossbeat//duty//EN", "CALSCALE:GREGORIAN"]
    lines.append(f"X-WR-CALNAME:{_text(unit)}")
    for one in times:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{code}-{_moment(one.begins)}@crossbeat",
            f"DTSTAMP:{_moment(made_at)}",
            f"DTSTART:{_moment(one.begins)}",
            f"DTEND:{_moment(one.ends)}",
            f"SUMMARY:{_text(f'{unit} {one.name}')}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    """As section 3.3.11 has it; a name has no line break of its own."""
    value = " ".join(value.split())
    return value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> Iterator[str]:
    """In pieces of at most :data:`LINE` octets, each after the first begun by a blank; no character is cut in two."""
    piece = ""
    for character in line:
        if len((piece + character).encode()) > LINE:
            yield piece
            piece = " "
        piece += character
    yield piece
