"""Health, readiness, metrics over HTTP, and what the ops chat hears, of the real process."""

from __future__ import annotations

import re

import httpx

from tests.e2e.cast import ADMIN, CHAT_IDS, KS, SZ, WX
from tests.e2e.conftest import OpenDesk
from tests.e2e.desk import Desk
from tests.e2e.posts import form, somebody
from tests.e2e.process import said
from tests.patience import ENOUGH

PROMISED = (
    "crossbeat_inbox_depth",
    "crossbeat_inbox_oldest_seconds",
    'crossbeat_outbox_depth{lane="urgent"}',
    'crossbeat_outbox_depth{lane="talk"}',
    'crossbeat_outbox_depth{lane="digest"}',
    "crossbeat_send_seconds_count",
    "crossbeat_telegram_refusals_total",
    "crossbeat_reminder_lag_seconds",
    "crossbeat_match_seconds_count",
    'crossbeat_requests{state="open"}',
    "crossbeat_database_busy_retries_total",
    "crossbeat_leads",
    "process_resident_memory_bytes",
)


async def _metrics(desk: Desk) -> dict[str, float]:
    async with httpx.AsyncClient(timeout=ENOUGH) as http:
        answer = await http.get(f"{desk.running.process.web}/metrics")
    assert answer.status_code == 200
    samples = re.findall(r"^([^#\s]+(?:\{[^}]*\})?) (\S+)$", answer.text, re.MULTILINE)
    return {name: float(value) for name, value in samples}


async def test_the_metrics_hold_what_is_promised_and_move_with_the_work(office: Desk) -> None:
    before = await _metrics(office)
    missing = [name for name in PROMISED if name not in before]
    assert not missing
    asked = await office.asks(office.lin)
    await office.accepted(asked)
    after = await _metrics(office)
    for name in (
        "crossbeat_updates_received_total",
        "crossbeat_updates_handled_total",
        'crossbeat_messages_sent_total{lane="talk"}',
        "crossbeat_send_seconds_count",
        "crossbeat_match_seconds_count",
        'crossbeat_requests{state="accepted"}',
    ):
        assert after[name] > before[name], name
    assert after["crossbeat_inbox_depth"] == 0
    assert after["crossbeat_leads"] == 1


async def test_ready_says_so_and_names_what_is_missing(open_desk: OpenDesk) -> None:
    desk = await open_desk(furnish=False)
    web = desk.running.process.web
    async with httpx.AsyncClient(timeout=ENOUGH) as http:
        assert (await http.get(f"{web}/healthz")).text == "ok\n"
        answer = await http.get(f"{web}/readyz")
        assert answer.status_code == 200, answer.text
        assert answer.json() == {"ready": True, "database": "ok", "telegram": "ok", "started": "ok"}


async def test_a_refusal_of_telegram_is_counted(open_desk: OpenDesk) -> None:
    desk = await open_desk()
    before = await _metrics(desk)
    await desk.fault("sendMessage", kind="error", code=429, retry_after=1, times=1)
    await desk.asks(desk.lin)
    after = await _metrics(desk)
    assert after["crossbeat_telegram_refusals_total"] - before["crossbeat_telegram_refusals_total"] == 1


async def test_the_ops_chat_hears_of_a_group_that_the_bot_was_thrown_out_of(open_desk: OpenDesk) -> None:
    desk = await open_desk(telegram={"ops_chat": CHAT_IDS[SZ]})
    since = await desk.remember()
    await desk.post("members", chat=KS, person=desk.running.sandbox.world.bot.id, status="kicked", by=ADMIN)
    await desk.bot_said("移出", KS, chat=SZ, since=since)
    await desk.lin.says(form(somebody()))
    await desk.bot_said("→", chat=WX)
    await desk.polled()
    assert len(await desk.bot_messages(SZ, KS)) == 1


async def test_the_ops_chat_hears_once_of_a_group_that_refuses_messages(open_desk: OpenDesk) -> None:
    desk = await open_desk(telegram={"ops_chat": CHAT_IDS[SZ]})
    await desk.fault("sendMessage", kind="error", code=403, times=-1, chat=KS)
    since = await desk.remember()
    for _ in range(3):
        await desk.lin.says(form(somebody()))
    await desk.bot_said("发不进消息", KS, chat=SZ, since=since)
    await desk.polled()
    assert len(await desk.bot_messages(SZ, KS)) == 1


async def test_the_ops_chat_hears_of_what_was_set_aside_with_the_incident_of_the_log(
    open_desk: OpenDesk,
) -> None:
    desk = await open_desk(telegram={"ops_chat": CHAT_IDS[SZ]})
    desk.running.expect("update_set_aside")
    since = await desk.remember()
    for _ in range(3):
        await desk.inject({"message": {"message_id": 1, "date": "poison", "chat": {"id": CHAT_IDS[KS]}}})
    told = await desk.bot_said("已搁置", chat=SZ, since=since)
    incidents = [event["incident"] for event in desk.running.process.events("update_set_aside")]
    assert any(incident in told.text for incident in incidents)
    await desk.polled()
    await desk.asks(desk.lin)
    assert len(await desk.bot_messages(SZ, "已搁置")) == 1, "one chat is told of once an hour"


async def test_the_ops_chat_hears_of_a_backup_that_failed(open_desk: OpenDesk) -> None:
    desk = await open_desk(telegram={"ops_chat": CHAT_IDS[SZ]})
    since = await desk.remember()
    config = str(desk.running.config)
    arguments = ("backup", "no-such-folder/copy.db", "--config", config)
    told = said(*arguments, cwd=desk.running.folder, code=1)
    assert told.words.startswith("crossbeat backup: no backup was made"), told
    await desk.bot_said("备份失败", chat=SZ, since=since)
