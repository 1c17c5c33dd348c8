"""``/start``, ``/help``, and answers that concern no request."""

from __future__ import annotations

from storage.tables.words import PostPurpose
from workflow.kernel.errors import Refused
from workflow.kernel.labels import EXAMPLES, type_label
from workflow.kernel.pressed import PICK
from workflow.kernel.roles import HANDLING, LEADING
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.lookup.showing import show_one
from workflow.organisation import groups, units
from workflow.organisation.work import Work
from workflow.reuse.viewing import show_offered


async def start(work: Work, payload: str = "") -> None:
    """``/start``, and ``/start r_KS26_0042`` from the 🔒 button."""
    if payload.startswith("r_"):
        await show_one(work, payload)
        return
    if payload.startswith("o_"):
        await show_offered(work, payload)
        return
    async with work.write() as tx:
        own = [u.name for u in await units.current(tx) if u.id in tx.who.units]
        await tx.say(t("help.start", unit=own or "—", example=await example(tx)))


async def help_(work: Work) -> None:
    """``/help``: what the reader may do here, with an example that works."""
    async with work.write() as tx:
        leads = tx.who.admin or any(s.role in LEADING for s in tx.who.standings)
        handles = leads or any(s.role in HANDLING for s in tx.who.standings)
        extra = [t("help.handler")] * handles + [t("help.liaison")] * leads + [t("help.admin")] * tx.who.admin
        shown = await example(tx)
        private = tx.where.private
        await tx.say(t("help.private" if private else "help.group", example=shown, extra=extra))


async def example(tx: Tx) -> Text:
    """An example that registers as it is written: of the desk's first type, with all that this type requires, to
    a unit that is not the reader's own."""
    rule = next(iter(tx.policy.types.values()))
    known = await units.current(tx)
    here = {u.id for u in await groups.units_of(tx, tx.where.chat_id)} if not tx.where.private else set()
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


async def say(work: Work, text: Text) -> None:
    """Answer the message at hand, and nothing else."""
    async with work.write() as tx:
        await tx.say(text)


async def refuse(work: Work, refused: Refused) -> None:
    """Tell why not. What the use case had begun is rolled back by now; who writes in a unit's group for the
    first time is made known all the same, so that a liaison can let them in. What they were asked for stays
    asked, where other words may do."""
    asked = work.asked
    async with work.write() as tx:
        if asked is not None and not refused.final and not refused.buttons:
            await tx.say(refused.text, ask=True, request_id=asked[0], purpose=f"ask:{asked[1]}")
            return
        purpose = PICK if refused.request_id is not None else PostPurpose.NOTICE
        await tx.say(refused.text, buttons=refused.buttons, request_id=refused.request_id, purpose=purpose)
