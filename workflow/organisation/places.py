"""Where something is said: the language and zone of a chat, and for which unit somebody asks there."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from storage.queries import people as people_rows
from storage.tables.models import Chat, Person, Unit
from workflow.kernel.errors import Refused
from workflow.kernel.policy import Policy
from workflow.kernel.tx import Tx
from workflow.organisation import groups, units
from workflow.organisation.results import LanguageSet
from workflow.organisation.work import Work
from workflow.record.record import record

#: What people write for a language.
LANGUAGES = {
    "zh": "zh", "zh-cn": "zh", "zh-hans": "zh", "cn": "zh", "chinese": "zh", "中文": "zh", "汉语": "zh",
    "en": "en", "en-us": "en", "en-gb": "en", "english": "en", "英文": "en", "英语": "en",
}  # fmt: skip


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
    if language is None and await groups.is_private(tx, chat_id):
        language = await people_rows.language_of(tx.session, chat_id)
    zone = ZoneInfo(chat.timezone) if chat and chat.timezone else tx.policy.zone
    return Tongue(language or tx.policy.language, zone)


def zone_of(chat: Chat | None, policy: Policy) -> ZoneInfo:
    return ZoneInfo(chat.timezone) if chat and chat.timezone else policy.zone


async def own_unit(tx: Tx) -> Unit:
    """The unit for which the actor asks here. Raises :class:`Refused` where they cannot.

    Who belongs to several of the units here asks for the one they joined first.
    """
    here = [] if tx.alone else list(await groups.units_of(tx, tx.where.chat_id))
    if not here and not tx.alone:
        if await groups.operation_of(tx, tx.where.chat_id) is not None:
            raise Refused("operation.nobody_yet")
        raise Refused("error.group_unbound", example=f"/bind {await units.some_code(tx)}")
    asks_for = [s.unit_id for s in tx.who.standings if not here or s.unit_id in {u.id for u in here}]
    if asks_for:
        own = await units.by_id(tx, asks_for[0])
        if own is not None:
            return own
    if tx.who.pending:
        raise Refused("denied.pending")
    if tx.alone:
        raise Refused("denied.no_unit_private")
    raise Refused("denied.other_unit", unit=[u.name for u in here])


async def choose_language(work: Work, given: str) -> LanguageSet:
    """``/lang``: of a group, by anybody who belongs to it; in private, the person's own."""
    if not given.strip():
        raise Refused("error.language_missing")
    language = LANGUAGES.get(given.strip().lower().replace("_", "-"))
    if language is None:
        raise Refused("error.language", given=given)
    async with work.write() as tx:
        if tx.alone:
            person = await tx.session.get_one(Person, tx.who.person_id)
            person.language = language
        else:
            here = await groups.units_of(tx, tx.where.chat_id)
            if here and not tx.who.admin and not any(u.id in tx.who.units for u in here):
                raise Refused("denied.other_unit", unit=[u.name for u in here])
            chat = await tx.session.get_one(Chat, tx.where.chat_id)
            chat.language = language
            await record(tx, None, "language", chat=chat.id, language=language)
        return await tx.conclude(LanguageSet(language=language))
