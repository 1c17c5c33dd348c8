"""What is kept for good is looked at again: once a month each unit's liaisons hear how much of it has been over for
half a year, by type. They say whether it is still needed; nothing is deleted by this."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from storage.queries import desk
from storage.queries import people as people_rows
from storage.queries import purging as rows
from storage.tables.words import Lane
from workflow.kernel.labels import type_label
from workflow.kernel.roles import LEADING
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.organisation import units
from workflow.organisation.work import Work
from workflow.record.record import record

REVIEWED = "reviewed"  # the value of the desk that says for which month it was said
LOCK = 0x7265766965  # of PostgreSQL; any number that nothing else of ours uses


async def run(work: Work) -> int:
    """Says it, from the hour of the digest of a month's first day on; how many people were told."""
    after = work.policy.review_after
    if after is None:
        return 0
    local = work.clock().astimezone(work.policy.zone)
    month = f"{local:%Y-%m}"
    if local.day == 1 and local.time() < work.policy.digest_at:
        return 0
    async with work.read(short=True) as tx:
        if await desk.value(tx.session, REVIEWED) == month:
            return 0
    async with work.read() as tx:  # counting takes long: not under the write lock
        counted = await _counted(tx, tx.now - after)
    async with work.write() as tx:
        await desk.wait_for_turn(tx.session, LOCK)
        if await desk.value(tx.session, REVIEWED) == month:  # another process was faster
            return 0
        await desk.put(tx.session, REVIEWED, month)
        told = 0
        for unit_id, types in sorted(counted.items()):
            told += await _tell(tx, unit_id, types)
        if counted:
            await record(tx, None, "review", units=len(counted), told=told)
        return told


async def _counted(tx: Tx, before: datetime) -> dict[int, Counter[str]]:
    """Unit -> type -> how many requests that it asked or was asked are kept for good and were over before a time."""
    kept = [key for key in await rows.types(tx.session) if tx.policy.kept_for(key) is None]
    counted: dict[int, Counter[str]] = {}
    for one in await rows.kept_long(tx.session, before, kept):
        for unit_id in {one.from_unit_id, one.to_unit_id}:
            if unit_id is not None:
                counted.setdefault(unit_id, Counter())[one.type] += one.requests
    return counted


async def _tell(tx: Tx, unit_id: int, types: Mapping[str, int]) -> int:
    unit = (await units.current(tx)).by_id.get(unit_id)
    if unit is None:  # retired
        return 0
    told = t(
        "review.kept",
        unit=unit.name,
        count=sum(types.values()),
        after=tx.policy.review_after,
        types=[t("review.type", type=_label(tx, key), count=types[key]) for key in sorted(types)],
    )
    people = await people_rows.with_role(tx.session, unit_id, LEADING)
    chats = sorted({person.open_chat for person in people if person.open_chat is not None})
    for chat_id in chats:
        await tx.say(told, chat_id=chat_id, lane=Lane.DIGEST)
    return len(chats)


def _label(tx: Tx, key: str) -> Text:
    rule = tx.policy.types.get(key)
    return type_label(rule) if rule else t("plain", text=key)
