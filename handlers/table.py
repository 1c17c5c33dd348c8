"""Every command: its name, what people type for it in Chinese, where the menu has it, what it does."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from handlers.doing import DOING, Typed, typed
from handlers.typed import Command, days_as_typed
from handlers.units import unit
from workflow.actions import alerts, attesting, drilling, holding, leaving, operations
from workflow.intake import offering
from workflow.kernel.actions import ACTIONS
from workflow.kernel.errors import Refused
from workflow.kernel.roles import WORDS
from workflow.lookup import (
    answering_units,
    auditing,
    explaining,
    finding,
    helping,
    lists,
    sharing,
    showing,
    tracing,
    unit_figures,
    unit_pages,
    watching,
    window,
)
from workflow.organisation import binding, members, places
from workflow.organisation.duty import commands as duty
from workflow.organisation.work import Work


class Menu(StrEnum):
    """A part of the menu, in its order."""

    START = "start"  # in private alone
    EVERYBODY = "everybody"
    WORK = "work"  # what is done to a request
    LOOKING = "looking"  # what a handler (the inbox) and a supervisor may look at
    LIAISON = "liaison"
    ADMIN = "admin"


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """A command. Its line of the menu is ``menu.<name>`` of the catalogues."""

    does: Typed
    menu: Menu | None
    chinese: tuple[str, ...] = ()
    counter: bool = False  # its one argument names a request, in full or by its counter alone
    bare: bool = False  # it takes no argument
    groups_only: bool = False  # it is about the group, and not in the menu of a private chat


async def _role(work: Work, c: Command) -> None:
    words = [unicodedata.normalize("NFKC", word) for word in c.args.split()]
    roles = [WORDS[word.lower()] for word in words if word.lower() in WORDS]
    who = next((word for word in words if word.startswith("@") or word.isdigit()), "")
    user = c.mentioned or (None if who else c.replied_user)
    if user is not None and user.is_bot:
        user = None
    if not who and user is None:
        raise Refused("error.role_whom", example="/role @user handler")
    called = c.mentioned.name.split() if c.mentioned else []  # a mention without a username is a name
    others = [word for word in words if word not in (who, *called) and word.lower() not in WORDS]
    await members.set_role(work, who=who, role=roles[-1] if roles else "", user=user, rest=" ".join(others))


async def _handover(work: Work, c: Command) -> object:
    """Two people, and the unit where it is to be named."""
    words = unicodedata.normalize("NFKC", c.args).split()
    who = [word for word in words if word.startswith("@") or word.isdigit()]
    if len(who) > 2:
        raise Refused("error.handover_whom", example=leaving.EXAMPLE)
    code = " ".join(word for word in words if word not in who)
    giver, taker = (*who, "", "")[:2]
    return await leaving.handover(work, giver=giver, taker=taker, code=code)


async def _roster(work: Work, c: Command) -> object:
    """Behind the word for a file of a calendar, or before it, the unit."""
    words = c.args.split()
    others = [word for word in words if word.lower() not in ("ics", "日历")]
    does = unit_pages.duty_file if len(others) < len(words) else unit_pages.roster
    return await does(work, " ".join(others))


async def _duty(work: Work, c: Command) -> object:
    """What is to be done, to whom, on which days; people may be mentioned, or replied to."""
    return await duty.duty(work, c.args, user=c.mentioned or c.replied_user)


def _of_actions() -> Iterator[tuple[str, Named]]:
    for action, row in ACTIONS.items():
        if row.command:
            yield (
                action.value,
                Named(
                    does=typed(action),
                    menu=Menu.WORK if row.menu else None,
                    chinese=row.chinese,
                    counter=DOING[action].alone is not None,
                ),
            )


async def _audit(work: Work, c: Command) -> object:
    """Of a person, of a request, or of a number or a name that requests have."""
    if c.args.startswith("@") or (c.mentioned is not None and c.args):
        return await auditing.of_person(work, c.whom(c.args))
    if auditing.names_value(c.args):
        return await auditing.of_value(work, c.args)
    return await auditing.of_request(work, c.target()[0])


_EVERYBODY, _LOOKING, _LIAISON, _ADMIN = Menu.EVERYBODY, Menu.LOOKING, Menu.LIAISON, Menu.ADMIN
#: In the order of the menu.
COMMANDS: dict[str, Named] = {
    **dict(_of_actions()),
    "start": Named(does=lambda w, c: helping.start(w, c.args), menu=Menu.START),
    "mine": Named(does=lambda w, c: lists.mine(w), menu=_EVERYBODY, chinese=("我的",), bare=True),
    "show": Named(
        does=lambda w, c: showing.show_one(w, *c.target()), menu=_EVERYBODY, chinese=("查看",), counter=True
    ),
    "why": Named(
        does=lambda w, c: explaining.why(w, c.target()[0]),
        menu=_EVERYBODY,
        chinese=("时限说明", "为何"),
        counter=True,
    ),
    "notarequest": Named(
        does=lambda w, c: offering.not_a_request(w, c.target()[0]),
        menu=_EVERYBODY,
        chinese=("不是协作", "不是请求"),
        counter=True,
    ),
    "find": Named(does=lambda w, c: finding.search(w, c.args), menu=_EVERYBODY, chinese=("查找",)),
    "subject": Named(
        does=lambda w, c: tracing.ask(w, tracing.Trace.SUBJECT, c.args), menu=_EVERYBODY, chinese=("查对象",)
    ),
    "case": Named(
        does=lambda w, c: tracing.ask(w, tracing.Trace.CASE, c.args), menu=_EVERYBODY, chinese=("查案件",)
    ),
    "who": Named(
        does=lambda w, c: answering_units.who(w, c.args), menu=_EVERYBODY, chinese=("找谁", "谁能办")
    ),
    "help": Named(does=lambda w, c: helping.help_(w), menu=_EVERYBODY, chinese=("帮助",)),
    "train": Named(does=lambda w, c: helping.train(w), menu=_EVERYBODY, chinese=("培训", "教学"), bare=True),
    "lang": Named(does=lambda w, c: places.choose_language(w, c.args), menu=_EVERYBODY, chinese=("语言",)),
    "inbox": Named(does=lambda w, c: window.inbox(w, c.args), menu=_LOOKING, chinese=("待办",)),
    "overdue": Named(does=lambda w, c: lists.overdue(w, c.args), menu=_LOOKING, chinese=("超期",)),
    "stats": Named(
        does=lambda w, c: unit_figures.stats(w, *c.args.split()), menu=_LOOKING, chinese=("统计",)
    ),
    "report": Named(
        does=lambda w, c: unit_figures.report(w, *c.args.split()),
        menu=_LOOKING,
        chinese=("报表", "年报", "月报"),
    ),
    "digest": Named(does=lambda w, c: unit_pages.digest_now(w, c.args), menu=_LOOKING, chinese=("日报",)),
    "members": Named(does=lambda w, c: unit_pages.members(w, c.args), menu=_LOOKING, chinese=("成员",)),
    "roster": Named(does=_roster, menu=_LOOKING, chinese=("值班",)),
    "duty": Named(does=_duty, menu=_LOOKING, chinese=("排班", "值勤")),
    "unit": Named(does=unit, menu=_LOOKING, chinese=("单位",)),
    "drill": Named(
        does=lambda w, c: drilling.drill(w, c.args), menu=_LIAISON, chinese=("演练",), groups_only=True
    ),
    "export": Named(does=lambda w, c: showing.export(w, c.args), menu=_LIAISON, chinese=("导出",)),
    "role": Named(does=_role, menu=_LIAISON, chinese=("角色",)),
    "attest": Named(
        does=lambda w, c: attesting.attest(w, c.args), menu=_LIAISON, chinese=("成员确认", "确认成员")
    ),
    "handover": Named(does=_handover, menu=_LIAISON, chinese=("交接",)),
    "alert": Named(does=lambda w, c: alerts.alert(w, c.args), menu=_LIAISON, chinese=("通报", "预警")),
    "share": Named(does=lambda w, c: sharing.share(w, c.args), menu=_LOOKING, chinese=("共享", "知识共享")),
    "operation": Named(
        does=lambda w, c: operations.operation(w, c.args), menu=_LIAISON, chinese=("行动", "专项行动")
    ),
    "bind": Named(
        does=lambda w, c: binding.bind(w, c.args), menu=_ADMIN, chinese=("绑定",), groups_only=True
    ),
    "unbind": Named(
        does=lambda w, c: binding.unbind(w, c.args), menu=_ADMIN, chinese=("解绑",), groups_only=True
    ),
    "audit": Named(does=_audit, menu=_LOOKING, chinese=("记录",), counter=True),
    "watch": Named(
        does=lambda w, c: watching.watch(w, days_as_typed(c.args)), menu=_LOOKING, chinese=("督查", "监督")
    ),
    "hold": Named(does=lambda w, c: holding.hold(w, *c.target()), menu=_LOOKING, chinese=("保全",)),
    "release_hold": Named(
        does=lambda w, c: holding.release(w, c.target()[0]),
        menu=_LOOKING,
        chinese=("解除保全",),
        counter=True,
    ),
    "verify": Named(does=lambda w, c: showing.verify_now(w), menu=_ADMIN, chinese=("核验",), bare=True),
}
#: What people type in Chinese where the menu has English; ``#反馈`` in a reply means the same.
CHINESE = {word: name for name, command in COMMANDS.items() for word in command.chinese}


def in_menu(*parts: Menu, private: bool = False) -> tuple[str, ...]:
    """The names of these parts of the menu, in order."""
    return tuple(
        name
        for part in parts
        for name, command in COMMANDS.items()
        if command.menu is part and not (private and command.groups_only)
    )
