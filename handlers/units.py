"""``/unit`` and what may follow it: a unit looked at, made, renamed, moved, closed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from handlers.typed import Command
from workflow.actions import closing
from workflow.lookup import unit_history, unit_pages
from workflow.organisation import reshaping
from workflow.organisation.work import Work

#: What people write behind the command, each with what it does with the rest.
_WORDS: dict[tuple[str, ...], Callable[[Work, str], Awaitable[object]]] = {
    ("add", "new", "新增", "增加", "新建"): reshaping.add,
    ("rename", "改名", "更名"): reshaping.rename,
    ("alias", "aliases", "别名", "简称"): reshaping.alias,
    ("move", "划转", "改隶", "移到"): reshaping.move,
    ("close", "撤并", "撤销", "并入"): closing.ask,
    ("history", "沿革", "历史", "变更"): unit_history.history,
}
_BY_WORD = {word: does for words, does in _WORDS.items() for word in words}


async def unit(work: Work, command: Command) -> object:
    """``/unit KS``, ``/unit rename KS name``. Raises :class:`Refused`."""
    word, rest = [*command.args.split(maxsplit=1), "", ""][:2]
    does = _BY_WORD.get(word.lower())
    if does is None:
        return await unit_pages.unit_card(work, command.args)
    return await does(work, rest.strip())
