"""What a group is for: a unit's desk, shared by several units, topics by type."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage.tables.models import ChatTopic, ChatUnit, Membership, Person, Unit
from tests.integration.workflow.dump import changed, dump
from tests.integration.workflow.kept import played_once
from tests.integration.workflow.scene import CZ, FORM, KS, SZ, WX, Scene, user
from workflow.notices.topics import notify_topic_gone
from workflow.organisation import setup
from workflow.organisation.setup import ChatSpec, UnitSpec
from workflow.scheduled import ticks

OFFICER, HANDLER, LIAISON, LIAISON_CZ, OUTSIDER, ADMIN = 11, 21, 22, 41, 99, 1001
NEW = -2001
TO_CZ = FORM.replace("昆山", "常州")


async def purposes(scene: Scene, chat: int) -> dict[str, str]:
    async with scene.store.read() as session:
        found = await session.execute(
            select(Unit.code, ChatUnit.purpose).join(ChatUnit).where(ChatUnit.chat_id == chat)
        )
        return {row[0]: row[1] for row in found}


def cards(scene: Scene, chat: int) -> list[str]:
    """The numbers of which a card was put into a chat, one for each card."""
    return [s.text.split()[1] for s in scene.said if s.chat == chat and s.kind == "send" and "→" in s.text]


@played_once
async def shared_group(scene: Scene) -> None:
    for code in ("KS", "WX"):
        await scene.says(ADMIN, f"/bind {code} shared", chat=NEW)


async def test_a_shared_group_gets_one_card_of_what_is_between_its_units_and_nothing_else(
    scene: Scene,
) -> None:
    await shared_group(scene)
    heard = len(scene.said)
    await scene.says(OFFICER, FORM)  # Wuxi to Kunshan
    await scene.says(OFFICER, TO_CZ)  # Wuxi to Changzhou
    await scene.says(LIAISON, TO_CZ, chat=KS)  # Kunshan to Changzhou
    await scene.says(HANDLER, "/accept WX26-0001", chat=KS)
    await scene.says(LIAISON_CZ, "/accept WX26-0002", chat=CZ)
    await scene.says(HANDLER, "/answer WX26-0001 已核实，情况属实", chat=KS)
    assert cards(scene, NEW) == ["WX26-0001"]
    told = [s for s in scene.said[heard:] if s.chat == NEW and s.kind == "send"]
    assert len(told) == 1, [s.text for s in told]
    assert "WX26-0002" not in scene.heard(NEW)
    assert "KS26-0001" not in scene.heard(NEW)
    assert "已反馈" in scene.heard(NEW)
    assert cards(scene, KS) == ["WX26-0001", "KS26-0001"]


async def test_the_first_unit_of_a_group_has_its_desk_there(scene: Scene) -> None:
    await scene.says(ADMIN, "/bind KS", chat=NEW)
    assert await purposes(scene, NEW) == {"KS": "desk"}
    assert "全部请求" in scene.said[-1].text
    await scene.says(OFFICER, FORM)
    assert cards(scene, NEW) == cards(scene, KS) == ["WX26-0001"]


async def test_a_group_of_several_units_is_shared_by_those_that_have_a_desk_of_their_own(
    scene: Scene,
) -> None:
    await scene.says(ADMIN, "/bind KS", chat=NEW)
    await scene.says(ADMIN, "/bind WX", chat=NEW)
    assert await purposes(scene, NEW) == {"KS": "shared", "WX": "shared"}
    assert scene.said[-1].text.count("共用群") == 2
    await scene.says(OFFICER, TO_CZ)
    assert cards(scene, NEW) == []


async def test_no_unit_loses_its_only_desk_because_another_comes_into_the_group(scene: Scene) -> None:
    await scene.says(ADMIN, "/bind WX", chat=KS)
    assert await purposes(scene, KS) == {"KS": "desk", "WX": "shared"}
    await scene.says(OFFICER, TO_CZ)
    await scene.says(LIAISON_CZ, FORM, chat=CZ)  # Changzhou to Kunshan
    await scene.says(OFFICER, FORM)
    assert cards(scene, KS) == ["CZ26-0001", "WX26-0002"]


async def test_what_an_admin_has_said_a_group_is_stays_so(scene: Scene) -> None:
    await scene.says(ADMIN, "/bind KS desk", chat=NEW)
    await scene.says(ADMIN, "/bind WX", chat=NEW)
    assert await purposes(scene, NEW) == {"KS": "desk", "WX": "shared"}
    await scene.says(ADMIN, "/bind KS shared", chat=NEW)
    assert await purposes(scene, NEW) == {"KS": "shared", "WX": "shared"}
    await scene.says(ADMIN, "/bind KS shared", chat=NEW)
    assert "没有改动" in scene.said[-1].text


async def test_who_shares_their_only_group_is_told_what_they_will_not_see(scene: Scene) -> None:
    await scene.says(ADMIN, "/bind KS shared", chat=KS)
    assert "还没有专班群" in scene.said[-1].text
    await scene.says(OFFICER, FORM)
    assert cards(scene, KS) == []
    assert "对方看不到" in scene.heard(WX)


async def test_a_unit_without_a_desk_is_reached_in_the_group_that_it_shares_with_the_asker(
    scene: Scene,
) -> None:
    await scene.says(ADMIN, "/bind KS shared", chat=KS)
    await scene.says(ADMIN, "/bind WX shared", chat=KS)
    await scene.says(OFFICER, FORM)
    assert cards(scene, KS) == ["WX26-0001"]
    assert "对方看不到" not in scene.heard(WX)
    heard = len(scene.said)
    await scene.says(OFFICER, "/nudge WX26-0001")
    assert "催办" in scene.heard(KS, heard)


async def test_what_is_posted_in_a_shared_group_has_its_card_there(scene: Scene) -> None:
    await shared_group(scene)
    await scene.says(OFFICER, FORM, chat=NEW)
    await scene.says(OFFICER, TO_CZ, chat=NEW)
    assert cards(scene, NEW) == ["WX26-0001", "WX26-0002"]
    assert cards(scene, KS) == ["WX26-0001"]
    await scene.says(OFFICER, "/show WX26-0002", chat=NEW)
    assert "卡片在这里" in scene.said[-1].text


async def test_a_shared_group_learns_nothing_by_asking_either(scene: Scene) -> None:
    await shared_group(scene)
    await scene.says(LIAISON, TO_CZ, chat=KS)
    for words in ("/show KS26-0001", "/mine", "/find 常州 户籍", "/nudge KS26-0001"):
        heard = len(scene.said)
        await scene.says(LIAISON, words, chat=NEW)
        assert "陈" not in scene.heard(NEW, heard), words
        assert "KS26_0001" not in scene.heard(NEW, heard), words
    assert (await scene.request("KS26-0001")).nudged_at is None


async def test_cards_of_a_type_go_to_their_topic(scene: Scene) -> None:
    topic = {"message_thread_id": 77, "is_topic_message": True}
    await scene.says(ADMIN, "/bind KS topic=户籍", chat=KS, **topic)
    assert "放在本话题" in scene.said[-1].text
    await scene.says(OFFICER, FORM)
    await scene.says(OFFICER, FORM.replace("户籍证明", "居住核查"))
    await scene.says(LIAISON, TO_CZ, chat=KS)  # at home: under its post
    async with scene.store.read() as session:
        assert (await session.scalars(select(ChatTopic.type))).all() == ["household"]
    lines = [line for line in await scene.lines(chat=KS) if line.kind == "card"]
    assert [line.thread_id for line in lines] == [77, None, None]
    await scene.says(OFFICER, "/nudge WX26-0001")
    assert (await scene.lines(chat=KS))[-1].thread_id == 77


async def test_several_types_have_their_topics_and_a_topic_several_types(scene: Scene) -> None:
    for thread, types in ((77, "户籍"), (78, "居住、车辆")):
        await scene.says(
            ADMIN, f"/bind KS topic={types}", chat=KS, message_thread_id=thread, is_topic_message=True
        )
    for kind in ("户籍证明", "居住核查", "车辆信息"):
        await scene.says(
            OFFICER, FORM.replace("户籍证明", kind).replace("陈望舒 320583199204080027", "苏E12345")
        )
    async with scene.store.read() as session:
        found = {row.type: row.thread_id for row in await session.scalars(select(ChatTopic))}
    assert found == {"household": 77, "residence": 78, "vehicle": 78}
    # Said anew in another topic, it stands there.
    await scene.says(ADMIN, "/bind KS topic=居住", chat=KS, message_thread_id=77, is_topic_message=True)
    await scene.says(OFFICER, FORM.replace("户籍证明", "居住核查"))
    assert [line for line in await scene.lines(chat=KS) if line.kind == "card"][-1].thread_id == 77


async def test_a_topic_that_is_gone_has_its_cards_in_the_general_one_and_the_liaison_told(
    scene: Scene,
) -> None:
    topic = {"message_thread_id": 77, "is_topic_message": True}
    await scene.says(LIAISON, "/start", chat=LIAISON)
    await scene.says(ADMIN, "/bind KS topic=户籍、居住", chat=KS, **topic)
    for _ in range(2):  # a second card was on its way
        async with scene.work().write() as tx:
            await notify_topic_gone(tx, KS, 77)
        await scene.deliver()
    [told] = [said.text for said in scene.said if "话题已关闭或删除，这类" in said.text]
    assert "户籍证明" in told and "/bind KS topic=户籍证明" in told
    assert "这类" in scene.heard(LIAISON)
    await scene.says(OFFICER, FORM)
    assert [line for line in await scene.lines(chat=KS) if line.kind == "card"][-1].thread_id is None
    await scene.says(ADMIN, "/verify", chat=ADMIN)
    assert "完好" in scene.said[-1].text


async def test_a_topic_is_taken_back(scene: Scene) -> None:
    topic = {"message_thread_id": 77, "is_topic_message": True}
    await scene.says(ADMIN, "/bind KS topic=户籍、居住", chat=KS, **topic)
    await scene.says(ADMIN, "/unbind topic=户籍", chat=KS)
    assert "不再放在单独的话题" in scene.said[-1].text
    async with scene.store.read() as session:
        assert (await session.scalars(select(ChatTopic.type))).all() == ["residence"]
    await scene.says(ADMIN, "/unbind", chat=KS)
    async with scene.store.read() as session:
        assert (await session.scalars(select(ChatTopic.type))).all() == []


async def test_one_unit_is_taken_out_of_a_group(scene: Scene) -> None:
    await scene.says(ADMIN, "/bind KS", chat=NEW)
    await scene.says(ADMIN, "/bind WX", chat=NEW)
    await scene.says(ADMIN, "/unbind WX", chat=NEW)
    assert await purposes(scene, NEW) == {"KS": "desk"}
    assert "昆山市公安局：专班群" in scene.said[-1].text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("/bind", "/bind KS"),
        ("/bind KS sharred", "shared"),
        ("/bind 昆山 群", "shared"),
        ("/bind KS topic=户籍", "话题里发"),
        ("/bind KS topic=", "户籍证明"),
        ("/bind KS topic=没有这种", "没有“没有这种”这一事项"),
        ("/bind 没有这个单位 shared", "/bind KS"),
        ("/unbind WX", "没有绑定无锡市公安局"),
        ("/unbind 没有这个单位", "/unbind KS"),
        ("/unbind topic=户籍", "/unbind topic="),
    ],
)
async def test_a_wrong_word_changes_nothing_and_is_named_with_an_example(
    scene: Scene, words: str, says: str
) -> None:
    await scene.says(ADMIN, "早上好", chat=KS)
    before = await dump(scene.store)
    await scene.says(ADMIN, words, chat=KS)
    assert not changed(before, await dump(scene.store))
    assert scene.said[-1].text.startswith("⚠")
    assert says in scene.said[-1].text


@pytest.mark.parametrize(
    "words",
    [
        "/bind KS shared",
        "/bind shared KS",
        "/bind 昆山 共用",
        "/bind ＫＳ　ｓｈａｒｅｄ",
        "/绑定 昆山 共用群",
    ],
)
async def test_a_purpose_is_understood_as_people_write_it(scene: Scene, words: str) -> None:
    await scene.says(ADMIN, words, chat=NEW)
    assert await purposes(scene, NEW) == {"KS": "shared"}


async def role(scene: Scene, who: int, code: str) -> str | None:
    async with scene.store.read() as session:
        return await session.scalar(
            select(Membership.role)
            .join(Person, Person.id == Membership.person_id)
            .join(Unit, Unit.id == Membership.unit_id)
            .where(Person.chat_id == who, Unit.code == code, Membership.until.is_(None))
        )


@pytest.mark.parametrize(
    "words", ["/role @passer handler CZ", "/role CZ @passer handler", "/role @passer 常州 协作员"]
)
@pytest.mark.parametrize("who", [LIAISON_CZ, ADMIN])
async def test_a_role_in_a_named_unit_is_given_in_a_shared_group(scene: Scene, words: str, who: int) -> None:
    for code in ("CZ", "WX"):
        await scene.says(ADMIN, f"/bind {code} shared", chat=NEW)
    await scene.says(OUTSIDER, "早上好", chat=NEW)
    await scene.says(who, words, chat=NEW)
    assert await role(scene, OUTSIDER, "CZ") == "handler"
    assert await role(scene, OUTSIDER, "WX") is None


async def test_a_role_in_a_named_unit_is_given_in_private(scene: Scene) -> None:
    await scene.says(OUTSIDER, "早上好", chat=NEW)
    await scene.says(LIAISON_CZ, "/role @passer handler CZ", chat=LIAISON_CZ)
    assert await role(scene, OUTSIDER, "CZ") == "handler"


async def test_a_role_in_another_unit_is_not_given(scene: Scene) -> None:
    await shared_group(scene)
    await scene.says(OUTSIDER, "早上好", chat=NEW)
    for words, chat in (
        ("/role @passer handler WX", NEW), ("/role @passer handler WX", LIAISON),
        ("/role @passer handler CZ", KS), ("/role @passer handler 没有这个单位", NEW), ("/role @passer WX", NEW),
    ):  # fmt: skip
        await scene.says(LIAISON, words, chat=chat)
        assert scene.said[-1].text[0] in "🚫⚠", words
    for code in ("KS", "WX", "CZ"):
        assert await role(scene, OUTSIDER, code) is None


async def test_who_leaves_a_shared_group_stays_in_their_unit(scene: Scene) -> None:
    await shared_group(scene)
    await scene.says(OUTSIDER, "早上好", chat=NEW)
    await scene.says(ADMIN, "/role @passer handler KS", chat=NEW)
    await scene.says(HANDLER, None, chat=NEW, left_chat_member=user(HANDLER))
    assert await role(scene, HANDLER, "KS") == "handler"
    await scene.says(OUTSIDER, None, chat=NEW, left_chat_member=user(OUTSIDER))
    assert await role(scene, OUTSIDER, "KS") is None, "came through this group alone"


async def test_the_configuration_says_what_a_group_is(scene: Scene) -> None:
    specs = [UnitSpec(code=code, name=code) for code in ("SZ", "KS", "WX", "CZ")]
    chats = [
        ChatSpec(id=-50, units=("KS", "WX")),
        ChatSpec(id=-51, units=("KS", "CZ"), purpose="desk"),
        ChatSpec(id=-52, units=("SZ",), purpose="shared", topics=(("household", 7),)),
    ]
    for _ in range(2):
        await setup.sync(scene.work(), specs, chats)
    assert await purposes(scene, -50) == {"KS": "shared", "WX": "shared"}
    assert await purposes(scene, -51) == {"KS": "desk", "CZ": "desk"}
    assert await purposes(scene, -52) == {"SZ": "shared"}
    async with scene.store.read() as session:
        assert [(row.chat_id, row.thread_id) for row in await session.scalars(select(ChatTopic))] == [
            (-52, 7)
        ]


async def test_a_desk_named_after_a_shared_group_in_the_configuration_is_the_desk(scene: Scene) -> None:
    await scene.says(ADMIN, "/unbind", chat=KS)
    specs = [UnitSpec(code=code, name=code) for code in ("SZ", "KS", "WX", "CZ")]
    chats = [ChatSpec(id=-50, units=("KS", "WX")), ChatSpec(id=-51, units=("KS",))]
    await setup.sync(scene.work(), specs, chats)
    assert await purposes(scene, -50) == {"KS": "shared", "WX": "shared"}
    assert await purposes(scene, -51) == {"KS": "desk"}


async def test_a_group_that_moves_stays_what_it_is(scene: Scene) -> None:
    await scene.says(ADMIN, "/bind WX", chat=KS)
    await scene.says(LIAISON, None, chat=KS, migrate_to_chat_id=NEW)
    assert await purposes(scene, NEW) == {"KS": "desk", "WX": "shared"}


async def test_a_superior_shares_nothing_of_its_subordinates_by_being_above(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    assert cards(scene, SZ) == []
    assert "WX26" not in scene.heard(SZ)
    assert cards(scene, WX) == ["WX26-0001"]


async def test_a_shared_groups_digest_counts_what_is_between_its_units(scene: Scene) -> None:
    await shared_group(scene)
    scene.pass_time(hours=1)
    await scene.says(OFFICER, FORM)
    for _ in range(3):
        await scene.says(LIAISON, TO_CZ, chat=KS)
    scene.pass_time(hours=23)
    await ticks.digests(scene.work())
    digest = next(s.text for s in await scene.deliver() if s.chat == NEW)
    assert "新增 1" in digest
    assert "KS26" not in digest
