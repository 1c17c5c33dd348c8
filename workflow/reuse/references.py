"""Those to whom an answer was attached for reference: what becomes of it is laid beside their request too, and they
are told. Its words are for them alone, in private: a reference may name people that their request does not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from storage.queries import answers as answer_rows
from storage.queries import comments
from storage.queries import offers as offer_rows
from storage.queries import requests as rows
from storage.tables.models import Answer, Comment, Request
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.notices.revealing import notify_asker_in_full
from workflow.notices.telling import asker_mention, sides, tell
from workflow.notices.words import full_button
from workflow.organisation import owning, units
from workflow.record.record import record

#: A request by which an answer is known, and the answer as it has it: its own, or a copy.
Known = tuple[Request, Answer]


@dataclass(frozen=True, kw_only=True, slots=True)
class Attached:
    target: Request  # locked
    source: Request
    kept: Comment  # what it reads now
    plain: dict[str, Any]


async def corrected(tx: Tx, giver_id: int | None, known: Iterable[Known]) -> None:
    """The answers of a unit were put right, each as it ``known`` was before. The former text stays in the record."""
    told = set[int]()
    for one in await _of(tx, known):
        text = await _text_of(tx, one.source)
        new = await _keep(tx, one, one.plain | {"text": text, "withdrawn": False})
        source, former = one.source.id, one.kept.id
        await record(tx, one.target, "reference_corrected", source=source, comment=new.id, corrects=former)
        if one.target.id not in told:
            await _tell(tx, one.target, await _words(tx, "reference_corrected", giver_id, one))
            await notify_asker_in_full(tx, one.target)
        told.add(one.target.id)


async def withdrawn(tx: Tx, giver_id: int | None, known: Iterable[Known]) -> None:
    """The answers were taken back, each as it ``known`` was. Where another one was attached with it, that stays."""
    told = set[int]()
    for one in await _of(tx, known):
        left = await _text_of(tx, one.source)
        new = await _keep(tx, one, one.plain | ({"text": left} if left else {"withdrawn": True}))
        await record(tx, one.target, "reference_withdrawn", source=one.source.id, comment=new.id)
        if one.target.id not in told:
            key = "reference_corrected" if left else "reference_withdrawn"
            await _tell(tx, one.target, await _words(tx, key, giver_id, one))
        told.add(one.target.id)


async def _text_of(tx: Tx, source: Request) -> str:
    """What was answered there and stands."""
    given = await answer_rows.standing(tx.session, source.id)
    return "\n".join(str(tx.sealer.unseal("answers", one.answer.sealed)["text"]) for one in given)


async def _keep(tx: Tx, one: Attached, plain: dict[str, Any]) -> Comment:
    """What stands in the place of what was attached; the former stays in the record."""
    new = Comment(
        request_id=one.target.id,
        person_id=tx.who.person_id,
        at=tx.now,
        kind=owning.REFERENCE,
        sealed=tx.sealer.seal("comments", plain),
    )
    tx.session.add(new)
    await tx.session.flush()
    return new


async def outcome(tx: Tx, giver_id: int | None, known: Iterable[Known], word: Text, *, told: bool) -> None:
    """The answer came out otherwise than it was when it was attached. ``told``: they may have read another
    outcome."""
    already = set[int]()
    for one in await _of(tx, known):
        await record(tx, one.target, "reference_outcome", source=one.source.id, outcome=one.source.outcome)
        if told and one.target.id not in already:
            await _tell(tx, one.target, await _words(tx, "reference_outcome", giver_id, one, outcome=word))
        already.add(one.target.id)


async def _of(tx: Tx, known: Iterable[Known]) -> list[Attached]:
    """Where these answers were attached. One whose content was deleted has nothing any more; what was answered
    after the attaching is no part of it."""
    found = []
    for source, answer in known:
        for target_id in await offer_rows.attached_to(tx.session, source.id):
            target = await rows.hold(tx.session, target_id)
            if target is None or target.purged_at is not None:
                continue
            one = await _latest(tx, target, source)
            if one is not None and (answer.at is None or one.kept.at >= answer.at):
                found.append(one)
    return found


async def _latest(tx: Tx, target: Request, source: Request) -> Attached | None:
    for kept in reversed(await comments.of_request(tx.session, target.id, kinds=(owning.REFERENCE,))):
        plain = tx.sealer.unseal("comments", kept.sealed)
        if plain["source"] == source.id:
            return Attached(target=target, source=source, kept=kept, plain=plain)
    return None


async def _tell(tx: Tx, target: Request, words: Text) -> None:
    asking = (await sides(tx, target)).asking
    await tell(tx, target, words, asking, buttons=[[full_button(target)]])


async def _words(tx: Tx, key: str, giver_id: int | None, one: Attached, **params: object) -> Text:
    unit = await units.name_of(tx, giver_id)
    return t(
        key,
        number=one.target.number,
        source=owning.known_as(one.source, one.target) or None,
        unit=unit,
        by=tx.who.name,
        asker=await asker_mention(tx, one.target),
        **params,
    )
