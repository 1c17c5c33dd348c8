"""A desk gets a new key in the middle of its work, and goes on: drafts, replies, answers, matching, names."""

from __future__ import annotations

import shutil

import pytest

from storage.database import key_file
from storage.database.seal import format_key
from tests.e2e import ledger_rows
from tests.e2e.cast import KS, WX
from tests.e2e.conftest import OpenDesk
from tests.e2e.desk import Desk
from tests.e2e.operations.test_keeping import Admin
from tests.e2e.posts import form, somebody

OLD, NEW = (format_key(letter * 32) for letter in (b"o", b"n"))


async def test_a_desk_goes_on_with_its_new_key_and_ciphers_where_it_was(desk: Desk) -> None:
    admin = Admin(desk)
    answered = await desk.asks(desk.lin)
    await desk.answered(answered, "已核实，户籍在昆山花桥")
    waiting = await desk.asks(desk.lin)
    subject = somebody()
    begun = await desk.lin.says(f"#协作 户籍证明\n致：昆山\n对象：{subject}")
    draft = await desk.bot_replied(begun, "事由")
    assert "another crossbeat runs" in admin.runs("rekey", "--yes", code=1).words
    await desk.fault("sendMessage", kind="error", code=502, times=-1)
    unsent = await desk.zhou.says(form(somebody()))  # taken, and its messages cannot be sent before the stop
    await desk.polled()
    assert await desk.stop() == 0
    await desk.clear_faults()
    ledger = admin.ledger()
    assert "no terminal" in admin.runs("rekey", code=1).words
    assert "values sealed with the new key" in admin.runs("rekey", "--yes", "--cipher", "sm4").words
    sm4 = {"CROSSBEAT_STORAGE__CIPHER": "sm4"}
    [old] = key_file.old_beside(admin.folder / "crossbeat.key")
    shutil.copy(old, admin.folder / "lost.key")
    refused = admin.runs("verify", code=1, CROSSBEAT_STORAGE__KEY_FILE=str(admin.folder / "lost.key"), **sm4)
    assert "sealed with another key; put back the key that belongs to it" in refused.words
    assert admin.ledger(**sm4) == ledger
    assert "all sound" in admin.runs("verify", **sm4).data
    since = await desk.remember()
    await desk.start(**sm4)
    await desk.bot_replied(unsent, "→", since=since)
    await desk.lin.replies(draft, "核实涉案人员户籍")
    assert subject.masked in (await desk.bot_replied(begun, "→")).text
    await desk.accepted(waiting)
    found = await desk.lin.says(f"/find {answered.subject.id}")
    await desk.bot_replied(found, answered.number.replace("-", "_"))
    again = await desk.zhou.says(form(answered.subject))
    await desk.bot_replied(again, "→")
    await desk.bot_said("可能已有答复", answered.number, chat=WX, since=since)
    await desk.shen.says(f"/assign {waiting.number} @cheng_yiheng")
    await desk.card_shows(waiting.number, KS, "程以恒")
    assert "all sound" in admin.runs("verify", **sm4).data


async def test_a_query_finds_the_same_answers_before_and_after(open_desk: OpenDesk) -> None:
    desk = await open_desk(start=False)
    admin = Admin(desk)
    rows = ledger_rows.rows(300)
    ledger_rows.write(admin.folder / "rows.jsonl", rows)
    assert "300 taken" in admin.runs("import", "rows.jsonl").words
    queries = [{k: row[k] for k in ("id", "type", "subjects", "reason") if k in row} for row in rows[:60]]
    ledger_rows.write(admin.folder / "queries.jsonl", queries)
    before = _verdicts(admin.runs("match", "queries.jsonl", "--as-of", "2026-12-01").data)
    assert sum("verdict" in line for line in before) > 10
    admin.runs("rekey", "--yes")
    assert _verdicts(admin.runs("match", "queries.jsonl", "--as-of", "2026-12-01").data) == before


def _verdicts(data: str) -> list[str]:
    return [line.partition('"ms"')[0] for line in data.splitlines() if line.startswith("{")]


@pytest.mark.postgresql
async def test_replicas_get_their_new_key_from_the_environment(desk: Desk, empty_url: str) -> None:
    admin = Admin(desk)
    asked = await desk.asks(desk.lin)
    assert await desk.stop() == 0
    admin.runs("rekey", "--yes", CROSSBEAT_NEW_KEY=OLD)  # a key that we know
    admin.runs("move", "--to", empty_url)
    there = {
        "CROSSBEAT_STORAGE__URL": empty_url,
        "CROSSBEAT_STORAGE__KEY_FILE": str(admin.folder / "none.key"),
    }
    await desk.start(**there, CROSSBEAT_KEY=OLD)
    await desk.polled()
    assert (
        "stop it first"
        in admin.runs("rekey", "--yes", code=1, CROSSBEAT_KEY=OLD, CROSSBEAT_NEW_KEY=NEW, **there).words
    )
    assert await desk.stop() == 0
    assert (
        "must be in CROSSBEAT_NEW_KEY"
        in admin.runs("rekey", "--yes", code=1, CROSSBEAT_KEY=OLD, **there).words
    )
    done = admin.runs("rekey", "--yes", CROSSBEAT_KEY=OLD, CROSSBEAT_NEW_KEY=NEW, **there)
    assert "put the value of CROSSBEAT_NEW_KEY into CROSSBEAT_KEY" in done.words
    assert "another key" in admin.runs("export", code=1, CROSSBEAT_KEY=OLD, **there).words
    assert "all sound" in admin.runs("verify", CROSSBEAT_KEY=NEW, **there).data
    await desk.start(**there, CROSSBEAT_KEY=NEW)
    await desk.accepted(asked)
    assert await desk.stop() == 0


async def test_a_desk_is_moved_to_the_national_ciphers_and_finds_what_it_had(open_desk: OpenDesk) -> None:
    desk = await open_desk(start=False)
    admin = Admin(desk)
    rows = ledger_rows.rows(120)
    ledger_rows.write(admin.folder / "rows.jsonl", rows)
    assert "120 taken" in admin.runs("import", "rows.jsonl").words
    queries = [{k: row[k] for k in ("id", "type", "subjects", "reason") if k in row} for row in rows[:60]]
    ledger_rows.write(admin.folder / "queries.jsonl", queries)
    before = _verdicts(admin.runs("match", "queries.jsonl", "--as-of", "2026-12-01").data)
    assert sum("verdict" in line for line in before) > 10
    done = admin.runs("rekey", "--yes", "--cipher", "sm4").words
    assert "under sm4" in done and 'set [storage] cipher = "sm4"' in done
    assert "rekey --cipher aes" in admin.runs("export", code=1).words
    sm4 = {"CROSSBEAT_STORAGE__CIPHER": "sm4"}
    assert _verdicts(admin.runs("match", "queries.jsonl", "--as-of", "2026-12-01", **sm4).data) == before
    admin.runs("backup", "copy.db", **sm4)
    admin.runs("restore", "copy.db", "--force", **sm4)
    admin.runs("move", "--to", f"sqlite:///{admin.folder}/moved.db", **sm4)
    there = {
        "CROSSBEAT_STORAGE__URL": f"sqlite:///{admin.folder}/moved.db",
        "CROSSBEAT_STORAGE__KEY_FILE": str(admin.folder / "crossbeat.key"),
        **sm4,
    }
    assert "all sound" in admin.runs("verify", **there).data
