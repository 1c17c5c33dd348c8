"""A change of the key, with rows in every table: what is plain stays as it was, and nothing opens with the old key."""

from __future__ import annotations

import asyncio
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update

from matching.compare.engine import Engine
from matching.compare.packing import pack, unpack
from matching.identifiers.values import Identifier, Record, Subject
from storage.copies import rekey
from storage.copies.rekey import sealed_tables
from storage.database.engine import KeyChanged, Store
from storage.database.seal import SealBroken, Sealer
from storage.queries import desk, leases, people, replicas
from storage.tables import schema
from storage.tables.covered import username_key
from storage.tables.models import Base, Desk, Event, MatchKey, MatchRecord, Person
from tests.integration import compiled
from tests.integration.storage.seed import ROWS, seed
from workflow.keeping import rekey as change
from workflow.kernel.policy import Policy
from workflow.organisation.work import Work
from workflow.reuse.reuse import hash_of

NEW = Sealer(b"n" * 32)
ENGINE = Engine({})
NOW = datetime(2026, 12, 1, tzinfo=UTC)
NAMED = range(1, ROWS, 2)  # people who have the username that their profile says


def work(store: Store) -> Work:
    return Work(store=store, policy=Policy.__new__(Policy), engine=ENGINE, clock=lambda: NOW)


async def changed(store: Store, **given: Any) -> int:
    """The key changed to :data:`NEW`; how many values were sealed."""
    return await change.run(
        work(store),
        NEW,
        ready=given.get("ready", lambda: None),
        progress=given.get("progress", lambda _: None),
    )


def a_record(number: int) -> Record:
    phone = Identifier(kind="phone", value=f"1381234567{number}", state="valid")
    return Record(
        id=str(number), type="household", subjects=(Subject(name="张三", ids=(phone,)),), case="",
        reason="核实", asked_at=NOW,
    )  # fmt: skip


@pytest.fixture
async def seeded(store: Store) -> Store:
    """Rows in every table; people, match index and mark are as the desk itself would have them."""
    await seed(store)
    async with store.write() as session:
        await session.execute(delete(MatchKey))
        for number in range(1, ROWS + 1):
            profile = {"name": f"人{number}", "username": f"Name{number}"}
            key = username_key(store.sealer, profile["username"]) if number in NAMED else None
            await session.execute(
                update(Person).where(Person.id == number).values(
                    sealed=store.sealer.seal("people", profile), username_key=key
                )
            )  # fmt: skip
            packed = store.sealer.seal_bytes("match_records", pack(a_record(number)))
            record = update(MatchRecord).where(MatchRecord.request_id == number).values(sealed=packed)
            await session.execute(record)
            for hashed in ENGINE.keys(a_record(number), hash_of(store.sealer)):
                await session.execute(insert(MatchKey).values(key=hashed, request_id=number))
        if store.dialect == "postgresql":  # the rows of the seed came with their numbers
            for table in ("events", "people"):
                sequence = f"pg_get_serial_sequence('{table}', 'id')"
                await session.execute(text(f"SELECT setval({sequence}, {ROWS})"))
    await schema.check_key(store)
    return store


@pytest.fixture
async def after(seeded: Store, database_url: str) -> AsyncIterator[Store]:
    """The same database, opened with the new key."""
    opened = compiled.share(Store.open(database_url, sealer=NEW))
    yield opened
    await opened.close()


async def plain(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, its sealed value opened; without the keyed hashes and the mark."""
    found: dict[str, list[dict[str, Any]]] = {}
    async with store.read() as session:
        for table in Base.metadata.sorted_tables:
            rows = await session.execute(select(table).order_by(*table.primary_key.columns))
            found[table.name] = [dict(row) for row in rows.mappings()]
    for name, rows_of in found.items():
        for row in rows_of:
            if "sealed" in row:
                row["sealed"] = store.sealer.unseal_bytes(name, row["sealed"])
            for table_name, column in change.KEYED:
                if table_name == name:
                    del row[column]
    found["match_keys"] = sorted(found["match_keys"], key=lambda row: int(row["request_id"]))
    found["desk"] = [row for row in found["desk"] if row["key"] not in ("key_check", "record_head")]
    return found


async def raw(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    async with store.read() as session:
        return {
            table.name: [
                tuple(row)
                for row in await session.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in Base.metadata.sorted_tables
        }


async def test_every_plain_value_is_what_it_was(seeded: Store, after: Store) -> None:
    before = await plain(seeded)
    told: list[int] = []
    done = await changed(seeded, progress=told.append)
    found = await plain(after)
    event = found["events"].pop()
    assert found == before
    assert (event["chain"], event["action"], event["actor_id"]) == (0, "rekey", None)
    assert done == told[-1] == ROWS * len(sealed_tables()) + 1
    assert told == sorted(told)


async def test_nothing_opens_with_the_old_key_any_more(seeded: Store, after: Store) -> None:
    await changed(seeded)
    rows = await raw(after)
    for table in sealed_tables():
        position = list(table.columns.keys()).index("sealed")
        assert rows[table.name]
        for row in rows[table.name]:
            with pytest.raises(SealBroken):
                seeded.sealer.unseal_bytes(table.name, row[position])
    with pytest.raises(schema.WrongKey):
        await schema.check_key(seeded)
    await schema.check_key(after)


async def test_a_ledger_that_was_sent_and_not_taken_in_can_still_be(seeded: Store, after: Store) -> None:
    kept = {"number": 7, "file_id": "F1"}
    async with seeded.write() as session:
        await desk.put(
            session, f"{change.LEDGER_SENT}1101", b64encode(seeded.sealer.seal("desk", kept)).decode()
        )
    await changed(seeded)
    async with after.read() as session:
        sealed = await desk.value(session, f"{change.LEDGER_SENT}1101")
    assert sealed is not None
    assert NEW.unseal("desk", b64decode(sealed)) == kept


async def test_people_are_found_by_the_username_that_they_had(seeded: Store, after: Store) -> None:
    await changed(seeded)
    async with after.read() as session:
        for number in range(1, ROWS + 1):
            key = username_key(NEW, f"nAME{number}")
            assert key is not None
            found = await people.by_username_key(session, key)
            assert (found.id if found else None) == (number if number in NAMED else None)
            old = username_key(seeded.sealer, f"Name{number}")
            assert old is not None and await people.by_username_key(session, old) is None


async def test_the_match_index_has_the_keys_of_its_records_and_no_others(seeded: Store, after: Store) -> None:
    async with seeded.write() as session:  # as an older normaliser leaves them: they lead to nothing
        await session.execute(insert(MatchKey).values(key=1, request_id=999))
    await changed(seeded)
    async with after.read() as session:
        pairs = {
            (key, number) for key, number in await session.execute(select(MatchKey.key, MatchKey.request_id))
        }
        records = (await session.execute(select(MatchRecord.request_id, MatchRecord.sealed))).all()
    expected = {
        (key, number)
        for number, sealed in records
        for key in ENGINE.keys(unpack(NEW.unseal_bytes("match_records", sealed)), hash_of(NEW))
    }
    assert pairs == expected
    assert {number for _, number in pairs} == set(range(1, ROWS + 1))


async def test_more_rows_than_a_batch_are_all_taken_along(
    seeded: Store, after: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rekey, "BATCH_ROWS", 3)
    before = await plain(seeded)
    await changed(seeded)
    found = await plain(after)
    found["events"].pop()
    assert found == before


@pytest.mark.parametrize("table", [table.name for table in sealed_tables()])
async def test_a_damaged_value_is_named_and_nothing_changes(seeded: Store, table: str) -> None:
    model = Base.metadata.tables[table]
    [key] = model.primary_key.columns
    async with seeded.write() as session:
        sealed = await session.scalar(select(model.c.sealed).where(key == 5))
        assert sealed is not None
        spoiled = sealed[:-1] + bytes([sealed[-1] ^ 1])
        await session.execute(update(model).where(key == 5).values(sealed=spoiled))
    before = await raw(seeded)
    with pytest.raises(change.RekeyRefused, match=f"^{table}, row 5: .*damaged; nothing was changed"):
        await changed(seeded)
    assert await raw(seeded) == before


async def test_a_record_of_another_form_is_named_and_nothing_changes(seeded: Store) -> None:
    async with seeded.write() as session:
        strange = seeded.sealer.seal_bytes("match_records", b"0\x1fof another version")
        await session.execute(update(MatchRecord).where(MatchRecord.request_id == 2).values(sealed=strange))
    before = await raw(seeded)
    with pytest.raises(change.RekeyRefused, match=r"^match_records, row 2: .*reindex"):
        await changed(seeded)
    assert await raw(seeded) == before


async def test_with_another_key_than_the_present_one_nothing_is_begun(seeded: Store, after: Store) -> None:
    before = await raw(seeded)
    ready: list[str] = []
    with pytest.raises(change.RekeyRefused, match="another key"):
        await changed(after, ready=lambda: ready.append("written"))
    assert not ready
    assert await raw(seeded) == before


async def test_the_new_key_is_safe_before_anything_is_changed(seeded: Store) -> None:
    def full_disk() -> None:
        raise OSError("no space left on device")

    before = await raw(seeded)
    with pytest.raises(OSError, match="no space"):
        await changed(seeded, ready=full_disk)
    assert await raw(seeded) == before


async def test_who_writes_meanwhile_waits_and_then_keeps_nothing(
    seeded: Store, after: Store, second_store: Store
) -> None:
    """An import that was begun with the old key must not go on with it."""
    await schema.check_key(second_store)

    async def writes() -> None:
        async with second_store.write() as session:
            sealed = second_store.sealer.seal("people", {"name": "late", "username": ""})
            await people.add(session, "telegram", "4711", chat_id=4711, sealed=sealed, at=NOW)

    begun: list[asyncio.Task[None]] = []

    def progress(_done: int) -> None:
        if not begun:
            begun.append(asyncio.create_task(writes()))

    await changed(seeded, progress=progress)
    with pytest.raises(KeyChanged):
        await begun[0]
    with pytest.raises(KeyChanged):
        await writes()
    async with after.read() as session:
        assert await people.by_account(session, "telegram", "4711") is None
    await plain(after)


@pytest.mark.postgresql
@pytest.mark.parametrize("sign", ["lease", "presence"])
async def test_nothing_is_changed_under_a_running_bot(postgresql_url: str, sealer: Sealer, sign: str) -> None:
    store = compiled.share(Store.open(postgresql_url, sealer=sealer))
    await schema.check_key(store)
    now, span = datetime.now(UTC), timedelta(minutes=1)
    async with store.write() as session:
        if sign == "lease":
            assert await leases.acquire(session, "leader", "host:7", now, span)
        else:
            await replicas.enter(session, "host:7", now=now, ttl=span)
    with pytest.raises(change.RekeyRefused, match=r"host:7.*stop it first"):
        await changed(store)
    async with store.read() as session:
        assert (await session.scalars(select(Event))).all() == []
        mark = await session.get_one(Desk, "key_check")
    assert schema.opens(sealer, mark.value)
    await store.close()


@pytest.mark.postgresql
async def test_a_transaction_that_does_not_end_is_not_waited_for_long(
    postgresql_url: str, sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rekey, "LOCK_SECONDS", 0.05)
    store = compiled.share(Store.open(postgresql_url, sealer=sealer))
    await schema.check_key(store)
    async with store.write() as session:
        session.add(Desk(key="slow", value="import"))
        await session.flush()
        with pytest.raises(
            change.RekeyRefused, match=r"something else is at work on the database .*: stop it"
        ):
            await changed(store)
    await store.close()
