"""What has to be approved, as people live it: in the running process, over restarts, against forged presses."""

from __future__ import annotations

import json

from tests.e2e.cast import KS, WX
from tests.e2e.conftest import OpenDesk
from tests.e2e.conversation import Said
from tests.e2e.desk import Desk
from tests.e2e.posts import form, somebody

NUMBER = "WX26-0001"
#: A type that has to be approved, and one that has not.
TYPES = {
    "CROSSBEAT_REQUEST_TYPES": json.dumps([
        {"key": "household", "labels": {"zh": "户籍证明", "en": "household"}, "approve": True},
        {"key": "residence", "labels": {"zh": "居住核实", "en": "residence"}},
    ])
}  # fmt: skip


async def approving(open_desk: OpenDesk) -> Desk:
    """A desk whose liaison of 无锡 has opened a private chat."""
    desk = await open_desk()
    assert await desk.stop() == 0
    await desk.start(**TYPES)
    await desk.he.in_private().starts()
    await desk.bot_said("您好", chat=desk.he.name)
    return desk


async def waits(desk: Desk, subject: object) -> tuple[Said, Said]:
    """(the post, the whole text that the liaison was asked to approve)."""
    post = await desk.lin.says(form(str(subject)))
    await desk.bot_replied(post, "待本单位批准")
    return post, await desk.bot_said(NUMBER, str(subject).split()[1], chat=desk.he.name)


async def untold(desk: Desk) -> None:
    """The other unit has heard nothing of it."""
    await desk.polled()
    await desk.at_rest()
    assert await desk.bot_messages(KS, NUMBER) == []


async def test_it_waits_over_a_kill_and_goes_out_when_the_liaison_approves(open_desk: OpenDesk) -> None:
    desk, subject = await approving(open_desk), somebody()
    _, whole = await waits(desk, subject)
    await untold(desk)
    await desk.kill()
    await desk.start(**TYPES)
    await untold(desk)
    pressed = await desk.he.in_private().presses("批准", on=whole)
    assert "已批准" in pressed.text
    card = await desk.bot_said(NUMBER, "待受理", "批准发出", chat=KS, since=0)
    await desk.card_shows(NUMBER, WX, "待受理")
    await desk.at_rest()
    await desk.kill()
    await desk.start(**TYPES)
    assert "受理" in (await desk.gu.presses("受理", on=card)).text
    await desk.card_shows(NUMBER, WX, "处置中")


async def test_nobody_approves_their_own_nor_by_a_forged_press(open_desk: OpenDesk) -> None:
    desk = await approving(open_desk)
    post = await desk.he.says(form(somebody()))
    card = await desk.bot_replied(post, "待本单位批准")
    await desk.he.says(f"/approve {NUMBER}")
    await desk.bot_said("提出人自己不能批", chat=WX)
    for who in (desk.he, desk.lin, desk.gu, desk.shen, desk.passer):
        pressed = await who.forges("2:approve:1", on=card)
        assert pressed.alert, (who.name, pressed.text)
    await untold(desk)
    await desk.card_shows(NUMBER, WX, "待批准")


async def test_a_rejection_an_edit_and_a_lapse(open_desk: OpenDesk) -> None:
    desk, subject, other = await approving(open_desk), somebody(), somebody()
    post, whole = await waits(desk, subject)
    await desk.he.in_private().presses("驳回", on=whole)
    prompt = await desk.bot_said("写明驳回", chat=desk.he.name)
    await desk.he.in_private().replies(prompt, "事由不清")
    await desk.bot_said("驳回，没有发出", "事由不清", chat=WX)
    await desk.lin.edits(post, form(other, reason="电信诈骗案嫌疑人户籍核实，补充"))
    anew = await desk.bot_said(NUMBER, other.id, chat=desk.he.name)
    pressed = await desk.he.in_private().forges("2:approve:1", on=whole)
    assert "内容已改" in pressed.text, "the text that was read before is approved by nobody"
    await desk.advance(hours=11)
    await desk.bot_said("还在等您批准", chat=desk.he.name)
    assert await desk.stop() == 0
    await desk.start(**TYPES)
    await desk.advance(hours=14)
    await desk.bot_said("一天内无人批准", chat=WX)
    pressed = await desk.he.in_private().forges("2:approve:1", on=anew)
    assert pressed.alert
    await untold(desk)


async def test_it_is_cancelled_or_made_what_needs_no_approval(open_desk: OpenDesk) -> None:
    desk, subject = await approving(open_desk), somebody()
    _, whole = await waits(desk, subject)
    await desk.lin.says(f"/cancel {NUMBER}")
    await desk.card_shows(NUMBER, WX, "已撤销")
    assert (await desk.he.in_private().forges("2:approve:1", on=whole)).alert
    await untold(desk)
    second = await desk.lin.says(form(subject))
    await desk.bot_replied(second, "WX26-0002", "待本单位批准")
    await desk.lin.edits(second, form(subject, kind="居住核实"))
    await desk.bot_said("WX26-0002", "待受理", chat=KS)
    await untold(desk)
