"""``crossbeat readings`` words what is counted, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.commands.readings_cli import line
from handlers.views.reader import Reader
from storage.tables.words import MisreadKind
from workflow.lookup.misread import AskedBack

NOW = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
ASKED = (
    AskedBack(kind=MisreadKind.TO, word="虞山所", count=3, made=(("CS", 2), ("KS", 1))),
    AskedBack(kind=MisreadKind.WANTING, word="reason", count=2),
    AskedBack(kind=MisreadKind.CHANGED, word="type: household", count=1, made=(("residence", 1),)),
)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "zh",
            [
                "单位认不出\t虞山所\tCS (2), KS (1)",
                "未读到\t事由\t-",
                "编辑后改正\t类型 household\tresidence",
            ],
        ),
        (
            "en",
            [
                "unit not known\t虞山所\tCS (2), KS (1)",
                "not found\tReason\t-",
                "changed by an edit\tType household\tresidence",
            ],
        ),
    ],
)
def test_a_line_says_what_which_words_and_what_they_became(language: str, expected: list[str]) -> None:
    reader = Reader(language=language, zone=UTC, now=NOW)
    assert [line(reader, one) for one in ASKED] == expected
