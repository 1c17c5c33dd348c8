"""Who hears that somebody belongs to a unit no more, or no longer as what they were; and who is asked about it."""

from __future__ import annotations

from collections.abc import Sequence

from storage.tables.models import Person, Unit
from storage.tables.words import Lane, PostPurpose
from workflow.kernel.carried import Press, carry
from workflow.kernel.text import Button, Text, t
from workflow.kernel.tx import Tx
from workflow.organisation import groups, people, private
from workflow.organisation.results import Attesting, Belongs, HandedOver, Tapped, ToConfirm


def attesting_words(one: Attesting) -> Text:
    """Who is to be confirmed, and what was said of each. As many lines whatever was said: a list that grew would move
    its buttons away under a finger."""
    if not one.lines:
        return t("attest.none", unit=one.unit)
    lines = [
        t(
            f"attest.{line.said}",
            name=line.name,
            username=f"@{line.username}" if line.username else "",
            role=t(f"role.{line.role}"),
            since=line.since,
        )
        for line in one.lines
    ]
    said = all(line.said is not Belongs.UNSAID for line in one.lines)
    return t(
        "attest.again" if one.again else "attest",
        unit=one.unit,
        lines=lines,
        until=one.until,
        done=t("attest.done") if said else None,
    )


def tapped_words(tapped: Tapped) -> Text:
    key = "attest.belongs" if tapped.belongs else "attest.gone"
    return t("attest.undone" if tapped.undone else key, name=tapped.name, numbers=tapped.back or None)


def attesting_buttons(one: Attesting) -> list[list[Button]]:
    """One tap for each: that they still belong; beside it, that they do not. Each stays in its place when it was
    tapped; beside who was said to have left stands what takes that back. The next list comes below, as a message of its
    own: what is tapped twice there makes two of them, and says nothing of anybody."""
    rows = [
        [
            Button(label=t(_YES[line.said], name=line.name), data=_carry(Press.BELONGS, one, line)),
            Button(label=t(_NO[line.said], name=line.name), data=_carry(Press.GONE, one, line)),
        ]
        for line in one.lines
    ]
    if one.more:
        go_on = Button(label=t("button.next_list", more=one.more), data=carry(Press.NEXT_LIST, one.unit_id))
        rows.append([go_on])
    return rows


_YES = {Belongs.UNSAID: "button.belongs", Belongs.YES: "button.belongs_said", Belongs.NO: "button.comes_back"}
_NO = {Belongs.UNSAID: "button.gone", Belongs.YES: "button.gone", Belongs.NO: "button.gone_said"}


def _carry(press: Press, one: Attesting, line: ToConfirm) -> str:
    return carry(press, line.membership_id, *(() if one.listed is None else (one.listed,)))


async def ask_who_belongs(tx: Tx, chat_id: int, one: Attesting) -> None:
    """Put the list to who is to confirm."""
    await tx.say(
        attesting_words(one),
        chat_id=chat_id,
        buttons=attesting_buttons(one),
        lane=Lane.DIGEST,
        purpose=PostPurpose.ATTEST,
    )


async def notify_over(tx: Tx, unit: Unit, person: Person, told: Text, back: Sequence[str]) -> None:
    """The unit, where its liaisons are, and who it is about: what they are no more, and what waits for somebody
    else."""
    name = people.name_of(tx, person)
    chats = await groups.groups_of(tx, unit.id)
    if not chats:
        chats = tuple(await private.liaison_chats(tx, unit.id))
    for chat_id in chats:
        await tx.say(told, chat_id=chat_id)
        if back:
            await tx.say(t("people.given_back", name=name, numbers=list(back)), chat_id=chat_id)
    if person.open_chat is not None:
        await tx.say(told, chat_id=person.open_chat)


async def notify_nobody_leads(tx: Tx, unit: Unit, chats: Sequence[int]) -> None:
    """Admins: nobody lets people into the unit, or confirms them, until somebody is given that role."""
    for chat_id in chats:
        example = f"/role @user liaison {unit.code}"
        await tx.say(t("people.nobody_leads", unit=unit.name, example=example), chat_id=chat_id)


async def notify_handed_over(tx: Tx, person: Person, over: HandedOver) -> None:
    """Who has it now, in private where a chat is open."""
    if person.open_chat is not None and person.id != tx.who.person_id:
        await tx.say(
            handed_over_words(over, "people.handed_to_you", by=tx.who.name), chat_id=person.open_chat
        )


def handed_over_words(over: HandedOver, key: str, **params: object) -> Text:
    return t(
        key,
        giver=over.giver,
        taker=over.taker,
        unit=over.unit,
        handled=list(over.handled) or None,
        asked=list(over.asked) or None,
        **params,
    )
