"""Requests of one post: what asks several units is several requests, which the asking side sees together (同批). A unit
that is asked is told nothing of the others: not by its card, and not by the words of the post.
"""

from __future__ import annotations

from collections.abc import Sequence

from matching.form.fields import FIELD_OF
from matching.form.labels import split_label
from matching.words.choose_words import squeeze
from storage.queries import requests as rows
from storage.tables.models import Request
from workflow.kernel.body import Body
from workflow.kernel.numbers import is_part, whole_of
from workflow.kernel.tx import Tx
from workflow.organisation import units
from workflow.organisation.audience import Audience


async def of_post(tx: Tx, request: Request) -> Sequence[Request]:
    """The other requests that the post of one has become."""
    if request.origin_key is None or is_part(request.number):
        return ()
    return [one for one in await rows.by_origin(tx.session, request.origin_key) if one.id != request.id]


def sees_batch(audience: Audience, request: Request) -> bool:
    """Whether a place may know whom else a post has asked: where nobody reads but the asking unit; a person of it."""
    asking = request.from_unit_id
    if audience.reader is not None:
        return asking in audience.reader.units
    return asking is not None and audience.units == {asking}


async def numbers_of(tx: Tx, request: Request) -> tuple[str, ...]:
    """Of the others of its post, in their order."""
    return tuple([one.number for one in await of_post(tx, request) if one.number is not None])


async def text_for_asked(tx: Tx, request: Request, body: Body) -> str:
    """The post as an asked unit reads it: without the line that says whom it asks, where that were several; and not at
    all where its sentences name another of them. What it says under its fields stands on the card."""
    number = whole_of(request.number)
    posted = await rows.by_number(tx.session, number) if number is not None else request
    others = await of_post(tx, posted) if posted is not None else ()
    if posted is None or not others:
        return body.text
    lines = [line for line in body.text.splitlines() if not _addresses(line)]
    text = "\n".join(lines).strip()
    named = [name for one in others for name in await _names(tx, one, posted)]
    said = squeeze(text)
    return "" if any(name in said for name in named) else text


def _addresses(line: str) -> bool:
    labelled = split_label(line)
    return labelled is not None and FIELD_OF.get(labelled.label) == "to"


async def _names(tx: Tx, other: Request, posted: Request) -> list[str]:
    """What people call the unit that another request of the post asks, unless it is one of the reader's own sides."""
    asked = other.to_unit_id or Body.of(other, tx.sealer).withheld_from
    unit = await units.by_id(tx, asked)
    if unit is None or unit.id in (posted.to_unit_id, posted.from_unit_id):
        return []
    return [name for one in units.names(unit) if (name := squeeze(one))]
