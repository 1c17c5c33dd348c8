"""What ledgers say of how a request ended, and in which state it is: our words, and what people write."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from storage.ledger.spelling import simplified
from storage.tables.words import State

#: Folded word -> outcome; none where a row names none: its answer may be a no.
OUTCOMES: Mapping[str, str] = {
    "": "", "found": "found", "有结果": "found", "已查实": "found", "查实": "found", "属实": "found",
    "partly": "partly", "partly found": "partly", "部分": "partly", "部分查实": "partly", "部分属实": "partly",
    "nothing found": "nothing", "nothing": "nothing", "not found": "nothing", "查无": "nothing", "未查到": "nothing",
    "查无结果": "nothing", "查无此人": "nothing", "无结果": "nothing", "未查获": "nothing",
}  # fmt: skip
_OWN = frozenset(State)
_STATE_WORDS: Mapping[str, str] = {
    "pending": "待批准 待审批 审批中 报批中 待批",
    "unapproved": "未批准 未获批准 未通过审批 已驳回 驳回 审批未通过",
    "open": "待受理 未受理 待签收 未签收 待接收 未接收 待分派 待派发 待分办 "
    "待办 待办理 待处理 未办 未办理 未处理 未答复 未回复 未反馈 未回函 待答复 待回复 "
    "待反馈 待回函 未办结 未完成 未完结 新建 已登记 未查复 pending outstanding unanswered waiting awaiting new "
    "not_started to_do todo",
    "accepted": "处置中 已受理 受理 办理中 处理中 在办 正在办理 正在处理 核查中 查询中 协查中 进行中 已签收 "
    "已派发 跟进中 in_progress ongoing under_way underway processing in_hand being_handled assigned",
    "returned": "退回补充 已退回 退回 退件 补充材料 待补充 sent_back",
    "answered": "已反馈 已答复 已回复 已回函 已回 已复 已查复 已回告 已复函 答复 回复 反馈 已办 已办理 已处理 已核查 "
    "已查询 已完成 完成 完毕 已完毕 已核实 done replied completed complete responded finished",
    "declined": "已拒绝 拒绝 不予受理 不予协助 不予办理 未予受理 无法协助 rejected refused denied",
    "closed": "已办结 办结 已结 结案 已结案 已完结 完结 归档 已归档 archived resolved",
    "cancelled": "已撤销 撤销 作废 已作废 取消 已取消 撤回 已撤回 canceled withdrawn void",
}
#: Whether it was answered, where a column asks just that; elsewhere it may be the answer to what was asked.
_YES_OR_NO: Mapping[str, str] = {
    "answered": "是 yes y true √ ✓ ✔ ☑",
    "open": "否 no n false × ✗ ✘",
}
#: Folded word -> state, where the words of a cell may be something else.
_NAMED: Mapping[str, str] = {state: state for state in State} | {
    word.replace("_", " "): state for state, words in _STATE_WORDS.items() for word in words.split()
}
_STATES: Mapping[str, str] = {
    **_NAMED,
    **{word: state for state, words in _YES_OR_NO.items() for word in words.split()},
}
#: States that say that an answer was given.
ANSWERED_STATES = frozenset({State.ANSWERED, State.CLOSED})

_REPLY = "回函|回复|答复|反馈|复函|查复|回告|回文|复文|回执|回音|回信|回|复"
#: What stands in the place of an answer that has not come: 未回, 尚未收到回函, no reply yet.
_NOT_YET = re.compile(
    rf"""(?:截至|截止|至|今|目前|仍|尚|暂|还|迄|对方|逾期|到期|超期|已?催办?)*
    (?:未|没有?|无|待|等待?)(?:予以?|能|曾|见|获得?|收到|收|作出|作|有)?(?:对方)?的?(?:{_REPLY})
    (?:中|来|函|过|结果|材料|信息|意见|内容)?(?:[已再正]?(?:在?催办?|再催)(?:过|了|中|[一两二三四\d]+次)?)?
    |(?:still)?(?:pending|awaiting|awaited|waiting(?:for)?|outstanding)
    (?:a|an|the|their)?(?:reply|replies|answer|response)?(?:from.{{1,20}})?
    |(?:there(?:is|was))?(?:no|not|without)(?:a|an)?(?:reply|answer|response|replied|answered|responded)
    (?:received|asyet|yet|sofar|todate)*
    |notyet(?:replied|answered|responded|received)?|noneyet|tofollow|tb[acd]""",
    re.VERBOSE,
)
#: What may be an answer: of a residence permit, of a fine.
_OF_OTHER_THINGS = frozenset(("accepted", "受理", "未办", "未办理", "未处理", "已登记", "新建", "new"))
#: States that a cell of answers names without being one.
_WAITING = frozenset(
    word
    for word, state in _NAMED.items()
    if state in (State.OPEN, State.ACCEPTED) and word not in _OF_OTHER_THINGS
)
_BETWEEN = re.compile(r"[\s,、;]+")
_LONGEST_WAIT = 40  # characters
_AROUND = "()[]【】〔〕<>《》.…!:;。,、-— "


def outcome_of(text: str) -> str | None:
    """The outcome that a cell names; None where it is none, or empty."""
    return OUTCOMES.get(folded(text)) if text.strip() else None


def state_of(text: str) -> str | None:
    """The state that a cell of states names; None for other words. ``pending`` is this desk's own, of a request that
    waits for approval; Pending is what people write for one that waits for an answer."""
    own = text.strip()
    return own if own in _OWN else _STATES.get(folded(text)) or waits(text)


def stage_of(text: str) -> str | None:
    """The state that a cell of dates or outcomes names; None for other words. Nobody's approval stands there."""
    state = _STATES.get(folded(text)) or waits(text)
    return State.OPEN if state == State.PENDING else None if state == State.UNAPPROVED else state


def state_among_results(text: str) -> str | None:
    """The state that a cell names under 结果, where 是 and 否 answer what was asked; None for other words."""
    return _NAMED.get(folded(text)) or waits(text)


def waits(text: str) -> str | None:
    """The state of a request in whose place for an answer this stands: open or accepted; None for an answer."""
    if not text or len(text) > _LONGEST_WAIT:
        return None
    plain = simplified(unicodedata.normalize("NFKC", text).casefold().strip(_AROUND))
    if folded(plain) in _WAITING:
        return _NAMED[folded(plain)]
    return State.OPEN if _NOT_YET.fullmatch(_BETWEEN.sub("", plain)) else None


def folded(text: str) -> str:
    """A word as it is looked up here."""
    return simplified(text.strip().rstrip("。.!！").lower().replace("_", " "))
