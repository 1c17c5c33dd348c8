"""A request and the parts that it was split into, which are requests of their own: asked by the unit that it is asked
of, answered to that unit alone.

The asking side of the whole knows of one request and one answer. What follows from that is said here: what cannot be
done while a part is out, and whose card tells of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from storage.queries import parts as rows
from storage.queries import requests as request_rows
from storage.tables.models import Request, Unit
from workflow.kernel.actions import PASSING_ON, Action
from workflow.kernel.errors import Refused
from workflow.kernel.numbers import is_part, numbers_of_parts, whole_of
from workflow.kernel.states import WAITING
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.notices.telling import show_in, sides
from workflow.organisation import units

#: By which the asked unit is done with a request: nothing of it may be out then.
_ENDING = frozenset({Action.ANSWER, Action.OUTCOME, Action.DECLINE, *PASSING_ON})


async def parts_of(tx: Tx, request: Request, *, lock: bool = False) -> Sequence[Request]:
    """What a request was split into, whatever has become of it; nothing for what is a part itself."""
    if request.number is None or is_part(request.number):
        return ()
    return await rows.with_numbers(tx.session, numbers_of_parts(request.number), lock=lock)


async def open_parts(tx: Tx, request: Request, *, lock: bool = False) -> list[Request]:
    """Those that somebody still owes something."""
    return [part for part in await parts_of(tx, request, lock=lock) if part.state in WAITING]


async def whole(tx: Tx, part: Request, *, lock: bool = False) -> Request | None:
    """The request that one is part of; None for what is no part."""
    number = whole_of(part.number)
    return await request_rows.by_number(tx.session, number, lock=lock) if number is not None else None


def same_family(one: Request, other: Request) -> bool:
    """Whether two are parts of one request, or one of them is part of the other."""
    numbers = {whole_of(request.number) or request.number for request in (one, other)}
    return None not in numbers and len(numbers) == 1


async def named(tx: Tx, parts: Sequence[Request]) -> list[Text]:
    """Parts with the units that have them, as a refusal and a notice name them."""
    return [
        t("part.named", number=part.number, unit=await units.name_of(tx, part.to_unit_id)) for part in parts
    ]


async def check_parts(tx: Tx, request: Request, action: Action) -> None:
    """Raises :class:`Refused` where the asked unit would be done with a request of which parts are out: they are
    named."""
    if action not in _ENDING or request.state not in WAITING:
        return
    if out := await open_parts(tx, request):
        raise Refused(
            "error.parts_out",
            action=t(f"action.{action}"),
            number=request.number,
            parts=await named(tx, out),
            example=f"/cancel {out[0].number}",
        )


async def check_free(tx: Tx, of: Request, part: Request, unit: Unit) -> None:
    """Raises :class:`Refused` where a part would go to a unit that has another one of the same request."""
    for other in await open_parts(tx, of):
        if other.id != part.id and other.to_unit_id == unit.id:
            raise Refused("error.part_there", number=part.number, unit=unit.name, part=other.number)


async def show_whole(tx: Tx, part: Request) -> None:
    """How a part stands is told on the card of the whole, to the unit that split it. Never to who asked it: a card
    that is drawn anew says by how much time is left that something has happened."""
    of = await whole(tx, part)
    if of is not None:
        await show_in(tx, of, (await sides(tx, of)).asked)
