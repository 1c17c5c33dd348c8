"""Who leaves a unit, or handles no more, falls out of its duty; its liaisons hear when nobody will be there."""

from __future__ import annotations

from storage.queries import duty as rows
from storage.tables.models import Person, Unit
from workflow.kernel.text import t
from workflow.kernel.tx import Tx
from workflow.organisation import groups, people
from workflow.organisation.duty.weeks import gaps_of
from workflow.organisation.duty.words import gaps_words
from workflow.organisation.private import liaison_chats
from workflow.record.record import record


async def fall_out(tx: Tx, person: Person, unit: Unit, *, undoable: bool = False) -> None:
    """They are on duty no more, by no rule, and in nobody's stead. ``undoable``: they may be back by a tap, and have
    their turns again then. That they are not there while they are no member holds whatever stands in the rules."""
    turns = await rows.turns_of(tx.session, person.id, unit.id)
    stands_in = await rows.substitutes_of(tx.session, person.id, unit.id, tx.now)
    if not turns and not stands_in:
        return
    if not undoable:
        for one in (*turns, *stands_in):
            await tx.session.delete(one)
        await tx.session.flush()
    rules = sorted({one.rule_id for one in turns})
    await record(tx, None, "duty", what="fell_out", unit=unit.code, person=person.id, rules=rules)
    gaps = gaps_words(await gaps_of(tx, unit.id))
    told = t("duty.fell_out", name=people.name_of(tx, person), unit=unit.name, gaps=gaps)
    for chat_id in await liaison_chats(tx, unit.id) or (await groups.groups_of(tx, unit.id))[:1]:
        await tx.say(told, chat_id=chat_id)
