"""A picture of an identity document leaves the group and is not lost, wherever the process is killed meanwhile."""

from __future__ import annotations

import struct
import zlib

import pytest

from storage.database.failpoints import VARIABLE
from tests.e2e.cast import CHAT_IDS, KS, WX
from tests.e2e.conversation import File, Json
from tests.e2e.desk import Desk
from tests.e2e.posts import form, somebody

LIN = 1101
WORD = "照片已移到私聊"
END_SECONDS = 30.0


def picture(width: int, height: int) -> File:
    """A photo of so many pixels, as far as its head says."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        "photo.png",
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head)),
    )


async def _sent_to(desk: Desk, chat: int) -> list[Json]:
    return [
        call
        for call in await desk.calls("sendPhoto")
        if int(call["params"]["chat_id"]) == chat and "result" in call
    ]


async def _stand(desk: Desk, group: str) -> set[int]:
    return {said.id for said in await desk.messages(group)}


async def test_with_a_request_it_is_read_in_private_alone(desk: Desk) -> None:
    await desk.gu.in_private().starts()
    subject = somebody()
    post = await desk.lin.sends([picture(1280, 807)], text=form(subject))
    card = await desk.card_for(post)
    number = card.text.split()[1]
    word = await desk.bot_said(WORD, number, chat=WX)
    assert "林小满" not in word.text and subject.name not in word.text
    assert post.id not in await _stand(desk, WX) and card.id in await _stand(desk, WX)
    await desk.card_shows(number, KS, "附件 1 个")
    await desk.reads(number, desk.gu)
    await desk.called("sendPhoto")
    [call] = await desk.calls("sendPhoto")
    assert int(call["params"]["chat_id"]) not in CHAT_IDS.values() and call["params"]["protect_content"]
    await desk.admin.says("/verify", to=KS)
    await desk.bot_said("全部完好", chat=KS)


async def test_an_ordinary_photo_stays(desk: Desk) -> None:
    post = await desk.lin.sends([picture(1280, 960)], text=form(somebody()))
    await desk.card_for(post)
    await desk.called("sendPhoto")
    await desk.at_rest()
    assert post.id in await _stand(desk, WX) and await desk.calls("deleteMessage") == []


#: Where the process dies, and how often the picture is given back: a message is sent a second time when nobody noted
#: the first, as every other is.
POINTS = {
    "inbox.handled": 1, "outbox.claimed:1": 1, "outbox.sent:1": 2, "outbox.marked:1": 1, "outbox.rendered:2": 1,
    "outbox.sent:2": 1, "outbox.marked:2": 1,
}  # fmt: skip


@pytest.mark.parametrize("point", POINTS)
async def test_alone_it_is_given_back_before_it_goes_wherever_the_process_dies(
    desk: Desk, point: str
) -> None:
    await desk.lin.in_private().starts()
    await desk.at_rest()
    assert await desk.stop() == 0
    post = await desk.lin.sends([picture(1280, 960)], text="陈望舒身份证")
    dying = desk.running.launch(**{VARIABLE: point})
    assert dying.exited(END_SECONDS), "the process was to die"
    dying.wait()
    gone, given = post.id not in await _stand(desk, WX), await _sent_to(desk, LIN)
    assert given or not gone, "it was deleted before it was given back"
    desk.running.expect("message to delete not found")  # by who died before they noted it
    await desk.advance(minutes=10)  # what it had taken on is free by then
    await desk.start()
    await desk.bot_said(WORD, chat=WX, since=0)
    await desk.at_rest()
    assert post.id not in await _stand(desk, WX)
    given = await _sent_to(desk, LIN)
    assert len(given) == POINTS[point] and all(call["params"]["protect_content"] for call in given)
    assert len(await desk.bot_messages(WX, WORD)) == 1


@pytest.mark.parametrize("point", ["inbox.handled", "outbox.marked:1", "outbox.sent:3"])
async def test_with_a_request_it_is_kept_wherever_the_process_dies(desk: Desk, point: str) -> None:
    await desk.gu.in_private().starts()
    await desk.at_rest()
    assert await desk.stop() == 0
    post = await desk.lin.sends([picture(1280, 960)], text=form(somebody()) + "\n备注：附身份证照片")
    dying = desk.running.launch(**{VARIABLE: point})
    assert dying.exited(END_SECONDS), "the process was to die"
    dying.wait()
    desk.running.expect("message to delete not found")
    await desk.advance(minutes=10)
    await desk.start()
    word = await desk.bot_said(WORD, chat=WX, since=0)
    assert post.id not in await _stand(desk, WX)
    number = word.text.split()[1]
    await desk.reads(number, desk.gu)
    await desk.called("sendPhoto")
    assert [int(call["params"]["chat_id"]) < 0 for call in await desk.calls("sendPhoto")] == [False]


async def test_where_the_bot_may_not_delete_its_sender_hears_once_how(desk: Desk) -> None:
    await desk.lin.in_private().starts()
    await desk.fault("deleteMessage", code=400, description="Bad Request: message can't be deleted", times=2)
    desk.running.expect("message can't be deleted")
    first = await desk.lin.sends([picture(1280, 960)], text="身份证")
    await desk.bot_said("删除消息", chat="林小满")
    second = await desk.lin.sends([picture(1280, 960)], text="身份证")
    await desk.called("deleteMessage", times=2)
    await desk.at_rest()
    assert len(await desk.bot_messages("林小满", "删除消息")) == 1
    assert {first.id, second.id} <= await _stand(desk, WX)
    assert await desk.bot_messages(WX, WORD) == []
