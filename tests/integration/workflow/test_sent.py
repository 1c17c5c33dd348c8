"""Times count from when a message was sent, not from when it is read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.integration.workflow.scene import FORM, KS, WX, Scene
from workflow.kernel.body import Body
from workflow.organisation import units
from workflow.organisation.work import OLDEST, sent_at
from workflow.request.reading import understand

OFFICER, HANDLER = 11, 21
LATE = timedelta(hours=18)  # read at 09:00 on Tuesday: sent at 15:00 on Monday


def post(due: str) -> str:
    return FORM.replace("时限：3天", f"时限：{due}")


def local(scene: Scene, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=scene.policy.zone)


def stamp(at: datetime) -> dict[str, Any]:
    return {"date": int(at.timestamp())}


async def says_earlier(
    scene: Scene, text: str, *, by: timedelta = LATE, who: int = OFFICER, **fields: Any
) -> int:
    return await scene.says(who, text, **stamp(scene.now - by), **fields)


@pytest.mark.parametrize(
    ("due", "at"),
    [
        ("明天中午", "2026-12-01 12:00"),
        ("明天18:00前", "2026-12-01 18:00"),
        ("48小时", "2026-12-02 15:00"),
        ("后天", "2026-12-02 18:00"),
        ("三个工作日", "2026-12-03 15:00"),
    ],
)
async def test_a_post_that_waited_means_what_it_meant_when_it_was_sent(
    scene: Scene, due: str, at: str
) -> None:
    await says_earlier(scene, post(due))
    request = await scene.request("WX26-0001")
    assert request.due_at == local(scene, at)
    assert request.asked_at == scene.now - LATE
    assert "11月30日 15:00 提出" in scene.last("WX26-0001", chat=WX).text


async def test_a_time_that_has_passed_since_is_refused_in_words(scene: Scene) -> None:
    await says_earlier(scene, post("今天18:00前"))
    asked = scene.last("已经过去", chat=WX)
    assert "（11月30日 周一 18:00）" in asked.text
    assert await scene.all_requests() == []
    await scene.replies(OFFICER, asked, "今天18:00前")
    assert (await scene.request("WX26-0001")).due_at == local(scene, "2026-12-01 18:00")


async def test_of_two_times_only_what_is_still_ahead_is_offered(scene: Scene) -> None:
    await says_earlier(scene, post("明后天"), by=timedelta(days=2))  # on Sunday: Monday or Tuesday
    assert list(scene.last("明后天", chat=WX).buttons) == ["12月1日 周二 18:00"]


async def test_without_a_limit_of_its_own_the_time_to_answer_counts_from_the_sending(scene: Scene) -> None:
    await says_earlier(scene, FORM.replace("\n时限：3天", ""))
    request = await scene.request("WX26-0001")
    normal = scene.policy.time_to_answer["normal"].timedelta()
    assert request.due_at is not None and request.accept_by is not None
    assert request.due_at == scene.now - LATE + normal
    assert request.accept_by == scene.now - LATE + normal * scene.policy.accept_share
    reminders = {r.kind: r.due_at for r in await scene.reminders(request)}
    assert reminders["accept"] == request.accept_by


async def test_nobody_is_late_with_what_nobody_could_see(scene: Scene) -> None:
    await says_earlier(scene, FORM.replace("时限：3天", "紧急程度：特急\n紧急理由：2"), by=timedelta(days=2))
    request = await scene.request("WX26-0001")
    assert request.asked_at == scene.now - timedelta(days=2)
    assert request.due_at == scene.now + scene.policy.time_to_answer["flash"].timedelta()
    assert request.accept_by is not None and request.accept_by > scene.now


async def test_each_part_of_a_draft_counts_from_its_own_message(scene: Scene) -> None:
    await says_earlier(scene, post("明天").replace("事由：电信诈骗案嫌疑人户籍核实\n", ""))
    scene.pass_time(hours=5)
    await scene.replies(
        OFFICER, scene.last("事由", chat=WX), "核实户籍", **stamp(scene.now - timedelta(hours=4))
    )
    request = await scene.request("WX26-0001")
    assert request.due_at == local(scene, "2026-12-01 18:00")  # tomorrow of the post, not of the reply
    assert request.asked_at == scene.now - timedelta(hours=4)  # when it was whole


async def test_an_answer_about_the_time_counts_from_the_answer(scene: Scene) -> None:
    await says_earlier(scene, post("无所谓"), by=timedelta(days=3))
    await scene.replies(OFFICER, scene.last("看不懂", chat=WX), "明天", **stamp(scene.now - LATE))
    assert (await scene.request("WX26-0001")).due_at == local(scene, "2026-12-01 18:00")


async def test_an_edit_leaves_times_that_it_does_not_touch_where_they_were(scene: Scene) -> None:
    posted = await says_earlier(scene, post("48小时"))
    before = (await scene.request("WX26-0001")).due_at
    await scene.edits(OFFICER, posted, post("48小时").replace("核实", "再核实"), sent=scene.now - LATE)
    assert (await scene.request("WX26-0001")).due_at == before
    await scene.edits(OFFICER, posted, post("24小时").replace("核实", "再核实"), sent=scene.now - LATE)
    assert (await scene.request("WX26-0001")).due_at == scene.now + timedelta(hours=24)


async def test_an_edited_draft_counts_old_words_from_the_post_and_new_ones_from_the_edit(
    scene: Scene,
) -> None:
    unfinished = post("明天").replace("事由：电信诈骗案嫌疑人户籍核实\n", "")
    posted = await says_earlier(scene, unfinished)
    await scene.edits(OFFICER, posted, unfinished.replace("陈望舒", "陈望书"), sent=scene.now - LATE)
    await scene.edits(OFFICER, posted, post("明天"), sent=scene.now - LATE)
    assert (await scene.request("WX26-0001")).due_at == local(scene, "2026-12-01 18:00")
    other = await says_earlier(
        scene, unfinished.replace("陈望舒 320583199204080027", "王五 11010519491231002X")
    )
    whole = post("后天").replace("陈望舒 320583199204080027", "王五 11010519491231002X")
    await scene.edits(OFFICER, other, whole, sent=scene.now - LATE)
    assert (await scene.request("WX26-0002")).due_at == local(scene, "2026-12-03 18:00")


async def test_an_edit_that_waited_counts_from_the_edit(scene: Scene) -> None:
    posted = await says_earlier(scene, FORM, by=timedelta(days=2))
    edited = scene.message(OFFICER, WX, post("明天18:00前"), message_id=posted)
    edited |= stamp(scene.now - timedelta(days=2)) | {"edit_date": int((scene.now - LATE).timestamp())}
    await scene.feed({"edited_message": edited})
    assert (await scene.request("WX26-0001")).due_at == local(scene, "2026-12-01 18:00")


async def test_more_time_counts_from_when_it_was_asked_for(scene: Scene) -> None:
    await says_earlier(scene, FORM, by=timedelta(days=2))
    words = "/delay WX26-0001 后天18:00 等待上级批准"
    await scene.says(HANDLER, words, chat=KS, **stamp(scene.now - LATE))
    assert (await scene.request("WX26-0001")).due_at == local(scene, "2026-12-02 18:00")


async def test_an_answer_that_waited_to_be_read_is_in_time(scene: Scene) -> None:
    scene.pass_time(days=-2)  # on Sunday; due on Monday at noon
    await scene.says(OFFICER, post("明天12:00"))
    await scene.says(HANDLER, "/accept WX26-0001", chat=KS)
    scene.pass_time(days=2)
    sent = local(scene, "2026-11-30 11:30")
    await scene.says(HANDLER, "/answer WX26-0001 已核实，户籍在册", chat=KS, **stamp(sent))
    request = await scene.request("WX26-0001")
    assert request.due_at is not None
    assert request.answered_at == sent < request.due_at < scene.now


async def test_nothing_is_done_before_it_was_asked(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    earlier = stamp(scene.now - timedelta(hours=1))
    await scene.says(HANDLER, "/accept WX26-0001", chat=KS, **earlier)
    await scene.says(HANDLER, "/answer WX26-0001 已核实", chat=KS, **earlier)
    request = await scene.request("WX26-0001")
    assert request.accepted_at == request.answered_at == request.asked_at


async def test_a_period_counts_from_when_it_was_written(scene: Scene) -> None:
    await says_earlier(scene, f"{FORM}\n期间：昨天")
    body = Body.of(await scene.request("WX26-0001"), scene.store.sealer)
    assert body.period is not None and body.period[0].isoformat() == "2026-11-29"


async def test_a_clock_that_is_behind_does_not_make_it_later_than_now(scene: Scene) -> None:
    await says_earlier(scene, FORM, by=timedelta(seconds=-90))
    assert (await scene.request("WX26-0001")).asked_at == scene.now


def test_a_date_that_cannot_be_is_now() -> None:
    now = datetime(2026, 12, 1, tzinfo=UTC)
    assert sent_at(None, now) == now
    assert sent_at(now + timedelta(seconds=1), now) == now
    assert sent_at(now - OLDEST, now) == now
    assert sent_at(datetime.fromtimestamp(0, UTC), now) == now
    assert sent_at(now - timedelta(days=30), now) == now - timedelta(days=30)


async def test_the_number_is_of_the_year_in_which_it_was_asked(scene: Scene) -> None:
    scene.now = local(scene, "2027-01-01 06:00")
    await says_earlier(scene, FORM, by=timedelta(hours=8))
    assert [request.number for request in await scene.all_requests()] == ["WX26-0001"]


async def test_parts_of_before_times_were_kept_count_from_the_asking(scene: Scene) -> None:
    await says_earlier(scene, post("明天"))
    request = await scene.request("WX26-0001")
    body = Body.of(request, scene.store.sealer)
    plain = scene.store.sealer.unseal("requests", request.sealed)
    plain["parts"] = [[part.text, part.field] for part in body.parts]  # as they lay before
    request.sealed = scene.store.sealer.seal("requests", plain)
    [part] = Body.of(request, scene.store.sealer).parts
    assert (part.sent, dict(part.since)) == (None, {})
    async with scene.work().read() as tx:
        known = await units.current(tx)
    read = understand(
        [part],
        policy=scene.policy,
        units=known,
        own=request.from_unit_id or 0,
        sent=request.asked_at,
        now=scene.now,
    )
    assert read.due == local(scene, "2026-12-01 18:00")


async def test_replicas_whose_clocks_differ_agree_on_when_something_was_asked(scene: Scene) -> None:
    """One process is seven minutes ahead, the other one behind: what Telegram says counts for both."""
    telegram = scene.now
    for clock, name in (
        (timedelta(minutes=7), "陈望舒 320583199204080027"),
        (timedelta(), "王五 11010519491231002X"),
    ):
        scene.now = telegram + clock
        await scene.says(OFFICER, post("2小时").replace("陈望舒 320583199204080027", name), **stamp(telegram))
    first, second = await scene.all_requests()
    assert first.asked_at == second.asked_at == telegram
    assert first.due_at == second.due_at == telegram + timedelta(hours=2)
    scene.now = telegram - timedelta(minutes=1)
    other = post("2小时").replace("陈望舒 320583199204080027", "李四 320583199003140118")
    await scene.says(OFFICER, other, **stamp(telegram))
    assert (await scene.request("WX26-0003")).asked_at == scene.now  # and never later than the process knows
