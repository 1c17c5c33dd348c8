"""Rows of a ledger that say in the place of an answer or of its date that there is none: the request is open."""

from __future__ import annotations

from typing import Any

import pytest

from bot.commands.wording import words as english
from storage.ledger.why import Cause
from tests.integration.workflow.purged import ROW
from tests.integration.workflow.scene import Scene
from workflow.ledger.rows import Prepared, RowRejected
from workflow.ledger.taking import preparer

ASKED = {
    name: value for name, value in ROW.items() if name not in ("answered_at", "answer", "outcome", "state")
}


async def prepared(scene: Scene, **said: Any) -> tuple[Prepared, dict[str, Any]]:
    """The row as it is written, and as it is kept."""
    prepare = await preparer(scene.work())
    kept = prepare.kept(ASKED | said, from_table=True)
    return prepare.prepare(kept), kept


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({"answered_at": "未回"}, "open"),
        ({"answered_at": "未回复", "answer": "未回复"}, "open"),
        ({"answered_at": "pending"}, "open"),
        ({"answered_at": "—", "answer": "—"}, "open"),
        ({"answered_at": "否"}, "open"),
        ({"answered_at": "办理中"}, "accepted"),
        ({"answered_at": "已撤销"}, "cancelled"),
        ({"answer": "No reply yet"}, "open"),
        ({"answer": "核查中"}, "accepted"),
        ({"answer": "N/A"}, "open"),
        ({"outcome": "Pending"}, "open"),
        ({"answered_at": "未回", "answer": "已电话联系对方"}, "open"),
        ({"answered_at": "未回", "state": "已办结"}, "closed"),
        ({"answer": "未回复", "state": "已办结"}, "closed"),
        ({"state": "未回"}, "open"),
        ({"state": "In progress"}, "accepted"),
        ({"state": "Pending"}, "open"),
        ({"state": "pending"}, "pending"),
        ({"answered_at": "审批中"}, "open"),
    ],
)
async def test_it_is_open_and_has_no_answer(scene: Scene, said: dict[str, Any], state: str) -> None:
    row, kept = await prepared(scene, **said)
    assert (row.state, row.answer, row.answered_at) == (state, None, None)
    assert "answered_at" not in kept, "an export writes moments, or none"
    prepare = await preparer(scene.work())
    assert prepare.prepare(prepare.kept(kept, from_table=True)).state == state, "and it is read back equal"


@pytest.mark.parametrize("answer", ["查无此人", "无", "否", "未登记", "不在本市"])
async def test_a_no_is_an_answer_all_the_same(scene: Scene, answer: str) -> None:
    row, _ = await prepared(scene, answer=answer, answered_at="2026-03-02")
    assert row.state == "answered" and row.answer is not None


async def test_what_contradicts_itself_is_refused(scene: Scene) -> None:
    with pytest.raises(RowRejected) as refused:
        await prepared(scene, answer="未回复", answered_at="2026-03-02")
    assert english(refused.value.why) == "the answer says '未回复', though it has a date"
    with pytest.raises(RowRejected) as refused:
        await prepared(scene, answer="未回复", state="已答复")
    assert refused.value.why.cause is Cause.ANSWERED_EMPTY
    row, _ = await prepared(scene, answer="未回复", answered_at="2026-03-02", state="answered")
    assert row.state == "answered", "an answer of this desk may have been just that"
