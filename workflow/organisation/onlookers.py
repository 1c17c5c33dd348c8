"""Who else reads in a group, and what the bot still may do there: its units hear of it in private. Each thing once,
however many updates tell of it: what was told is kept with the group until it is over."""

from __future__ import annotations

from collections.abc import Sequence

from storage.queries import people as rows
from storage.queries.chats import lock
from storage.tables.models import Chat, Person
from storage.tables.words import MembershipState
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Sender, Tx
from workflow.organisation import exposure, groups, people, rights, titles
from workflow.organisation.work import Work
from workflow.record.record import record

BOT, ADMIN = "bot", "admin"  # as what somebody was told of


async def bots_came(work: Work, bots: Sequence[Sender], *, by: Sender | None) -> None:
    """Other bots were brought into a group: some of them read all that is said there."""
    async with work.write() as tx:
        chat = await _seen(tx)
        if await groups.units_of(tx, chat.id):
            await _tell_of(tx, chat, [await people.see_person(tx, bot) for bot in bots], BOT, by)


async def promoted(work: Work, who: Sender, *, by: Sender | None) -> None:
    """Somebody is an admin of a group from now on: its units hear of one whom none of them has confirmed."""
    async with work.write() as tx:
        chat = await _seen(tx)
        if not await groups.units_of(tx, chat.id):
            return
        person = await people.see_person(tx, who)
        if not await _is_known(tx, person, chat):
            await _tell_of(tx, chat, [person], ADMIN, by)


async def demoted(work: Work, who: Sender) -> None:
    """Somebody is no admin of a group any more: if they become one again, it is told again."""
    async with work.write() as tx:
        await _forget(tx, await _seen(tx), who, ADMIN)


async def left(tx: Tx, who: Sender) -> None:
    """Somebody, or a bot, left the group at hand: if they come again, it is told again."""
    await _forget(tx, await _seen(tx), who, BOT, ADMIN)


async def in_public(work: Work, *, meant: bool) -> None:
    """Something was written or pressed in a public group: nothing is done there. Who ``meant`` us is told so."""
    async with work.write() as tx:
        chat = await _seen(tx)
        if meant:
            await exposure.say_paused(tx, chat.id)


async def _seen(tx: Tx) -> Chat:
    """The group at hand, held: two updates of it tell of one thing once."""
    chat = await people.see_chat(tx, tx.where)
    return await lock(tx.session, chat.id) or chat


async def _is_known(tx: Tx, person: Person, chat: Chat) -> bool:
    """Whether somebody is one of the group's units by more than having written there, or looks after the desk."""
    if rights.runs_desk(tx.policy, person.chat_id):
        return True
    here = {unit.id for unit in await groups.units_of(tx, chat.id)}
    held = [membership for membership, _ in await rows.memberships(tx.session, person.id)]
    return any(m.unit_id in here and m.state == MembershipState.ACTIVE and not m.newcomer for m in held)


async def _tell_of(tx: Tx, chat: Chat, persons: Sequence[Person], what: str, by: Sender | None) -> None:
    told = titles.told_of(tx.sealer, chat.sealed)
    new = {_mark(what, one): one for one in persons if _mark(what, one) not in told}
    if not new:
        return
    _keep(tx, chat, (*told, *new))
    for one in new.values():
        await record(tx, None, "bot_came" if what == BOT else "admin_came", chat=chat.id, person=one.id)
    key = "exposed.bot" if what == BOT else "exposed.admin"
    await exposure.tell(tx, chat, key, *[_line(tx, one, by) for one in new.values()])


async def _forget(tx: Tx, chat: Chat, who: Sender, *what: str) -> None:
    """What was told of somebody there is over."""
    told = titles.told_of(tx.sealer, chat.sealed)
    person = await rows.by_account(tx.session, who.channel, who.native_id) if told else None
    over = {_mark(one, person) for one in what} if person is not None else set()
    if over & set(told):
        _keep(tx, chat, [one for one in told if one not in over])


def _keep(tx: Tx, chat: Chat, told: Sequence[str]) -> None:
    chat.sealed = titles.seal(tx.sealer, titles.read(tx.sealer, chat.sealed), told)


def _mark(what: str, person: Person) -> str:
    return f"{what}:{person.id}"


def _line(tx: Tx, person: Person, by: Sender | None) -> Text:
    """Who, by whom, when."""
    username = people.profile(tx, person)["username"]
    return t(
        "exposed.who",
        name=people.name_of(tx, person),
        username=f"@{username}" if username else "",
        by=by.name if by is not None else None,
        at=tx.sent,
    )
