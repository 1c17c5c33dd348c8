"""Pictures of identity documents leave the group, and nothing of them is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from storage.tables.models import File
from tests.integration.workflow.scene import FORM, KS, WX, Scene
from workflow.notices.moved import notify_not_moved
from workflow.organisation import binding

OFFICER, COLLEAGUE, HANDLER, LIAISON, STRANGER, ADMIN = 11, 12, 21, 22, 99, 1001
WITH_PICTURE = f"{FORM}\n备注：附身份证照片"
NUMBER = "WX26-0001"
WORD = "照片已移到私聊"


def photo(name: str, width: int = 1280, height: int = 960, **fields: Any) -> dict[str, Any]:
    sizes = [{"file_id": name, "file_unique_id": f"u{name}", "width": width, "height": height}]
    return {"photo": sizes} | fields


def deleted(scene: Scene, chat: int) -> list[int]:
    return [said.message_id for said in scene.said if said.kind == "delete" and said.chat == chat]


def files_in(scene: Scene, chat: int) -> list[str]:
    return [file for said in scene.said if said.chat == chat for file in said.files]


def words(scene: Scene, chat: int) -> list[str]:
    return [said.text for said in scene.said if said.chat == chat and WORD in said.text]


async def kept(scene: Scene) -> list[File]:
    async with scene.store.read() as session:
        return list(await session.scalars(select(File).order_by(File.id)))


async def whole(scene: Scene) -> None:
    """The record holds."""
    start = len(scene.said)
    await scene.says(ADMIN, "/verify", chat=ADMIN)
    assert "完好" in scene.heard(ADMIN, start)


async def test_a_post_with_one_goes_behind_its_card_and_the_picture_is_read_in_private(scene: Scene) -> None:
    post = await scene.says(OFFICER, None, caption=WITH_PICTURE, **photo("P1"))
    assert deleted(scene, WX) == [post]
    kinds = [said.kind for said in scene.said if said.chat == WX]
    assert kinds.index("send") < kinds.index("delete")
    [word] = words(scene, WX)
    assert NUMBER in word and "林小满" not in word and "陈望舒" not in word
    assert files_in(scene, KS) == files_in(scene, WX) == []
    assert "1 个附件不在群内显示" in scene.heard(KS)
    await scene.reads(HANDLER, NUMBER)
    await scene.reads(OFFICER, NUMBER)
    assert files_in(scene, HANDLER) == files_in(scene, OFFICER) == ["P1"]
    assert "moved" in await scene.actions(await scene.request(NUMBER))
    await whole(scene)


async def test_other_pictures_stay_and_are_passed_on(scene: Scene) -> None:
    await scene.says(OFFICER, None, caption=f"{FORM}\n备注：附现场照片", **photo("P1"))
    await scene.says(OFFICER, None, caption="现场", **photo("P2"))
    await scene.says(OFFICER, "护照")
    assert deleted(scene, WX) == [] and files_in(scene, KS) == ["P1"]
    assert "moved" not in await scene.actions(await scene.request(NUMBER))


@pytest.mark.parametrize(
    ("size", "goes"), [((1280, 807), True), ((807, 1280), True), ((1280, 853), False), ((1280, 720), False)]
)
async def test_where_the_words_give_the_number_the_outline_decides(
    scene: Scene, size: tuple[int, int], goes: bool
) -> None:
    post = await scene.says(OFFICER, None, caption=FORM, **photo("P1", *size))
    assert deleted(scene, WX) == ([post] if goes else [])
    assert files_in(scene, KS) == ([] if goes else ["P1"])


async def test_an_outline_without_a_word_is_nothing(scene: Scene) -> None:
    await scene.says(OFFICER, None, caption="看一下", **photo("P1", 1280, 807))
    assert deleted(scene, WX) == []


async def test_a_document_is_told_by_its_name_and_by_its_small_picture(scene: Scene) -> None:
    named = {"document": {"file_id": "D1", "file_unique_id": "u1", "file_name": "护照_首页.pdf"}}
    first = await scene.says(OFFICER, None, caption=FORM, **named)
    small = {"file_id": "T", "file_unique_id": "uT", "width": 320, "height": 202}
    shaped = {"file_id": "D2", "file_unique_id": "u2", "mime_type": "image/jpeg", "thumbnail": small}
    second = await scene.says(OFFICER, None, caption=FORM, document=shaped)
    sheet = {"file_id": "D3", "file_unique_id": "u3", "file_name": "身份证.xlsx"}
    await scene.says(OFFICER, None, caption=FORM, document=sheet)
    assert deleted(scene, WX) == [first, second]


async def test_an_answer_with_one_reaches_the_asker_in_private_alone(scene: Scene) -> None:
    scene.show_answers()
    await scene.says(OFFICER, "/start", chat=OFFICER)
    await scene.says(OFFICER, FORM)
    await scene.presses(HANDLER, "受理")
    card = scene.last(NUMBER, chat=KS)
    reply = await scene.replies(HANDLER, card, None, caption="#反馈 已查实：身份证正反面见图", **photo("P2"))
    assert deleted(scene, KS) == [reply]
    assert files_in(scene, WX) == files_in(scene, KS) == []
    assert files_in(scene, OFFICER) == ["P2"]
    assert len(words(scene, KS)) == 1 and not words(scene, WX)
    await whole(scene)


async def test_a_comment_with_one_goes_and_is_read_in_private(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    reply = await scene.replies(OFFICER, scene.last(NUMBER, chat=WX), None, caption="他的护照", **photo("P2"))
    assert deleted(scene, WX) == [reply], "the post stays: nothing is the matter with it"
    assert files_in(scene, KS) == []
    await scene.reads(HANDLER, NUMBER)
    assert files_in(scene, HANDLER) == ["P2"]
    await whole(scene)


async def test_what_it_replies_to_says_what_a_bare_picture_is(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, f"/return {NUMBER} 请补充身份证照片", chat=KS)
    returned = scene.last(NUMBER, "退回", chat=WX)
    assert "照片" in returned.text
    reply = await scene.replies(OFFICER, returned, None, whole=True, **photo("P2"))
    assert deleted(scene, WX) == [reply] and files_in(scene, KS) == []
    await scene.reads(HANDLER, NUMBER)
    assert files_in(scene, HANDLER) == ["P2"]


@pytest.mark.engines
@pytest.mark.parametrize("caption_at", [0, 1, 2])
async def test_of_an_album_all_go_wherever_the_words_stand(scene: Scene, caption_at: int) -> None:
    ids = []
    for number in range(3):
        caption = {"caption": WITH_PICTURE} if number == caption_at else {}
        ids.append(await scene.says(OFFICER, None, media_group_id="A", **caption, **photo(f"P{number}")))
    assert sorted(deleted(scene, WX)) == ids
    assert files_in(scene, KS) == []
    await scene.reads(HANDLER, NUMBER)
    assert sorted(files_in(scene, HANDLER)) == ["P0", "P1", "P2"]
    assert {file.message_id for file in await kept(scene)} == {None}
    await whole(scene)


@pytest.mark.parametrize("shaped_at", [0, 1])
async def test_of_an_album_one_outline_is_enough_beside_the_number(scene: Scene, shaped_at: int) -> None:
    ids = []
    for number in range(2):
        size = (1280, 807) if number == shaped_at else (1280, 960)
        caption = {"caption": FORM} if number == 0 else {}
        ids.append(
            await scene.says(OFFICER, None, media_group_id="A", **caption, **photo(f"P{number}", *size))
        )
    assert sorted(deleted(scene, WX)) == ids
    await scene.reads(HANDLER, NUMBER)
    assert sorted(files_in(scene, HANDLER)) == ["P0", "P1"]


async def test_what_groups_were_sent_of_an_album_before_it_was_known_is_taken_back(scene: Scene) -> None:
    await scene.says(OFFICER, None, caption=FORM, media_group_id="A", **photo("P1"))
    sent = scene.last("附件", chat=KS).message_id
    assert files_in(scene, KS) == ["P1"]
    await scene.says(OFFICER, None, media_group_id="A", **photo("P2", 1280, 807))
    assert sent in deleted(scene, KS)
    assert files_in(scene, KS) == ["P1"], "none came again"


async def test_alone_it_is_given_back_before_it_is_deleted(scene: Scene) -> None:
    await scene.says(OFFICER, "/start", chat=OFFICER)
    post = await scene.says(OFFICER, None, caption="陈望舒身份证", **photo("P1"))
    assert files_in(scene, OFFICER) == ["P1"]
    assert deleted(scene, WX) == [post]
    assert len(words(scene, WX)) == 1 and "林小满" not in words(scene, WX)[0]
    order = [(said.chat, said.kind) for said in scene.said if said.kind in ("files", "delete")]
    assert order == [(OFFICER, "files"), (WX, "delete")]


async def test_an_album_of_no_request_is_given_back_as_a_whole(scene: Scene) -> None:
    await scene.says(OFFICER, "/start", chat=OFFICER)
    ids = [
        await scene.says(OFFICER, None, media_group_id="A", **photo("P1")),
        await scene.says(OFFICER, None, media_group_id="A", caption="身份证正反面", **photo("P2")),
        await scene.says(OFFICER, None, media_group_id="A", **photo("P3")),
    ]
    assert sorted(files_in(scene, OFFICER)) == ["P1", "P2", "P3"]
    assert sorted(deleted(scene, WX)) == ids


async def test_who_has_no_private_chat_keeps_it_and_hears_once_how(scene: Scene) -> None:
    for name in ("P1", "P2"):
        await scene.says(OFFICER, None, caption="身份证", **photo(name))
    assert deleted(scene, WX) == []
    assert [said.chat for said in scene.said if "点“开始”" in said.text] == [WX]


async def test_words_in_place_of_the_file_delete_nothing(scene: Scene, monkeypatch: Any) -> None:
    """Where the channel did not take the file, the one in the group is all that there is."""
    monkeypatch.setattr("tests.integration.workflow.scene.pieces", _in_words)
    await scene.says(OFFICER, "/start", chat=OFFICER)
    await scene.says(OFFICER, None, caption="身份证", **photo("P1"))
    assert deleted(scene, WX) == [] and files_in(scene, OFFICER) == []


def _in_words(out: Any) -> list[Any]:
    from bot.outbox.parts import words_instead
    from bot.telegram.sender import pieces
    from handlers.views.outgoing import Files

    return [words_instead(out)] if isinstance(out, Files) else pieces(out)


@pytest.mark.engines
async def test_a_draft_keeps_it_and_it_is_moved_once(scene: Scene) -> None:
    await scene.says(OFFICER, "/start", chat=OFFICER)
    post = await scene.says(OFFICER, None, caption=WITH_PICTURE.replace("致：昆山\n", ""), **photo("P1"))
    assert files_in(scene, OFFICER) == ["P1"] and deleted(scene, WX) == [post]
    await scene.replies(OFFICER, scene.last("单位", chat=WX), "昆山")
    assert deleted(scene, WX) == [post] and len(words(scene, WX)) == 1
    await scene.reads(HANDLER, NUMBER)
    assert files_in(scene, HANDLER) == ["P1"] and files_in(scene, KS) == []


async def test_of_a_draft_of_who_has_no_private_chat_it_goes_once_the_card_stands(scene: Scene) -> None:
    post = await scene.says(OFFICER, None, caption=WITH_PICTURE.replace("致：昆山\n", ""), **photo("P1"))
    assert deleted(scene, WX) == []
    await scene.replies(OFFICER, scene.last("单位", chat=WX), "昆山")
    assert deleted(scene, WX) == [post]


@pytest.mark.engines
async def test_an_edit_that_says_what_it_is_takes_it_back_from_everybody(scene: Scene) -> None:
    post = await scene.says(OFFICER, None, caption=FORM, **photo("P1"))
    sent = scene.last("附件", chat=KS).message_id
    assert files_in(scene, KS) == ["P1"] and deleted(scene, WX) == []
    message = scene.message(OFFICER, WX, None, message_id=post, caption=WITH_PICTURE, **photo("P1"))
    message["edit_date"] = message["date"]
    await scene.feed({"edited_message": message})
    assert deleted(scene, WX) == [post] and sent in deleted(scene, KS)
    assert files_in(scene, KS) == ["P1"] and "1 个附件不在群内显示" in scene.heard(KS)
    await scene.reads(HANDLER, NUMBER)
    assert files_in(scene, HANDLER) == ["P1"]
    await whole(scene)


async def test_an_edit_of_one_that_belongs_to_nothing_gives_it_back(scene: Scene) -> None:
    await scene.says(OFFICER, "/start", chat=OFFICER)
    post = await scene.says(OFFICER, None, caption="看一下", **photo("P1"))
    message = scene.message(OFFICER, WX, None, message_id=post, caption="他的身份证", **photo("P1"))
    message["edit_date"] = message["date"]
    await scene.feed({"edited_message": message})
    assert files_in(scene, OFFICER) == ["P1"] and deleted(scene, WX) == [post]


async def test_one_that_has_to_stay_is_not_given_back_anew_at_each_edit(scene: Scene) -> None:
    scene.may_delete = False
    await scene.says(OFFICER, "/start", chat=OFFICER)
    post = await scene.says(OFFICER, None, caption="他的身份证", **photo("P1"))
    before = len(scene.said)
    for caption in ("他的身份证，请核对", "他的身份证，请核对一下", "看一下"):
        message = scene.message(OFFICER, WX, None, message_id=post, caption=caption, **photo("P1"))
        message["edit_date"] = message["date"]
        await scene.feed({"edited_message": message})
    assert files_in(scene, OFFICER) == ["P1"] and deleted(scene, WX) == [post]
    assert not scene.said[before:]
    assert len(await kept(scene)) == 1


async def test_one_whose_sender_could_be_given_nothing_yet_is_given_back_by_an_edit(scene: Scene) -> None:
    post = await scene.says(OFFICER, None, caption="他的身份证", **photo("P1"))
    assert deleted(scene, WX) == []
    await scene.says(OFFICER, "/start", chat=OFFICER)
    message = scene.message(OFFICER, WX, None, message_id=post, caption="他的身份证，请核对", **photo("P1"))
    message["edit_date"] = message["date"]
    await scene.feed({"edited_message": message})
    assert files_in(scene, OFFICER) == ["P1"] and deleted(scene, WX) == [post]


async def test_what_is_refused_is_given_back_too(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, "/start", chat=HANDLER)
    post = await scene.says(HANDLER, None, chat=KS, caption="/answer WX26-0099 身份证照片", **photo("P9"))
    assert files_in(scene, HANDLER) == ["P9"] and deleted(scene, KS) == [post]


async def test_of_people_and_groups_that_are_not_ours_nothing_is_touched(scene: Scene) -> None:
    await scene.says(STRANGER, None, caption="身份证", **photo("P1"))
    await scene.says(STRANGER, None, caption="身份证", chat=-1999, **photo("P2"))
    await scene.says(OFFICER, None, caption="身份证", chat=-1999, **photo("P3"))
    assert [said for said in scene.said if said.kind == "delete"] == [] and not await kept(scene)


async def test_what_is_asked_in_private_is_sent_to_no_group(scene: Scene) -> None:
    await scene.says(OFFICER, None, caption=WITH_PICTURE, chat=OFFICER, **photo("P1"))
    assert [said for said in scene.said if said.kind == "delete"] == []
    assert files_in(scene, KS) == files_in(scene, WX) == []
    await scene.reads(HANDLER, NUMBER)
    assert files_in(scene, HANDLER) == ["P1"]


async def test_a_desk_may_leave_them_where_they_are(scene: Scene) -> None:
    scene.policy = replace(scene.policy, move_identity_photos=False)
    await scene.says(OFFICER, None, caption=WITH_PICTURE, **photo("P1"))
    assert deleted(scene, WX) == [] and files_in(scene, KS) == ["P1"]


async def test_a_post_for_two_units_goes_once_with_one_word(scene: Scene) -> None:
    caption = WITH_PICTURE.replace("致：昆山", "致：昆山、常州")
    post = await scene.says(OFFICER, None, caption=caption, **photo("P1"))
    assert deleted(scene, WX) == [post] and len(words(scene, WX)) == 1


async def test_where_the_posts_go_anyway_it_goes_too(scene: Scene) -> None:
    scene.policy = replace(scene.policy, delete_posts=True)
    post = await scene.says(OFFICER, None, caption=WITH_PICTURE, **photo("P1"))
    assert set(deleted(scene, WX)) == {post} and len(words(scene, WX)) == 1


async def test_where_the_bot_may_not_its_sender_hears_once_in_private_how(scene: Scene) -> None:
    await scene.says(OFFICER, "/start", chat=OFFICER)
    async with scene.work().read() as tx:
        from storage.queries import people

        person = await people.by_chat(tx.session, OFFICER)
    assert person is not None
    for _ in range(2):
        async with scene.work().write() as tx:
            await notify_not_moved(tx, person.id, chat_id=WX, thread_id=None)
        await scene.deliver()
    told = [said for said in scene.said if "删除消息" in said.text]
    assert [said.chat for said in told] == [OFFICER]


async def test_a_post_that_was_moved_is_asked_anew_not_edited(scene: Scene) -> None:
    await scene.says(OFFICER, None, caption=WITH_PICTURE, **photo("P1"))
    assert (await scene.request(NUMBER)).message_id is None


async def test_words_with_one_for_one_of_several_requests(scene: Scene) -> None:
    for _ in range(2):
        await scene.says(OFFICER, FORM)
        await scene.presses(HANDLER, "受理")
    post = await scene.says(HANDLER, None, chat=KS, caption="/answer 已查实，附身份证照片", **photo("P9"))
    assert deleted(scene, KS) == []
    await scene.presses(HANDLER, "WX26-0002", on=scene.last("WX26-0002", "WX26-0001", chat=KS))
    assert deleted(scene, KS) == [post]
    await scene.reads(HANDLER, "WX26-0002")
    assert "P9" in files_in(scene, HANDLER)


async def test_a_group_that_was_unbound_meanwhile(scene: Scene) -> None:
    await binding.unbind(scene.acting(ADMIN, WX))
    await scene.says(OFFICER, None, caption="身份证", **photo("P1"))
    assert deleted(scene, WX) == []
