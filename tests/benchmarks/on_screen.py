"""How long somebody in a group waits for what they read there, and how many messages a request costs.

The real process against the sandbox, at the pace of a real desk and with Telegram's limits enforced.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

from tests.benchmarks.table import Row, percentile
from tests.e2e.cast import KS, WX
from tests.e2e.desk import Asked, Desk, Running
from tests.e2e.posts import form, somebody

POSTED = "post to card, in a quiet group"
ROUNDS = {"small": 6, "full": 30}
QUIET_SECONDS = 12.0  # between two requests: nobody has written meanwhile
AT_ONCE = 3


def rows(scale: str = "small") -> list[Row]:
    """All rows of this table."""
    with tempfile.TemporaryDirectory() as folder:
        running = Running(Path(folder), forked=False)
        running.start()
        try:
            return asyncio.run(_measure(running, ROUNDS[scale]))
        finally:
            running.close()


async def _measure(running: Running, rounds: int) -> list[Row]:
    async with Desk(running) as desk:
        await desk.furnish()
        straight, detour = await _straight(desk), await _with_a_detour(desk)
        assert await desk.stop() == 0
        running.write_config(telegram={"chat_interval": "1s"})
        await desk.post("limits", enforce=True)
        await desk.advance(minutes=2)
        before = (await desk.get("limits"))["violations"]
        await desk.start()
        took: dict[str, list[float]] = {}
        for _ in range(rounds):
            await asyncio.sleep(QUIET_SECONDS)
            await _one_request(desk, took)
        for _ in range(max(1, rounds // AT_ONCE)):
            await asyncio.sleep(QUIET_SECONDS)
            took.setdefault("the third card of three posts at once", []).append(await _at_once(desk))
        exceeded = (await desk.get("limits"))["violations"] != before
        refused = [call for call in await desk.calls() if call.get("status") == 429]
    targets = {POSTED: "≤ 0.3"}
    found = [
        Row(name=f"{name}, p50", value=percentile(seconds, 0.5), unit="s", target=targets.get(name, ""),
            note=f"p95 {percentile(seconds, 0.95):.2f} s, {len(seconds)} times")
        for name, seconds in took.items()
    ]  # fmt: skip
    limits = "exceeded" if exceeded or refused else "kept"
    found += [
        Row(name="messages for a request posted, accepted, answered, closed", value=straight, unit="",
            target="≤ 5", note="new ones of the bot in all groups; by button and reply; 7 before"),
        Row(name="messages for one with a return and a comment", value=detour, unit="", target="≤ 8", note="16 before"),
    ]  # fmt: skip
    return [
        *found,
        Row(name="429 meanwhile", value=len(refused), unit="", target="0", note=f"limits {limits}"),
    ]


async def _one_request(desk: Desk, took: dict[str, list[float]]) -> None:
    """Posted, taken and answered by people who lose no time, each in one of two groups that were quiet."""
    since = await desk.remember()
    started = time.perf_counter()
    post = await desk.lin.says(form(somebody()))
    card = await desk.card_for(post, since=since)
    took.setdefault(POSTED, []).append(time.perf_counter() - started)
    number = card.text.split()[1]
    there = await desk.bot_said(number, "→", chat=KS, since=since)
    took.setdefault("post to card of the asked unit", []).append(time.perf_counter() - started)
    started = time.perf_counter()
    await desk.gu.presses("受理", on=there)
    await desk.card_shows(number, WX, "处置中")
    took.setdefault("受理 to the asker's card", []).append(time.perf_counter() - started)
    started = time.perf_counter()
    await desk.gu.says(f"/answer {number} 已核实，户籍地址：昆山市花桥镇")
    await desk.card_shows(number, WX, "已反馈")
    took.setdefault("/answer to the asker's card", []).append(time.perf_counter() - started)


async def _at_once(desk: Desk) -> float:
    started = time.perf_counter()
    since = await desk.remember()
    posts = [await desk.lin.says(form(somebody())) for _ in range(AT_ONCE)]
    for post in posts:
        await desk.card_for(post, since=since)
    return time.perf_counter() - started


async def _straight(desk: Desk) -> int:
    """Posted, accepted, answered by button and reply, closed and rated: how many new messages in groups."""
    since = await desk.remember()
    asked = await desk.asks(desk.lin)
    await desk.accepted(asked)
    await _answer_and_close(desk, asked)
    return len(await desk.new_in_groups(since))


async def _with_a_detour(desk: Desk) -> int:
    """The same with something that had to be supplied, and a comment."""
    since = await desk.remember()
    asked = await desk.asks(desk.lin)
    await desk.accepted(asked)
    await desk.gu.replies(await desk.card(asked.number, KS), "#退回 请补充出生日期")
    returned = await desk.bot_said(asked.number, "退回", "出生日期", chat=WX)
    await desk.lin.replies(returned, "1992年4月8日出生")
    await desk.bot_said(asked.number, "补充", chat=KS)
    await desk.accepted(asked)
    await desk.lin.replies(await desk.card(asked.number, WX), "也请核对曾用名")
    await desk.bot_said(asked.number, "曾用名", chat=KS)
    await _answer_and_close(desk, asked)
    return len(await desk.new_in_groups(since))


async def _answer_and_close(desk: Desk, asked: Asked) -> None:
    await desk.gu.presses("反馈", on=await desk.card(asked.number, KS))
    prompt = await desk.bot_said("请回复本条消息", asked.number, chat=KS)
    reply = await desk.gu.replies(prompt, "已核实，户籍地址：昆山市花桥镇")
    notice = await desk.bot_said(asked.number, "请核对后办结", chat=WX)
    await desk.gu.presses("已查实", on=await desk.bot_replied(reply, asked.number))
    await desk.lin.presses("办结", on=notice)
    card = await desk.card_shows(asked.number, WX, "已办结")
    await desk.lin.presses("⭐ 5", on=card)
    await desk.card_shows(asked.number, WX, "5/5")
    await desk.at_rest()
