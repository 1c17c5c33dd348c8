"""Who opens a full text that is not their own work says why, once for a shift; the record and the audit show it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from storage.tables.models import Event
from tests.integration.workflow.kept import after
from tests.integration.workflow.scene import CZ, FORM, KS, Said, Scene
from workflow.kernel.carried import key_of

OFFICER, COLLEAGUE, LIAISON_WX, HANDLER, LIAISON, OFFICER_KS, SUPERVISOR = 11, 12, 13, 21, 22, 24, 25
OFFICER_CZ, STRANGER, ADMIN = 45, 99, 1001
NUMBER, SECRET = "WX26-0001", "320583199204080027"


@pytest.fixture
async def asked(scene: Scene) -> Scene:
    await after(scene, _ask)
    return scene


async def _ask(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    scene.purpose = None


async def opens(scene: Scene, who: int, number: str = NUMBER) -> str:
    heard = len(scene.said)
    await scene.says(who, f"/show {number}", chat=who)
    return scene.heard(who, heard)


def question(scene: Scene, who: int) -> Said:
    return scene.last("的用途", chat=who)


async def looks(scene: Scene, number: str = NUMBER) -> list[dict[str, object]]:
    """What the record says of each look."""
    request = await scene.request(number)
    async with scene.work().read() as tx:
        events = await tx.session.scalars(
            select(Event).where(Event.chain == request.id, Event.action == "read").order_by(Event.seq)
        )
        return [tx.sealer.unseal("events", event.sealed) for event in events]


@pytest.mark.parametrize("who", [HANDLER, LIAISON, LIAISON_WX, SUPERVISOR, ADMIN])
async def test_whoever_may_read_it_picks_a_purpose_first(asked: Scene, who: int) -> None:
    said = await opens(asked, who)
    assert SECRET not in said and not await looks(asked)
    assert list(question(asked, who).buttons) == ["办案", "核查", "督查"]
    await asked.presses(who, "核查", on=question(asked, who))
    assert SECRET in asked.heard(who) and "查看用途：核查" in asked.heard(who)
    [look] = await looks(asked)
    assert look["purpose"] == "核查"


async def test_whose_work_it_is_reads_it_without_being_asked(asked: Scene) -> None:
    assert SECRET in await opens(asked, OFFICER)
    await asked.presses(HANDLER, "受理")
    assert SECRET in await opens(asked, HANDLER)
    assert ["purpose" in look for look in await looks(asked)] == [False, False]


async def test_a_purpose_counts_for_the_same_request_for_a_shift(asked: Scene) -> None:
    await asked.says(OFFICER, FORM.replace("陈望舒 320583199204080027", "杜若川 110101199003070134"))
    await opens(asked, LIAISON)
    await asked.presses(LIAISON, "办案", on=question(asked, LIAISON))
    asked.pass_time(hours=11)
    assert SECRET in await opens(asked, LIAISON)
    assert "的用途" in await opens(asked, LIAISON, "WX26-0002"), "another request"
    assert "的用途" in await opens(asked, LIAISON_WX), "another person"
    asked.pass_time(hours=12, minutes=1)
    assert "的用途" in await opens(asked, LIAISON)
    assert [look["purpose"] for look in await looks(asked)] == ["办案", "办案"]


async def test_who_opens_it_again_and_again_is_asked_once_more_after_a_shift(asked: Scene) -> None:
    await opens(asked, LIAISON)
    await asked.presses(LIAISON, "办案", on=question(asked, LIAISON))
    asked.pass_time(hours=11)
    assert SECRET in await opens(asked, LIAISON)
    asked.pass_time(hours=1, minutes=1)
    assert SECRET not in await opens(asked, LIAISON), "twelve hours after it was said"
    await asked.presses(LIAISON, "督查", on=question(asked, LIAISON))
    assert [look["purpose"] for look in await looks(asked)] == ["办案", "办案", "督查"]


async def test_what_is_no_longer_a_purpose_is_asked_anew(asked: Scene) -> None:
    await opens(asked, LIAISON)
    old = question(asked, LIAISON)
    await asked.presses(LIAISON, "核查", on=old)
    asked.policy = replace(asked.policy, purposes=("办案", "维稳"))
    await opens(asked, LIAISON)
    assert list(question(asked, LIAISON).buttons) == ["办案", "维稳"]
    heard = len(asked.said)
    assert "按钮" in await asked.presses(LIAISON, "核查", on=old)
    assert SECRET not in asked.heard(LIAISON, heard)


async def test_the_audit_of_a_request_and_of_a_person_says_why(asked: Scene) -> None:
    await opens(asked, HANDLER)
    await asked.presses(HANDLER, "督查", on=question(asked, HANDLER))
    for words in (f"/audit {NUMBER}", "/audit @gu", f"/audit {SECRET}"):
        heard = len(asked.said)
        await asked.says(LIAISON, words, chat=LIAISON)
        record = asked.heard(LIAISON, heard)
        assert "查看全文（督查）" in record and "顾一苇" in record, words


@pytest.mark.parametrize("who", [COLLEAGUE, OFFICER_KS, OFFICER_CZ, STRANGER])
async def test_a_forged_purpose_shows_nothing(asked: Scene, who: int) -> None:
    request = await asked.request(NUMBER)
    for data in (
        f"1:look:{request.id}:{key_of('办案')}",
        f"1:look:{request.id}:{key_of('办案')}:{request.id}:got",
        f"1:look:{request.id}:{key_of('办案')}:9:gave",
    ):
        heard = len(asked.said)
        assert len((await asked.forges(who, data, chat=who)).splitlines()) == 1
        assert SECRET not in asked.heard(who, heard)
    assert not await looks(asked)


@pytest.mark.parametrize(
    "tail",
    ["", ":", ":p00000000", ":办案", ":{key}:1", ":{key}:x:got", ":{key}:1:other", ":{key}:1:got:more"],
)
async def test_whoever_may_read_it_forges_no_purpose_either(asked: Scene, tail: str) -> None:
    request = await asked.request(NUMBER)
    heard = len(asked.said)
    data = f"1:look:{request.id}{tail.format(key=key_of('办案'))}"
    assert len((await asked.forges(LIAISON, data, chat=LIAISON)).splitlines()) == 1
    assert not asked.heard(LIAISON, heard) and not await looks(asked)


async def test_in_a_group_no_purpose_opens_anything(asked: Scene) -> None:
    request = await asked.request(NUMBER)
    heard = len(asked.said)
    await asked.forges(LIAISON, f"1:look:{request.id}:{key_of('办案')}", chat=KS)
    assert not asked.heard(KS, heard) and not await looks(asked)


async def test_an_offered_answer_is_opened_for_a_purpose_by_who_did_not_ask_it(asked: Scene) -> None:
    await asked.says(LIAISON, f"/answer {NUMBER} 已核实，户籍在昆山花桥", chat=KS)
    await asked.says(COLLEAGUE, FORM)
    await asked.says(COLLEAGUE, "/start o_2_1_got", chat=COLLEAGUE)
    asking = question(asked, COLLEAGUE)
    assert "花桥" not in asked.heard(COLLEAGUE) and NUMBER not in asking.text
    await asked.presses(COLLEAGUE, "办案", on=asking)
    assert "花桥" in asked.heard(COLLEAGUE)
    [look] = await looks(asked)
    assert (look["purpose"], look["ground"], look["request"]) == ("办案", "offer", 2)


async def test_of_a_purged_request_nobody_is_asked_why(asked: Scene) -> None:
    async with asked.work().write() as tx:
        request = await tx.session.get_one(type(await asked.request(NUMBER)), 1)
        request.purged_at = tx.now
    assert "的用途" not in await opens(asked, LIAISON)


async def test_what_was_opened_says_how_long_it_stands_and_what_was_sent_does_not(asked: Scene) -> None:
    asked.policy = replace(asked.policy, reveal_for=timedelta(hours=1))
    await asked.says(HANDLER, "/start", chat=HANDLER)
    await asked.presses(HANDLER, "受理")
    assert SECRET in asked.heard(HANDLER) and "自动删除" not in asked.heard(HANDLER)
    assert "1小时后自动删除" in (await opens(asked, OFFICER)).replace(" ", "")
    asked.policy = replace(asked.policy, reveal_for=None)
    assert "自动删除" not in await opens(asked, OFFICER)


async def test_who_asks_from_another_group_hears_nothing_of_it(asked: Scene) -> None:
    await asked.says(OFFICER_CZ, f"/show {NUMBER}", chat=CZ)
    assert "的用途" not in asked.heard(CZ)
