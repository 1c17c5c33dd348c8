"""What ledgers say of how a request ended, and in which state it is: our words, and what people write."""

from __future__ import annotations

from collections.abc import Mapping

from storage.tables.models import REQUEST_STATES
from storage.tables.words import State

#: Folded word -> outcome; none where a row names none: its answer may be a no.
OUTCOMES: Mapping[str, str] = {
    "": "", "found": "found", "有结果": "found", "已查实": "found", "查实": "found", "属实": "found",
    "partly": "partly", "partly found": "partly", "部分": "partly", "部分查实": "partly", "部分属实": "partly",
    "nothing found": "nothing", "nothing": "nothing", "not found": "nothing", "查无": "nothing", "未查到": "nothing",
    "查无结果": "nothing", "查无此人": "nothing", "无结果": "nothing", "未查获": "nothing",
}  # fmt: skip
_STATE_WORDS: Mapping[str, str] = {
    "pending": "待批准 待审批 审批中 报批中 待批",
    "unapproved": "未批准 未获批准 未通过审批 已驳回 驳回 审批未通过",
    "open": "待受理 未受理 待办 待办理 待处理 未办 未办理 未处理 未答复 未回复 未反馈 未回函 待答复 待回复 "
    "待反馈 待回函 未办结 未完成 未完结 新建 已登记 未查复 否",
    "accepted": "处置中 已受理 受理 办理中 处理中 在办 正在办理 正在处理 核查中 查询中 协查中 进行中 已签收 "
    "已派发 跟进中",
    "returned": "退回补充 已退回 退回 退件 补充材料 待补充",
    "answered": "已反馈 已答复 已回复 已回函 已查复 已回告 已复函 答复 回复 反馈 已办 已办理 已处理 已核查 "
    "已查询 已完成 完成 完毕 已完毕 已核实 是 done replied completed",
    "declined": "已拒绝 拒绝 不予受理 不予协助 不予办理 未予受理 无法协助 rejected refused",
    "closed": "已办结 办结 已结 结案 已结案 已完结 完结 归档 已归档",
    "cancelled": "已撤销 撤销 作废 已作废 取消 已取消 撤回 已撤回 canceled withdrawn",
}
#: Folded word -> state.
STATES: Mapping[str, str] = {state: state for state in REQUEST_STATES} | {
    word: state for state, words in _STATE_WORDS.items() for word in words.split()
}
#: States that say that an answer was given.
ANSWERED_STATES = frozenset({State.ANSWERED, State.CLOSED})


def outcome_of(text: str) -> str | None:
    """The outcome that a cell names; None where it is none, or empty."""
    return OUTCOMES.get(folded(text)) if text.strip() else None


def state_of(text: str) -> str | None:
    """The state that a cell names; None for other words."""
    return STATES.get(folded(text))


def folded(text: str) -> str:
    """A word as it is looked up here."""
    return text.strip().rstrip("。.!！").lower().replace("_", " ")
