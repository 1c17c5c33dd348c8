"""Every button forged on every kind of message: what stands there is changed only by its own."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from handlers.buttons import BUTTONS
from storage.tables.models import Draft, OutboxLine, Post
from tests.integration.workflow.kept import played_once
from tests.integration.workflow.scene import FORM, WX, Scene
from workflow.kernel import pressed
from workflow.kernel.pressed import About, Under, check

ASKER, HANDLER, LIAISON = 11, 21, 22


@played_once
async def stage(scene: Scene) -> dict[str, int]:
    """Messages of all kinds in the asker's group; purpose -> message id."""
    await scene.says(ASKER, FORM)
    await scene.says(ASKER, FORM.replace("陈望舒 320583199204080027", "江晚舟 320583198802140013"))
    async with scene.work().write() as tx:
        kinds: dict[str, dict[str, Any]] = {
            "card": {"request_id": 1}, "notice": {"request_id": 1}, "offer": {"request_id": 1},
            "rate": {"request_id": 1}, "outcome": {"request_id": 1}, "pick": {"request_id": 1},
            "ask:answer": {"request_id": 1}, "files": {"request_id": 1}, "digest": {}, "join:1": {},
        }  # fmt: skip
        for number, (purpose, about) in enumerate(kinds.items(), start=9000):
            tx.session.add(Post(chat_id=WX, message_id=number, purpose=purpose, at=tx.now, **about))
    await scene.says(ASKER, "#协作 户籍证明\n致：昆山\n事由：核实")
    async with scene.store.read() as session:
        posts = (await session.scalars(select(Post).where(Post.chat_id == WX))).all()
    return {f"{post.purpose}/{post.message_id}": post.message_id for post in posts}


def forgeries() -> list[str]:
    """A button of each kind, about what the messages are not: request 2, draft 1, somebody's joining."""
    return [f"2:{action}:{number}{rest}" for action in BUTTONS for number in (1, 2)
            for rest in ("", ":1", ":2", ":3", ":to:2", ":1:found")]  # fmt: skip


#: Seven and the twelve forgeries of an action have no divisor in common, so each action has its turn.
@pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.thorough)])
async def test_a_forged_button_edits_no_message_but_its_own(scene: Scene, every: int) -> None:
    messages = await stage(scene)
    async with scene.store.read() as session:
        about = {
            post.message_id: post
            for post in (await session.scalars(select(Post).where(Post.chat_id == WX))).all()
        }
        session.expunge_all()
    wrong: list[str] = []
    for data in forgeries()[::every]:
        for name, message in messages.items():
            before = len(scene.said)
            await scene.forges(ASKER, data, chat=WX, message_id=message)
            number = int(data.split(":")[2])
            for said in scene.said[before:]:
                if said.kind != "edit" or said.message_id != message or "→" in said.text:
                    continue
                post = about[message]
                own = number in (post.request_id, post.draft_id) or post.purpose == f"join:{number}"
                if not own or post.purpose in ("card", "notice", "files", "digest", "ask:answer"):
                    wrong.append(f"{data} on {name}: {said.text!r}")
    assert wrong == []


async def test_the_own_draft_dismissed_on_any_other_message_wipes_nothing(scene: Scene) -> None:
    await scene.says(ASKER, FORM)
    card = scene.last("WX26-0001", "→", chat=WX)
    await scene.says(ASKER, "致：昆山\n对象：江晚舟 320583198802140013\n事由：核实\n类型：户籍证明")
    offer = scene.last("登记为协作请求", chat=WX)
    dismiss = next(data for data in offer.buttons.values() if "dismiss" in data)
    before = len(scene.said)
    assert "已失效" in await scene.forges(ASKER, dismiss, chat=WX, message_id=card.message_id)
    assert len(scene.said) == before
    async with scene.store.read() as session:
        assert (await session.scalars(select(Draft))).one().state == "open"
        assert not (await session.scalars(select(OutboxLine).where(OutboxLine.kind == "edit"))).all()
    await scene.forges(ASKER, dismiss, chat=WX, message_id=offer.message_id)
    assert scene.said[-1].message_id == offer.message_id and "没有登记" in scene.said[-1].text


@pytest.mark.parametrize("action", sorted(BUTTONS))
def test_every_button_says_what_it_names(action: str) -> None:
    assert BUTTONS[action][1] in ("request", "draft", "other")


@pytest.mark.parametrize(
    ("names", "numbers", "stands", "fits"),
    [
        ("request", (1,), About(request_id=1, draft_id=None, purpose="card"), True),
        ("request", (2, 1), About(request_id=1, draft_id=None, purpose="card"), True),
        ("request", (2,), About(request_id=None, draft_id=None, purpose="digest"), True),
        ("request", (2,), About(request_id=1, draft_id=None, purpose="card"), False),
        ("request", (1,), About(request_id=None, draft_id=1, purpose="choose"), False),
        ("draft", (1,), About(request_id=None, draft_id=1, purpose="choose"), True),
        ("draft", (1,), About(request_id=None, draft_id=2, purpose="choose"), False),
        ("draft", (2, 1), About(request_id=None, draft_id=1, purpose="choose"), False),
        ("draft", (1,), About(request_id=1, draft_id=None, purpose="card"), False),
        ("draft", (1,), About(request_id=None, draft_id=None, purpose="digest"), False),
        ("other", (1,), About(request_id=None, draft_id=None, purpose="join:1"), True),
        ("other", (1,), About(request_id=1, draft_id=None, purpose="card"), False),
        ("other", (1,), None, True),
    ],
)
def test_a_press_must_be_about_what_stands_there(
    names: pressed.Names, numbers: tuple[int, ...], stands: About | None, fits: bool
) -> None:
    try:
        check(names, numbers, stands)
    except pressed.Refused:
        assert not fits
    else:
        assert fits


def test_no_message_is_edited_for_another_purpose() -> None:
    post = Post(chat_id=1, message_id=1, request_id=1, purpose="join:1")
    assert Under(request_id=1, purposes=("join:1",)).fits(post)
    assert not Under(request_id=1, purposes=("join:2",)).fits(post)
    assert not Under(request_id=2, purposes=("join:1",)).fits(post)
    assert not Under(request_id=1, purposes=("join:1",)).fits(None)
