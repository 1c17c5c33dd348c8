"""A desk that is at work when somebody first looks at it: the sample's people play its last day, hour by hour.

They post and press as people on the page do, and the clock moves with them, so that what stands on the wall came
about as it does in earnest: one request is overdue and its superiors know, one is offered an earlier answer,
one waits for somebody to take it, and each group's digest, asked for at the end, lies below.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.sample.day import DAY, Scene
from sandbox.world.model import Chat, Message
from sandbox.world.people import buttons_of, press
from sandbox.world.posting import Draft, post
from sandbox.world.view import clock_view
from sandbox.world.world import World

STEP_SECONDS = 5.0
"""So long the bot has to answer a scene; what it does not do by then is left out."""
LOOK_AGAIN = 0.02
"""Seconds between two looks at what the bot has said."""

Said = Callable[[Message], bool]


@dataclass(kw_only=True)
class _Stage:
    world: World
    language: str

    async def hears(self, chat: Chat, said: Said) -> Message | None:
        """The bot's newest message of that kind; waits for it, and not for ever."""
        end = time.monotonic() + STEP_SECONDS
        while time.monotonic() < end:
            for message in reversed(list(chat.messages.values())):
                if message.sender is self.world.bot and not message.deleted and said(message):
                    return message
            await asyncio.sleep(LOOK_AGAIN)
        return None


def begin(world: World) -> None:
    """Back to the hour of the first scene: before anything is started that reads the clock."""
    world.clock.advance(-max(scene.hours_ago for scene in DAY) * 3600)


async def play(world: World, language: str) -> None:
    """Play the day, up to now; the clock goes with it and ends at the real time."""
    stage = _Stage(world=world, language=language)
    for scene in DAY:
        _turn_clock(world, scene.hours_ago)
        await _play(stage, scene)
    _turn_clock(world, 0)


def _turn_clock(world: World, hours_ago: float) -> None:
    """To so many hours before the real time, and tells the pages that are open."""
    world.clock.reset()
    if hours_ago:
        world.clock.advance(-hours_ago * 3600)
    world.feed.publish("clock", **clock_view(world.clock))


async def _play(stage: _Stage, scene: Scene) -> None:
    chat = stage.world.chat(scene.chat)
    person = stage.world.person(scene.person) if scene.person is not None else None
    if person is not None and scene.text:
        post(stage.world, person, chat, Draft(text=scene.text[stage.language]))
    if person is not None and scene.press:
        message = await stage.hears(chat, lambda message: _data(message, scene.press) is not None)
        data = _data(message, scene.press) if message else None
        if message is not None and data is not None:
            press(stage.world, person, message, data)
    if scene.then_chat is not None:
        await stage.hears(stage.world.chat(scene.then_chat), lambda message: _is(message, scene))


def _is(message: Message, scene: Scene) -> bool:
    if scene.then_button:
        return _data(message, scene.then_button) is not None
    return _says(message, scene.then_words)


def _says(message: Message, words: tuple[str, ...]) -> bool:
    return any(word in (message.text or "") for word in words)


def _data(message: Message, action: str) -> str | None:
    """What the message's button for an action sends."""
    found = (str(button.get("callback_data", "")) for button in buttons_of(message))
    return next((data for data in found if data.startswith(f"1:{action}:")), None)
