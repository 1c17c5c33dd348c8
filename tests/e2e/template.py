"""A desk that was furnished once, by the conversation that every desk is furnished by, and then copied.

The copy is what a restart on the same folder would be: the same books, the same groups in the same words.
"""

from __future__ import annotations

import copy
import shutil
from dataclasses import dataclass
from pathlib import Path

from sandbox.world.world import World

BOOKS = ("desk.db", "crossbeat.key")
#: What of a world a conversation changes; taken together, so that who stands in two places is one person.
_PARTS = ("bot", "people", "chats", "files", "file_contents", "commands", "kept", "_shared_message_id")


@dataclass(frozen=True, kw_only=True)
class Template:
    """The books of a stopped desk, and the world that it was in."""

    folder: Path
    world: World

    def copy_to(self, folder: Path, world: World) -> None:
        """Into a folder where no process runs yet, and a world that nobody has looked at."""
        for name in BOOKS:
            shutil.copy2(self.folder / name, folder / name)
        parts = copy.deepcopy({name: getattr(self.world, name) for name in _PARTS})
        for name, value in parts.items():
            setattr(world, name, value)
        world.updates.next_id = max(world.updates.next_id, self.world.updates.next_id)
        world.updates.allowed = list(self.world.updates.allowed)
