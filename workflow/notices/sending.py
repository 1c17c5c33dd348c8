"""What somebody asked for that is made when it is sent: a request in full, a ledger, a digest."""

from __future__ import annotations

from typing import Any

from storage.tables.words import Lane, LineKind, PostPurpose
from workflow.figures.week import WeekView
from workflow.kernel.errors import Refused
from workflow.kernel.text import Text
from workflow.kernel.tx import Tx
from workflow.notices.cards_view import DigestView
from workflow.notices.offers_shown import OfferedTo


async def send_in_full(
    tx: Tx, request_id: int, *, offered: OfferedTo | None = None, purpose: str | None = None
) -> None:
    """A request unmasked, to the private chat of who acts and has opened it, where it stands for a time."""
    payload: dict[str, Any] = {"person_id": tx.who.person_id, "opened": True}
    if purpose is not None:
        payload["purpose"] = purpose
    if offered is not None:
        payload |= {"offered_to": offered.request_id, "side": offered.side}
    await tx.queue(LineKind.REVEAL, chat_id=_own_chat(tx), request_id=request_id, payload=payload)


async def send_ledger(tx: Tx, unit_id: int) -> None:
    """A unit's ledger, to the private chat of who acts."""
    payload = {"unit_id": unit_id, "person_id": tx.who.person_id}
    await tx.queue(LineKind.EXPORT, chat_id=_own_chat(tx), lane=Lane.DIGEST, payload=payload)


async def send_trail(tx: Tx, kept: int) -> None:
    """What somebody found in the record, to the private chat of who acts."""
    payload = {"kept": kept, "person_id": tx.who.person_id}
    await tx.queue(LineKind.TRAIL, chat_id=_own_chat(tx), lane=Lane.DIGEST, payload=payload)


async def send_picture(tx: Tx, view: WeekView, theme: str) -> None:
    """A unit's week as a picture, as an answer to the message at hand."""
    await tx.queue(
        LineKind.PICTURE,
        chat_id=tx.where.chat_id,
        thread_id=tx.where.thread_id,
        reply_to=tx.where.message_id,
        lane=Lane.DIGEST,
        purpose=PostPurpose.DIGEST,
        payload={"view": view.to_json(), "theme": theme},
    )


async def send_report(tx: Tx, *, unit_id: int, period: str, tree: bool) -> None:
    """The figures of a year or a month, to the private chat of who acts."""
    payload = {"unit_id": unit_id, "person_id": tx.who.person_id, "period": period, "tree": tree}
    await tx.queue(LineKind.REPORT, chat_id=_own_chat(tx), lane=Lane.DIGEST, payload=payload)


async def send_made(tx: Tx, name: str, content: str, *, caption: Text) -> None:
    """A file that was made, to the private chat of who acts."""
    payload = {"name": name, "content": content, "caption": caption}
    await tx.queue(LineKind.DOCUMENT, chat_id=_own_chat(tx), payload=payload)


def _own_chat(tx: Tx) -> int:
    """The private chat of who acts. Raises :class:`Refused` where their channel has told us of none yet."""
    if tx.who.chat_id is None:
        raise Refused("error.no_private_chat", bot=tx.policy.bot_username)
    return tx.who.chat_id


async def send_digest(tx: Tx, view: DigestView) -> None:
    """A digest, as an answer to the message at hand."""
    await tx.queue(
        LineKind.DIGEST,
        chat_id=tx.where.chat_id,
        thread_id=tx.where.thread_id,
        reply_to=tx.where.message_id,
        lane=Lane.DIGEST,
        purpose=PostPurpose.DIGEST,
        payload={"view": view.to_json()},
    )
