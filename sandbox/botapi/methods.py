"""The table of Bot API methods and the decorator that fills it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.botapi.webhook import Webhook
from sandbox.world.media import Upload
from sandbox.world.model import Json
from sandbox.world.world import World


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of the bot: checked parameters and the files that came with it."""

    world: World
    webhook: Webhook
    method: str
    params: Json
    uploads: Mapping[str, Upload] = field(default_factory=dict)


Handler = Callable[[Call], Awaitable[Any]]
METHODS: dict[str, Handler] = {}


def bot_method(*names: str) -> Callable[[Handler], Handler]:
    """Registers a handler for the methods of these names."""

    def register(handler: Handler) -> Handler:
        for name in names:
            METHODS[name] = handler
        return handler

    return register
