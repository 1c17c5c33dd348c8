"""``/start``, ``/help`` and ``/train``."""

from __future__ import annotations

from matching.identifiers.values import OwnField, OwnKind
from workflow.kernel.labels import EXAMPLES, option_label, own_label, type_label
from workflow.kernel.roles import APPROVING, HANDLING, LEADING, LOOKING
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.lookup.showing import show_one
from workflow.lookup.viewing import show_offered
from workflow.lookup.views import Help, Lesson, Shown, Welcome, WhyLook
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
    needed = {*rule.require, *(("case",) if rule.case else ())}
    wanted = {name: value for name, value in REQUIRED.items() if name in needed}
    return t(
        "help.example",
        type=type_label(rule),
        unit=other.name if other else "—",
        subject=EXAMPLES.get(rule.about),
        own=[_own(one) for one in rule.fields if one.required] or None,
        **dict.fromkeys(REQUIRED) | wanted,
    )


def _own(one: OwnField) -> Text:
    """A line for a field of the type's own, as the example has it."""
    said = option_label(one.options[0]) if one.options else OWN_SAID.get(one.kind, t("own.example"))
    return t("own.example_line", field=own_label(one), value=said)


async def train(work: Work) -> Lesson:
    """``/train``: how it is done, by an example that registers as it is written; with what the reader's role does."""
    async with work.write() as tx:
        leads = tx.who.admin or any(s.role in LEADING for s in tx.who.standings)
        handles = leads or any(s.role in HANDLING for s in tx.who.standings)
        everybody = not tx.alone  # in a group others learn by it too
        return await tx.conclude(Lesson(handles=handles or everybody, leads=leads, example=await example(tx)))


#: What stands in an example under own fields; for the others it is in words.
OWN_SAID: dict[OwnKind, str | Text] = {
    OwnKind.NUMBER: "2", OwnKind.DATE: "2026-12-20", OwnKind.PERIOD: "2026-12-05..2026-12-20",
    OwnKind.PERSON: EXAMPLES["person"],
}  # fmt: skip
#: Of what only some types require.
REQUIRED = {"case": "A3202055500002026110012", "period": "2026-02-01..2026-02-28"}
