"""What lies sealed in a row of the inbox: what came, with its number and when it did, so that no row can be given the
words of another, and a repeat of what was handled is known for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.channels.channel import Raw, Unreadable
from bot.channels.registry import Channels
from storage.database.seal import Sealer
from storage.tables.models import InboxUpdate


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    raw: Raw
    arrived: datetime


_WHERE = "kept"  # beside what came, where older versions look past it


def seal(sealer: Sealer, number: int, raw: Raw, at: datetime) -> bytes:
    """``number``: of the row."""
    return sealer.seal("inbox", {**raw, _WHERE: {"id": number, "at": at.isoformat()}})


def unseal(sealer: Sealer, row: InboxUpdate, channels: Channels) -> Kept:
    """What was kept in this row. Raises :class:`Unreadable` where that is nothing any more, or another's; and
    :class:`storage.database.seal.SealBroken`."""
    plain = sealer.unseal("inbox", row.sealed)
    if plain is None:
        raise Unreadable("it was handled before, and was put back by hand")
    where = plain.pop(_WHERE, None)
    if where is not None:
        kept, number = Kept(raw=plain, arrived=datetime.fromisoformat(where["at"])), where["id"]
    else:  # as older versions kept it
        kept = Kept(raw=plain, arrived=row.received_at)
        entry = channels.of(row.update_id)
        own = entry.receiver.number_of(plain) if entry is not None else None
        number = entry.ours(own) if entry is not None and own is not None else None
    if number != row.update_id:
        raise Unreadable("it came as another update, and was put into this row by hand")
    return kept
