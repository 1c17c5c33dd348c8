"""The record compared with all that it covers, and with itself: names the first thing that does not fit.

Every chain is gone along; what its last events say stands in the rows is compared with the rows, and what stands in
the rows and in no event with its checksum. Then what belongs to no request: who people are, who belongs to a unit,
which numbers were given out, what came by which import, and the seals of the days.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from storage.database.seal import SealBroken
from storage.queries import alerts, desk, events, operations, proof, requests, shared, sound
from storage.queries.proof import RequestRow, SaidRow
from storage.tables import checksums, covered
from storage.tables.covered import DESK_CHAIN
from workflow.kernel.numbers import whole_of
from workflow.kernel.tx import Tx
from workflow.record.chains import GENESIS, Claim, Fault, Told, Walk, keyed
from workflow.record.record import heads_hash
from workflow.record.sealing import is_ours
from workflow.record.signed import COUNTED, COVERED, DESK_HEAD, GROUPS, SEALED, read_counted, read_signed

BATCH = 4000  # the way to the database and back costs as much as some hundred rows
_CUT = "the end of its chain is missing"
_LAST = 1 << 62  # no id comes near


@dataclass(frozen=True, kw_only=True, slots=True)
class Broken:
    """The first event or row that does not fit."""

    chain: int
    seq: int
    number: str | None
    why: str


class Stopped(Exception):
    """It was to be ended before it was done."""


async def _at_once() -> None:
    return None


async def verify(
    tx: Tx, *, batch: int = BATCH, rest: Callable[[], Awaitable[None]] = _at_once
) -> tuple[int, Broken | None]:
    """Recompute every chain and compare it with what it covers: how many events are sound, and the first thing
    that is not, if any. After each ``batch`` of events, and of requests, it takes a ``rest``."""
    walk = Walk(sealer=tx.sealer)
    rows = _Rows(tx=tx, batch=batch, rest=rest)
    own = Told(chain=DESK_CHAIN)
    while found := await proof.following(tx.session, walk.chain, walk.seq, limit=batch):
        for event in found:
            if (fault := walk.step(event)) is not None:
                return walk.sound, await _named(tx, fault)
        told = walk.take_finished()
        own = next((one for one in told if one.chain == DESK_CHAIN), own)
        if told and (broken := await rows.compare(told, upto=told[-1].chain)) is not None:
            return walk.sound, broken
        await rest()
    if (fault := walk.end()) is not None:
        return walk.sound, await _named(tx, fault)
    told = walk.take_finished()
    own = next((one for one in told if one.chain == DESK_CHAIN), own)
    broken = await rows.compare(told, upto=_LAST) or await _rest(tx, own, rows) or await _broken_seal(tx)
    return walk.sound, broken


async def _named(tx: Tx, fault: Fault) -> Broken:
    number = await requests.number_of(tx.session, fault.chain)
    return Broken(chain=fault.chain, seq=fault.seq, number=number, why=fault.why)


def _of_desk(why: str, seq: int = 0) -> Broken:
    return Broken(chain=DESK_CHAIN, seq=seq, number=None, why=why)


@dataclass(kw_only=True)
class _Rows:
    """Goes along the requests beside the chains."""

    tx: Tx
    batch: int
    rest: Callable[[], Awaitable[None]]
    done: int = 0  # the id up to which all were compared
    numbers: Counter[tuple[int | None, str]] = field(default_factory=Counter)  # per asking unit and year
    parts: dict[str, set[int]] = field(default_factory=dict)  # of each request that was split

    async def compare(self, told: Sequence[Told], *, upto: int) -> Broken | None:
        """The requests up to an id with what their chains say."""
        left = {one.chain: one for one in told if one.chain != DESK_CHAIN}
        session = self.tx.session
        while found := await proof.requests(session, after=self.done, last=upto, limit=self.batch):
            said: defaultdict[int, list[SaidRow]] = defaultdict(list)
            for row in await proof.said(session, first=found[0].id, last=found[-1].id):
                said[row.request_id].append(row)
            for request in found:
                chain = left.pop(request.id, None) or Told(chain=request.id)
                if (why := self._why(request, chain, said[request.id])) is not None:
                    number = request.fact("number") or request.fact("external_id")
                    return Broken(chain=request.id, seq=chain.seq, number=number, why=why)
                self._count(request)
            self.done = found[-1].id
            if len(found) < self.batch:
                break
            await self.rest()
        self.done = max(self.done, min(upto, _LAST))
        for lost in left.values():
            return Broken(chain=lost.chain, seq=lost.seq, number=None, why="the request itself is missing")
        return None

    def _count(self, request: RequestRow) -> None:
        number = request.fact("number")
        if (whole := whole_of(number)) is not None:
            self.parts.setdefault(whole, set()).add(int(number.rpartition("-")[2]))
        elif number is not None:
            self.numbers[request.fact("from_unit_id"), number.rpartition("-")[0][-2:]] += 1

    def _why(self, request: RequestRow, told: Told, said: Sequence[SaidRow]) -> str | None:
        sealer = self.tx.sealer
        if request.mac is None:
            return "its row stands outside the record"
        if (request.event_seq, request.event_head or GENESIS) != (told.seq, told.head):
            return _CUT
        said_facts = checksums.canonical(request.facts)  # once for both
        facts = sealer.mac("requests", said_facts + request.sealed)
        place = (request.id, request.import_id, request.event_seq, request.event_head)
        if request.mac != checksums.request_mac(sealer, facts, place):
            return (
                "its row was changed (who asked whom, how it stands, what it says, or where its chain ends)"
            )
        try:
            if told.holds is not None:
                salt, hashed = told.holds
                if hashed != keyed(salt, said_facts + sealer.unseal_bytes("requests", request.sealed)):
                    return "its row says another thing than its record"
            return self._said_otherwise(told, said)
        except SealBroken as broken:
            return f"cannot be unsealed ({broken})"

    def _said_otherwise(self, told: Told, said: Sequence[SaidRow]) -> str | None:
        left = {name: claim for name, claim in told.said.items() if claim[1] is not None}
        for row in said:
            name = f"{row.table}:{row.id}"
            claim = left.pop(name, None)
            if claim is not None:
                form = covered.said_form(self.tx.sealer, row.table, row.request_id, row.columns, row.sealed)
                if claim[1] != keyed(claim[0], form):
                    return f"{_called(name)} was changed, or put in the place of another"
            elif row.mac is None or row.mac != self._mac(row):
                return f"{_called(name)} was slipped in, or changed"
        there = {row.id for row in said if row.table == "answers"}
        left |= {f"answers:{number}": ("", "") for number in told.answers - there}
        return f"{_called(next(iter(left)))} is missing" if left else None

    def _mac(self, row: SaidRow) -> bytes:
        said = checksums.said_mac(self.tx.sealer, row.table, row.columns, row.sealed)
        return checksums.row_mac(self.tx.sealer, row.table, said, row.request_id)


def _called(name: str) -> str:
    table, _, number = name.partition(":")
    return f"{table.removesuffix('s')} {number}"


async def _rest(tx: Tx, told: Told, rows: _Rows) -> Broken | None:
    """What belongs to no request."""
    return (
        await _broken_mark(tx)
        or await _broken_head(tx, told)
        or await _broken_count(tx, told)
        or await _broken_people(tx)
        or await _broken_memberships(tx, told)
        or await _broken_duty(tx, told)
        or await _broken_bindings(tx, told)
        or await _broken_operations(tx)
        or await _broken_numbers(tx, rows)
        or await _broken_imports(tx, told)
    )


async def _broken_mark(tx: Tx) -> Broken | None:
    """That a desk is covered is said once, when it is opened first. Without that word rows with checksums have been
    covered before, and somebody wants them covered anew, as they stand now."""
    kept = await desk.value(tx.session, COVERED)
    if kept is None and await proof.any_covered(tx.session):
        return _of_desk("the mark since when rows are covered was taken away")
    groups = await desk.value(tx.session, GROUPS)
    if any(
        value is not None and read_signed(tx.sealer, key, value) is None
        for key, value in ((COVERED, kept), (GROUPS, groups))
    ):
        return _of_desk("the mark since when rows are covered was set by hand")
    return None


async def _broken_head(tx: Tx, told: Told) -> Broken | None:
    kept = await desk.value(tx.session, DESK_HEAD)
    value = read_signed(tx.sealer, DESK_HEAD, kept) if kept is not None else None
    if kept is not None and value is None:
        return _of_desk("where its chain ends was set by hand", told.seq)
    if (value or f"0:{GENESIS.hex()}") != f"{told.seq}:{told.head.hex()}":
        return _of_desk(_CUT, int(value.partition(":")[0]) if value else 0)
    return None


async def _broken_count(tx: Tx, told: Told) -> Broken | None:
    kept = await desk.value(tx.session, COUNTED)
    if kept is None:
        return _of_desk("how many events there are was taken away") if told.counted else None
    value = read_signed(tx.sealer, COUNTED, kept)
    if value is None:
        return _of_desk("how many events there are was set by hand")
    last, many = read_counted(value)
    there = await proof.count_events(tx.session, after=0, last=last)
    return None if there == many else _of_desk(f"of {many} events that were written {there} are there")


async def _broken_people(tx: Tx) -> Broken | None:
    for row in await proof.people(tx.session):
        if row.mac is None or row.mac != covered.person_mac(tx.sealer, row.id, row.chat_id, row.sealed):
            return _of_desk(f"person {row.id} was changed, put in the place of another, or slipped in")
        name = tx.sealer.unseal("people", row.sealed).get("username", "")
        if row.username_key not in (None, covered.username_key(tx.sealer, name)):
            return _of_desk(f"person {row.id} is found by the username of another")
    for channel, native_id, person, mac in await proof.accounts(tx.session):
        if mac is None or mac != covered.account_mac(tx.sealer, channel, native_id, person):
            return _of_desk(f"an account of person {person} was given to them by hand")
    return None


async def _broken_memberships(tx: Tx, told: Told) -> Broken | None:
    left = _claims(told, "memberships:")
    for number, values in (await proof.memberships(tx.session)).items():
        claim = left.pop(f"memberships:{number}", None)
        if claim is None:
            return _of_desk(f"membership {number} was slipped in: no event says who let them in")
        if claim[1] != keyed(claim[0], covered.belongs_form(values)):
            return _of_desk(f"membership {number} was changed by hand")
    return _of_desk(f"{_called(next(iter(left)))} is missing") if left else None


async def _broken_duty(tx: Tx, told: Told) -> Broken | None:
    """Who stands in for a unit may handle its requests. A row that is gone gives nothing: an older version, to which
    a desk went down in between, has none of them."""
    for name, values in (await proof.duty(tx.session)).items():
        salt, hashed = told.said.get(name, ("", None))
        if hashed is None:
            return _of_desk(f"{_called(name)} was slipped in: no event says who set it")
        if hashed != keyed(salt, covered.duty_form(values)):
            return _of_desk(f"{_called(name)} was changed by hand")
    return None


async def _broken_bindings(tx: Tx, told: Told) -> Broken | None:
    """A group that is somebody's private chat would be told what is for one person."""
    left = _claims(told, covered.GROUP)
    marked = await desk.value(tx.session, GROUPS) is not None
    if left and not marked:
        return _of_desk("the mark since when groups are covered was taken away")
    for (chat_id, unit_id), (kind, values) in (await proof.bindings(tx.session)).items():
        which = f"that group {chat_id} belongs to unit {unit_id}"
        claim = left.pop(covered.binding(chat_id, unit_id), None)
        if kind == "private":
            return _of_desk(f"group {chat_id} is said to be one person's")
        if claim is None and marked:
            return _of_desk(f"{which} was slipped in: no event says who bound it")
        if claim is not None and claim[1] != keyed(claim[0], checksums.canonical(values)):
            return _of_desk(f"{which}, and to what end, was changed by hand")
    return _of_desk(f"that a group belongs to a unit ({next(iter(left))}) is missing") if left else None


async def _broken_operations(tx: Tx) -> Broken | None:
    """Who takes part in one, and until when, decides what its group sees; and what was said to whom in alerts."""
    for row in await operations.every(tx.session):
        if not sound.is_sound(tx.sealer, row):
            return _of_desk(f"operation {row.id} was changed by hand (its group, who takes part, until when)")
    for alert in await alerts.every(tx.session):
        if not sound.is_sound(tx.sealer, alert):
            return _of_desk(f"alert {alert.id} was changed by hand (what it says, who has seen it)")
    for note in await shared.every(tx.session):
        if not sound.is_sound(tx.sealer, note):
            return _of_desk(f"note {note.id} was changed by hand (what it says, with whom it is shared)")
    return None


def _claims(told: Told, beginning: str) -> dict[str, Claim]:
    """What the chain says of the rows of one sort that are there."""
    return {
        name: said for name, said in told.said.items() if said[1] is not None and name.startswith(beginning)
    }


async def _broken_numbers(tx: Tx, rows: _Rows) -> Broken | None:
    """Numbers are given out one after the other: as many as the last one says must be there."""
    for whole, parts in rows.parts.items():
        if len(parts) != max(parts):
            return _of_desk(f"of {max(parts)} parts that {whole} was split into, {len(parts)} are there")
    for unit_id, year, last, mac in await proof.counters(tx.session):
        if mac is None or mac != covered.counter_mac(tx.sealer, unit_id, year, last):
            return _of_desk(f"which number unit {unit_id} was given last in {year} was set by hand")
        there = rows.numbers.pop((unit_id, f"{year % 100:02d}"), 0)
        if there != last:
            return _of_desk(f"of {last} requests that unit {unit_id} asked in {year}, {there} are there")
    for (unit, digits), there in rows.numbers.items():
        return _of_desk(
            f"of unit {unit} there are {there} requests of {digits} that no number was given out for"
        )
    return None


async def _broken_imports(tx: Tx, told: Told) -> Broken | None:
    there = await proof.imported(tx.session)
    for import_id, taken in told.imports.items():
        if there.get(import_id, 0) != taken:
            why = f"of {taken} requests that came by import {import_id}, {there.get(import_id, 0)} are there"
            return _of_desk(why)
    return None


async def _broken_seal(tx: Tx) -> Broken | None:
    after, prev, last = 0, GENESIS, ""
    for seal in await events.seals(tx.session):
        fits = seal.prev == prev and seal.hash == await heads_hash(tx, after, seal.last_event_id, prev)
        if not fits:
            return _of_desk(f"the seal of {seal.day} does not fit")
        if not await is_ours(tx, seal):
            return _of_desk(f"the seal of {seal.day} was made by somebody without the key")
        after, prev, last = seal.last_event_id, seal.hash, seal.day.isoformat()
    kept = await desk.value(tx.session, SEALED)
    if (read_signed(tx.sealer, SEALED, kept) if kept is not None else "") != last:
        return _of_desk("the newest seal is missing")
    return None
