"""Ledger rows as lines of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

from pydantic_core import from_json

from storage.ledger.items import LedgerRow, RejectedRow
from storage.ledger.why import Cause, Why, why

MAX_LINE_BYTES = 10_000_000


class RawLine(NamedTuple):
    """A line of JSON as it stands in the file: reading it is left to whoever has the time.

    A tuple, which crosses to another process at half the cost of a dataclass.
    """

    line: int
    raw: bytes

    def read(self) -> LedgerRow | RejectedRow:
        """The row that the line holds, or why it holds none."""
        try:
            row = _parsed(self.raw)
        except UnicodeDecodeError:
            return self._rejected(why(Cause.NOT_UTF_8))
        except UnicodeEncodeError:
            return self._rejected(why(Cause.HALF_CHARACTER))
        except RecursionError:
            return self._rejected(why(Cause.NESTED))
        except ValueError as exc:
            return self._rejected(why(Cause.NOT_JSON, error=str(exc)))
        return (
            LedgerRow(line=self.line, row=row)
            if isinstance(row, dict)
            else self._rejected(why(Cause.NO_OBJECT))
        )

    def _rejected(self, reason: Why) -> RejectedRow:
        return RejectedRow(line=self.line, reason=reason, text=self.raw.decode(errors="replace").strip())


def read_jsonl(file: IO[bytes]) -> Iterator[LedgerRow | RejectedRow]:
    """The rows of a stream of JSON lines; empty lines are nothing."""
    for item in jsonl_lines(file):
        if item is not None:
            yield item.read() if isinstance(item, RawLine) else item


def jsonl_lines(file: IO[bytes]) -> Iterator[RawLine | RejectedRow | None]:
    """The lines of a stream, None for one that is empty; one that is too long is rejected unread."""
    number = 0
    while raw := file.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(raw) > MAX_LINE_BYTES:
            while raw and not raw.endswith(b"\n"):
                raw = file.readline(MAX_LINE_BYTES)
            yield RejectedRow(line=number, reason=why(Cause.LONG_BYTES, most=MAX_LINE_BYTES), text="")
            continue
        if number == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        yield RawLine(line=number, raw=raw) if raw.strip() else None


def _parsed(raw: bytes) -> Any:
    """What a line of JSON says. Raises ``ValueError``, also for a name that stands twice in an object."""
    if not any(sign in raw for sign in _NEEDS_CARE):
        try:
            value = from_json(raw, allow_inf_nan=False)
        except ValueError:
            value = None  # the slow way tells what is wrong
        if isinstance(value, dict) and raw.count(b'":') == _names_in(value):
            return value
    raw.decode()
    value = json.loads(raw, object_pairs_hook=_object, parse_constant=_no_constant)
    json.dumps(value, ensure_ascii=False).encode()  # half a character pair cannot be kept
    return value


#: With an escape, or a space after a quotation mark, names could not be counted by the sign that follows them.
_NEEDS_CARE = (b"\\", b'" ', b'"\t', b'"\r')


def _names_in(value: Any) -> int:
    """How many names the objects of an object or a list have: fewer than were written if one stood there twice."""
    count, inner = 0, value
    if type(value) is dict:
        count, inner = len(value), value.values()
    for one in inner:  # few of a row's values hold others
        if type(one) is dict or type(one) is list:
            count += _names_in(one)
    return count


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice!r} stands in it twice")
    return made


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
