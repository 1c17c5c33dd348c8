"""Where something is said: the language and zone of a chat, and for which unit somebody asks there."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select

from storage import chats as rows
from storage.models import Chat, Person, Unit
from workflow.errors import Refused
from workflow.people import unit_at_hand
from workflow.policy import Policy
from workflow.work import Tx


@dataclass(frozen=True, slots=True)
class Tongue:
    language: str
    zone: ZoneInfo


async def tongue(tx: Tx, chat_id: int) -> Tongue:
    """The language and zone in which a chat reads: a group's own, a person's own, else the desk's.

    In a group the chat's setting wins over what a member's client says.
    """
    chat = await tx.session.get(Chat, chat_id)
    language = chat.language if chat else None
    if chat_id > 0 and language is None:
        language = await tx.session.scalar(select(Person.language).where(Person.telegram_id == chat_id))
    zone = ZoneInfo(chat.timezone) if chat and chat.timezone else tx.policy.zone
    return Tongue(language or tx.policy.language, zone)


def zone_of(chat: Chat, policy: Policy) -> ZoneInfo:
    return ZoneInfo(chat.timezone) if chat.timezone else policy.zone


async def own_unit(tx: Tx) -> Unit:
    """The unit for which the actor asks here. Raises :class:`Refused` where that cannot be told."""
    here = [] if tx.where.private else list(await rows.units_of(tx.session, tx.where.chat_id))
    if not here and not tx.where.private:
        raise Refused("error.group_unbound")
    if not tx.who.standings and tx.who.pending:
        raise Refused("denied.pending")
    if tx.where.private and not tx.who.standings:
        raise Refused("denied.no_unit_private")
    if here and not any(u.id in tx.who.units for u in here):
        raise Refused("denied.other_unit", unit="、".join(u.name for u in here))
    return await unit_at_hand(tx, "ask")
