"""The papers of a request on its card: that they are to be checked, and that somebody has."""

from __future__ import annotations

from storage.tables.models import Request
from workflow.kernel.actions import Action, Side
from workflow.kernel.body import Body
from workflow.kernel.states import WITH_ASKED
from workflow.kernel.tx import Tx
from workflow.notices.card_buttons import Rows, button_of
from workflow.notices.cards_view import CheckedLine
from workflow.organisation import people


def wants_check(tx: Tx, request: Request, body: Body) -> bool:
    """Whether its papers are still to be checked, or were wanting when somebody did."""
    rule = tx.policy.types.get(request.type)
    wanted = rule is not None and bool(rule.papers) and request.purged_at is None
    return wanted and request.state in WITH_ASKED and (body.checked is None or bool(body.checked.wanting))


def buttons_of(tx: Tx, request: Request, body: Body, side: Side) -> Rows:
    """The button for it, on the asked unit's card."""
    if side not in (Side.ASKED, Side.BOTH) or not wants_check(tx, request, body):
        return ()
    return ((button_of(Action.CHECK, request),),)


async def line_of(tx: Tx, body: Body) -> CheckedLine | None:
    if body.checked is None:
        return None
    name = await people.name_by_id(tx, body.checked.by)
    return CheckedLine(name=name, at=body.checked.at, wanting=body.checked.wanting)
