"""What a request says under the fields that its type has of its own, as a card shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matching.form.form import read_for
from matching.identifiers.values import OwnField, OwnKind, Subject
from storage.tables.models import Request
from workflow.kernel.body import Body
from workflow.kernel.labels import option_label, own_label
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.notices.cards_view import OwnLine

#: What was read as one of these holds nobody's name or number.
_OF_NOBODY = frozenset({OwnKind.CHOICE, OwnKind.DATE, OwnKind.PERIOD})


def own_lines(
    tx: Tx, request: Request, body: Body, shown: Callable[[str], str | Text]
) -> tuple[OwnLine, ...]:
    """In the order of the configuration. ``shown``: somebody's words as those who read them may. What the type has no
    field for any more stands under its key."""
    fields = _fields(tx, request)
    known = [
        OwnLine(label=own_label(one), text=_value(one, body.own[one.key], shown))
        for one in fields
        if one.key in body.own
    ]
    former = [key for key in body.own if all(one.key != key for one in fields)]
    lines = [*known, *(OwnLine(label=t("plain", text=key), text=shown(body.own[key])) for key in former)]
    return tuple(line for line in lines if line.text)


def own_people(tx: Tx, request: Request, body: Body) -> Sequence[Subject]:
    """Who is named under such fields: no group reads their names."""
    named = [
        body.own[one.key]
        for one in _fields(tx, request)
        if one.kind is OwnKind.PERSON and one.key in body.own
    ]
    return [subject for words in named for subject in read_for(words, "subject").subjects]


def _fields(tx: Tx, request: Request) -> Sequence[OwnField]:
    rule = tx.policy.types.get(request.type)
    return rule.fields if rule is not None else ()


def _value(one: OwnField, words: str, shown: Callable[[str], str | Text]) -> str | Text:
    if one.kind is OwnKind.CHOICE and (option := next((o for o in one.options if words in o.values()), None)):
        return option_label(option)
    return words if one.kind in _OF_NOBODY else shown(words)
