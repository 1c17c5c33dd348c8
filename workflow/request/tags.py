"""Which operation a request is tagged with: by the field of its post, by the group that it is posted in, by a tap."""

from __future__ import annotations

from dataclasses import replace

from storage.queries import operations as rows
from storage.tables.models import Request
from workflow.kernel.body import Body
from workflow.kernel.masked import seen
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.organisation import groups, operations
from workflow.organisation.operations import Operation


async def of_post(tx: Tx, body: Body, *, unit_id: int, chat_id: int | None) -> Body:
    """What was posted, tagged: in the group of an operation with that one, else with the one that it names. A name of
    none in which the unit takes part stays a name, and the asker is told so."""
    here = await groups.operation_of(tx, chat_id) if chat_id is not None else None
    if here is not None:
        texts = {**body.texts, "operation": here.name}
        return replace(body, texts=texts, tagged=here.id)
    name = body.said("operation")
    if not name:
        return replace(body, tagged=None)
    found = await operations.meant(tx, unit_id, name)
    if found is not None:
        return replace(body, tagged=found.id)
    return replace(body, tagged=None, hints=(*body.hints, await _unknown(tx, unit_id, name)))


async def of_edit(tx: Tx, request: Request, before: Body, body: Body, *, renamed: bool) -> Body:
    """The same of a text that changes. ``renamed``: it names another operation than it did, or none any more; else the
    request stays tagged as it is, by whatever that was."""
    here = await groups.operation_of(tx, request.chat_id) if request.chat_id is not None else None
    if here is not None or not renamed:
        return replace(with_name(body, before.said("operation")), tagged=before.tagged)
    return await of_post(tx, body, unit_id=request.from_unit_id or 0, chat_id=None)


def with_name(body: Body, name: str) -> Body:
    """What a request says, with the name of its operation; "" for none."""
    others = {key: text for key, text in body.texts.items() if key != "operation"}
    return replace(body, texts={**others, "operation": name} if name else others)


async def _unknown(tx: Tx, unit_id: int, name: str) -> Text:
    known = [one.name for one in await operations.of_unit(tx, unit_id)]
    return t("hint.operation", given=seen(name), known=known or None)


async def keep(tx: Tx, request_id: int, tagged: int | None, *, before: int | None = None) -> None:
    """That it is counted with its operation from now on."""
    if tagged == before:
        return
    if tagged is None:
        await rows.drop_tag(tx.session, request_id)
    else:
        tx.batch.add(rows.PUT_TAG, {"request_id": request_id, "operation_id": tagged})


async def standing(tx: Tx, body: Body) -> Operation | None:
    """The operation that a request is tagged with, while that stands."""
    return await operations.by_id(tx, body.tagged)
