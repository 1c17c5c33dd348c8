"""特急 has its price: beyond so many a day of one person another one of the unit, its liaison, must agree."""

from __future__ import annotations

from datetime import timedelta

from storage.queries import people as people_rows
from storage.queries import requests as rows
from storage.tables.models import Draft, Person
from workflow.kernel.carried import Press, carry
from workflow.kernel.pressed import CHOOSE
from workflow.kernel.roles import LEADING
from workflow.kernel.text import Button, t
from workflow.kernel.tx import LANE_URGENT, Tx
from workflow.notices.telling import mention
from workflow.organisation import people
from workflow.organisation.groups import groups_of
from workflow.record.record import record
from workflow.request.drafts import DraftBody, under

DAY = timedelta(hours=24)
HELD = "held"  # the state of a draft that is complete and waits for a liaison
APPROVED = "approved"  # in what was chosen for a draft: a liaison has agreed


async def full(tx: Tx, asker_id: int | None) -> bool:
    """Whether somebody has asked as often in a day as they may without being asked why."""
    most = tx.policy.flash_per_day
    if not most:
        return False
    since = tx.sent - DAY
    return await rows.posts_asked(tx.session, asker_id=asker_id, urgency="flash", since=since) >= most


async def hold(tx: Tx, draft: Draft, body: DraftBody) -> None:
    """Keep a complete post back until a liaison has decided, and ask them."""
    draft.state, draft.kind, draft.sealed = HELD, "flash", body.seal(tx)
    draft.expires_at = tx.now + tx.policy.draft_for
    await record(tx, None, "flash_held", person=draft.person_id, draft=draft.id)
    author = await tx.session.get_one(Person, draft.person_id)
    liaisons = await people_rows.with_role(tx.session, draft.unit_id or 0, LEADING)
    told = t(
        "flash.held",
        asker=mention(people.name_of(tx, author), author.telegram_id),
        most=tx.policy.flash_per_day,
        who=[mention(people.name_of(tx, p), p.telegram_id) for p in liaisons if p.id != author.id],
    )
    buttons = [
        [
            Button(label=t("button.flash_yes"), data=carry(Press.FLASH_YES, draft.id)),
            Button(label=t("button.flash_no"), data=carry(Press.FLASH_NO, draft.id)),
        ]
    ]
    chats = (
        [draft.chat_id] if draft.chat_id < 0 else [draft.chat_id, *(await groups_of(tx, draft.unit_id))[:1]]
    )
    for chat_id in chats:
        here = chat_id == draft.chat_id
        await tx.say(
            told,
            chat_id=chat_id,
            thread_id=draft.thread_id if here else None,
            reply_to=under(draft) if here else None,
            buttons=buttons if chat_id < 0 else (),
            draft_id=draft.id,
            purpose=CHOOSE,
            lane=LANE_URGENT,
        )
