"""The file that an admin has sent to be taken in: where it lies at the chat platform, and what is read of it.

Between looking and taking in nothing is kept but that, so a restart forgets nothing and no copy stays here.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any

from storage.ledger.reading import LedgerReader, Reading
from storage.queries import desk as desk_rows
from workflow.keeping.rekey import LEDGER_SENT
from workflow.kernel.errors import Refused
from workflow.kernel.tx import Tx
from workflow.ledger import layouts, taking
from workflow.ledger.batches import Batch, chunks, prepare
from workflow.ledger.rows import Preparer
from workflow.notices.attachments import FileIn
from workflow.organisation.work import Work

MAX_BYTES = 20_000_000  # what a bot may fetch (Bot API, getFile)
_UNSAFE = re.compile(r"[^\w.()（）【】《》 -]|^\.+")
_LONGEST_NAME = 60  # characters, of at most four bytes: a disk takes 255
MAX_ROWS = 20_000  # are taken in within a third of an update's time; more are for the command line


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """``number``: by which its buttons name it; ``given``: how its columns were explained; ``headers``: sheet and line
    of a header that was pointed at; ``perhaps`` and ``rows``: column and field, sheet and line that buttons propose."""

    number: int
    file: FileIn
    given: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, int] = field(default_factory=dict)
    perhaps: Sequence[tuple[str, str]] = ()
    rows: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    reader: LedgerReader
    batches: Sequence[Batch]


async def keep(tx: Tx, sent: Sent) -> None:
    """One ledger at a time for each admin: in the place of the one before."""
    file = sent.file
    plain: dict[str, Any] = {
        "number": sent.number,
        "file_id": file.file_id,
        "name": file.name,
        "size": file.size,
    }
    plain |= {"given": dict(sent.given), "perhaps": list(sent.perhaps)}
    plain |= {"headers": dict(sent.headers), "rows": list(sent.rows)}
    sealed = tx.sealer.seal("desk", plain)
    await desk_rows.put(tx.session, _key(tx.who.chat_id), b64encode(sealed).decode())


async def kept(work: Work, chat_id: int | None) -> Sent | None:
    """The last ledger that this admin has sent."""
    async with work.read(short=True) as tx:
        sealed = await desk_rows.value(tx.session, _key(chat_id))
        plain: dict[str, Any] = tx.sealer.unseal("desk", b64decode(sealed)) if sealed else {}
    if not plain:
        return None
    file = FileIn(
        kind="document", file_id=plain["file_id"], unique_id="", name=plain["name"], size=plain["size"]
    )
    return Sent(
        number=plain["number"],
        file=file,
        given=plain.get("given", {}),
        headers=plain.get("headers", {}),
        perhaps=[(column, name) for column, name in plain.get("perhaps", ())],
        rows=[(sheet, line) for sheet, line in plain.get("rows", ())],
    )


async def forget(tx: Tx) -> None:
    await desk_rows.drop(tx.session, _key(tx.who.chat_id))


def _key(chat_id: int | None) -> str:
    return f"{LEDGER_SENT}{chat_id}"


@contextmanager
def place_for(name: str) -> Iterator[Path]:
    """Where a file may lie while it is read, in a folder for its owner alone."""
    with tempfile.TemporaryDirectory(prefix="crossbeat-") as folder:
        yield Path(folder) / _safe(name)


def _safe(name: str) -> str:
    """A file's name as it is shown, without what a disk would not take."""
    return _UNSAFE.sub("_", PurePath(name).name)[-_LONGEST_NAME:] or "ledger"


async def fetch(work: Work, file: FileIn, path: Path) -> None:
    """Brings the file. Raises :class:`Refused` for one that is too large."""
    if work.fetch is None:
        raise RuntimeError("this work has no channel to fetch files from")
    if (file.size or 0) > MAX_BYTES:
        raise Refused("ledger.too_large", name=file.name, limit=MAX_BYTES // 1_000_000)
    await work.fetch(file.file_id, path)


async def read(work: Work, path: Path, one: Sent, *, rehearsal: bool) -> Read:
    """The whole file, as it was explained, read and made ready beside the event loop.

    Raises :class:`Refused` for one with too many rows, ``LedgerUnreadable``.
    """
    preparer = await taking.preparer(in_steps(work), rehearsal=rehearsal)
    async with work.read() as tx:
        explained = await layouts.explained(tx)
    reader = LedgerReader(path, Reading(given=one.given, headers=one.headers, layouts=explained))
    await asyncio.to_thread(reader.look)
    async with work.read() as tx:
        known = {layout: await layouts.remembered(tx, layout) for layout in reader.layouts()}
    return await asyncio.to_thread(_prepared, reader, preparer, known)


def in_steps(work: Work) -> Work:
    """The same work in several transactions: the update is not done before its end."""
    return replace(work, update_id=None, sender=None, place=None)


def _prepared(reader: LedgerReader, preparer: Preparer, known: Mapping[str, Mapping[str, str]]) -> Read:
    found = []
    with reader:
        reader.understand(is_type=lambda word: bool(preparer.engine.resolve_type(word)), remembered=known)
        for chunk in chunks(itertools.islice(reader.unread(), MAX_ROWS + 1)):
            batch = prepare(chunk, preparer)
            batch.items, batch.preparer = chunk, preparer
            reader.met(batch.unknown)
            found.append(batch)
    if sum(len(batch.items) for batch in found) > MAX_ROWS:
        raise Refused("ledger.too_many", limit=MAX_ROWS)
    return Read(reader=reader, batches=found)
