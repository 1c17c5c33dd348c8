"""Parts of a request: what the unit that split it sees of them, and who hears of them."""

from __future__ import annotations

from collections.abc import Sequence

from storage.queries import parts as rows
from storage.tables.models import Request
from workflow.kernel.actions import Side
from workflow.kernel.numbers import is_part, numbers_of_parts
from workflow.kernel.states import State
from workflow.kernel.text import t
from workflow.kernel.tx import Tx
from workflow.notices import attachments
from workflow.notices.cards_view import PartLine
from workflow.notices.telling import handler_of, sides, tell, tell_person
from workflow.organisation import people, units
from workflow.organisation.audience import Audience


def sees_parts(audience: Audience) -> bool:
    """Whether a place may know that a request was split: where the asked unit reads, and never where the asking one
    reads along."""
    alone = audience.reader is not None and audience.side is Side.BOTH  # somebody of both units, in private
    return audience.side is Side.ASKED or alone


async def lines_of(tx: Tx, request: Request) -> tuple[PartLine, ...]:
    """How the parts of a request stand, in their order; nothing of those that were called off."""
    if (
        request.number is None or is_part(request.number) or request.version == 0
    ):  # nothing has been done to it yet
        return ()
    found = await rows.with_numbers(tx.session, numbers_of_parts(request.number))
    own = [
        part for part in found if part.from_unit_id == request.to_unit_id
    ]  # not of a unit that has passed it on
    return tuple([await _line(tx, part) for part in own if part.state != State.CANCELLED])


async def _line(tx: Tx, part: Request) -> PartLine:
    handler = await handler_of(tx, part)
    return PartLine(
        number=part.number or "",
        unit=await units.name_of(tx, part.to_unit_id),
        state=part.state,
        outcome=part.outcome,
        due_at=part.due_at,
        handler=people.name_of(tx, handler) if handler is not None else None,
    )


async def notify_called_off(tx: Tx, part: Request, handler_id: int | None) -> None:
    """Who had it; its group sees it on the card."""
    await tell_person(tx, part, t("part.called_off", number=part.number), handler_id, part.to_unit_id)


async def notify_followed(tx: Tx, part: Request, fields: Sequence[str], *, has_files: bool) -> None:
    """Its unit: what the whole says was changed. By whom is no matter of theirs."""
    asked = (await sides(tx, part)).asked
    named = [t(f"field.{name}") for name in fields] or [t("field.text")]
    await tell(tx, part, t("part.edited", number=part.number, fields=named), asked)
    if has_files:
        await attachments.send(tx, part, asked)
