"""A group that works in English, beside those that work in Chinese."""

from __future__ import annotations

import re

from tests.e2e.cast import CZ, KS, WX
from tests.e2e.desk import Desk
from tests.e2e.posts import NUMBER, form, somebody

HAN = re.compile(r"[\u4e00-\u9fff]")


async def test_a_request_in_english_is_worked_on_in_both_languages(office: Desk) -> None:
    subject = somebody()
    post = await office.qin.says(
        f"#request household certificate\nto: Kunshan PSB\nsubject: {subject}\n"
        "reason: identity check in a fraud case\nurgency: urgent\ndue: 2 days"
    )
    card = await office.card_for(post)
    assert "waiting" in card.text and "household certificate" in card.text
    assert card.buttons[:2] == ["Nudge", "Cancel"]
    found = NUMBER.search(card.text)
    assert found
    there = await office.bot_said(found[0], "待受理", "户籍证明", chat=KS, since=0)
    await office.gu.presses("受理", on=there)
    await office.card_shows(found[0], CZ, "in hand", "顾一苇")
    await office.gu.says(f"/answer {found[0]} 已核实")
    told = await office.bot_said(found[0], "in private", re.compile("close"), chat=CZ)
    assert any(button.startswith("Close") for button in told.buttons)


async def test_a_draft_and_a_refusal_are_in_the_groups_language(office: Desk) -> None:
    post = await office.qin.says("#request household certificate\nto: Kunshan")
    await office.bot_replied(post, "Subject", "Reason")
    said = await office.qin.says("/accept")
    refused = await office.bot_replied(said, "number")
    assert not HAN.search(refused.text)


async def test_an_english_handler_presses_english_buttons(office: Desk) -> None:
    post = await office.lin.says(form(somebody(), to="常州"))
    number = (await office.card_for(post)).text.split()[1]
    card = await office.bot_said(number, "→", chat=CZ, since=0)
    assert card.buttons[:5] == ["Accept", "Return", "Decline", "Assign", "Transfer"]
    await office.su.presses("Accept", on=card)
    await office.card_shows(number, WX, "处置中")


async def test_a_person_chooses_a_language_for_the_private_chat(office: Desk) -> None:
    he = office.he.in_private()
    await he.starts()
    await he.says("/lang en")
    await office.bot_said("English", chat="何清越")
    await he.says("/mine")
    answer = await office.bot_said(
        re.compile("request|Nothing|no open|Asked by you", re.IGNORECASE), chat="何清越"
    )
    assert "您没有" not in answer.text
    said = await he.says("/lang fr")
    await office.bot_replied(said, "fr", "/lang")
    await he.says("/lang zh")
    await office.bot_said("已改用中文", chat="何清越")


async def test_a_group_changes_its_language_and_its_next_card_speaks_it(desk: Desk) -> None:
    said = await desk.lin.says("/lang en")
    await desk.bot_replied(said, "English")
    asked = await desk.asks(desk.zhou)
    assert "waiting" in asked.card.text and "待受理" in asked.asked_card.text
    await desk.post("members", chat=WX, person="秦砚秋", status="member", by="方予安")
    said = await desk.qin.says("/lang zh", to=WX)
    refused = await desk.bot_replied(said, "无锡市公安局")
    assert "not" in refused.text


async def test_the_menu_of_commands_is_set_for_each_place_and_language(office: Desk) -> None:
    chat = await office.chat_id(WX)
    officer = await office.get("commands", chat=str(chat), person="林小满")
    names = {command["command"] for command in officer["commands"]}
    assert {"new", "mine", "help"} <= names and "bind" not in names
    private = await office.get("commands", chat="1101", person="林小满")
    assert private["commands"]
