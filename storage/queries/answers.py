"""Queries about answers: which stand, what they stand in the place of, and who has them by reuse."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.tables.models import Answer, File


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """An answer as it stands, and those that it put right, the first one first."""

    answer: Answer
    former: tuple[Answer, ...] = ()

    @property
    def ids(self) -> tuple[int, ...]:
        """Of the answer in all its forms."""
        return (*(one.id for one in self.former), self.answer.id)


_OF_REQUEST = select(Answer).where(Answer.request_id == bindparam("request_id")).order_by(Answer.id)


def standing_of(answers: Sequence[Answer]) -> list[Standing]:
    """The answers of one request that stand, in the order in which they were first given."""
    chains: dict[int, list[Answer]] = {}  # by the newest form
    for answer in sorted(answers, key=lambda one: one.id):
        before = chains.pop(answer.corrects_id, []) if answer.corrects_id is not None else []
        chains[answer.id] = [*before, answer]
    in_order = sorted(chains.values(), key=lambda chain: chain[0].id)
    return [Standing(answer=chain[-1], former=tuple(chain[:-1])) for chain in in_order]


async def standing(session: AsyncSession, request_id: int, *, withdrawn: bool = False) -> list[Standing]:
    """The answers of a request that stand, each with what it put right; and those that were ``withdrawn``, if they
    are asked for too."""
    found = await session.scalars(_OF_REQUEST, {"request_id": request_id})
    given = standing_of(found.all())
    return given if withdrawn else [one for one in given if one.answer.withdrawn_at is None]


async def copies_of(session: AsyncSession, answer_ids: Collection[int]) -> Sequence[Answer]:
    """The answers of other requests that were copied from these and stand as they were copied."""
    later = aliased(Answer)
    corrected = select(later.id).where(later.request_id == Answer.request_id, later.corrects_id == Answer.id)
    return (
        await session.scalars(
            select(Answer)
            .where(Answer.reused_from_id.in_(answer_ids), Answer.withdrawn_at.is_(None), ~corrected.exists())
            .order_by(Answer.request_id, Answer.id)
        )
    ).all()


async def hand_files_on(session: AsyncSession, former: Answer, answer: Answer) -> None:
    """What was sent with an answer belongs to the one that stands in its place."""
    await session.execute(
        update(File)
        .where(File.answer_id == former.id)
        .values(answer_id=answer.id)
        .execution_options(synchronize_session=False)
    )
