"""Rights: default no, and the whole table without a database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from storage.tables.models import REQUEST_STATES
from workflow.kernel.actions import Action
from workflow.kernel.states import TRANSITIONS, after, possible
from workflow.kernel.tx import Actor, Standing
from workflow.organisation.rights import (
    BY_ANSWER,
    OF_GIVEN,
    RULES,
    UNIT_RULES,
    AnswerFacts,
    Share,
    may,
    may_for_unit,
    may_have_answer,
    may_read_answer,
    share_of,
    watched,
)

WX, KS, SZ = 1, 2, 3


@dataclass(frozen=True)
class Request:
    asker_id: int | None = 11
    handler_id: int | None = 21
    from_unit_id: int | None = WX
    to_unit_id: int | None = KS
    state: str = "accepted"
    number: str | None = "KS26-0042"
    asked_at: datetime = datetime(2026, 11, 24, 9, tzinfo=UTC)
    confidential: bool = False


def actor(
    person: int, unit: int | None = None, role: str = "officer", *, admin: bool = False, pending: bool = False
) -> Actor:
    standing = (Standing(unit_id=unit, code="X", role=role),) if unit is not None else ()
    return Actor(
        person_id=person, chat_id=person, name="x", standings=() if pending else standing,
        pending=standing if pending else (), admin=admin,
    )  # fmt: skip


def test_an_action_without_a_rule_is_denied_to_everybody() -> None:
    for who in (actor(11, WX), actor(22, KS, "liaison"), actor(1, admin=True)):
        denied = may(who, "launch", Request())
        assert denied is not None
        assert denied.key == "denied.nobody"
        assert not may_for_unit(who, "launch", KS)


def test_every_action_of_the_table_has_a_rule() -> None:
    assert {action for _, action in TRANSITIONS} <= set(RULES) | BY_ANSWER | OF_GIVEN
    assert not (BY_ANSWER | OF_GIVEN) & set(
        RULES
    )  # a request alone does not give the right to another's answer


@pytest.mark.parametrize("action", sorted(RULES))
def test_nobody_without_a_standing_may_do_anything(action: str) -> None:
    for who in (actor(99), actor(21, KS, "handler", pending=True), actor(31, SZ, "liaison")):
        assert may(who, action, Request()) is not None


@pytest.mark.parametrize("action", ["close", "reopen", "cancel", "rate", "reuse", "edit", "complete"])
def test_what_only_the_asker_may_do_nobody_else_may(action: str) -> None:
    assert may(actor(11, WX), action, Request()) is None
    for who in (
        actor(12, WX),
        actor(13, WX, "liaison"),
        actor(22, KS, "liaison"),
        actor(1, admin=True),
        actor(11, SZ),
    ):
        assert may(who, action, Request()) is not None


WAITS = Request(handler_id=None, to_unit_id=None, state="pending")


def test_who_approves_is_of_the_asking_unit_or_an_admin_and_never_who_asks() -> None:
    for action in ("approve", "reject"):
        for who in (actor(13, WX, "liaison"), actor(14, WX, "approver"), actor(1, admin=True)):
            assert may(who, action, WAITS) is None
            assert may(who, "full", WAITS) is None
        for who in (
            actor(12, WX), actor(12, WX, "handler"), actor(12, WX, "supervisor"), actor(22, KS, "liaison"),
            actor(22, KS, "approver"), actor(13, SZ, "liaison"), actor(13),
            actor(11, WX, "liaison"), actor(11, WX, "approver"), actor(11, WX, admin=True),
        ):  # fmt: skip
            assert may(who, action, WAITS) is not None
    assert may(actor(14, WX, "approver"), "full", Request()) is not None
    nobody = Request(asker_id=None, handler_id=None, to_unit_id=None, state="pending")
    assert may(actor(13, WX, "liaison"), "approve", nobody) is not None, "of a ledger"


def test_nobody_of_another_unit_may_anything_with_what_has_not_gone_out() -> None:
    above = Actor(
        person_id=5, chat_id=5, name="x",
        standings=(Standing(unit_id=SZ, code="SZ", role="liaison", below=frozenset({WX, KS})),),
    )  # fmt: skip
    for action in RULES:
        for who in (above, actor(22, KS, "liaison"), actor(25, KS, "supervisor"), actor(21, KS, "handler")):
            assert may(who, action, WAITS) is not None, action


def test_an_admin_may_do_what_a_liaison_may_but_not_answer() -> None:
    admin = actor(1, admin=True)
    for action in (
        "accept",
        "return",
        "decline",
        "assign",
        "transfer",
        "delay",
        "nudge",
        "comment",
        "see",
        "full",
    ):
        assert may(admin, action, Request()) is None
    for action in ("answer", "partial"):
        assert may(admin, action, Request()) is not None


def test_who_has_left_has_no_rights_left() -> None:
    for action in RULES:
        assert may(actor(11), action, Request()) is not None
        assert may(actor(21), action, Request()) is not None
        assert may(actor(21, SZ, "handler"), action, Request()) is not None


@pytest.mark.parametrize("role", ["officer", "handler", "liaison", "supervisor", "approver"])
@pytest.mark.parametrize("command", sorted(UNIT_RULES))
def test_commands_of_a_unit_are_for_those_who_lead_it(role: str, command: str) -> None:
    may_do = (
        role == "liaison"
        or command == "ask"
        or (role in ("handler", "approver") and command == "inbox")
        or (role == "handler" and command in ("duty_look", "duty_note"))
        or (
            role == "supervisor"
            and command not in ("attest", "drill", "duty", "duty_note", "export", "handover", "role")
        )
    )
    assert may_for_unit(actor(5, KS, role), command, KS) == may_do
    assert not may_for_unit(actor(5, KS, role), command, WX)


ANSWER = AnswerFacts(given_by=KS, given_to=WX)
UNKNOWN = AnswerFacts(given_by=None, given_to=None)


def test_an_answer_is_the_unit_s_that_gave_it_and_of_the_one_that_got_it_and_nobody_else_s() -> None:
    assert [share_of(unit, ANSWER) for unit in (WX, KS, SZ, None)] == [Share.GOT, Share.GAVE, None, None]
    assert [share_of(unit, UNKNOWN) for unit in (WX, KS, SZ, None)] == [None] * 4


@pytest.mark.parametrize("role", ["officer", "handler", "liaison", "supervisor"])
def test_only_who_asks_for_the_unit_that_got_an_answer_may_take_it(role: str) -> None:
    for unit in (WX, KS, SZ):
        for asks_for in (WX, KS, SZ, None):
            allowed = may_have_answer(actor(5, unit, role), ANSWER, for_unit=asks_for)
            assert allowed == (unit == asks_for == WX)
    for nobody in (actor(5), actor(5, WX, role, pending=True), actor(1, admin=True)):
        assert not may_have_answer(nobody, ANSWER, for_unit=WX)
    assert not may_have_answer(actor(5, WX, role), UNKNOWN, for_unit=WX)


def test_a_place_shows_an_answer_when_every_unit_that_reads_there_has_it() -> None:
    assert may_read_answer([WX, KS], ANSWER)
    for readers in ([], [SZ], [WX, SZ], [KS, SZ]):
        assert not may_read_answer(readers, ANSWER)


def test_the_table_of_states_leads_only_to_states_that_there_are() -> None:
    for (state, action), to in TRANSITIONS.items():
        assert {state, to} <= set(REQUEST_STATES)
        assert after(state, action) == to
        assert action in possible(state)
    assert after("open", Action.RATE) is None
    assert after("cancelled", Action.ACCEPT) is None


def test_a_supervisor_watches_what_lies_below_a_liaison_the_unit_and_nobody_else_anything() -> None:
    below = frozenset({KS, WX})

    def over(role: str) -> Actor:
        standing = Standing(unit_id=SZ, code="SZ", role=role, below=below)
        return Actor(person_id=1, chat_id=1, name="x", standings=(standing,))

    supervisor, liaison = watched(over("supervisor"), ()), watched(over("liaison"), ())
    assert supervisor is not None and liaison is not None
    assert (supervisor.units, supervisor.own, supervisor.confidential) == ({SZ, *below}, {SZ}, {SZ, *below})
    assert (liaison.units, liaison.own, liaison.confidential) == ({SZ}, {SZ}, set())
    assert supervisor.sees(KS, 9) and supervisor.sees(9, WX) and not supervisor.sees(9, 8)
    assert not supervisor.sees(KS, None), "it has not gone out"
    assert supervisor.sees(SZ, None) and not supervisor.everything
    for role in ("officer", "handler", "approver"):
        assert watched(over(role), (SZ,)) is None
    admin = watched(actor(1, admin=True), (WX, KS))
    assert admin is not None and admin.everything and admin.units == {WX, KS}
