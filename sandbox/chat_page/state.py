"""What the chat page starts from: everything there is, and what time it is."""

from typing import Any

from sandbox.world.model import Json
from sandbox.world.view import chat_view, clock_view, person_view
from sandbox.world.world import World


def state_view(world: World, extra: Json) -> Json:
    """Everything the page needs to start: chats, people, clock, examples."""
    answer: dict[str, Any] = {
        "seq": world.feed.last,
        "bot": person_view(world.bot) | {"reads_everything": world.reads_everything},
        "people": [person_view(one) for one in world.people.values() if one is not world.bot],
        "chats": [chat_view(one, world.bot) for one in world.chats.values()],
        "clock": clock_view(world.clock),
    }
    return answer | extra
