"""What a channel is given instead of what it cannot do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.outbox.fitting import fitted
from bot.telegram.sender import CAN
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
from handlers.views.rich import words
from tests.channels import lines

ROWS = (
    (Key(label="受理", data="1:accept:7"), Key(label="评价 3", data="1:rate:7:3")),
    (Key(label="全文", start="r_KS26_0042"), Key(label="昆山", data="1:transfer:7:2")),
)
CARD = words("🔵 KS26-0042\n昆山 → 无锡 · 处置中\n\n👤 张*\n\n/r_KS26_0042")
ALL: list[Outgoing] = [
    Say(text=CARD, rows=ROWS),
    Edit(message_id=5, text=CARD, rows=ROWS),
    EditButtons(message_id=5, rows=ROWS),
    React(message_id=5, emoji="👌"),
    Files(files=(FileRef(kind="photo", file_id="P", refused=words("no P")),), caption=words("c")),
    Document(name="a.txt", content=b"x"),
]


@pytest.mark.parametrize("out", ALL)
def test_a_channel_that_can_is_given_all_of_it(out: Outgoing) -> None:
    assert fitted(out, CAN, card=True) is out


def test_buttons_become_the_commands_that_do_the_same() -> None:
    said = fitted(Say(text=words("x"), rows=ROWS), lines.CAN, card=False)
    assert isinstance(said, Say)
    assert said.text.plain == "x\n\n受理: /accept\n全文: /r_KS26_0042", "what no command does is left out"
    assert said.rows == ()


def test_a_changed_card_is_its_head_and_counts_as_the_whole() -> None:
    edit = Edit(message_id=5, text=CARD)
    said = fitted(edit, lines.CAN, card=True)
    assert isinstance(said, Say)
    assert said.text.plain == "🔵 KS26-0042\n昆山 → 无锡 · 处置中"
    assert shown(said) == shown(edit)
    with_buttons = Say(text=CARD, rows=ROWS)
    plain = fitted(with_buttons, lines.CAN, card=True)
    assert plain is not None
    assert shown(plain) == shown(with_buttons)


def test_any_other_edit_is_said_as_a_whole() -> None:
    said = fitted(Edit(message_id=5, text=CARD), lines.CAN, card=False)
    assert isinstance(said, Say)
    assert said.text == CARD


def test_what_is_nothing_without_buttons_edits_or_reactions_is_nothing() -> None:
    assert fitted(EditButtons(message_id=5, rows=ROWS), lines.CAN, card=False) is None
    assert fitted(React(message_id=5, emoji="👌"), lines.CAN, card=False) is None
    assert fitted(EditButtons(message_id=5), replace(CAN, edits=False), card=False) is None


def test_files_that_cannot_be_sent_are_named() -> None:
    said = fitted(ALL[4], lines.CAN, card=False)
    assert isinstance(said, Say)
    assert said.text.plain == "c\nno P"
    nameless = fitted(Files(files=(FileRef(kind="photo", file_id="P"),), protect=True), lines.CAN, card=False)
    assert nameless is None, "nobody takes an empty message"


def test_a_document_never_comes_so_far() -> None:
    with pytest.raises(ValueError, match="takes no files"):
        fitted(ALL[5], lines.CAN, card=False)
