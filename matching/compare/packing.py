"""Records as bytes: small enough to seal and keep as one blob a request, read back in microseconds.

Text with ASCII separators, because splitting is the fastest parser there is; folded text has no control
characters, so nothing needs escaping. The first field is the version of the form.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from matching.dates.period import Period
from matching.identifiers.values import Identifier, Record, State, Subject
from matching.words.kind_words import ID_KINDS

#: Raise on any change of the form; :func:`unpack` refuses others, and the blob is made anew.
FORM = "2"
MAX_REASON = 200  #: characters of the reason that are kept for comparison

_FIELD, _SUBJECT, _PART = "\x1f", "\x1e", "\x1d"
_CONTROL = str.maketrans({_FIELD: None, _SUBJECT: None, _PART: None})
_STATES: tuple[State, ...] = ("valid", "masked", "damaged", "partial", "other", "length")
#: One character for kind, state and origin together.
_CODES = {
    (kind, state, found): chr(48 + 2 * len(_STATES) * k + 2 * s + found)
    for k, kind in enumerate(ID_KINDS)
    for s, state in enumerate(_STATES)
    for found in (False, True)
}
_MEANING = {code: meaning for meaning, code in _CODES.items()}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class FormError(ValueError):
    """The bytes are no record of this form: made by another version, or damaged."""


def pack(record: Record) -> bytes:
    """The record without what comparison does not need: how numbers were written, a long reason's end."""
    fields = [
        FORM,
        _clean(record.id),
        _clean(record.type),
        _clean(record.case),
        _days(record.period) if record.period else "",
        _clean(record.reason[:MAX_REASON]),
        _seconds(record.asked_at),
        _seconds(record.answered_at),
        _clean(record.outcome),
        _clean(record.state),
        _SUBJECT.join([_pack_subject(subject) for subject in record.subjects]),
    ]
    return _FIELD.join(fields).encode("utf-8", "replace")


def _pack_subject(subject: Subject) -> str:
    ids = [_CODES[i.kind, i.state, i.found] + _clean(i.value) for i in subject.ids if i.kind in ID_KINDS]
    return _PART.join([_clean(subject.kind), _clean(subject.name), _clean(subject.sound), *ids])


def _clean(text: str) -> str:
    """The text without the signs that divide; what can be printed has none of them."""
    return text if text.isprintable() else text.translate(_CONTROL)


def _days(period: Period) -> str:
    return "".join(f"{day.year:04}{day.month:02}{day.day:02}" for day in period)


def _seconds(moment: datetime | None) -> str:
    return "" if moment is None else str(int((moment - _EPOCH).total_seconds()))


def unpack(data: bytes, *, called: str | None = None) -> Record:
    """The record of :func:`pack`, ``called`` so where that is given. Raises :class:`FormError` for bytes of
    another form."""
    parts = data.decode("utf-8", "replace").split(_FIELD)
    if len(parts) != 11 or parts[0] != FORM:
        raise FormError
    _, id_, type_, case, period, reason, asked, answered, outcome, state, subjects = parts
    try:
        return Record(
            id=id_ if called is None else called,
            type=type_,
            subjects=tuple(_unpack_subject(text) for text in subjects.split(_SUBJECT)) if subjects else (),
            case=case,
            period=(_day(period[:8]), _day(period[8:])) if period else None,
            reason=reason,
            asked_at=_EPOCH + timedelta(seconds=int(asked)) if asked else None,
            answered_at=_EPOCH + timedelta(seconds=int(answered)) if answered else None,
            outcome=outcome,
            state=state,
        )
    except (ValueError, KeyError, OverflowError) as error:
        raise FormError from error


def _unpack_subject(text: str) -> Subject:
    kind, name, sound, *ids = text.split(_PART)
    return Subject(kind=kind, name=name, ids=tuple(map(_unpack_id, ids)), sound=sound)


def _unpack_id(text: str) -> Identifier:
    kind, state, found = _MEANING[text[0]]
    return Identifier(kind=kind, value=text[1:], state=state, found=found)


@lru_cache(maxsize=10_000)
def _day(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))
