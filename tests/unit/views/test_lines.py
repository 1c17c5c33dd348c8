"""Every kind of outbox line as the calls that it becomes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.telegram.sender import CAN
from handlers.views import job, line_files, lines
from handlers.views.catalogue import catalogue
from handlers.views.outgoing import (
    Document,
    Edit,
    EditButtons,
    FileRef,
    Files,
    Key,
    Outgoing,
    React,
    Say,
    shown,
)
from handlers.views.rich import Rich, Span, Style, words
from storage.database.seal import Sealer
from storage.tables.models import Post
from tests.unit.views.samples import NOW, SHANGHAI, card_view, full_view
from workflow.kernel import pressed
from workflow.kernel.text import Button, t
from workflow.kernel.tx import to_plain as plain_payload
from workflow.lookup.exports import LedgerFile
from workflow.notices import files_shown
from workflow.notices.cards_view import CardView, DigestView, FileLine, FullView, Tally
from workflow.organisation.places import Tongue

PRIVATE = ("reveal", "export")


@dataclass
class Line:
    kind: str
    sealed: bytes
    chat_id: int = -100
    request_id: int | None = 7
    id: int = 1
    draft_id: int | None = None
    purpose: str = "notice"
    created_at: datetime = NOW


@dataclass
class Desk:
    """What the workflow would load."""

    sealer: Sealer
    card: CardView | None = None
    full: FullView | None = None
    files: tuple[FileLine, ...] = ()
    stands: Post | None = None
    own: tuple[tuple[Button, ...], ...] = ()
    language: str = "zh"
    public: bool = False

    @asynccontextmanager
    async def read(self, *, short: bool = False) -> AsyncIterator[Any]:
        policy = SimpleNamespace(reveal_for=timedelta(hours=1))
        yield SimpleNamespace(sealer=self.sealer, now=NOW, session=None, policy=policy)

    async def render(
        self,
        kind: str,
        payload: dict[str, Any] | None = None,
        *,
        request_id: int | None = 7,
        chat_id: int = 0,
        purpose: str = "notice",
    ) -> list[Outgoing]:
        sealed = self.sealer.seal("outbox", plain_payload(payload or {}))
        chat_id = chat_id or (5 if kind in PRIVATE else -100)
        line = Line(kind=kind, sealed=sealed, request_id=request_id, chat_id=chat_id, purpose=purpose)
        return await lines.render(line, self, CAN)  # type: ignore[arg-type]


@pytest.fixture
def desk(sealer: Sealer, monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk(sealer=sealer)

    async def load_card(tx: Any, request_id: int, chat_id: int) -> CardView | None:
        assert request_id == 7 and chat_id in (-100, 5)
        return desk.card

    async def load_full(
        tx: Any, request_id: int, person_id: int, *, offered: Any, purpose: str | None
    ) -> FullView | None:
        assert (request_id, person_id, offered, purpose) == (7, 5, None, None)
        return desk.full

    async def as_of(tx: Any, request_id: int) -> int:
        return 3

    async def load_own(tx: Any, request_id: int, chat_id: int) -> tuple[tuple[Button, ...], ...]:
        assert request_id == 7 and chat_id in (-100, 5)
        return desk.own

    async def load_files(tx: Any, request_id: int, chat_id: int, **since: Any) -> files_shown.Files:
        assert since == {"since": NOW}
        return files_shown.Files(number="KS26-0042", sent=desk.files)

    async def post(session: Any, chat_id: int, message_id: int) -> Post | None:
        assert (chat_id, message_id) == (-100, 9)
        return desk.stands

    async def tongue(tx: Any, chat_id: int) -> Tongue:
        return Tongue(desk.language, SHANGHAI)

    async def is_private(tx: Any, chat_id: int) -> bool:
        return chat_id == 5

    async def is_public(tx: Any, chat_id: int) -> bool:
        return desk.public

    monkeypatch.setattr(lines.exposure, "is_public", is_public)
    monkeypatch.setattr(lines.groups, "is_private", is_private)
    monkeypatch.setattr(lines, "load_own", load_own)
    monkeypatch.setattr(lines.cards, "load_card", load_card)
    monkeypatch.setattr(lines.full_texts, "as_of", as_of)
    monkeypatch.setattr(lines.full_texts, "load_full", load_full)
    monkeypatch.setattr(pressed.post_rows, "one", post)
    monkeypatch.setattr(line_files, "load_files", load_files)
    monkeypatch.setattr(job, "tongue", tongue)
    return desk


def said(text: Any, *buttons: Button, ask: bool = False) -> dict[str, Any]:
    return {"text": text.json(), "buttons": [[b.json() for b in buttons]] if buttons else [], "ask": ask}


async def test_where_anybody_reads_nothing_is_said_but_that(desk: Desk) -> None:
    desk.public = True
    told = said(t("denied.public"))
    assert await desk.render("say", told) == [] and await desk.render("card") == []
    assert await desk.render("react", {"message_id": 9, "emoji": "👀"}) == []
    assert await desk.render("say", told, purpose="public") and await desk.render(
        "delete", {"message_ids": [9]}
    )


async def test_a_text_is_worded_in_the_language_that_the_chat_has_by_then(desk: Desk) -> None:
    payload = said(t("cancelled", number="KS26-0042", by="<李明>"))
    (zh,) = await desk.render("say", payload)
    desk.language = "en"
    (en,) = await desk.render("say", payload)
    assert zh == Say(
        text=Rich((
            Span("⚪ "), Span("KS26-0042", (Style.BOLD,)), Span(" 已由 "), Span("<李明>"),
            Span(" 撤销，无需再办。"),
        ))
    )  # fmt: skip
    assert en.text.plain == "⚪ <李明> cancelled KS26-0042; nothing more to do."


async def test_buttons_of_a_text_are_worded_too(desk: Desk) -> None:
    buttons = (
        Button(label=t("button.rate", stars=3), data="1:rate:7:3"),
        Button(label=t("button.full"), start="r_KS26_0042"),
    )
    (out,) = await desk.render("say", said(t("closed", number="KS26-0042", by="李明"), *buttons))
    assert out.rows == (
        (
            Key(label="⭐ 3", data="1:rate:7:3"),
            Key(label="🔒 查看全文", start="r_KS26_0042"),
        ),
    )


async def test_a_question_opens_a_reply_unless_it_has_buttons(desk: Desk) -> None:
    question = t("ask.return", number="KS26-0042", who="王芳")
    (open_question,) = await desk.render("say", said(question, ask=True))
    assert open_question.placeholder == catalogue("zh")["prompt.placeholder"]
    (choice,) = await desk.render(
        "say", said(question, Button(label=t("button.cancel"), data="1:cancel:7"), ask=True)
    )
    assert choice.placeholder == ""


async def test_a_text_that_says_nothing_is_not_sent(desk: Desk) -> None:
    assert await desk.render("say", said(t("plain", text="\u200b"))) == []


async def test_a_card_is_sent_once_then_edited_and_an_equal_one_is_left_alone(desk: Desk) -> None:
    desk.card = card_view()
    (first,) = await desk.render("card")
    assert isinstance(first, Say)
    assert "KS26-0042" in first.text.plain
    desk.card = replace(desk.card, message_id=99, shown=shown(first))
    assert await desk.render("card") == []
    desk.card = replace(desk.card, state="accepted")
    (later,) = await desk.render("card")
    assert isinstance(later, Edit)
    assert later.message_id == 99
    assert shown(later) != shown(first)


async def test_a_card_whose_buttons_alone_changed_is_edited(desk: Desk) -> None:
    desk.card = card_view()
    (first,) = await desk.render("card")
    desk.card = replace(desk.card, message_id=99, shown=shown(first), buttons=())
    (later,) = await desk.render("card")
    assert later == Edit(message_id=99, text=first.text, rows=())


async def test_a_card_that_is_no_longer_for_this_chat_is_not_sent(desk: Desk) -> None:
    assert await desk.render("card") == []


async def test_a_digest_is_worded_from_its_figures(desk: Desk) -> None:
    view = DigestView(day=date(2026, 11, 23), units=("昆山市公安局",), received=Tally(new=3))
    (out,) = await desk.render("digest", {"view": view.to_json()})
    assert isinstance(out, Say)
    assert out.name == "digest-2026-11-23.txt"
    assert "新增 3" in out.text.plain


async def test_named_files_are_sent_with_their_caption_and_protected(desk: Desk) -> None:
    payload = {
        "files": [{"kind": "photo", "file_id": "F1", "name": ""}],
        "caption": t("files.answer", number="KS26-0042").json(),
    }
    (out,) = await desk.render("files", payload)
    assert out == Files(
        files=(
            FileRef(
                kind="photo",
                file_id="F1",
                refused=words("⚠️ 有一个附件 Telegram 没有接受，未能送达，请直接向对方索取"),
            ),
        ),
        caption=Rich((Span("📎 "), Span("KS26-0042"), Span(" 的反馈附件"))),
        protect=True,
    )


async def test_files_without_names_are_those_that_are_new_to_the_chat(desk: Desk) -> None:
    assert await desk.render("files") == []
    desk.files = (FileLine(kind="document", file_id="F2", name="a.pdf"),)
    (out,) = await desk.render("files")
    [file] = out.files
    assert (file.kind, file.file_id, file.name) == ("document", "F2", "a.pdf")
    assert "a.pdf" in file.refused.plain
    assert out.caption.plain == "📎 KS26-0042 的附件"
    desk.files = (FileLine(kind="document", file_id="F2", of_answer=True),)
    (out,) = await desk.render("files")
    assert out.caption.plain == "📎 KS26-0042 的反馈附件"


async def test_a_full_text_is_protected_and_its_files_follow(desk: Desk) -> None:
    desk.full = full_view()
    desk.own = ((Button(label=t("button.accept"), data="1:accept:7"),),)
    told, files = await desk.render("reveal", {"person_id": 5})
    assert told.protect
    assert (told.purpose, told.rows) == ("full", ((Key(label="受理", data="1:accept:7"),),))
    assert "320583199001010010" in told.text.plain
    assert isinstance(files, Files)
    assert (files.caption.plain, files.protect) == ("📎 KS26-0042 的附件", True)
    assert [(file.file_id, file.name) for file in files.files] == [("F1", "a.jpg")]


async def test_what_somebody_opened_stands_for_a_time_with_its_files(desk: Desk) -> None:
    desk.full = full_view()
    for payload, lasts in (({}, None), ({"opened": True}, timedelta(hours=1))):
        told, files = await desk.render("reveal", {"person_id": 5} | payload)
        assert isinstance(told, Say) and isinstance(files, Files)
        assert (told.lasts, files.lasts) == (lasts, lasts)
        assert ("1 小时后自动删除" in told.text.plain) is (lasts is not None)


async def test_a_full_text_of_any_length_is_one_text_with_a_name(desk: Desk) -> None:
    desk.full = full_view(text="<一行>\n" * 4000, files=())
    (out,) = await desk.render("reveal", {"person_id": 5})
    assert (out.name, out.protect) == ("KS26-0042.txt", True)
    assert out.text.plain.count("<一行>") == 4000


async def test_a_reaction_is_its_emoji_on_the_message(desk: Desk) -> None:
    (out,) = await desk.render("react", {"message_id": 9, "emoji": "👌"})
    assert out == React(message_id=9, emoji="👌")


async def test_whoever_may_no_longer_read_it_is_told_so_and_nothing_else(desk: Desk) -> None:
    (out,) = await desk.render("reveal", {"person_id": 5})
    assert out.text.plain == catalogue("zh")["full.gone"]


def edit(text: Any = None, *buttons: Button) -> dict[str, Any]:
    under = pressed.Under(request_id=7, purposes=(pressed.OUTCOME,))
    return {
        "message_id": 9, "text": text and text.json(), "buttons": [[b.json()] for b in buttons],
        "under": under.json(),
    }  # fmt: skip


def post(**about: Any) -> Post:
    return Post(**{"chat_id": -100, "message_id": 9, "request_id": 7, "purpose": "outcome"} | about)


async def test_a_message_is_edited_or_only_its_buttons(desk: Desk) -> None:
    desk.stands = post()
    (whole,) = await desk.render("edit", edit(t("done.withhold", number="KS26-0042", source="★★★")))
    assert isinstance(whole, Edit)
    assert whole.message_id == 9
    assert "★★★" in whole.text.plain
    (only_buttons,) = await desk.render("edit", edit(None, Button(label=t("button.close"), data="1:close:7")))
    assert only_buttons == EditButtons(message_id=9, rows=((Key(label="办结", data="1:close:7"),),))


@pytest.mark.parametrize(
    "stands",
    [
        None,
        post(request_id=8),
        post(purpose="card"),
        post(purpose="offer"),
        post(request_id=None, draft_id=7, purpose="choose"),
        post(draft_id=7),
    ],
    ids=["nothing known", "another request", "its card", "an offer", "a draft", "a draft of it"],
)
async def test_a_message_about_anything_else_is_not_edited(desk: Desk, stands: Post | None) -> None:
    desk.stands = stands
    assert await desk.render("edit", edit(t("rated", number="KS26-0042", stars="★★★"))) == []


async def test_an_edit_that_does_not_say_what_it_is_for_is_not_made(desk: Desk) -> None:
    desk.stands = post()
    assert await desk.render("edit", {"message_id": 9, "text": None, "buttons": []}) == []


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (LedgerFile(unit="昆山市公安局", name="ledger-KS.xlsx", content=b"PK", rows=12), "共 12 件"),
        (LedgerFile(unit="昆山市公安局", name="ledger-KS.xlsx", content=b"x" * 50_000_001, rows=12), "50 MB"),
        (None, "无权导出"),
    ],
)
async def test_a_ledger_is_sent_as_a_file_or_a_clear_word_why_not(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, made: LedgerFile | None, expected: str
) -> None:
    async def make(work: Any, *, unit_id: int, person_id: int, chinese: bool) -> LedgerFile | None:
        assert (unit_id, person_id, chinese) == (2, 5, True)
        return made

    monkeypatch.setattr(line_files.exports, "make", make)
    (out,) = await desk.render("export", {"unit_id": 2, "person_id": 5})
    if isinstance(out, Document):
        assert (out.content, out.protect) == (b"PK", True)
        assert expected in out.caption.plain
    else:
        assert made is None or made.content != b"PK"
        assert expected in out.text.plain


async def test_where_no_files_can_be_sent_a_ledger_is_not_made(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_files, "exports", None)
    sealed = desk.sealer.seal("outbox", {"unit_id": 2, "person_id": 5})
    line = Line(kind="export", sealed=sealed, chat_id=5)
    [out] = await lines.render(line, desk, replace(CAN, files=False))  # type: ignore[arg-type]
    assert out.text.plain == catalogue("zh")["export.no_files"]  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", PRIVATE)
async def test_what_is_for_one_person_is_never_sent_to_a_group(desk: Desk, kind: str) -> None:
    assert await desk.render(kind, {"unit_id": 2, "person_id": 5}, chat_id=-100) == []


async def test_a_line_of_unknown_kind_or_without_its_request_is_an_error(desk: Desk) -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        await desk.render("poem")
    with pytest.raises(ValueError, match="without a request"):
        await desk.render("card", request_id=None)
