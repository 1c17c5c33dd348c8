"""Keys of months in a desk at work: what lies under an old month is sealed anew while people go on, then the month's
key is destroyed, and no copy from before opens what lay under it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from storage.copies import months as rows
from storage.copies.backup import backup
from storage.database import months as files
from storage.database.ciphers import Cipher
from storage.database.engine import Store
from storage.database.months import Keyring, keyring_of, named
from storage.database.seal import MonthGone, Sealer, month_name, month_of
from storage.queries import desk as values
from storage.tables import schema
from storage.tables.models import Answer, Desk, Event, MatchKey, Request
from storage.tables.monthly import JOB, MONTHS, Mark, monthly_tables
from tests.integration.workflow.scene import FORM, KS, WX, Scene
from workflow.keeping import months, rekey
from workflow.keeping.months import Stage, Why
from workflow.keeping.unopened import Behind, empty_unopened
from workflow.record.verifying import Broken, verify

OFFICER, COLLEAGUE, HANDLER, LIAISON = 11, 12, 21, 22
ANSWER = "已核实，户籍在昆山花桥"
MARCH = datetime(2026, 3, 10, 1, tzinfo=UTC)

pytestmark = pytest.mark.engines


def seconds(scene: Scene) -> Callable[[], float]:
    """The clock of a scene, which goes on in the middle of it."""

    def now() -> float:
        return scene.now.timestamp()

    return now


def with_months(scene: Scene, folder: Path, sealer: Sealer | None = None) -> Scene:
    desk = (sealer or scene.store.sealer).with_months(None)
    path = folder / "crossbeat.months"
    made = files.load(path, desk, clock=seconds(scene))
    if made is None:
        made = files.made(path, desk, clock=seconds(scene))
        files.create(made, like=folder / "crossbeat.key")
    scene.store.sealer = desk.with_months(made)
    return scene


def keyring(scene: Scene) -> Keyring:
    found = keyring_of(scene.store.sealer)
    assert found is not None
    return found


async def check(scene: Scene) -> Broken | None:
    async with scene.work().read() as tx:
        return (await verify(tx))[1]


async def under(scene: Scene) -> dict[str, int]:
    """How many values lie under which month; "": under the desk's key."""
    async with scene.store.read() as session:
        found = await rows.lying_under(session)
    named_: dict[str, int] = {}
    for beginning, many in found.items():
        month = month_of(beginning)
        name = month_name(month) if month else ""
        named_[name] = named_.get(name, 0) + many
    return named_


async def to_the_end(scene: Scene) -> Stage:
    stage = Stage.MOVED
    for _ in range(500):
        stage = await months.step(scene.work())
        if stage is not Stage.MOVED:
            return stage
    raise AssertionError("it does not come to an end")


async def asks_and_answers(scene: Scene, number: str = "WX26-0001") -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, f"/accept {number}", chat=KS)
    await scene.says(HANDLER, f"/answer {number} {ANSWER}", chat=KS)


@pytest.fixture(params=list(Cipher))
async def march(request: pytest.FixtureRequest, scene: Scene, tmp_path: Path) -> Scene:
    """A desk with keys of months, of either family, in which a request was asked and answered in March."""
    scene.now = MARCH
    if request.param is Cipher.SM4:
        new = Sealer(b"s" * 32, Cipher.SM4)
        await schema.check_key(scene.store)
        await rekey.run(scene.work(), new, ready=lambda: None, progress=lambda _: None)
        scene.store.sealer = new
    with_months(scene, tmp_path)
    await schema.check_key(scene.store)
    await months.adopt(scene.work())
    assert await to_the_end(scene) is Stage.NOTHING or await months.job_of(scene.work()) is None
    await asks_and_answers(scene)
    return scene


async def copy_of(scene: Scene, tmp_path: Path, name: str = "before.db") -> Path:
    await backup(scene.store, tmp_path / name, key_path=None)
    return tmp_path / name


def opening(path: Path, sealer: Sealer) -> tuple[int, int]:
    """Of all monthly values in a backup, how many open with what a thief has, and how many do not."""
    opens, shut = 0, 0
    with closing(sqlite3.connect(path)) as connection:
        for table in monthly_tables():
            where = "AND chain <> 0" if table.name == "events" else ""
            for (blob,) in connection.execute(
                f"SELECT sealed FROM {table.name} WHERE sealed IS NOT NULL {where}"
            ):
                try:
                    sealer.unseal_bytes(table.name, blob)
                    opens += 1
                except MonthGone:
                    shut += 1
    return opens, shut


async def test_a_desk_without_months_comes_under_them_while_people_go_on(
    scene: Scene, tmp_path: Path
) -> None:
    scene.now = MARCH
    await asks_and_answers(scene)
    before = await under(scene)
    assert set(before) == {""}
    with_months(scene, tmp_path)
    await schema.check_key(scene.store)
    await months.adopt(scene.work())
    assert await months.step(scene.work()) is Stage.MOVED
    await scene.says(COLLEAGUE, FORM)
    assert await to_the_end(scene) is Stage.DONE
    assert set(await under(scene)) == {"2026-03"}
    await scene.presses(COLLEAGUE, "复用 WX26-0001", chat=WX)
    assert (await scene.request("WX26-0002")).state == "answered"
    assert await check(scene) is None
    assert await months.step(scene.work()) is Stage.NOTHING
    await months.adopt(scene.work())
    assert await months.job_of(scene.work()) is None, "a second start does it no second time"


async def test_no_backup_from_before_opens_a_month_that_was_retired(march: Scene, tmp_path: Path) -> None:
    thief = march.store.sealer.with_months(None)  # the desk's key, which lies in a safe somewhere
    march.now = MARCH + timedelta(days=40)
    path = await copy_of(march, tmp_path)
    assert opening(path, march.store.sealer)[1] == 0
    stolen_before = opening(path, march.store.sealer)[0]
    raw = {month_name(month): keyring(march).key(month) for month in keyring(march).months}
    await months.retire(march.work(), named("2026-03") or b"")
    while await months.step(march.work()) is Stage.MOVED:
        pass
    content = keyring(march).path.read_bytes()
    left = files.load(keyring(march).path, thief)
    assert left is not None and "2026-03" not in map(month_name, left.months)
    assert raw["2026-03"] is not None and b"2026-03 " not in content
    opens, shut = opening(path, thief.with_months(left))
    assert (opens, shut) == (0, stolen_before)
    assert ANSWER.encode() not in path.read_bytes()
    # This desk has all of it, and its record holds.
    assert set(await under(march)) == {"2026-04"}
    assert await check(march) is None
    assert ANSWER in await march.reads(OFFICER, "WX26-0001")
    async with march.store.read() as session:
        event = (await session.scalars(select(Event).where(Event.action == "months_destroyed"))).one()
    detail = march.store.sealer.unseal("events", event.sealed)
    assert (detail["months"], detail["why"]) == ("2026-03", "order")
    await march.says(COLLEAGUE, FORM)
    await march.presses(COLLEAGUE, "复用 WX26-0001", chat=WX)
    assert (await march.request("WX26-0002")).state == "answered"


@pytest.mark.parametrize(
    ("month", "days", "why"),
    [
        ("2026-03", 5, "is not over"),
        ("2026-09", 5, "is not over"),
        ("2026-02", 5, "no key of 2026-02"),
        ("2026-03", 21.98, "less than an hour ago"),
    ],
)
async def test_a_month_that_may_still_be_written_in_is_not_retired(
    march: Scene, month: str, days: float, why: str
) -> None:
    march.now = MARCH + timedelta(days=days)
    before = list(keyring(march).months)
    with pytest.raises(months.NotBegun, match=why):
        await months.retire(march.work(), named(month) or b"")
    assert list(keyring(march).months) == before and await months.job_of(march.work()) is None


async def test_two_processes_move_a_month_together_and_a_third_machine_loses_its_key(
    march: Scene, tmp_path: Path, second_store: Store
) -> None:
    machine = tmp_path / "machine"
    machine.mkdir()
    shutil.copy(keyring(march).path, machine / "crossbeat.months")
    sealer = march.store.sealer.with_months(None)
    clock = seconds(march)
    other = replace(march, store=second_store)
    other.store.sealer = sealer.with_months(files.load(keyring(march).path, sealer, clock=clock))
    march.now = MARCH + timedelta(days=40)
    await months.retire(march.work(), named("2026-03") or b"")
    other.now = march.now
    with pytest.raises(months.NotBegun, match="already"):
        await months.retire(other.work(), named("2026-03") or b"")
    stages = []
    for _ in range(300):
        other.now = march.now
        stages += [await months.step(march.work()), await months.step(other.work())]
        if Stage.NOTHING in stages:
            break
    assert stages.count(Stage.DONE) == 1
    third = replace(march, store=second_store)
    third.store.sealer = sealer.with_months(files.load(machine / "crossbeat.months", sealer, clock=clock))
    assert "2026-03" in map(month_name, keyring(third).months)
    await months.tick(third.work())
    found = files.load(machine / "crossbeat.months", sealer)
    assert found is not None and "2026-03" not in map(month_name, found.months)
    async with march.store.read() as session:
        told = select(func.count()).select_from(Event).where(Event.action == "months_destroyed")
        assert await session.scalar(told) == 1
    assert await check(march) is None


async def test_a_step_that_is_cut_off_is_done_again(march: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    march.now = MARCH + timedelta(days=40)
    await months.retire(march.work(), named("2026-03") or b"")

    class Cut(Exception):
        pass

    for point in ("months.batch", "months.moved", "months.destroyed", "months.noted"):

        def dies(name: str, at: str = point) -> None:
            if name == at:
                raise Cut

        with monkeypatch.context() as patched:
            patched.setattr(months, "failpoint", dies)
            with pytest.raises(Cut):
                await to_the_end(march)
        assert ANSWER in await march.reads(OFFICER, "WX26-0001")
        if point == "months.moved":
            break
    assert await to_the_end(march) is Stage.DONE
    assert set(await under(march)) == {"2026-04"}
    assert await check(march) is None


async def test_a_desk_that_dies_between_the_file_and_the_record_says_so_later(
    march: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    march.now = MARCH + timedelta(days=40)
    await months.retire(march.work(), named("2026-03") or b"")

    def dies(name: str) -> None:
        if name == "months.destroyed":
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(months, "failpoint", dies)
        with pytest.raises(KeyboardInterrupt):
            await to_the_end(march)
    assert "2026-03" not in map(month_name, keyring(march).months)
    assert await to_the_end(march) is Stage.DONE
    async with march.store.read() as session:
        mark = Mark.opened(march.store.sealer, await values.value(session, MONTHS) or "")
    assert list(mark.gone) == ["2026-03"]
    assert await check(march) is None


async def test_a_month_goes_by_itself_when_all_of_it_should_be_purged_and_a_backup_has_the_rest(
    march: Scene,
) -> None:
    march.policy = replace(march.policy, purge_after=timedelta(days=60))
    march.now = MARCH + timedelta(days=22 + 60 + 30)
    await months.tick(march.work())
    assert await months.job_of(march.work()) is None, "not yet"
    async with march.store.write() as session:
        await values.put(session, values.BACKUP, march.now.isoformat())
    march.now = MARCH + timedelta(days=22 + 60 + 32)
    await months.tick(march.work())
    job = await months.job_of(march.work())
    assert job is not None and (job.why, list(job.drop)) == (Why.AGE, ["2026-03"])
    assert await to_the_end(march) is Stage.WAITS
    assert "2026-03" in map(month_name, keyring(march).months), "what was moved is in no backup yet"
    march.now += timedelta(hours=1)
    async with march.store.write() as session:
        await values.put(session, values.BACKUP, march.now.isoformat())
    await months.tick(march.work())
    assert "2026-03" not in map(month_name, keyring(march).months)
    assert await months.job_of(march.work()) is None
    assert ANSWER in await march.reads(OFFICER, "WX26-0001")
    assert await check(march) is None


async def test_where_nothing_is_purged_no_month_goes_by_itself(march: Scene) -> None:
    march.now = MARCH + timedelta(days=4000)
    assert months.over_by_age(march.policy, keyring(march), march.now) == []


async def test_new_keys_for_everything_while_people_go_on(march: Scene, tmp_path: Path) -> None:
    path = await copy_of(march, tmp_path)
    with pytest.raises(months.NotBegun, match="is not over"):
        await months.retire(march.work(), named("2026-03") or b"")
    await months.renew(march.work())
    assert await months.step(march.work()) is Stage.MOVED
    await march.says(COLLEAGUE, FORM)
    assert await to_the_end(march) is Stage.WAITS, "somebody may still write under an old key"
    assert "2026-03" in map(month_name, keyring(march).months)
    march.now += months.SETTLE
    assert await to_the_end(march) is Stage.DONE
    assert set(await under(march)) == {"2026-03.1"}
    assert {month[2] for month in keyring(march).months} == {1}
    assert opening(path, march.store.sealer)[0] == 0
    await march.presses(COLLEAGUE, "复用 WX26-0001", chat=WX)
    assert (await march.request("WX26-0002")).state == "answered"
    assert await check(march) is None
    march.now += timedelta(days=30)
    await march.says(OFFICER, FORM.replace("陈望舒 320583199204080027", "张三丰"))
    assert set(await under(march)) == {"2026-03.1", "2026-04.1"}


async def restored(scene: Scene, path: Path) -> Scene:
    """A backup as the restored desk, with the keys that there are now."""
    store = Store.open(f"sqlite+aiosqlite:///{path}", sealer=scene.store.sealer)
    return replace(scene, store=store)


async def test_a_backup_with_a_destroyed_month_comes_back_with_what_still_opens(
    march: Scene, tmp_path: Path
) -> None:
    await march.says(OFFICER, FORM.replace("陈望舒 320583199204080027", "张三丰 320583199001010010"))
    march.now = MARCH + timedelta(days=40)
    await march.says(COLLEAGUE, FORM.replace("陈望舒 320583199204080027", "李四光 320583198001010016"))
    path = await copy_of(march, tmp_path)
    await months.retire(march.work(), named("2026-03") or b"")
    assert await to_the_end(march) is Stage.DONE
    back = await restored(march, path)
    try:
        done = await empty_unopened(back.work)
        assert (done.months, done.requests) == (["2026-03"], 2)
        assert await check(back) is None
        async with back.store.read() as session:
            found = {one.number: one for one in await session.scalars(select(Request))}
            assert await session.scalar(select(func.count()).select_from(MatchKey)) > 0
            answer = (await session.scalars(select(Answer))).one()
        assert {number: one.purged_at is not None for number, one in found.items()} == {
            "WX26-0001": True, "WX26-0002": True, "WX26-0003": False,
        }  # fmt: skip
        assert found["WX26-0002"].state == "cancelled", "nobody could go on with it"
        assert back.store.sealer.unseal("answers", answer.sealed) == {"text": ""}
        assert set(await under(back)) == {"2026-04"}
        assert (await empty_unopened(back.work)).requests == 0, "a second time there is nothing"
        assert "李四光" in await back.reads(COLLEAGUE, "WX26-0003")
        await back.reads(OFFICER, "WX26-0001")
        assert await check(back) is None
    finally:
        await back.store.close()


async def test_an_older_copy_of_the_keys_is_no_reason_to_take_anything_away(
    march: Scene, tmp_path: Path
) -> None:
    shutil.copy(keyring(march).path, tmp_path / "older.months")
    await months.renew(march.work())
    march.now += months.SETTLE
    assert await to_the_end(march) is Stage.MOVED or await months.job_of(march.work()) is None
    path = await copy_of(march, tmp_path)
    sealer = march.store.sealer.with_months(None)
    march.store.sealer = sealer.with_months(files.load(tmp_path / "older.months", sealer))
    back = await restored(march, path)
    try:
        with pytest.raises(Behind, match=r"no key of 2026-03\.1 yet"):
            await empty_unopened(back.work)
    finally:
        await back.store.close()


async def test_an_older_version_gets_everything_back_under_the_desk_s_key(march: Scene) -> None:
    bare = march.store.sealer.with_months(None)
    path = keyring(march).path
    await schema.downgrade(march.store, "0021")
    await schema.upgrade(march.store)
    march.store.sealer = bare
    await schema.check_key(march.store)
    assert set(await under(march)) == {""}
    assert await check(march) is None
    assert ANSWER in await march.reads(OFFICER, "WX26-0001")
    # And once more under months, the same ones.
    march.store.sealer = bare.with_months(files.load(path, bare, clock=seconds(march)))
    await months.adopt(march.work())
    assert await to_the_end(march) is Stage.DONE
    assert set(await under(march)) == {"2026-03"}
    assert await check(march) is None


async def test_a_changed_key_brings_other_months_and_loses_nothing(march: Scene, tmp_path: Path) -> None:
    new = Sealer(b"n" * 32, march.store.sealer.cipher)
    fresh = files.made(keyring(march).path, new, clock=seconds(march))
    new = new.with_months(fresh)
    await months.renew(march.work())  # which the new key makes superfluous
    await rekey.run(march.work(), new, ready=lambda: files.write_new(fresh), progress=lambda _: None)
    files.install(fresh.path)
    march.store.sealer = new
    await schema.check_key(march.store)
    assert set(await under(march)) == {"2026-03"}
    assert await months.job_of(march.work()) is None
    assert await check(march) is None
    assert ANSWER in await march.reads(OFFICER, "WX26-0001")


async def test_who_has_the_database_alone_cannot_have_keys_destroyed(march: Scene) -> None:
    async with march.store.write() as session:
        session.add(Desk(key=JOB, value="eyJkcm9wIjogWyIyMDI2LTAzIl19"))
    before = list(keyring(march).months)
    with pytest.raises(Exception, match=r"unknown form|does not open"):
        await months.step(march.work())
    assert list(keyring(march).months) == before


async def test_a_damaged_value_holds_up_nothing(march: Scene) -> None:
    async with march.store.write() as session:
        answer = (await session.scalars(select(Answer))).one()
        spoilt = answer.sealed[:-1] + bytes([answer.sealed[-1] ^ 1])
        await session.execute(update(Answer).where(Answer.id == answer.id).values(sealed=spoilt))
    march.now = MARCH + timedelta(days=40)
    await months.retire(march.work(), named("2026-03") or b"")
    assert await to_the_end(march) is Stage.DONE
    assert (await under(march))["2026-03"] == 1
