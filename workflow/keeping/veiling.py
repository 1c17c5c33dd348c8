"""Whoever has the database and not its key does not learn whose number in a platform somebody has, nor what a group
is called: a desk of an older version comes under its veil when it is opened first, and gets another with a new key."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import structlog

from storage.database.ciphers import SECRET_BYTES, Cipher
from storage.database.failpoints import failpoint
from storage.database.seal import SealBroken
from storage.queries import chats, desk
from storage.queries import requests as rows
from storage.tables.renumbering import VEIL, VEIL_BEFORE, opened_veil, renumber_in, sealed_veil
from storage.tables.veil import CLEAR, Veil
from workflow.kernel.tx import Tx
from workflow.organisation import titles
from workflow.organisation.work import Work
from workflow.record.chains import COVER
from workflow.record.record import record

log = structlog.get_logger(__name__)

BATCH = 25  # what a session is about to write is looked through for each event
TURN = 0x7665696C  # of PostgreSQL: two veils over one desk, and nobody in it is known any more


class VeilGone(Exception):
    """The desk is veiled, and what it is veiled with is not there any more."""


async def veil_of(work: Work) -> Veil:
    """The desk's veil; none yet where it was not opened by this version."""
    async with work.read(short=True) as tx:
        kept = await desk.value(tx.session, VEIL)
        return opened_veil(tx.sealer, kept) if kept is not None else CLEAR


async def settle(work: Work) -> Veil:
    """The desk's veil, which is made and put over everything where there is none yet, in one transaction. Raises
    :class:`VeilGone`."""
    async with work.read(short=True) as tx:
        kept = await desk.value(tx.session, VEIL)
    if kept is not None:
        return opened_veil(work.store.sealer, kept)
    async with work.write() as tx:
        await desk.wait_for_turn(tx.session, TURN)
        kept = await desk.value(tx.session, VEIL)
        if kept is not None:  # another process was faster
            return opened_veil(tx.sealer, kept)
        if await chats.any_sealed(tx.session):
            raise VeilGone("the desk's veil was taken away: nobody in it is known. Restore a backup")
        kept = await _former(tx) or _new(tx, tx.sealer.cipher)
        veil = opened_veil(tx.sealer, kept)
        made = await renumber_in(tx.session, tx.sealer, veil.ours)
        await _origins(tx, veil.ours)
        titled = await _titles(tx)
        await desk.put(tx.session, VEIL, kept)
        if made or titled:
            await record(tx, None, "veil", people=len(made), chats=titled)
        failpoint("veil.written")
    if made or titled:
        log.info("desk_veiled", people=len(made), chats=titled)
    return veil


async def renew(tx: Tx, cipher: Cipher) -> int:
    """Another veil over the desk, of these ciphers; how many numbers are others now. Whoever has kept the secret of
    the one before learns nothing from what is written from then on. None where the desk has no veil yet."""
    kept = await desk.value(tx.session, VEIL)
    if kept is None:
        return 0
    old, anew = opened_veil(tx.sealer, kept), _new(tx, cipher)
    new = opened_veil(tx.sealer, anew)

    def change(number: int) -> int:
        return new.ours(old.theirs(number))

    made = await renumber_in(tx.session, tx.sealer, change)
    await _origins(tx, change)
    await desk.put(tx.session, VEIL, anew)
    return len(made)


def _new(tx: Tx, cipher: Cipher) -> str:
    return sealed_veil(tx.sealer, secrets.token_bytes(SECRET_BYTES), cipher)


async def _former(tx: Tx) -> str | None:
    """The veil that the desk was under before an older version had it."""
    kept = await desk.value(tx.session, VEIL_BEFORE)
    if kept is None:
        return None
    await desk.drop(tx.session, VEIL_BEFORE)
    try:
        opened_veil(tx.sealer, kept)
    except SealBroken:  # the older version was given another key, and does not know of this
        log.warning("former_veil_lost")
        return None
    return kept


async def _origins(tx: Tx, change: Callable[[int], int]) -> None:
    """Requests that were posted in private name that chat in what the record covers."""
    after = 0
    while found := await rows.posted_in_private(tx.session, after=after, limit=BATCH):
        for request in found:
            chat, _, message = (request.origin_key or "").partition(":")
            if chat.isdigit() and change(int(chat)) == request.chat_id:
                request.origin_key = f"{request.chat_id}:{message}"
                await record(tx, request, COVER)
        after = found[-1].id
    await tx.session.flush()


async def _titles(tx: Tx) -> int:
    done = 0
    for chat in await chats.titled(tx.session):
        chat.sealed, chat.title_before = titles.seal(tx.sealer, chat.title_before), ""
        done += 1
    await tx.session.flush()
    return done
