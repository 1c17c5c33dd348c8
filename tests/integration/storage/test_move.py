from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.copies import copying, move
from storage.copies.copying import sums
from storage.database.engine import Store
from storage.database.seal import Sealer
from storage.tables import schema
from storage.tables.models import InboxUpdate, Unit
from tests.integration.postgresql import Databases
from tests.integration.storage.seed import COUNTS, ROWS, count_rows, seed

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(params=BOTH)
async def target(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sealer: Sealer
) -> AsyncIterator[Store]:
    """A database without tables."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('target')}/target.db"
    else:
        databases: Databases = request.getfixturevalue("postgresql_databases")
        url = databases.empty()
    opened = Store.open(url, sealer=sealer)
    yield opened
    await opened.close()


async def hashes(store: Store) -> dict[str, copying.TableSum]:
    async with store.read() as session:
        return await sums(session)


async def test_a_move_there_and_back_keeps_every_row(store: Store, target: Store, sqlite_url: str) -> None:
    await seed(store)
    before = await hashes(store)
    told: list[tuple[str, int, int]] = []
    moved = await move.move(store, target, lambda *step: told.append(step))
    assert moved.tables == before == await hashes(target)
    assert await count_rows(target) == COUNTS
    assert moved.rows == sum(COUNTS.values())
    assert {step for step in told if step[1] == step[2]} == {(name, ROWS, ROWS) for name in COUNTS}

    back = Store.open(sqlite_url.replace("crossbeat.db", "back.db"), sealer=store.sealer)
    await move.move(target, back)
    assert await hashes(back) == before
    await back.close()


async def test_the_moved_desk_goes_on_counting_where_the_old_one_was(store: Store, target: Store) -> None:
    await seed(store)
    await move.move(store, target)
    async with target.write() as session:
        added = await session.scalar(
            insert(Unit).values(code="NEW", name="new", aliases=[]).returning(Unit.id)
        )
    assert added == ROWS + 1


async def test_references_to_later_rows_of_the_same_table_are_moved(store: Store, target: Store) -> None:
    async with store.write() as session:
        for number, parent in ((1, None), (3, None), (2, 3)):
            session.add(Unit(id=number, code=str(number), name="x", aliases=[], parent_id=parent))
            await session.flush()
        await session.execute(text("UPDATE units SET parent_id = 3 WHERE id = 1"))
    await move.move(store, target)
    async with target.read() as session:
        parents = (await session.execute(select(Unit.id, Unit.parent_id).order_by(Unit.id))).all()
    assert [tuple(row) for row in parents] == [(1, 3), (2, 3), (3, None)]


async def test_more_rows_than_a_batch_are_moved(
    store: Store, target: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "BATCH_ROWS", 3)
    await seed(store)
    await move.move(store, target)
    assert await count_rows(target) == COUNTS


async def test_a_target_with_rows_is_refused_and_left_alone(store: Store, target: Store) -> None:
    await seed(store)
    await schema.upgrade(target)
    async with target.write() as session:
        session.add(Unit(code="X", name="x", aliases=[]))
    with pytest.raises(move.MoveRefused, match="not empty"):
        await move.move(store, target)
    assert (await count_rows(target))["units"] == 1
    assert (await count_rows(target))["requests"] == 0


async def test_a_target_that_only_knows_its_key_is_empty_enough(store: Store, target: Store) -> None:
    await schema.check_key(store)
    await seed(store)
    await schema.upgrade(target)
    await schema.check_key(target)
    await move.move(store, target)
    assert await hashes(target) == await hashes(store)
    await schema.check_key(target)


async def test_another_schema_is_refused_on_either_side(store: Store, target: Store) -> None:
    await schema.upgrade(target)
    async with target.write() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(move.MoveRefused, match="newer"):
        await move.move(store, target)
    with pytest.raises(move.MoveRefused, match="crossbeat migrate"):
        await move.move(target, store)


async def test_another_program_s_target_is_refused(store: Store, target: Store) -> None:
    async with target.engine.begin() as connection:
        await connection.execute(text("CREATE TABLE theirs (id INTEGER)"))
    with pytest.raises(move.MoveRefused, match="another program"):
        await move.move(store, target)


async def test_what_arrives_changed_undoes_the_move(
    store: Store, target: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await seed(store)
    real = move.copy_all

    async def lossy(
        source: AsyncSession, into: AsyncSession, progress: copying.Progress
    ) -> dict[str, copying.TableSum]:
        sent = await real(source, into, progress)
        await into.execute(text("UPDATE requests SET type = 'x' WHERE id = 3"))
        return sent

    monkeypatch.setattr(move, "copy_all", lossy)
    with pytest.raises(move.MoveFailed, match="requests"):
        await move.move(store, target)
    assert set((await count_rows(target)).values()) == {0}


async def test_a_source_written_meanwhile_undoes_the_move(
    store: Store, target: Store, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await seed(store)
    real = move.sums

    async def sums_after_a_write(session: AsyncSession) -> dict[str, copying.TableSum]:
        async with store.write() as writing:
            writing.add(InboxUpdate(update_id=10**9, lane=1, sealed=b"x", received_at=now))
        return await real(session)

    monkeypatch.setattr(move, "sums", sums_after_a_write)
    with pytest.raises(move.MoveFailed, match="stop the bot"):
        await move.move(store, target)
    assert set((await count_rows(target)).values()) == {0}


async def test_the_hash_of_a_table_changes_with_any_value_and_not_with_the_order(store: Store) -> None:
    await seed(store)
    before = await hashes(store)
    async with store.write() as session:
        await session.execute(text("UPDATE requests SET rating = 4 WHERE id = 5"))
        await session.execute(text("UPDATE units SET name = name"))
    after = await hashes(store)
    assert [name for name in before if before[name] != after[name]] == ["requests"]
    assert before["requests"].rows == after["requests"].rows
