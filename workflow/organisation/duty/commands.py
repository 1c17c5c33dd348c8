"""``/duty``: which of its parts is meant. Raises :class:`Refused` with examples that work."""

from __future__ import annotations

import unicodedata
from collections.abc import Awaitable, Callable

from workflow.kernel.errors import Refused
from workflow.kernel.tx import Sender
from workflow.organisation import units
from workflow.organisation.duty import notes, reading, setting, standing_in, weeks
from workflow.organisation.duty.results import DutyDone, DutyWeek
from workflow.organisation.work import Work

OTHERS = ("/duty off", "/duty swap", "/duty stand-in", "/duty none", "/duty note", "/duty end")
#: What people type for a part.
PARTS: dict[str, str] = {
    word: part
    for part, words in {
        "set": ("set", "add", "设", "设置", "排", "安排", "排班"),
        "none": ("none", "empty", "无", "无人", "不排", "不排班", "不设", "不值班"),
        "off": ("off", "leave", "请假", "休假", "假"),
        "back": ("back", "销假", "回岗"),
        "swap": ("swap", "换班", "调班", "对调", "换"),
        "stand-in": ("stand-in", "standin", "stand_in", "代班", "顶班", "替班"),
        "note": ("note", "留言", "交班", "交接班"),
        "end": ("end", "remove", "delete", "取消", "删除", "撤销", "结束"),
    }.items()
    for word in words
}


#: What does a part; ``user`` is for those that are about one person.
DOES: dict[str, Callable[..., Awaitable[DutyDone]]] = {
    "set": setting.put_on_duty,
    "none": setting.leave_empty,
    "off": setting.give_leave,
    "back": setting.take_back,
    "swap": setting.swap,
    "end": setting.end_rule,
    "note": notes.leave_note,
    "stand-in": standing_in.stand_in,
}


async def duty(work: Work, words: str, *, user: Sender | None = None) -> DutyDone | DutyWeek:
    """``/duty [unit] [part …]``; without a part: the week. ``user``: who is mentioned without a username."""
    text = unicodedata.normalize("NFKC", words).strip()
    if len(text) > reading.LONGEST:
        raise Refused("error.duty_long", most=reading.LONGEST, example=reading.SET)
    code, part, rest = await _apart(work, text)
    if part:
        return await DOES[part](work, rest, code=code, user=user)
    if rest:
        raise Refused("error.duty_part", given=rest.split()[0], example=reading.SET, others=OTHERS)
    return await weeks.look(work, code)


async def _apart(work: Work, text: str) -> tuple[str, str, str]:
    """The unit, where it stands first; the part; what follows it."""
    first, _, rest = text.partition(" ")
    if (part := PARTS.get(first.lower())) is not None:
        return "", part, rest.strip()
    second, _, more = rest.strip().partition(" ")
    if (part := PARTS.get(second.lower())) is not None:
        return first, part, more.strip()
    if text:
        async with work.read(short=True) as tx:
            if (await units.current(tx)).meant(text) is not None:
                return text, "", ""
    return "", "", text
