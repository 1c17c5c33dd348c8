"""Sealed values of two rows of one table exchanged by who cannot open them: what comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from storage.copies.rekey import sealed_tables
from tests.integration.workflow.kept import after
from tests.integration.workflow.purged import ROW, take_in
from tests.integration.workflow.scene import FORM, KS, WX, Scene
from tests.integration.workflow.test_tampering import check, rows_of, steal

OFFICER, COLLEAGUE, HANDLER, LIAISON = 11, 12, 21, 22
FIRST, SECOND = "WX26-0001", "WX26-0002"
#: What ``verify`` names.
FOUND = frozenset(
    {
        "requests",
        "answers",
        "comments",
        "files",
        "legal_holds",
        "events",
        "people",
        "operations",
        "alerts",
        "shared_notes",
    }
)
#: What nobody is shown or told, as it says itself in which row it belongs; and the tests which show that.
REFUSED: Mapping[str, str] = {
    "drafts": "test_the_words_of_anothers_draft_are_registered_by_nobody",
    "inbox": "test_words_in_the_row_of_another_update_are_nobodys",
    "duty_notes": "test_a_note_in_the_row_of_another_unit_is_shown_to_nobody",
    "outbox": "test_what_is_for_one_person_is_not_said_to_another_by_a_copied_line",
}
#: Not covered: what the match index holds and shows beside an offer, where a person looks at the request itself; and
#: what titles, imports, explained columns and misread words are called, which is told to who keeps the desk.
OPEN = frozenset({"match_records", "offers", "chats", "imports", "layouts", "misread"})
ADR = Path(__file__).parents[3] / "docs" / "adr" / "0020-the-record-covers-rows.md"


def test_of_every_table_it_is_known_what_comes_of_it() -> None:
    tables = {table.name for table in sealed_tables()}
    assert tables == FOUND | set(REFUSED) | OPEN
    assert not (FOUND & set(REFUSED)) and not (OPEN & (FOUND | set(REFUSED)))
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parents[1].rglob("test_*.py"))
    assert [name for name in REFUSED.values() if f"def {name}(" not in tests] == []
    assert all(f"`{name}`" in ADR.read_text(encoding="utf-8") for name in OPEN)


async def _play(scene: Scene) -> None:
    """Two requests with a file, a comment, an answer and a hold each; and two operations."""
    for group, name in ((-2001, "元旦安保"), (-2002, "春雷")):
        await scene.says(LIAISON, f"/operation {name} KS WX until 2026-12-05", chat=group)
        await scene.says(LIAISON, f"/share 第 {-group} 号监控保存 30 天", chat=KS)
        await scene.says(LIAISON, f"/alert WX: {name}期间加强值守", chat=KS)
    for who, number, subject in (
        (OFFICER, FIRST, "陈望舒 320583199204080027"),
        (COLLEAGUE, SECOND, "张三丰"),
    ):
        photo = [{"file_id": f"f{who}", "file_unique_id": f"u{who}", "width": 90, "height": 90}]
        await scene.says(
            who, None, photo=photo, caption=FORM.replace("陈望舒 320583199204080027", subject), chat=WX
        )
        card = next(said for said in reversed(scene.said) if said.chat == WX and number in said.text)
        await scene.replies(who, card, f"请尽快 {who}")
        await scene.says(HANDLER, f"/accept {number}", chat=KS)
        await scene.says(HANDLER, f"/answer {number} 已核实 {who}", chat=KS)
        await scene.says(LIAISON, f"/hold {number} 督察核查 {who}", chat=LIAISON)
    await take_in(scene, ROW)
    assert await check(scene) is None


@pytest.fixture
async def desk(scene: Scene) -> Scene:
    await after(scene, _play)
    return scene


async def _two(scene: Scene, table: str) -> Sequence[int]:
    """The first two rows of a table, by their numbers."""
    where = " WHERE chain = 1" if table == "events" else ""
    found = await rows_of(scene, f"SELECT id FROM {table}{where} ORDER BY id LIMIT 2")
    assert len(found) == 2, table
    return [row[0] for row in found]


async def exchange(scene: Scene, table: str, one: int, other: int, *columns: str, key: str = "id") -> None:
    """Each of two rows gets what the other had; in one statement SQLite would copy one of them."""
    had = {
        row[0]: row[1:] for row in await rows_of(scene, f"SELECT {', '.join((key, *columns))} FROM {table}")
    }
    assert had[one] != had[other]
    settings = ", ".join(f"{name} = :{name}" for name in columns)
    async with scene.store.engine.begin() as connection:
        for row, values in ((one, had[other]), (other, had[one])):
            done = await connection.execute(
                text(f"UPDATE {table} SET {settings} WHERE {key} = :row"),
                {"row": row, **dict(zip(columns, values, strict=True))},
            )
            assert done.rowcount == 1


@pytest.mark.engines
@pytest.mark.parametrize("table", sorted(FOUND))
async def test_it_is_found(desk: Scene, table: str) -> None:
    await exchange(desk, table, *await _two(desk, table), "sealed")
    assert await check(desk) is not None


@pytest.mark.parametrize("table", sorted(FOUND - {"events"}))
async def test_it_is_found_together_with_the_checksums(desk: Scene, table: str) -> None:
    await exchange(desk, table, *await _two(desk, table), "sealed", "mac")
    assert await check(desk) is not None


async def test_it_is_not_found_in_what_the_match_index_holds(desk: Scene) -> None:
    """Said so in the documentation; who covers it takes the table out of :data:`OPEN`."""
    [one], [other] = await rows_of(desk, "SELECT request_id FROM match_records ORDER BY request_id LIMIT 2")
    await exchange(desk, "match_records", one, other, "sealed", key="request_id")
    assert await check(desk) is None


WANTING = "#协作 户籍证明\n致：昆山\n对象：{subject}"


async def _drafts(scene: Scene) -> tuple[Any, Any]:
    """Two unfinished posts of two people, and the bot's question to the second."""
    for who, subject in ((OFFICER, "陈望舒 320583199204080027"), (COLLEAGUE, "张三丰")):
        await scene.says(who, WANTING.format(subject=subject), chat=WX)
    asked = next(said for said in reversed(scene.said) if said.chat == WX and "事由" in said.text)
    return await _two(scene, "drafts"), asked


@pytest.mark.engines
async def test_the_words_of_anothers_draft_are_registered_by_nobody(scene: Scene) -> None:
    (one, other), asked = await _drafts(scene)
    await exchange(scene, "drafts", one, other, "sealed")
    heard = len(scene.said)
    await scene.replies(COLLEAGUE, asked, "核实涉案人员户籍")
    assert await scene.all_requests() == []
    assert not any("陈" in said.text for said in scene.said[heard:])
    await exchange(scene, "drafts", one, other, "sealed")
    await scene.replies(COLLEAGUE, asked, "核实涉案人员户籍")
    [request] = await scene.all_requests()
    assert "张三丰" in str(scene.store.sealer.unseal("requests", request.sealed))


async def test_a_draft_that_is_given_to_another_person_by_hand_is_nobodys(scene: Scene) -> None:
    (one, other), _ = await _drafts(scene)
    whose = f"(SELECT person_id FROM drafts AS d WHERE d.id = {other})"
    await steal(scene, f"UPDATE drafts SET person_id = {whose} WHERE id = {one}")
    question = next(said for said in scene.said if said.chat == WX and "事由" in said.text)
    await scene.replies(COLLEAGUE, question, "核实涉案人员户籍")
    assert await scene.all_requests() == []


async def test_a_draft_of_an_older_version_is_completed(scene: Scene) -> None:
    (_, other), asked = await _drafts(scene)
    [[sealed]] = await rows_of(scene, f"SELECT sealed FROM drafts WHERE id = {other}")
    plain = scene.store.sealer.unseal("drafts", sealed)
    del plain["of"]
    async with scene.store.engine.begin() as connection:
        await connection.execute(
            text("UPDATE drafts SET sealed = :sealed WHERE id = :id"),
            {"sealed": scene.store.sealer.seal("drafts", plain), "id": other},
        )
    await scene.replies(COLLEAGUE, asked, "核实涉案人员户籍")
    assert len(await scene.all_requests()) == 1
