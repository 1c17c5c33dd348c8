"""Two open requests about one subject. Within a unit it is said to who asks; of two units the liaisons are told,
in private, whom to call. Of a confidential request nobody hears but the supervisors of its own two units.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from matching.identifiers.values import Match
from storage.queries import offers as rows
from storage.queries import people as people_rows
from storage.queries import requests
from storage.tables.models import Person, Request
from storage.tables.words import Lane, OfferSide, OfferVerdict
from workflow.kernel.body import Body
from workflow.kernel.numbers import is_part
from workflow.kernel.roles import CONFIDENTIAL, HANDLING, LEADING
from workflow.kernel.states import WAITING
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.notices import offer_rows
from workflow.notices.telling import mention, sides, tell
from workflow.organisation import people, private, units
from workflow.record.record import record
from workflow.request.turn import take_turn

#: From this score on an open request of others is surely enough about the same subject to say so.
SAME_SUBJECT = 0.9
MOST_TO_CALL = 3


async def point_out(tx: Tx, request: Request, matched: Sequence[Match]) -> None:
    """One message for each side, after what people wait for: sixty posts about one subject must not become
    hundreds of notices."""
    if is_part(request.number):  # the whole was pointed out
        return
    own: list[Request] = []
    others: dict[int, list[tuple[Request, Match]]] = {}
    for match in matched:
        if match.score < SAME_SUBJECT and not match.exact:
            continue
        other = await tx.session.get(Request, int(match.id))
        if other is None or other.number is None or other.from_unit_id is None or is_part(other.number):
            continue
        if request.confidential or other.confidential:
            if match.exact:
                await _tell_supervisors(tx, request, other, match)
        elif match.answered or other.state not in WAITING or match.score < SAME_SUBJECT:
            continue
        elif other.from_unit_id != request.from_unit_id:
            if match.exact:  # a mask or a name would tell who asks more than who knows
                others.setdefault(other.from_unit_id, []).append((other, match))
        elif other.origin_key != request.origin_key:  # not the same post, which asks several units
            own.append(other)
    if own:
        numbers = [t("number_link", number=other.number) for other in own]
        told = t("same_subject.own", number=request.number, others=numbers)
        await tell(tx, request, told, (await sides(tx, request)).asking, lane=Lane.DIGEST)
    for theirs in others.values():
        await _introduce(tx, request, theirs)


async def _introduce(tx: Tx, request: Request, of_a_unit: Sequence[tuple[Request, Match]]) -> None:
    """The liaisons of two units hear of each other, once about a subject, and not without end."""
    for other, _ in of_a_unit:
        if await rows.told_of(tx.session, request.id, other.id, request.from_unit_id or 0):
            return
    other, match = of_a_unit[0]
    if not await _still_waits(tx, other) or not await offer_rows.within_limit(
        tx, request, offer_rows.OF_OTHERS
    ):
        return
    for ours, theirs in ((request, other), (other, request)):
        offer_rows.add(
            tx, ours, theirs, side=OfferSide.OVERLAP, unit_id=ours.from_unit_id or 0, verdict=OfferVerdict.OPEN,
            match=match, caused_by=request.asker_id,
        )  # fmt: skip
        told = [p.id for p in await _liaisons(tx, ours.from_unit_id)]
        await record(tx, ours, "pointed_out", other=theirs.id, told=told)
        await _tell(tx, ours, await _notice(tx, ours, theirs), await _liaisons(tx, ours.from_unit_id))


async def _hold(tx: Tx, other: Request) -> None:
    """Held, and as it is by now."""
    await take_turn(tx)
    await requests.hold(tx.session, other.id)


async def _still_waits(tx: Tx, other: Request) -> bool:
    """Whether a request that was read waits now that it is held."""
    await _hold(tx, other)
    return other.state in WAITING


async def _tell_supervisors(tx: Tx, request: Request, other: Request, match: Match) -> None:
    """Of two requests of which one is confidential only its own supervisors hear; of two that both are, nobody."""
    if request.confidential and other.confidential:
        return
    ours, theirs = (request, other) if request.confidential else (other, request)
    await _hold(tx, other)
    if await rows.one(tx.session, ours.id, theirs.id, OfferSide.OVERLAP) is not None:
        return
    if not await offer_rows.within_limit(tx, request, offer_rows.OF_OTHERS):
        return
    unit_id = ours.from_unit_id or 0
    offer_rows.add(
        tx,
        ours,
        theirs,
        side=OfferSide.OVERLAP,
        unit_id=unit_id,
        verdict=OfferVerdict.OPEN,
        match=match,
        caused_by=request.asker_id,
    )
    told = [
        person
        for unit in dict.fromkeys((ours.from_unit_id, ours.to_unit_id))
        for person in await _in_private(tx, unit, CONFIDENTIAL)
    ]
    await record(tx, ours, "pointed_out", other=theirs.id, told=[p.id for p in told])
    await _tell(tx, ours, await _notice(tx, ours, theirs, key="same_subject.confidential"), told)


async def _liaisons(tx: Tx, unit_id: int | None) -> list[Person]:
    return await _in_private(tx, unit_id, LEADING)


async def _in_private(tx: Tx, unit_id: int | None, roles: Collection[str]) -> list[Person]:
    """Those of a unit with one of these roles who can be told in private."""
    found = await people_rows.with_role(tx.session, unit_id, roles) if unit_id is not None else ()
    return [person for person in found if person.open_chat is not None]


async def _tell(tx: Tx, request: Request, told: Text, whom: Sequence[Person]) -> None:
    for chat_id in private.open_chats(whom):
        await tx.say(told, chat_id=chat_id, request_id=request.id, lane=Lane.DIGEST)


async def _notice(tx: Tx, ours: Request, theirs: Request, *, key: str = "same_subject") -> Text:
    """Which unit asks about the same, and whom to call there."""
    unit = await units.by_id(tx, theirs.from_unit_id)
    return t(
        key,
        number=ours.number,
        unit=unit.name if unit else "",
        who=await _whom_to_call(tx, theirs),
        contact=Body.of(theirs, tx.sealer).said("contact"),
    )


async def _whom_to_call(tx: Tx, request: Request) -> list[Text]:
    """The liaisons of the unit that asks; where it has none, its handlers."""
    for roles in (LEADING, HANDLING):
        found = await people_rows.with_role(tx.session, request.from_unit_id or 0, roles)
        if found:
            return [mention(people.name_of(tx, p), p.chat_id) for p in found[:MOST_TO_CALL]]
    return []
