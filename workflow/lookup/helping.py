"""``/start`` and ``/help``."""

from __future__ import annotations

from workflow.kernel.labels import EXAMPLES, type_label
from workflow.kernel.roles import APPROVING, HANDLING, LEADING, LOOKING
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.lookup.showing import show_one
from workflow.lookup.viewing import show_offered
from workflow.lookup.views import Help, Shown, Welcome, WhyLook
from workflow.organisation import groups, units
from workflow.organisation.work import Work


async def start(work: Work, payload: str = "") -> Welcome | Shown | WhyLook:
    """``/start``, and ``/start r_KS26_0042`` from the 🔒 button."""
    if payload.startswith("r_"):
        return await show_one(work, payload)
    if payload.startswith("o_"):
        return await show_offered(work, payload)
    async with work.write() as tx:
        own = [u.name for u in await units.current(tx) if u.id in tx.who.units]
        return await tx.conclude(
            Welcome(
                units=tuple(own),
                example=await example(tx),
                admin=tx.who.admin,
                code=await units.some_code(tx),
            )
        )


async def help_(work: Work) -> Help:
    """``/help``: what the reader may do here, with an example that works."""
    async with work.write() as tx:
        leads = tx.who.admin or any(s.role in LEADING for s in tx.who.standings)
        handles = leads or any(s.role in HANDLING for s in tx.who.standings)
        approves = tx.who.admin or any(s.role in APPROVING for s in tx.who.standings)
        something = any(rule.approve for rule in tx.policy.types.values())
        return await tx.conclude(
            Help(
                alone=tx.alone,
                handles=handles,
                # of 特急 alone whoever approves is told when there is one
                approves=approves and (something or not handles),
                leads=leads,
                looks=tx.who.admin or any(s.role in LOOKING for s in tx.who.standings),
                admin=tx.who.admin,
                example=await example(tx),
            )
        )


async def example(tx: Tx) -> Text:
    """An example that registers as it is written: of the desk's first type, with all that this type requires, to
    a unit that is not the reader's own."""
    rule = next(iter(tx.policy.types.values()))
    known = await units.current(tx)
    here = {u.id for u in await groups.units_of(tx, tx.where.chat_id)} if not tx.alone else set()
    other = next((u for u in known if u.id not in tx.who.units | here), None)
    wanted = {name: value for name, value in REQUIRED.items() if name in rule.require}
    return t(
        "help.example",
        type=type_label(rule),
        unit=other.name if other else "—",
        subject=EXAMPLES.get(rule.about),
        **dict.fromkeys(REQUIRED) | wanted,
    )


#: Of what only some types require.
REQUIRED = {"case": "A3202055500002026110012", "period": "2026-02-01..2026-02-28"}
