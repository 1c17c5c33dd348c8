"""What the use cases that act on a request have in common."""

from __future__ import annotations

from storage.tables.models import Comment, Request
from workflow.kernel.errors import Refused
from workflow.kernel.examples import Example, numbered
from workflow.kernel.tx import Tx


def need(why: str, key: str, request: Request, example: Example) -> str:
    """The words that an action needs. Raises :class:`Refused` where there are none."""
    why = why.strip()
    if not why:
        raise Refused(key, number=request.number, example=numbered(example, request.number))
    return why


async def keep_comment(tx: Tx, request: Request, kind: str, text: str) -> None:
    tx.session.add(
        Comment(
            request_id=request.id,
            person_id=tx.who.person_id,
            at=tx.now,
            kind=kind,
            sealed=tx.sealer.seal("comments", {"text": text}),
        )
    )
    await tx.session.flush()
