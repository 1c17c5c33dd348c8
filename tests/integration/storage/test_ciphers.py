"""A desk is moved from one family of ciphers to the other and back; its copies go along under either."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from storage.copies.backup import backup
from storage.copies.backup_check import check
from storage.copies.move import move
from storage.copies.rekey import sealed_tables
from storage.copies.restore import restore
from storage.database.ciphers import Cipher
from storage.database.engine import Store
from storage.database.seal import Sealer, cipher_of
from storage.tables import schema
from tests.integration import compiled
from tests.integration.storage.test_rekey import plain, raw, seeded, work
from workflow.keeping import rekey as change

__all__ = ["seeded"]  # a fixture

SM4 = Sealer(b"s" * 32, Cipher.SM4)
AES = Sealer(b"a" * 32)


async def moved(store: Store, to: Sealer) -> None:
    """The desk under ``to``; the store goes on with it."""
    await change.run(work(store), to, ready=lambda: None, progress=lambda _: None)
    store.sealer = to
    await schema.check_key(store)


async def families(store: Store) -> set[Cipher | None]:
    """Under which ciphers the sealed values of all tables are."""
    async with store.read() as session:
        return {
            cipher_of(blob)
            for table in sealed_tables()
            for blob in await session.scalars(select(table.c.sealed))
        }


async def test_there_and_back_again_changes_nothing_that_was_said(seeded: Store) -> None:
    before = await plain(seeded)
    assert await families(seeded) == {Cipher.AES}
    await moved(seeded, SM4)
    assert await families(seeded) == {Cipher.SM4}
    there = await plain(seeded)
    assert there["events"].pop()["action"] == "rekey"
    assert there == before
    await moved(seeded, AES)
    assert await families(seeded) == {Cipher.AES}
    back = await plain(seeded)
    assert [back["events"].pop()["action"] for _ in range(2)] == ["rekey", "rekey"]
    assert back == before


async def test_with_the_right_key_and_other_ciphers_a_desk_is_not_opened(
    seeded: Store, database_url: str
) -> None:
    """Values would open; what is found by a keyed hash would be missing, without a word."""
    await moved(seeded, SM4)
    other = compiled.share(Store.open(database_url, sealer=SM4.under(Cipher.AES)))
    with pytest.raises(schema.WrongCipher) as refused:
        await schema.check_key(other)
    assert refused.value.found is Cipher.SM4
    await other.close()


async def test_a_value_of_before_still_opens_where_one_was_left(seeded: Store) -> None:
    """Each says what it is under; a desk does not have to be of one piece to be read."""
    async with seeded.write() as session:
        table = sealed_tables()[0]
        [key] = table.primary_key.columns
        first = (await session.execute(select(key, table.c.sealed).order_by(key))).first()
        assert first is not None
        words = seeded.sealer.unseal_bytes(table.name, first.sealed)
        resealed = seeded.sealer.under(Cipher.SM4).seal_bytes(table.name, words)
        await session.execute(table.update().where(key == first[0]).values(sealed=resealed))
    assert await families(seeded) == set(Cipher)
    await plain(seeded)
    await moved(seeded, AES)
    assert await families(seeded) == {Cipher.AES}


async def test_copies_of_a_moved_desk_are_sound_and_come_back(seeded: Store, tmp_path: Path) -> None:
    await moved(seeded, SM4)
    before = await raw(seeded)
    made = await backup(seeded, tmp_path / "desk.backup", key_path=None)
    assert check(made.path, SM4).unsealed > 0
    await restore(made.path, f"sqlite:///{tmp_path}/restored.db", sealer=SM4)
    restored = Store.open(f"sqlite:///{tmp_path}/restored.db", sealer=SM4)
    await schema.check_key(restored)
    assert await raw(restored) == before
    target = Store.open(f"sqlite:///{tmp_path}/moved.db", sealer=SM4)
    await move(restored, target)
    await schema.check_key(target)
    assert await families(target) == {Cipher.SM4}
    assert await raw(target) == before
    for store in (restored, target):
        await store.close()
