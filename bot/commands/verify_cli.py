"""``crossbeat verify``: the record recomputed and compared with all that it covers."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bot.commands.telling import tell_terminal
from bot.runtime.failure import Failure
from bot.runtime.opening import opened
from bot.settings.model import Settings
from storage.database.locked import LOCKED
from storage.queries import events
from storage.tables.models import Request
from workflow.keeping.covering import covered_since
from workflow.kernel.tx import Tx
from workflow.record import handing
from workflow.record.handing import sheet
from workflow.record.record import record
from workflow.record.sealing import NoSigningKey, public_key
from workflow.record.verifying import verify as verify_all
from workflow.request.requests import find_number

_SEAL = re.compile(r"[0-9a-fA-F]{64}")


async def verify(settings: Settings, *, seal: Sequence[str] | None) -> int:
    """Says how many events are sound and since when the record covers rows too, or the first thing that is not;
    ``seal``: a day and what stands in a digest of it, to be compared. Raises :class:`Failure`."""
    asked = _asked(seal) if seal is not None else None
    async with opened(settings, sync=False) as desk, desk.work().read() as tx:
        checked, broken = await verify_all(tx)
        if broken is not None:
            where = broken.number or ("the desk" if broken.chain == 0 else f"chain {broken.chain}")
            sys.stdout.write(
                f"broken: {where}, event {broken.seq}: {broken.why} ({checked} events are sound)\n"
            )
            return 1
        since = await covered_since(tx)
        sys.stdout.write(f"{checked} events, all sound\n")
        if since is not None:  # beside the result, which scripts read
            local = since.astimezone(desk.policy.zone)
            sys.stderr.write(f"Rows are covered since {local:%Y-%m-%d %H:%M}.\n")
        return 0 if asked is None else await _compare(tx, *asked)


def _asked(seal: Sequence[str]) -> tuple[date, str]:
    try:
        day = date.fromisoformat(seal[0])
    except ValueError:
        raise Failure(f"--seal: {seal[0]!r} is no date: write it as 2026-12-01") from None
    if not _SEAL.fullmatch(seal[1]):
        raise Failure("--seal: a seal has 64 hexadecimal digits, as it stands in the digest")
    return day, seal[1].lower()


async def _compare(tx: Tx, day: date, said: str) -> int:
    kept = await events.seal_of(tx.session, day)
    if kept is None:
        sys.stdout.write(f"broken: no seal of {day} is here, and a digest has one\n")
        return 1
    if kept.hash.hex() != said:
        sys.stdout.write(
            f"broken: the record of {day} is another than the digest's: here its seal is {kept.hash.hex()}\n"
        )
        return 1
    sys.stdout.write(f"the seal of {day} is the digest's\n")
    return 0


async def export(settings: Settings, number: str, output: Path | None) -> int:
    """Writes the record of a request, which says that it was written; tells the desk's public key. Raises
    :class:`Failure`."""
    async with opened(settings, sync=False) as desk, desk.work().write() as tx:
        known = await find_number(tx, number)
        if known is None:
            raise Failure(f"there is no request {number}; KS26-0042 would be a number")
        request = await tx.session.get_one(Request, known.id, with_for_update=LOCKED, populate_existing=True)
        try:
            public = await public_key(tx)
        except NoSigningKey as none:
            raise Failure(f"nothing is written: {none}") from None
        written = json.dumps(await sheet(tx, request), ensure_ascii=False, indent=1)
        await record(tx, request, "audited", by="command line")
    if output is None:
        sys.stdout.write(written + "\n")
    else:
        try:
            with os.fdopen(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(written + "\n")
        except OSError as error:
            raise Failure(f"{output} cannot be written: {error.strerror}") from None
    tell_terminal(
        f"it holds what was said in clear. The desk's public key, to be given another way: {public}"
    )
    return 0


def prove(path: Path, key: str | None) -> int:
    """Says what a record proves that a desk has written, without that desk. Raises :class:`Failure`."""
    if key is None:
        raise Failure("--record needs --public-key, which the desk tells when it writes the record")
    try:
        found = handing.prove(json.loads(path.read_text("utf-8")), key)
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}") from None
    except ValueError:
        raise Failure(f"{path} is no JSON") from None
    except handing.SheetBroken as broken:
        sys.stdout.write(f"broken: {broken}\n")
        return 1
    until = f"{found.sealed} of them under the desk's seal of {found.day}" if found.day else "none sealed yet"
    sys.stdout.write(f"{found.number}: {found.events} events, all sound, {until}\n")
    return 0
