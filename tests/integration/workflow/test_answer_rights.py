"""Everybody, on every path to an answer: who may take, give, keep back, read, find and export it, and that nobody
else changes anything or is sent a word of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from storage.tables.models import Membership, Person
from tests.integration.workflow.dump import changed, dump
from tests.integration.workflow.kept import after
from tests.integration.workflow.scene import CZ, FORM, KS, WX, Scene
from workflow.lookup import exports
from workflow.organisation import people, units

SECRET = "户籍在昆山花桥"
#: Whose answer it is: Kunshan's, given to Wuxi in WX26-0001. 周知远 asks the same in WX26-0002, 方砚 of Changzhou in
#: CZ26-0001, both of Kunshan; Suzhou stands above Kunshan.
WHO = {
    "got: asker": 11, "got: officer": 12, "got: liaison": 13, "got: newcomer": 98,
    "gave: handler": 21, "gave: liaison": 22, "gave: other handler": 23, "gave: officer": 24,
    "gave: supervisor": 25, "gave: left": 26,
    "asks: asker": 45, "asks: liaison": 41, "third: liaison": 31, "nobody": 99, "pending": 97, "admin": 1001,
}  # fmt: skip
GIVERS = {"gave: handler", "gave: liaison", "gave: other handler"}
Do = Callable[[Scene, int], Awaitable[object]]


def presses(data: str) -> Do:
    async def press(scene: Scene, who: int) -> None:
        await scene.forges(who, data, chat=who)

    return press


def says(words: str) -> Do:
    async def say(scene: Scene, who: int) -> None:
        await scene.says(who, words, chat=who)

    return say


#: path -> (what is done, who may)
CHANGES: dict[str, tuple[Do, set[str]]] = {
    "press 复用": (presses("1:reuse:2:1"), {"got: officer"}),
    "/reuse": (says("/reuse WX26-0002 WX26-0001"), {"got: officer"}),
    "press 附上供参考": (presses("1:attach:2:1"), {"got: officer"}),
    "press 不是同一件": (presses("1:not_same:2:1"), {"got: asker", "got: officer", "got: liaison"}),
    "press 用此答复": (presses("1:release:3:1"), GIVERS),
    "/release": (says("/release CZ26-0001 WX26-0001"), GIVERS),
    "press 不提供": (presses("1:withhold:3:1"), GIVERS | {"admin"}),
    "/withhold": (says("/withhold CZ26-0001 WX26-0001"), GIVERS | {"admin"}),
    "press 另行办理": (presses("1:apart:3:1"), GIVERS | {"admin"}),
    "/reuse for others": (says("/reuse CZ26-0001 WX26-0001"), set()),
    "press 复用 for others": (presses("1:reuse:3:1"), set()),
    "press 附上 for others": (presses("1:attach:3:1"), set()),
    "/release to who has it": (says("/release WX26-0002 WX26-0001"), GIVERS),
}
WHOLE = {"got: asker", "got: liaison", "gave: supervisor", "admin"} | GIVERS
READS: dict[str, tuple[Do, set[str]]] = {
    "/show": (says("/show WX26-0001"), WHOLE | {"got: officer"}),
    "/r_": (says("/r_WX26_0001"), WHOLE | {"got: officer"}),
    "先看, as who got it": (says("/start o_2_1_got"), {"got: officer"}),
    "先看, as who gave it": (says("/start o_3_1_gave"), GIVERS),
    "先看, as who asks": (says("/start o_3_1_got"), set()),
    "全文 of the new request": (says("/show CZ26-0001"), set()),
    "/find": (says("/find 陈望舒"), set()),
    "/mine": (says("/mine"), set()),
}
#: Who sees the request, and 叶知秋 of Suzhou, who stands above: masked. An admin looks it up by its number.
FINDS = {
    "got: asker",
    "got: officer",
    "got: liaison",
    "gave: officer",
    "gave: supervisor",
    "third: liaison",
} | GIVERS
NO_MATTER = {"people", "accounts", "memberships", "events", "desk", "inbox", "outbox", "posts", "chats"}


async def _play(scene: Scene) -> None:
    await scene.says(26, "大家好", chat=KS)
    for role in ("officer", "none"):
        await scene.says(22, f"/role @songli {role}", chat=KS)
    await scene.says(11, FORM)
    await scene.says(22, f"/answer WX26-0001 已核实，{SECRET}", chat=KS)
    await scene.says(12, FORM)
    await scene.says(45, FORM, chat=CZ)
    await scene.says(97, "大家好", chat=WX)
    policy, scene.policy = scene.policy, replace(scene.policy, enrol="auto")
    await scene.says(98, "大家好", chat=WX)
    scene.policy = policy


@pytest.fixture
async def all_there(scene: Scene) -> Scene:
    await after(scene, _play)
    return scene


async def test_the_scene_is_as_the_table_says(all_there: Scene) -> None:
    async with all_there.store.read() as session:
        rows = await session.execute(
            select(Person.chat_id, Membership.state, Membership.newcomer, Membership.until).join(Membership)
        )
        standing = {who: (state, newcomer, until is None) for who, state, newcomer, until in rows}
    assert standing[98] == ("active", True, True)
    assert standing[97] == ("pending", False, True)
    assert standing[26][2] is False and 99 not in standing
    assert "复用 WX26-0001" in all_there.last("WX26-0002", "可能已有答复", chat=WX).buttons
    assert "用此答复 WX26-0001" in all_there.last("CZ26-0001", "您单位曾答复同一对象", chat=KS).buttons


@pytest.mark.parametrize("path", sorted(CHANGES))
async def test_whoever_may_not_changes_nothing_and_reads_nothing(all_there: Scene, path: str) -> None:
    scene = all_there
    do, may = CHANGES[path]
    before = await dump(scene.store)
    heard = len(scene.said)
    for name, who in WHO.items():
        if name not in may:
            told = len(scene.said)
            toasts = len(scene.session.toasts)
            await do(scene, who)
            assert len(scene.said) > told or len(scene.session.toasts) > toasts, name
            assert not changed(before, await dump(scene.store)) - NO_MATTER, name
    assert not [s for s in scene.said[heard:] if SECRET in s.text]


@pytest.mark.parametrize(
    ("path", "name"), [(path, name) for path, (_, may) in sorted(CHANGES.items()) for name in sorted(may)]
)
async def test_whoever_may_does(all_there: Scene, path: str, name: str) -> None:
    scene = all_there
    do, _ = CHANGES[path]
    before = await dump(scene.store)
    await do(scene, WHO[name])
    assert {"offers", "match_labels"} & changed(before, await dump(scene.store))


@pytest.mark.parametrize("path", sorted(READS))
async def test_the_words_of_an_answer_are_read_by_those_who_have_it_and_by_nobody_else(
    all_there: Scene, path: str
) -> None:
    scene = all_there
    do, may = READS[path]
    wrong = []
    for name, who in WHO.items():
        heard = len(scene.said)
        await do(scene, who)
        said = "\n".join(s.text for s in scene.said[heard:])
        assert said or path.startswith("/"), name
        if (SECRET in said) is not (name in may):
            wrong.append(name)
    assert wrong == []


async def test_an_earlier_request_is_found_by_those_who_see_it(all_there: Scene) -> None:
    wrong = []
    for name, who in WHO.items():
        await all_there.says(who, "/find 陈望舒", chat=who)
        found = "WX26_0001" in all_there.heard(who) or "WX26-0001" in all_there.said[-1].text
        if found is not (name in FINDS):
            wrong.append((name, found))
    assert wrong == []


async def test_a_units_ledger_has_the_answers_that_it_has(all_there: Scene) -> None:
    scene = all_there
    ids = {}
    async with scene.acting(13, 13).read() as tx:  # their numbers are those of the channel that is asked from
        for unit in await units.current(tx):
            ids[unit.code] = unit.id
        persons = {who: await people.find(tx, str(who)) for who in (13, 22, 41, 31)}
    for who, code, has in ((13, "WX", True), (22, "KS", True), (41, "CZ", False), (31, "SZ", False)):
        person = persons[who]
        assert person is not None
        made = await exports.make(scene.work(), unit_id=ids[code], person_id=person.id, chinese=True)
        assert made is not None
        assert (SECRET.encode() in _plain(made.content)) is has, code


def _plain(workbook: bytes) -> bytes:
    """All that the parts of a workbook say."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        return b"".join(parts.read(name) for name in parts.namelist())
