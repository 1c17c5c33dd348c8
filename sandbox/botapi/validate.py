"""Checks a call against aiogram's model of the method, so that a typo cannot pass.

Telegram itself ignores a field that it does not know; here it is an error, as it is always a fault of
the bot. Types arrive as text from forms and are read by what the model expects.
"""

import asyncio
import json
import threading
import types
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from sandbox.world.errors import ApiError, bad_request
from sandbox.world.model import Json

if TYPE_CHECKING:
    from aiogram.methods import TelegramMethod

_MISSING_WORDS = {
    "chat_id": "chat_id is empty",
    "from_chat_id": "from_chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "message_ids": "message identifiers are not specified",
    "document": "there is no document in the request",
    "photo": "there is no photo in the request",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
}
_UPLOAD_ONLY = ("certificate",)


class Validator:
    """Knows every method of the Bot API by aiogram's models; loading them takes seconds, so a thread does."""

    def __init__(self) -> None:
        self._models: dict[str, type[TelegramMethod[Any]]] = {}
        self._loaded = threading.Event()

    def load(self) -> None:
        """Reads the models in; blocks."""
        import aiogram.methods

        for name in aiogram.methods.__all__:
            model = getattr(aiogram.methods, name)
            method = getattr(model, "__api_method__", None)
            if isinstance(method, str):
                self._models[method.lower()] = model
        self._loaded.set()

    async def ready(self) -> None:
        """Returns when the models are there."""
        if not self._loaded.is_set():
            await asyncio.to_thread(self._loaded.wait)

    def method_name(self, name: str) -> str:
        """The method's name as the documentation writes it; Telegram does not mind the case.

        Raises:
            ApiError: 404, there is no such method.
        """
        model = self._models.get(name.lower())
        if model is None:
            raise ApiError(404, "Not Found: method not found")
        return str(model.__api_method__)

    def check(self, method: str, raw: Json) -> Json:
        """The parameters with their right types, only those that were given.

        Raises:
            ApiError: 400 for a field that is unknown, missing or of the wrong type.
        """
        model = self._models[method.lower()]
        known = model.model_fields
        for name in raw:
            if name not in known:
                raise bad_request(f"unknown field {name}")
        values = {
            name: _read(name, value, known[name].annotation)
            for name, value in raw.items()
            if name not in _UPLOAD_ONLY
        }
        try:
            checked = model.model_validate(values)
        except ValidationError as error:
            raise _as_api_error(error) from None
        for name in known:
            _refuse_unknown(getattr(checked, name), name)
        return checked.model_dump(exclude_unset=True, exclude_none=True, warnings=False)


def _kinds(annotation: Any) -> set[Any]:
    if get_origin(annotation) in (Union, types.UnionType):
        return {kind for part in get_args(annotation) for kind in _kinds(part)}
    return {annotation}


def _read(name: str, value: Any, annotation: Any) -> Any:
    kinds = _kinds(annotation)
    if not isinstance(value, str):
        return value
    if str in kinds:
        is_id = int in kinds and value.removeprefix("-").isdigit()
        return int(value) if is_id else value
    if bool in kinds:
        return value.strip().lower() in ("true", "1", "yes", "on", "y", "t")
    try:
        return json.loads(value)
    except ValueError:
        raise bad_request(f"can't parse {name}: it is not valid JSON") from None


def _as_api_error(error: ValidationError) -> ApiError:
    first = error.errors()[0]
    where = [str(part) for part in first["loc"]]
    if first["type"] == "missing" and len(where) == 1:
        return bad_request(_MISSING_WORDS.get(where[0], f"parameter {where[0]} is required"))
    return bad_request(f"can't parse {where[0]}: {'.'.join(where)}: {first['msg']}")


def _refuse_unknown(value: Any, where: str) -> None:
    if isinstance(value, list):
        for index, item in enumerate(value):
            _refuse_unknown(item, f"{where}.{index}")
    elif isinstance(value, BaseModel):
        for name in value.model_extra or ():
            raise bad_request(f"unknown field {where}.{name}")
        for name in value.model_fields_set:
            _refuse_unknown(getattr(value, name), f"{where}.{name}")
