"""Sending: in order, within limits, and what becomes of each of Telegram's errors."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from itertools import combinations

import pytest
from sqlalchemy import select, text, update

from bot.runtime import limits
from bot.telegram.governor import Governor
from handlers.views import lines
from handlers.views.outgoing import Edit, FileRef, Files, React, Say, shown
from handlers.views.rich import Rich, Span, Style, words
from sandbox.botapi.faults import Fault
from sandbox.world import people, posting
from sandbox.world.media import Upload
from sandbox.world.posting import Draft
from storage.database.engine import Store
from storage.queries import outbox as rows
from storage.tables.models import Chat, OutboxLine, Post
from tests.integration.bot.conftest import KS, OPS, WX, Desk
from tests.patience import ENOUGH
from workflow.kernel.text import t


async def posts(desk: Desk, chat_id: int = WX) -> list[Post]:
    async with desk.store.read() as session:
        found = await session.scalars(select(Post).where(Post.chat_id == chat_id).order_by(Post.message_id))
        return list(found)


def fault(desk: Desk, **rule: object) -> None:
    desk.sandbox.api.faults.add(Fault(**rule))  # type: ignore[arg-type]


async def test_lines_of_a_chat_go_out_in_order_and_urgent_ones_overtake(desk: Desk) -> None:
    for number in range(5):
        await desk.queue(f"{number}")
    await desk.queue("digest", lane=2)
    await desk.queue("urgent", lane=0)
    await desk.send()
    assert desk.said() == ["urgent", "0", "1", "2", "3", "4", "digest"]
    assert set(await desk.states()) == {"sent"}


async def test_a_sent_message_can_be_replied_to(desk: Desk) -> None:
    request = await desk.request()
    line = await desk.queue("what?", request_id=request, purpose="ask:return")
    await desk.send()
    [post] = await posts(desk)
    assert (post.request_id, post.purpose) == (request, "ask:return")
    assert post.shown is not None, "what it shows, so that an equal edit is left out"
    assert (await desk.line(line)).message_id == post.message_id


async def test_a_card_is_sent_once_and_then_edited_in_place(desk: Desk) -> None:
    request = await desk.request()
    await desk.queue(kind="card", request_id=request, purpose="card")
    await desk.send()
    [card] = await posts(desk)
    assert card.purpose == "card"
    assert card.shown == shown(Say(text=words("x")))
    changed = Edit(text=words("accepted"), message_id=card.message_id)
    line = await desk.queue(kind="card", request_id=request, purpose="card")
    desk.outgoing[line] = [changed]
    await desk.send()
    assert desk.said() == ["accepted"]
    [same] = await posts(desk)
    assert (same.message_id, same.shown) == (card.message_id, shown(changed))


async def test_a_card_that_was_deleted_is_sent_anew_and_the_old_one_is_no_card_any_more(desk: Desk) -> None:
    request = await desk.request()
    await desk.queue(kind="card", request_id=request, purpose="card")
    await desk.send()
    [old] = await posts(desk)
    people.delete(desk.sandbox.world, desk.sandbox.world.chat(WX).messages[old.message_id])
    line = await desk.queue(kind="card", request_id=request, purpose="card")
    desk.outgoing[line] = [Edit(text=words("new"), message_id=old.message_id)]
    await desk.send()
    assert desk.said() == ["new"]
    assert [post.purpose for post in await posts(desk)] == ["notice", "card"]


async def test_an_edit_that_changes_nothing_counts_as_done(desk: Desk) -> None:
    await desk.queue("x")
    await desk.send()
    [post] = await posts(desk)
    line = await desk.queue(kind="edit")
    desk.outgoing[line] = [Edit(text=words("x"), message_id=post.message_id)]
    await desk.send()
    assert (await desk.line(line)).state == "sent"


async def test_nothing_left_to_say_is_sent_without_a_call(desk: Desk) -> None:
    line = await desk.queue()
    desk.outgoing[line] = []
    await desk.send()
    assert (await desk.line(line)).state == "sent"
    assert desk.calls() == []


async def test_markup_that_telegram_does_not_understand_goes_out_once_as_plain_text(desk: Desk) -> None:
    said = "Bad Request: can't parse entities: Unsupported start tag"
    fault(desk, method="sendMessage", chat=WX, code=400, description=said, times=1)
    line = await desk.queue()
    desk.outgoing[line] = [Say(text=Rich((Span("张", (Style.BOLD,)),)))]
    await desk.send()
    assert desk.said() == ["张"]
    assert [call["params"].get("parse_mode") for call in desk.calls()] == ["HTML", None]


@pytest.mark.engines
async def test_a_chat_told_to_wait_waits_over_restarts_and_the_others_go_on(desk: Desk) -> None:
    fault(desk, method="sendMessage", chat=WX, retry_after=7200)
    first, second = await desk.queue("one"), await desk.queue("two")
    await desk.queue("elsewhere", chat_id=KS)
    await desk.send()
    assert desk.said(KS) == ["elsewhere"]
    assert desk.said(WX) == []
    assert (await desk.line(first)).attempts == 0
    paused = (await desk.chat(WX)).paused_until
    assert paused is not None
    assert timedelta(hours=1) < paused - desk.clock() < timedelta(hours=3)
    assert desk.meters.refusals == 1
    await desk.send(within=0.3)  # another process: the pause is in the table
    assert desk.said(WX) == []
    async with desk.store.write() as session:
        await session.execute(update(Chat).where(Chat.id == WX).values(paused_until=None))
    await desk.send()
    assert desk.said(WX) == ["one", "two"]
    assert (await desk.line(second)).state == "sent"


async def test_a_short_wait_is_waited_for(desk: Desk) -> None:
    fault(desk, method="sendMessage", retry_after=1)
    await desk.queue("one")
    await desk.queue("two")
    await desk.send()
    assert desk.said() == ["one", "two"]


async def test_a_group_that_threw_us_out_is_marked_and_the_other_side_and_ops_hear_of_it_once(
    desk: Desk,
) -> None:
    request = await desk.request()
    fault(desk, method="sendMessage", chat=KS, code=403, times=-1)
    for _ in range(3):
        await desk.queue(chat_id=KS, request_id=request)
    await desk.send()
    await desk.queue(chat_id=KS, request_id=request)
    await desk.send()
    assert (await desk.chat(KS)).state == "unreachable"
    assert desk.said(WX) == ["unit_unreachable"]
    assert desk.said(OPS) == ["ops.unreachable"]
    async with desk.store.read() as session:
        states = await session.scalars(select(OutboxLine.state).where(OutboxLine.chat_id == KS))
    assert list(states) == ["failed"] * 4


@pytest.mark.parametrize(
    "said",
    ["Bad Request: chat not found", "Bad Request: not enough rights to send text messages to the chat"],
)
async def test_a_chat_that_is_gone_or_mutes_us_is_unreachable_too(desk: Desk, said: str) -> None:
    fault(desk, method="sendMessage", chat=KS, code=400, description=said)
    await desk.queue(chat_id=KS)
    await desk.send()
    assert (await desk.chat(KS)).state == "unreachable"
    assert (await desk.states())[0] == "failed"


async def test_a_person_who_blocked_us_concerns_nobody_else(desk: Desk) -> None:
    await desk.asked_by(1101)
    fault(desk, method="sendMessage", chat=1101, code=403)
    await desk.queue(chat_id=1101)
    await desk.send()
    assert desk.said(OPS) == []
    assert await desk.states() == ["failed"]


@pytest.mark.parametrize("said", ["Bad Request: message thread not found", "Bad Request: TOPIC_CLOSED"])
async def test_a_lost_topic_is_answered_in_general_with_one_note(desk: Desk, said: str) -> None:
    fault(desk, method="sendMessage", chat=WX, code=400, description=said, times=1)
    outbox = desk.make_outbox()
    await desk.queue("one", thread_id=77)
    await desk.send(outbox)
    assert desk.said() == ["one", "topic_gone"]
    assert set(await desk.states()) == {"sent"}


async def test_a_line_for_a_group_that_moved_goes_to_its_new_place(desk: Desk) -> None:
    fault(desk, method="sendMessage", chat=WX, migrate_to_chat_id=KS)
    line = await desk.queue("one", reply_to=5)
    later = await desk.queue("two")
    await desk.send()
    assert desk.said(KS) == ["one", "two"]
    assert (await desk.chat(WX)).moved_to == KS
    assert [(await desk.line(each)).chat_id for each in (line, later)] == [KS, KS]


@pytest.mark.parametrize(
    "rule",
    [
        {"code": 502}, {"kind": "garbage"}, {"kind": "drop_before"}, {"code": 500, "times": 3},
    ],
)  # fmt: skip
async def test_an_outage_costs_time_but_neither_lines_nor_their_order(
    desk: Desk, rule: dict[str, object]
) -> None:
    fault(desk, **({"method": "sendMessage", "times": 2} | rule))
    for number in range(3):
        await desk.queue(f"{number}")
    await desk.send()
    assert desk.said() == ["0", "1", "2"]
    assert set(await desk.states()) == {"sent"}


async def test_a_message_whose_receipt_was_lost_may_come_twice_but_never_not_at_all(desk: Desk) -> None:
    fault(desk, method="sendMessage", kind="drop_after")
    await desk.queue("KS26-0001")
    await desk.send()
    assert desk.said() == ["KS26-0001"] * 2


async def test_a_line_that_alone_keeps_failing_is_given_up_and_ops_hears_of_it(desk: Desk) -> None:
    fault(desk, method="sendMessage", chat=KS, code=500, times=-1)
    await desk.queue("fine")
    poison = await desk.queue("poison", chat_id=KS)
    await desk.send()
    line = await desk.line(poison)
    assert line.state == "failed"
    assert line.error is not None
    assert line.error.startswith("E-")
    assert "ops.given_up" in desk.said(OPS)


async def test_what_telegram_will_never_take_is_given_up_at_once(desk: Desk) -> None:
    fault(desk, method="sendMessage", chat=WX, code=400, description="Bad Request: message is too long")
    await desk.queue("first")
    await desk.queue("second")
    await desk.send()
    assert desk.said() == ["second"]
    assert (await desk.states())[:2] == ["failed", "sent"]


async def test_a_refused_token_stops_sending_and_keeps_every_line(desk: Desk) -> None:
    fault(desk, method="sendMessage", code=401)
    await desk.queue("one")
    await desk.queue("two")
    await desk.send()
    assert desk.tokens_refused == 1
    assert desk.said() == []
    await desk.send()
    assert desk.said() == ["one", "two"]


async def test_what_cannot_be_worded_is_given_up_after_three_tries(desk: Desk) -> None:
    line = await desk.queue()
    desk.outgoing[line] = ZeroDivisionError()
    await desk.queue("next")
    await desk.send()
    assert desk.rendered.count(line) == 3
    assert (await desk.line(line)).state == "failed"
    assert desk.said() == ["next"]


async def test_of_a_long_line_only_the_rest_is_sent_again(desk: Desk) -> None:
    fault(desk, method="sendMessage", code=502, after=1)
    line = await desk.queue()
    desk.outgoing[line] = [Say(text=words(text)) for text in ("1/3", "2/3", "3/3")]
    await desk.send()
    assert desk.said() == ["1/3", "2/3", "3/3"]
    assert len(await posts(desk)) == 3


async def test_an_album_s_messages_can_all_be_replied_to(desk: Desk) -> None:
    world = desk.sandbox.world
    uploads = [Upload(name=f"{n}.pdf", data=b"x", mime="application/pdf") for n in range(2)]
    given = posting.post(world, world.person(1101), world.chat(WX), Draft(files=uploads))
    ids = [message.content["document"]["file_id"] for message in given]
    line = await desk.queue(kind="files")
    files = tuple(FileRef(kind="document", file_id=file_id) for file_id in ids)
    desk.outgoing[line] = [Files(files=files, caption=words("c"), protect=True)]
    await desk.send()
    assert [call["method"] for call in desk.calls()] == ["sendMediaGroup"]
    assert len(await posts(desk)) == 2


async def test_a_file_that_telegram_refuses_keeps_no_other_back_and_is_named(desk: Desk) -> None:
    world = desk.sandbox.world
    uploads = [Upload(name=f"{n}.pdf", data=b"x", mime="application/pdf") for n in range(2)]
    given = posting.post(world, world.person(1101), world.chat(WX), Draft(files=uploads))
    ids = [message.content["document"]["file_id"] for message in given]
    ids.insert(1, "gone")
    files = tuple(FileRef(kind="document", file_id=one, refused=words(f"no {one}")) for one in ids)
    line = await desk.queue(kind="files")
    desk.outgoing[line] = [Files(files=files, caption=words("c"))]
    await desk.send()
    taken = [call for call in desk.calls() if "result" in call]
    assert [call["method"] for call in taken] == ["sendDocument", "sendMessage", "sendDocument"]
    assert desk.said() == ["c", "no gone", ""]
    assert (await desk.line(line)).state == "sent"
    assert len(await posts(desk)) == 3


async def test_of_a_refused_album_only_the_rest_is_sent_again(desk: Desk) -> None:
    world = desk.sandbox.world
    uploads = [Upload(name=f"{n}.pdf", data=b"x", mime="application/pdf") for n in range(3)]
    given = posting.post(world, world.person(1101), world.chat(WX), Draft(files=uploads))
    ids = [*(message.content["document"]["file_id"] for message in given), "gone"]
    files = tuple(FileRef(kind="document", file_id=one, refused=words(f"no {one}")) for one in ids)
    fault(desk, method="sendDocument", code=502, after=1)
    line = await desk.queue(kind="files")
    desk.outgoing[line] = [Files(files=files, caption=words("c"))]
    await desk.send()
    assert desk.said() == ["c", "", "", "no gone"]
    assert [call["method"] for call in desk.calls()].count("sendMediaGroup") == 1
    assert len(await posts(desk)) == 4


async def test_a_single_file_that_is_refused_is_named_with_what_it_belonged_to(desk: Desk) -> None:
    files = (FileRef(kind="photo", file_id="gone", refused=words("not <a.jpg>")),)
    line = await desk.queue(kind="files")
    desk.outgoing[line] = [Files(files=files, caption=words("KS26-0042"))]
    await desk.send()
    assert desk.said() == ["KS26-0042\nnot <a.jpg>"]
    assert (await desk.line(line)).state == "sent"


@pytest.mark.engines
async def test_what_a_dead_sender_had_is_sent_when_its_lease_is_over(desk: Desk) -> None:
    await desk.queue("one")
    await desk.queue("two")
    async with desk.store.write() as session:
        taken = await rows.claim(
            session, holder="dead", now=desk.clock(), limit=5, lease=timedelta(seconds=90)
        )
    assert len(taken) == 1
    await desk.send(within=1)
    assert desk.said() == []  # the chat's order is kept: nothing overtakes what may be under way
    desk.offset += timedelta(seconds=91)
    await desk.send()
    assert desk.said() == ["one", "two"]


@pytest.mark.engines
async def test_two_senders_send_each_line_once_and_in_order(desk: Desk, second_store: Store) -> None:
    chats = [WX, KS, OPS]
    for number in range(10):
        for chat_id in chats:
            await desk.queue(f"{number}", chat_id=chat_id)
    here, there = desk.make_outbox(holder="here"), desk.make_outbox(holder="there")
    there._store = second_store
    tasks = [asyncio.create_task(outbox.run()) for outbox in (here, there)]
    await asyncio.gather(here.stop(tasks[0], ENOUGH), there.stop(tasks[1], ENOUGH))
    for chat_id in chats:
        assert desk.said(chat_id) == [f"{number}" for number in range(10)]


async def test_a_flood_in_one_group_keeps_every_limit_and_loses_nothing(desk: Desk) -> None:
    governor = Governor(chat_interval=0.02)
    for number in range(25):
        await desk.queue(f"{number}")
    outbox = desk.make_outbox(governor=governor)
    await desk.send(outbox, within=50)
    assert desk.said() == [f"{number}" for number in range(20)]  # twenty a minute in a group
    assert (await desk.states()).count("queued") == 5
    times = [datetime.fromisoformat(call["at"]) for call in desk.calls()]
    for (m, before), (n, after) in combinations(enumerate(times), 2):
        assert after - before >= (n - m - 2) * timedelta(seconds=0.015), "a burst of three, then in step"


@pytest.mark.engines
async def test_a_restart_does_not_forget_what_was_sent(desk: Desk) -> None:
    for number in range(20):
        await desk.queue(f"{number}")
    await desk.send()
    await desk.queue("later")
    await desk.send(desk.make_outbox(governor=Governor(chat_interval=0.01)), within=1)
    assert "later" not in desk.said()
    desk.offset += timedelta(minutes=2)
    await desk.send(desk.make_outbox(governor=Governor(chat_interval=0.01)))
    assert desk.said()[-1] == "later"


async def test_a_process_that_does_not_lead_sends_nothing(desk: Desk) -> None:
    await desk.queue("one")
    outbox = desk.make_outbox()
    outbox.lead(False)
    await desk.send(outbox, within=0.5)
    assert desk.said() == []
    await desk.send()
    assert desk.said() == ["one"]


async def test_a_queued_line_is_on_its_way_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FALLBACK_SECONDS", 10 * ENOUGH)  # not when the table is looked at anyway
    outbox = desk.make_outbox()
    desk.outbox = outbox
    running = asyncio.create_task(outbox.run())
    await desk.sandbox.api.validator.ready()
    feed = desk.sandbox.world.feed
    for number in range(5):
        seen = feed.last
        await desk.queue(f"{number}")
        outbox.wake()
        while f"{number}" not in desk.said():
            assert await feed.wait(seen, ENOUGH), "nobody looks"
            seen = feed.last
    await outbox.stop(running, within=ENOUGH)


def react(desk: Desk, line: int, message_id: int) -> None:
    desk.outgoing[line] = [React(emoji="👌", message_id=message_id)]


async def said_by_somebody(desk: Desk) -> int:
    world = desk.sandbox.world
    [message] = posting.post(world, world.person(1101), world.chat(WX), Draft(text="收到"))
    return message.id


async def test_a_reaction_is_put_on_the_message_and_is_none_itself(desk: Desk) -> None:
    target = await said_by_somebody(desk)
    line = await desk.queue(kind="react")
    react(desk, line, target)
    await desk.send()
    assert desk.sandbox.world.chat(WX).messages[target].reactions == [{"type": "emoji", "emoji": "👌"}]
    assert (await desk.line(line)).state == "sent"
    assert await posts(desk) == []


@pytest.mark.parametrize("why", ["no reactions", "no message", "no rights"])
async def test_a_reaction_that_is_refused_is_let_go(desk: Desk, why: str) -> None:
    target = await said_by_somebody(desk)
    if why == "no reactions":
        desk.sandbox.world.chat(WX).reactions_allowed = False
    elif why == "no rights":
        fault(desk, method="setMessageReaction", code=400, description="Bad Request: not enough rights")
    line = await desk.queue(kind="react")
    react(desk, line, target if why != "no message" else 9999)
    await desk.queue("next")
    await desk.send()
    assert desk.said() == ["next"]
    assert len(desk.calls("setMessageReaction")) == 1, "it is not tried again"
    assert (await desk.line(line)).state == "sent"
    assert (await desk.chat(WX)).state == "active"
    assert desk.said(OPS) == [], "nobody is called for it"


async def test_a_reaction_waits_for_nobody_s_pace_but_for_a_pause(desk: Desk) -> None:
    target = await said_by_somebody(desk)
    governor = Governor(chat_interval=60.0)
    for number in range(2):
        await desk.queue(f"{number}")
    for _ in range(3):
        react(desk, await desk.queue(kind="react"), target)
    await desk.queue("2")
    await desk.send(desk.make_outbox(governor=governor), within=5)
    assert desk.said() == ["0", "1", "2"], "three reactions between them take nothing of the burst"
    assert len(desk.calls("setMessageReaction")) == 3


async def test_what_was_to_be_done_to_messages_of_a_group_that_moved_goes(desk: Desk) -> None:
    for kind in ("react", "edit", "say"):
        await desk.queue(kind=kind)
    async with desk.store.write() as session:
        assert await rows.move_chat(session, WX, KS) == 1
    async with desk.store.read() as session:
        assert list(await session.scalars(select(OutboxLine.kind))) == ["say"]


@pytest.mark.engines
async def test_one_person_s_many_posts_hold_up_nobody_else_s(desk: Desk) -> None:
    """Forty urgent posts of one officer made another one's card wait for two minutes."""
    flood, other = await desk.asked_by(501), await desk.asked_by(502)
    for number in range(40):
        await desk.queue(f"flood {number}", request_id=flood, lane=0)
    await desk.queue("other 0", request_id=other, lane=0)
    await desk.queue("other 1", request_id=other, lane=0)
    await desk.send()
    said = desk.said()
    assert said.index("other 0") == 1
    assert said.index("other 1") == 3
    assert [one for one in said if one.startswith("flood")] == [f"flood {number}" for number in range(40)]


@pytest.mark.engines
async def test_turns_are_taken_within_a_lane_and_an_urgent_lane_goes_first(desk: Desk) -> None:
    flood, other = await desk.asked_by(501), await desk.asked_by(502)
    await desk.queue("calm", request_id=other)
    for number in range(3):
        await desk.queue(f"urgent {number}", request_id=flood, lane=0)
    await desk.send()
    assert desk.said() == ["urgent 0", "urgent 1", "urgent 2", "calm"]


@pytest.mark.engines
async def test_what_was_said_is_not_said_again_by_a_line_put_back_or_copied(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "render", lines.render)
    async with desk.work().write() as tx:
        await tx.say(t("plain", text="once"), chat_id=WX)
    await desk.send()
    assert desk.said() == ["once"]
    columns = "lane, chat_id, kind, purpose, sealed, created_at, attempts"
    async with desk.store.engine.begin() as connection:
        await connection.execute(
            text("UPDATE outbox SET state = 'queued', sent_at = NULL, message_id = NULL")
        )
        copy = f"INSERT INTO outbox ({columns}, state) SELECT {columns}, 'queued' FROM outbox"
        await connection.execute(text(copy))
    await desk.send()
    assert desk.said() == ["once"]
    assert set(await desk.states()) == {"sent"}
