"""aiogram without building what a bot never uses.

``import aiogram`` builds the validators of all 300 types of the Bot API, each with everything it refers to:
1.6 s and 100 MB, measured with aiogram 3.31 and pydantic 2.13. Deferred, a type is built when it is first
used: the whole of ``Update`` takes 65 ms.
"""

from __future__ import annotations

import asyncio
import sys
from importlib import import_module
from typing import Any

from pydantic import BaseModel

_KEPT: set[type[BaseModel]] = set()
"""The types of answers: pydantic holds what it made of a generic one weakly, and would build it anew after the
garbage collector has been round."""


def load() -> None:
    """Imports aiogram with deferred types; does nothing where something has imported it before."""
    if "aiogram" in sys.modules:
        return
    built = BaseModel.__dict__["model_rebuild"]
    names: dict[str, Any] = {}

    def later(cls: type[BaseModel], /, **options: Any) -> bool | None:
        namespace = options.get("_types_namespace") or {}
        if "Update" in namespace:  # the loop at the end of aiogram.types
            names.update(namespace)
            return None
        result: bool | None = built.__func__(cls, **_deeper(options))
        return result

    usual = BaseModel.model_config
    BaseModel.model_rebuild = classmethod(later)  # type: ignore[assignment,method-assign]
    BaseModel.model_config = {**usual, "defer_build": True}  # which those that it has come to know keep
    try:
        import_module("aiogram.types")
    finally:
        BaseModel.model_rebuild = built  # type: ignore[method-assign]
        BaseModel.model_config = usual
    if names:
        _build_on_use(names)


async def build_used() -> None:
    """Builds what every bot uses, so that the first post does not wait for it; in steps, in the event loop.

    Not in a thread: pydantic's building is not safe beside another thread that uses the same type.
    """
    from aiogram import methods, types
    from aiogram.methods.base import Response

    answers = (Response[types.Message], Response[bool], Response[types.Message | bool])
    _KEPT.update(answers)
    calls = (
        methods.SendMessage,
        methods.EditMessageText,
        methods.EditMessageReplyMarkup,
        methods.AnswerCallbackQuery,
    )
    for cls in (types.Update, *answers, *calls):
        cls.model_rebuild()
        await asyncio.sleep(0)


def _build_on_use(names: dict[str, Any]) -> None:
    """Lets pydantic's own deferred building find the names that aiogram imports for type checkers only."""
    from aiogram.methods.base import Response, TelegramMethod
    from aiogram.types.base import TelegramObject

    build = BaseModel.model_rebuild.__func__  # type: ignore[attr-defined]

    def rebuild(cls: type[BaseModel], /, **options: Any) -> bool | None:
        options["_types_namespace"] = names | (options.get("_types_namespace") or {})
        result: bool | None = build(cls, **options)
        return result

    for root in (TelegramObject, TelegramMethod, Response):
        root.model_rebuild = classmethod(rebuild)  # type: ignore[assignment,method-assign]


def _deeper(options: dict[str, Any]) -> dict[str, Any]:
    """pydantic looks for names in the caller's frame; we stand between."""
    return options | {"_parent_namespace_depth": options.get("_parent_namespace_depth", 2) + 1}
