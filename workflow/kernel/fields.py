"""The fields of a request as it is kept and shown: one row a field, and everything that lists fields is made of these.

How a post names them is in :mod:`matching.form.fields`, their columns in a ledger in :mod:`storage.ledger.fields`; what
a field is called, how it is asked for and how its line on the card reads are ``field.KEY``, ``missing.KEY``,
``guided.KEY`` and ``card.KEY`` of the catalogues. A new field of one text is a row in each: ``docs/adding.md``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One field of a request."""

    key: str
    #: It is one text, sealed in :class:`workflow.kernel.body.Body`.
    text: bool = False
    #: Column of the request's row that it is kept in; "" where it lies sealed in the body.
    column: str = ""
    #: As which of :class:`workflow.organisation.audience.What` a card shows it, which decides how much of it where;
    #: "whole": to everybody who sees the card; "": it has no line of its own.
    shown: str = ""
    #: Characters of it on a card that has room.
    card_chars: int = 200
    #: An edit of the post, or a reply, may change it.
    edit: bool = True
    #: A change of it may bring other earlier answers to light.
    compared: bool = False
    #: ``/find`` looks for words in it.
    searched: bool = False
    #: Who is asked one field after the other is asked for it here; for the others last.
    in_turn: bool = False
    #: Its column in a ledger, "" where it has none.
    ledger: str = ""


#: In the order in which they stand on a card and are asked for.
FIELDS: tuple[Field, ...] = (
    Field(key="type", column="type", compared=True, in_turn=True, ledger="type"),
    Field(key="to", column="to_unit_id", edit=False, in_turn=True, ledger="to_unit"),
    Field(key="subject", compared=True, in_turn=True, ledger="subjects"),
    Field(key="case", text=True, shown="case", compared=True, searched=True, in_turn=True, ledger="case"),
    Field(key="period", shown="whole", compared=True, in_turn=True, ledger="period"),
    Field(
        key="reason", text=True, shown="matter", card_chars=500, searched=True, in_turn=True, ledger="reason"
    ),
    Field(key="basis", text=True, shown="matter", searched=True, ledger="basis"),
    Field(key="urgency", column="urgency", in_turn=True, ledger="urgency"),
    Field(key="ground", text=True, shown="matter", in_turn=True, ledger="ground"),
    Field(key="confidential", column="confidential", compared=True),
    Field(key="due", column="due_at", ledger="due"),
    Field(key="note", text=True, shown="matter", searched=True, ledger="note"),
    Field(key="operation", text=True, shown="matter", card_chars=60, searched=True, ledger="operation"),
    Field(key="contact", text=True, shown="contact", ledger="contact"),
)

BY_KEY = {field.key: field for field in FIELDS}
TEXTS = tuple(field.key for field in FIELDS if field.text)
ON_CARD = tuple(field for field in FIELDS if field.shown)
COMPARED = frozenset(field.key for field in FIELDS if field.compared)
SEARCHED = tuple(field.key for field in FIELDS if field.searched)
IN_TURN = tuple(field.key for field in FIELDS if field.in_turn)
EDITED = tuple(field for field in FIELDS if field.edit)
