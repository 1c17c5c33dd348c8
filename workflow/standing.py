"""Which answers of a request stand, and what stood in their place before they were put right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from storage import requests as rows
from storage.models import Answer, Request
from workflow.work import Tx


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """An answer as it stands, and those that it put right, the first one first."""

    answer: Answer
    former: tuple[Answer, ...] = ()

    @property
    def ids(self) -> tuple[int, ...]:
        """Of the answer in all its forms: files belong to the form that they came with."""
        return (*(one.id for one in self.former), self.answer.id)


def standing_of(answers: Sequence[Answer]) -> list[Standing]:
    """The answers of one request that stand, in the order in which they were first given."""
    chains: dict[int, list[Answer]] = {}  # by the newest form
    for answer in sorted(answers, key=lambda one: one.id):
        before = chains.pop(answer.corrects_id, []) if answer.corrects_id is not None else []
        chains[answer.id] = [*before, answer]
    in_order = sorted(chains.values(), key=lambda chain: chain[0].id)
    return [Standing(answer=chain[-1], former=tuple(chain[:-1])) for chain in in_order]


async def all_standing(tx: Tx, request_id: int) -> list[Standing]:
    return standing_of(await rows.answers(tx.session, request_id))


async def last_standing(tx: Tx, request: Request) -> Standing | None:
    """What was answered last; None where nothing was."""
    found = await all_standing(tx, request.id)
    return found[-1] if found else None
