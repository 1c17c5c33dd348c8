"""A desk that has lived, given out in every form, taken in by a fresh one and given out again: nothing is lost."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from storage.database.engine import Store
from storage.database.seal import Sealer
from storage.ledger.reading import LedgerReader
from storage.ledger.write import Form, LedgerWriter
from tests.integration.workflow.kept import after
from tests.integration.workflow.purged import ROW, photo
from tests.integration.workflow.scene import CZ, FORM, KS, SZ, WX, Scene, scene_of
from workflow.ledger import giving
from workflow.ledger.batches import chunks, prepare
from workflow.ledger.taking import Importing, preparer, write

OFFICER, COLLEAGUE, LIAISON_WX, HANDLER, LIAISON, CHANGZHOU, OFFICER_CZ = 11, 12, 13, 21, 22, 41, 45
FORMS: Sequence[Form] = get_args(Form)
#: A row of an earlier ledger in whose cells stand what readers of tables take for nothing, or for a formula.
ODD: dict[str, Any] = ROW | {
    "id": "ODD-1", "case": "无", "reason": "-", "basis": "=1+1", "note": "/", "contact": "N/A", "answer": "——",
    "handler": "不详", "period": ["2026-02-01", None], "甲": "null", "乙": "同上",
    "subjects": [{"name": "无"}, {"kind": "person", "name": "某甲", "ids": {"phone": "13812345678;13912345678"}}],
}  # fmt: skip


def post(**fields: str) -> str:
    """The usual form with other words under its labels."""
    lines = dict(line.partition("：")[::2] for line in FORM.splitlines()[1:]) | fields
    return "\n".join([FORM.splitlines()[0], *(f"{label}：{text}" for label, text in lines.items())])


@pytest.fixture
async def lived(scene: Scene) -> Scene:
    await after(scene, _live)
    return scene


async def _live(scene: Scene) -> None:
    """A request in each state, with all that may be written, said and sent."""
    scene.policy = replace(scene.policy, attest_every=None)
    await ask_and_answer(scene)
    await ask_and_wait(scene)
    await ask_for_nothing(scene)
    types = dict(scene.policy.types)
    scene.policy = replace(
        scene.policy, types=types | {"household": replace(types["household"], approve=True)}
    )
    await scene.says(LIAISON_WX, "/start", chat=LIAISON_WX)
    await scene.says(OFFICER, post(对象="顾远山 110101199003070011"))  # 12: waits for approval
    await scene.says(OFFICER, post(对象="顾远水 11010119900307002X"))
    await scene.says(LIAISON_WX, "/reject WX26-0013 事由不清", chat=LIAISON_WX)
    await scene.says(OFFICER, post(对象="顾远石 110101199003070038"))
    await scene.says(OFFICER, "/cancel WX26-0014")
    prepare_ = await preparer(scene.work())
    async with scene.work().write() as tx:
        rows = [ROW, ODD, {**ROW, "id": "UNDATED", "answered_at": None}]
        rows = [{k: v for k, v in row.items() if v is not None} for row in rows]
        await write(tx, [prepare_.prepare(row) for row in rows], rows.__getitem__, Importing(name="old.csv"))


async def ask_and_answer(scene: Scene) -> None:
    """1: closed, rated, put right; 2: reused; 3: answered in two parts; 4: opened again; to another
    unit: released, and a photograph alone, of which nobody has said how it came out."""
    await scene.says(OFFICER, None, caption=post(备注="见附件", 联系人="周知远 13912340001"), **photo("P-1"))
    await scene.says(HANDLER, "/accept WX26-0001", chat=KS)
    await scene.says(HANDLER, None, chat=KS, caption="/answer WX26-0001 已查实 户籍在花桥", **photo("P-2"))
    scene.pass_time(hours=1)
    await scene.says(HANDLER, "/correct WX26-0001 已查实 户籍在陆家", chat=KS)
    await scene.says(OFFICER, "/close WX26-0001")
    await scene.presses(OFFICER, "⭐ 4", chat=WX)
    await scene.says(COLLEAGUE, FORM)
    await scene.says(COLLEAGUE, "/reuse WX26-0002 WX26-0001")
    several = post(
        对象="冯一舟 110101199003070046、褚望北 110101199003070054", 案件="A3205834500002026010001"
    )
    await scene.says(OFFICER, several + "\n期间：2026-02-01至2026-02-28\n依据：调证字〔2026〕1号")
    await scene.says(LIAISON, "/answer WX26-0003 还有后续：冯一舟户籍在本市", chat=KS)
    scene.pass_time(hours=1)
    await scene.says(LIAISON, "/answer WX26-0003 部分 褚望北查无", chat=KS)
    await scene.says(OFFICER, post(对象="卫南星 110101199003070062"))
    await scene.says(LIAISON, "/answer WX26-0004 同上", chat=KS)
    await scene.says(OFFICER, "/reopen WX26-0004 缺照片")
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    await scene.says(HANDLER, "/release CZ26-0001 WX26-0001", chat=KS)
    await scene.says(OFFICER_CZ, post(对象="何七 110101199003070142"), chat=CZ)
    await scene.says(LIAISON, None, chat=KS, caption="/answer CZ26-0002", **photo("P-3"))


async def ask_and_wait(scene: Scene) -> None:
    """5: open; 6: split, one part answered; 7: a first answer; 8: returned with one; 9: transferred with one."""
    await scene.says(OFFICER, post(对象="=蒋听雨 110101199003070070", 案件="无", 备注="-", 时限="3天"))
    for number, person in enumerate(("沈一 110101199003070089", "韩二 110101199003070097"), start=6):
        await scene.says(OFFICER, post(对象=person))
        await scene.says(HANDLER, f"/accept WX26-000{number}", chat=KS)
    await scene.says(LIAISON, "/split WX26-0006 苏州 常州", chat=KS)
    await scene.says(31, "/answer WX26-0006-1 已查实 户籍在苏州", chat=SZ)
    await scene.says(HANDLER, "/answer WX26-0007 还有后续：身份属实，住址待查", chat=KS)
    for number, person in enumerate(("杨三 11010119900307010X", "朱四 110101199003070118"), start=8):
        await scene.says(OFFICER, post(对象=person))
        await scene.says(LIAISON, f"/answer WX26-000{number} 还有后续：身份属实", chat=KS)
    await scene.says(LIAISON, "/return WX26-0008 请补文书", chat=KS)
    await scene.says(LIAISON, "/transfer WX26-0009 常州", chat=KS)


async def ask_for_nothing(scene: Scene) -> None:
    """10: declined; 11: cancelled."""
    await scene.says(OFFICER, post(对象="秦五 110101199003070126"))
    await scene.says(LIAISON, "/decline WX26-0010 不属管辖", chat=KS)
    await scene.says(OFFICER, post(对象="尤六 110101199003070134"))
    await scene.says(OFFICER, "/cancel WX26-0011")


async def ledger_of(scene: Scene) -> list[dict[str, Any]]:
    return [row async for row in giving.rows_out(scene.work(), since=None, until=None)]


@pytest.fixture
async def fresh(furnished_file: Path, tmp_path: Path, sealer: Sealer) -> AsyncIterator[Scene]:
    """Another desk with the same units, in which nothing was asked yet."""
    path = tmp_path / "fresh.db"
    shutil.copyfile(furnished_file, path)
    store = Store.open(f"sqlite+aiosqlite:///{path}", sealer=sealer)
    yield scene_of(store)
    await store.close()


async def take(scene: Scene, path: Path) -> list[str]:
    """Takes a file in; what was refused, and why."""
    prepare_ = await preparer(scene.work())
    reader, refused = LedgerReader(path), []
    with reader:
        reader.understand(is_type=lambda word: bool(prepare_.engine.resolve_type(word)))
        for chunk in chunks(reader.unread()):
            batch = await asyncio.to_thread(prepare, chunk, prepare_)
            batch.items, batch.preparer = chunk, prepare_
            refused += [f"{row.line}: {row.reason}" for row in batch.rejected]
            async with scene.work().write() as tx:
                done = await write(tx, batch.good, batch.row, Importing(name=path.name))
            refused += [f"{batch.line(one.position)}: {one.why}" for one in done.refused if not one.same]
    return refused


async def test_every_state_is_in_it(lived: Scene) -> None:
    states = {row["id"]: row["state"] for row in await ledger_of(lived)}
    assert states == {
        "WX26-0001": "closed", "WX26-0002": "answered", "WX26-0003": "answered", "WX26-0004": "open",
        "WX26-0005": "open", "WX26-0006": "accepted",
        "WX26-0006-1": "answered", "WX26-0006-2": "open", "WX26-0007": "accepted", "WX26-0008": "returned",
        "WX26-0009": "open", "WX26-0010": "declined", "WX26-0011": "cancelled", "WX26-0012": "pending",
        "WX26-0013": "unapproved", "WX26-0014": "unapproved", "CZ26-0001": "answered", "CZ26-0002": "answered",
        ROW["id"]: "answered", "ODD-1": "answered", "UNDATED": "answered",
    }  # fmt: skip


async def test_a_part_says_of_what_it_is_one(lived: Scene) -> None:
    of = {row["id"]: row["part_of"] for row in await ledger_of(lived) if "part_of" in row}
    assert of == {"WX26-0006-1": "WX26-0006", "WX26-0006-2": "WX26-0006"}


async def test_what_was_answered_so_far_is_given_out_while_the_request_is_open(lived: Scene) -> None:
    rows = {row["id"]: row for row in await ledger_of(lived)}
    for number in ("WX26-0007", "WX26-0008", "WX26-0009"):
        assert "身份属实" in rows[number].get("answer", ""), number
        assert not {"answered_at", "outcome"} & rows[number].keys()
    assert rows["WX26-0004"]["answer"] == "同上", "what it was answered before it was opened again"


@pytest.mark.parametrize("chinese", [False, True])
@pytest.mark.parametrize("form", FORMS)
async def test_a_fresh_desk_gives_out_what_it_took_in(
    lived: Scene, fresh: Scene, tmp_path: Path, form: Form, *, chinese: bool
) -> None:
    ledger = await ledger_of(lived)
    path = tmp_path / f"ledger.{form}"
    with LedgerWriter(path, form, chinese=chinese) as writer:
        for row in ledger:
            writer.write(row)
    assert await take(fresh, path) == []
    back = {row["id"]: row for row in await ledger_of(fresh)}
    assert back == {row["id"]: row for row in ledger}
    assert list(back) == [row["id"] for row in ledger]
    for request in await fresh.all_requests():
        assert (request.answered_at is None) == ("answered_at" not in back[str(request.external_id)])
    assert await take(lived, path) == [], "all of it is on file there"
    assert await ledger_of(lived) == ledger
