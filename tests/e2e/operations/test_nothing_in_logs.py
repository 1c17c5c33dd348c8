"""Invented personal data through every path of the real process, at the level that says most: what it writes
beside its sealed tables shows none of it. Each act is a path; their number is asserted, so that none falls away."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from tests.e2e.cast import CHAT_IDS, KS, SHEN_ID, SZ, WX
from tests.e2e.conftest import OpenDesk
from tests.e2e.desk import Desk
from tests.e2e.operations.test_keeping import Admin
from tests.e2e.posts import form
from tests.patience import ENOUGH

SUBJECT = "欧阳照临 320583199204080027"
#: What people wrote, and who they are. Long enough to stand nowhere by chance.
SEEDS = (
    "欧阳照临", "320583199204080027", "19920408", "13912345067", "苏E7Q3K9", "A3205834500002026019997", "网购游艇被骗",
    "星河湾七幢", "码头开修理铺", "缺少受案登记回执", "户口页与合影", "Quillon", "Abernathy", "above the bakery",
    "改口径再查一遍", "不予协助的缘由甚多", "林小满", "lin_xiaoman", "顾一苇", "gu_yiwei", "沈听澜",
)  # fmt: skip
REASON = "网购游艇被骗，Quillon Abernathy lives above the bakery"
POST = form(SUBJECT, reason=REASON) + "\n案件：A3205834500002026019997\n备注：电话13912345067，车苏E7Q3K9"
REFUSED = f"Bad Request: can't do that with {SUBJECT} who lives above the bakery"
#: Its id lies in clear (SECURITY.md): what offices number their rows with.
ROW = {
    "id": "legacy-1", "type": "household", "from_unit": "WX", "to_unit": "KS",
    "asked_at": "2026-03-01T09:00:00+08:00",
    "subjects": [{"kind": "person", "name": "欧阳照临", "ids": {"cn_id": "320583199204080027"}}],
    "reason": REASON, "answered_at": "2026-03-02T09:00:00+08:00", "answer": "现住星河湾七幢", "outcome": "found",
}  # fmt: skip

#: Whose account it is, as text and as SQLite and PostgreSQL write a number; and what groups are called.
ACCOUNT = (str(SHEN_ID).encode(), SHEN_ID.to_bytes(6, "big"))
TITLES = tuple(title.encode() for title in CHAT_IDS)

Act = Callable[["Seeded"], Awaitable[None]]
PATHS: list[Act] = []
#: What holds personal data because somebody asked for just that, on their own machine.
ASKED_FOR = {"rows.jsonl", "broken.jsonl", "queries.jsonl", "out.jsonl", "out.xlsx", "rejects.csv"}


def path(act: Act) -> Act:
    PATHS.append(act)
    return act


class Seeded:
    """A desk, and all that was heard of it besides messages."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.admin = desk, Admin(desk)
        self.folder = desk.running.folder
        self.heard: dict[str, str] = {}  # of each place, what it showed

    def runs(self, *arguments: str, code: int = 0) -> None:
        """A command whose words are not what was asked for: they are looked through."""
        said = self.admin.runs(*arguments, "--debug", code=code)
        self.heard[f"what crossbeat {arguments[0]} says, {len(self.heard)}"] = said.data + said.words

    async def asked(self) -> str:
        return (await self.desk.asks(self.desk.lin, POST)).number


@path
async def a_post(seeded: Seeded) -> None:
    await seeded.asked()


@path
async def a_draft_and_what_completes_it(seeded: Seeded) -> None:
    post = await seeded.desk.lin.says(f"#协作 户籍证明\n致：昆山\n对象：{SUBJECT}")
    await seeded.desk.lin.replies(await seeded.desk.bot_replied(post, "事由"), REASON)


@path
async def free_words(seeded: Seeded) -> None:
    await seeded.desk.lin.says(f"#协作 帮忙查一下昆山这边{SUBJECT}的户籍，{REASON}，明天要用")


@path
async def an_edited_post(seeded: Seeded) -> None:
    post = await seeded.desk.lin.says(POST)
    await seeded.desk.card_for(post)
    await seeded.desk.lin.edits(post, POST + "，改口径再查一遍")


@path
async def a_press_a_comment_and_an_answer_with_a_file(seeded: Seeded) -> None:
    asked = await seeded.desk.asks(seeded.desk.lin, POST)
    await seeded.desk.accepted(asked)
    await seeded.desk.gu.replies(asked.asked_card, "其兄在码头开修理铺")
    await seeded.desk.gu.sends(
        [("户口页与合影.jpg", b"\xff\xd8\xff" + os.urandom(64))], text="#反馈 现住星河湾七幢",
        reply_to=asked.asked_card.id,
    )  # fmt: skip


@path
async def an_answer_and_its_correction(seeded: Seeded) -> None:
    asked = await seeded.desk.asks(seeded.desk.lin, POST)
    await seeded.desk.answered(asked, "现住星河湾七幢")
    await seeded.desk.shen.says(f"/correct {asked.number} 不住星河湾七幢了")


@path
async def a_return_and_what_is_supplied(seeded: Seeded) -> None:
    number = await seeded.asked()
    await seeded.desk.shen.says(f"/return {number} 缺少受案登记回执")
    await seeded.desk.lin.says(f"/comment {number} 缺少受案登记回执：{SUBJECT}")


@path
async def a_refusal(seeded: Seeded) -> None:
    await seeded.desk.shen.says(f"/decline {await seeded.asked()} 1. 不予协助的缘由甚多")


@path
async def a_search(seeded: Seeded) -> None:
    for words in ("欧阳照临", "320583199204080027", "above the bakery"):
        await seeded.desk.lin.says(f"/find {words}")


@path
async def a_full_text_in_private(seeded: Seeded) -> None:
    await seeded.desk.reads(await seeded.asked(), seeded.desk.lin, "欧阳照临")


@path
async def a_handler_who_asks_reads_and_answers_in_private(seeded: Seeded) -> None:
    shen, number = seeded.desk.shen.in_private(), await seeded.asked()
    await shen.starts()
    await shen.says(POST.replace("昆山", "无锡"))
    await shen.says(f"/show {number}")
    await seeded.desk.polled()


@path
async def words_and_buttons_that_are_none(seeded: Seeded) -> None:
    await seeded.desk.lin.says("/answer 欧阳照临 above the bakery")
    await seeded.desk.lin.says("/role @lin_xiaoman 欧阳照临")
    card = await seeded.desk.bot_messages(WX, "→")
    for data in ("1:欧阳照临:above the bakery", "1:answer:320583199204080027", "欧阳照临"):
        await seeded.desk.lin.forges(data, on=card[-1])


@path
async def refusals_of_telegram_that_quote(seeded: Seeded) -> None:
    for method, code in (
        ("sendMessage", 400),
        ("editMessageText", 400),
        ("sendMessage", 500),
    ):
        await seeded.desk.fault(method, chat=KS, code=code, description=REFUSED, times=1)
        await seeded.desk.lin.says(POST)
        await seeded.desk.polled()
    await seeded.desk.clear_faults()


@path
async def polls_that_fail(seeded: Seeded) -> None:
    await seeded.desk.fault("getUpdates", code=502, description=REFUSED)
    await seeded.desk.fault("getUpdates", kind="garbage", code=504)
    await seeded.desk.polled()


@path
async def updates_that_cannot_be_read(seeded: Seeded) -> None:
    for poison in (
        {"message": {"message_id": 1, "date": SUBJECT, "text": POST, "chat": {"id": CHAT_IDS[KS]}}},
        {"message": {"message_id": "欧阳照临", "date": 1, "chat": {"id": CHAT_IDS[KS], "type": REASON}}},
        {"callback_query": {"id": 7, "data": SUBJECT, "from": {"id": "林小满"}}},
    ):
        await seeded.desk.inject(poison)
    await seeded.desk.bot_said("已搁置", chat=SZ, since=0)


@path
async def ticks_when_all_is_overdue(seeded: Seeded) -> None:
    await seeded.asked()
    await seeded.desk.advance(days=9)
    await seeded.desk.polled()


@path
async def an_end_by_force_and_a_new_start(seeded: Seeded) -> None:
    # Of what a tick has just decided one edit may be made and not noted yet: it is made again, and is none then.
    seeded.desk.running.expect("message is not modified")
    await seeded.desk.lin.says(POST)
    await seeded.desk.kill()
    await seeded.desk.start()
    await seeded.desk.polled()


@path
async def figures(seeded: Seeded) -> None:
    async with httpx.AsyncClient(base_url=seeded.desk.running.process.web, timeout=ENOUGH) as http:
        for page in ("/metrics", "/healthz", "/readyz", "/欧阳照临"):
            seeded.heard[page] = (await http.get(page)).text


@path
async def a_ledger_taken_in(seeded: Seeded) -> None:
    rows = [
        ROW,
        ROW | {"id": "x2", "asked_at": "欧阳照临"},
        ROW | {"id": "x3", "outcome": "above the bakery"},
    ]
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (seeded.folder / "rows.jsonl").write_text(text + "\n", encoding="utf-8")
    (seeded.folder / "broken.jsonl").write_text(text[:-60] + "\n", encoding="utf-8")
    seeded.admin.runs("import", "rows.jsonl", "--rejects", "rejects.csv", code=3)
    seeded.admin.runs("import", "broken.jsonl", code=3)


@path
async def a_ledger_that_is_no_workbook(seeded: Seeded) -> None:
    book = seeded.folder / "broken.xlsx"
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", f"<workbook><{SUBJECT.replace(' ', '')}")
    seeded.runs("import", book.name, code=1)
    book.unlink()


@path
async def a_ledger_sent_in_chat(seeded: Seeded) -> None:
    admin = seeded.desk.admin.in_private()
    await admin.starts()
    content = json.dumps(ROW | {"id": "legacy-2"}, ensure_ascii=False).encode()
    await admin.sends([("欧阳照临台账.jsonl", content)], as_documents=True)
    await seeded.desk.bot_said("导入", chat="方予安", since=0)


@path
async def a_comparison(seeded: Seeded) -> None:
    (seeded.folder / "queries.jsonl").write_text(json.dumps(ROW, ensure_ascii=False) + "\n", encoding="utf-8")
    seeded.admin.runs("match", "queries.jsonl")


@path
async def a_ledger_given_out(seeded: Seeded) -> None:
    seeded.runs("export", "-o", "out.jsonl")
    seeded.runs("export", "-o", "out.xlsx", "--format", "xlsx")


@path
async def a_backup(seeded: Seeded) -> None:
    seeded.runs("backup", "copy.db", "--with-key")
    seeded.runs("backup", "no-such-folder/copy.db", code=1)


@path
async def what_an_administrator_looks_at(seeded: Seeded) -> None:
    seeded.runs("verify")
    seeded.runs("check")
    seeded.runs("digest")
    seeded.runs("reindex", "--all")


@path
async def a_group_that_has_thrown_the_bot_out(seeded: Seeded) -> None:
    await seeded.desk.fault("sendMessage", chat=KS, code=403, description=REFUSED, times=1)
    since = await seeded.desk.remember()
    await seeded.desk.lin.says(POST)
    await seeded.desk.bot_said("发不进消息", chat=SZ, since=since)


@path
async def a_desk_at_rest_is_moved_purged_rekeyed_and_restored(seeded: Seeded) -> None:
    assert await seeded.desk.stop() == 0
    seeded.runs("move", "--to", f"sqlite:///{seeded.folder}/moved.db")
    seeded.runs("purge", "--before", "2020-01-01", "--yes")
    seeded.runs("restore", "copy.db", "--force")
    seeded.runs("rekey", "--yes")
    seeded.runs("verify")


def arguments_of_our_processes(pid: int) -> str:
    """What anybody on the machine sees of the process and of those it has started."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parents = (entry / "stat").read_text().rpartition(")")[2].split()[1]
            if str(pid) in (entry.name, parents):
                found.append((entry / "cmdline").read_bytes().decode("utf-8", "replace"))
        except OSError:  # it has ended
            continue
    return "\n".join(found)


@pytest.mark.thorough
async def test_no_path_shows_what_it_was_given(open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = await open_desk(start=False, telegram={"ops_chat": CHAT_IDS[SZ]}, log={"level": "debug"})
    temporary = desk.running.folder / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    await desk.start(TMPDIR=str(temporary))
    await desk.furnish()
    desk.running.expect(
        "update_set_aside",
        "line_given_up",
        "sendMessage",
        "editMessageText",
        "chat_unreachable",
        "400",
        "403",
    )
    seeded = Seeded(desk)
    assert len(PATHS) == 27
    for act in PATHS:
        await act(seeded)
        if desk.running.process.code is None:
            seeded.heard["process arguments"] = arguments_of_our_processes(desk.running.process.pid)
    for number, process in enumerate(desk.running.processes):
        assert process.events("handled" if number else "stored"), "the log says what it can"
        seeded.heard[f"log {number}"] = "\n".join([*process.lines, *process.data])
    seeded.heard["ops chat"] = "\n".join(
        said.text for said in await desk.bot_messages(SZ) if said.text.startswith(("⚠", "🛠", "已搁置"))
    )
    kept = {
        str(file.relative_to(seeded.folder)): file.read_bytes()
        for file in seeded.folder.rglob("*")
        if file.is_file() and file.name not in ASKED_FOR | {"config.toml"}
    }
    assert {"desk.db", "copy.db", "moved.db"} <= kept.keys(), sorted(kept)
    hits = [(seed, place) for place, text in seeded.heard.items() for seed in SEEDS if seed in text]
    hits += [(seed, name) for name, held in kept.items() for seed in SEEDS if seed.encode() in held]
    hits += [(seed, name) for name in kept for seed in SEEDS if seed in name]
    written = kept | {place: text.encode() for place, text in seeded.heard.items() if place != "ops chat"}
    hits += [
        (seed.hex(), place)
        for place, held in written.items()
        for seed in (*ACCOUNT, *TITLES)
        if seed in held and not place.startswith("what crossbeat digest")
    ]
    assert hits == [], f"{len(hits)} hits in {len(seeded.heard)} places and {len(kept)} files"
    desk.running.expect(
        "update_set_aside",
        "line_given_up",
        "sendMessage",
        "editMessageText",
        "chat_unreachable",
        "400",
        "403",
    )
