"""Values for the tests of the views."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from handlers.views.reader import Reader
from workflow.kernel.fields import ON_CARD
from workflow.kernel.text import Button, t
from workflow.notices.cards_view import (
    AnswerLine,
    CardView,
    CommentLine,
    FileLine,
    FullView,
    HistoryLine,
    OfferLine,
    SubjectLine,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

#: What people and their enemies write: markup, entities, right-to-left, zero-width, halves of pairs, length.
NASTY = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(
            [
                "<b>",
                "</b>",
                "<a href='x'>",
                "&",
                "&amp;",
                "&lt;",
                "<",
                ">",
                '"',
                "'",
                "{name}",
                "{number:link}",
                "[[",
                "]]",
                "\u202e",
                "\u200b",
                "\u200f",
                "\u2066",
                "\ufeff",
                "\ud800",
                "\x00",
                "\x1b",
                "\r\n",
                "\u2028",
                "\t",
                "👨\u200d👩\u200d👧",
                "𠮷",
                "مرحبا",
                "张三",
                "'; DROP TABLE requests;--",
                "\n\n\n\n",
                " ",
                "Z\u0301\u0302\u0303",
            ]
        ),
        max_size=40,
    ).map("".join),
    st.builds(
        lambda part, times: part * times,
        st.sampled_from(["行\n", "<&>", "a", "😀", "x ", "\n"]),
        st.integers(0, 10_000),
    ),
)


def reader(language: str = "zh", now: datetime = NOW) -> Reader:
    return Reader(language=language, zone=SHANGHAI, now=now)


def card_view(**changes: Any) -> CardView:
    """A request of 昆山 that waits in 无锡."""
    values: dict[str, Any] = {
        "number": "KS26-0042",
        "type_labels": {"zh": "户籍证明", "en": "household certificate"},
        "from_unit": "昆山市公安局",
        "to_unit": "无锡市公安局",
        "urgency": "normal",
        "state": "open",
        "asked_at": NOW - timedelta(hours=3),
        "asker": "李明",
        "subjects": (
            SubjectLine(name="张*", ids=(("cn_id", "320583********0010"), ("phone", "138****5678"))),
        ),
        "matter": {"reason": "诈骗案嫌疑人户籍核实"},
        "due_at": NOW + timedelta(days=2, hours=3),
        "buttons": (
            (
                Button(label=t("button.accept"), data="1:accept:7"),
                Button(label=t("button.full"), start="r_KS26_0042"),
            ),
        ),
    }
    return CardView(**values | changes)


def nasty_card(words: str, state: str) -> CardView:
    """A card on which every free text is ``words``."""
    return card_view(
        state=state,
        urgency="flash",
        type_labels={"zh": words, "en": words},
        from_unit=words,
        to_unit=words,
        asker=words,
        subjects=tuple(SubjectLine(name=words, ids=(("cn_id", words), ("account", words))) for _ in range(9)),
        matter={one.key: words for one in ON_CARD},
        handler=words or None,
        accept_by=NOW,
        answered_at=NOW,
        answer=words,
        answer_by_unit=words,
        outcome="found",
        closed_why=words,
        reused_from=(words, 3),
        files=3,
        rating=5,
        comments=(CommentLine(name=words, text=words, at=NOW), CommentLine(name=words, text=words, at=NOW)),
        similar=tuple(
            OfferLine(
                number=words,
                verdict="reuse",
                answered_at=NOW,
                by_unit=words,
                reasons=(t("plain", text=words),) * 9,
            )
            for _ in range(5)
        ),
    )


def full_view(**changes: Any) -> FullView:
    values: dict[str, Any] = {
        "card": card_view(
            state="answered",
            subjects=(SubjectLine(name="张三", ids=(("cn_id", "320583199001010010"),)),),
            answer="已核实",
            outcome="found",
            answered_at=NOW,
        ),
        "text": "致：无锡\n对象：张三 320583199001010010",
        "answers": (
            AnswerLine(
                unit="无锡市公安局", name="王芳", at=NOW, text="已核实，户籍地址属实", outcome="found"
            ),
        ),
        "comments": (CommentLine(name="李明", text="请尽快", at=NOW),),
        "history": (HistoryLine(at=NOW, action="register", name="李明", unit="昆山市公安局"),),
        "files": (FileLine(kind="photo", file_id="F1", name="a.jpg"),),
    }
    return FullView(**values | changes)
