"""Commands and buttons taken apart."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import commands, menu
from handlers.buttons import BUTTONS
from handlers.commands import Command, parse
from handlers.hashtags import HASHTAGS
from handlers.table import CHINESE
from workflow.kernel.actions import Action
from workflow.kernel.carried import Carried, Press
from workflow.kernel.errors import Refused


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("/accept KS26-0042", ("accept", "KS26-0042")),
        ("  /ACCEPT　KS26-0042 ", ("accept", "KS26-0042")),
        ("／accept KS26-0042", ("accept", "KS26-0042")),
        ("/accept@Crossbeat_Bot 42", ("accept", "42")),
        ("/answer 42 一\n二  三", ("answer", "42 一\n二  三")),
        ("/answer\n42", ("answer", "42")),
        ("/r_KS26_0042", ("r_ks26_0042", "")),
        ("/r_KS26_0042@crossbeat_bot", ("r_ks26_0042", "")),
        ("/受理 42", ("accept", "42")),
        ("/help", ("help", "")),
        ("/accept@other 42", None),
        ("/周五开会", None),
        ("/周五 开会", None),
        ("accept 42", None),
        ("http://x/accept", None),
        ("/", None),
        ("", None),
    ],
)
def test_a_command_is_its_name_and_what_follows(text: str, parsed: tuple[str, str] | None) -> None:
    assert parse(text, bot_username="crossbeat_bot") == parsed


@pytest.mark.parametrize(
    ("args", "replied", "target"),
    [
        ("KS26-0042 why", None, ("KS26-0042", "why")),
        ("42\nwhy so", None, ("42", "why so")),
        ("", None, ("", "")),
        ("abc", None, ("abc", "")),
        ("2 photos are missing", 7, (7, "2 photos are missing")),
        ("KS26-0042 why", 7, ("KS26-0042", "why")),
        ("ＫＳ２６－００４２ why", 7, ("ＫＳ２６－００４２", "why")),
        ("@lin", 7, (7, "@lin")),
    ],
)
def test_a_command_means_the_request_that_is_named_or_replied_to(
    args: str, replied: int | None, target: tuple[int | str, str]
) -> None:
    assert Command(name="return", args=args, replied=replied).target() == target


@given(st.text(max_size=64))
def test_data_of_a_button_is_parsed_or_refused_and_nothing_else(data: str) -> None:
    with suppress(Refused):
        carried = Carried.unpack(data)
        assert carried.does in (*Action, *Press)
        assert carried.id >= 0


@pytest.mark.parametrize(
    "data", ["", "1", "1:accept", "1:accept:", "1:accept:x", "3:accept:1", "1:launch:1", "1:accept:²"]
)
def test_other_data_is_an_old_button(data: str) -> None:
    with pytest.raises(Refused) as refused:
        Carried.unpack(data)
    assert refused.value.text.key == "error.button_old"


@pytest.mark.parametrize("action", sorted(BUTTONS))
def test_a_button_of_ours_is_understood(action: str) -> None:
    assert Carried.unpack(f"2:{action}:42") == Carried(action, 42)
    assert Carried.unpack(f"1:{action}:42:7").number == 7


def test_every_command_of_the_contract_is_there_and_in_the_menu() -> None:
    contract = (
        "accept answer return decline assign transfer nudge reuse close reopen cancel start help mine show find lang "
        "inbox overdue stats digest export members role roster unit bind unbind audit verify"
    )
    assert set(contract.split()) <= set(commands.COMMANDS)
    assert set(CHINESE.values()) <= set(commands.COMMANDS)
    listed = {name for names in menu.SCOPES.values() for name in names} - {"new"}
    assert listed <= set(commands.COMMANDS)


def test_every_label_of_the_contract_may_begin_a_reply() -> None:
    chinese = "受理 反馈 退回 拒绝 转派 转办 催办 复用 办结 重开 撤销"
    english = "accept answer return decline assign transfer nudge reuse close reopen cancel"
    assert {*chinese.split(), *english.split()} <= set(HASHTAGS)
    assert set(HASHTAGS.values()) <= set(commands.COMMANDS)
