"""A desk that was furnished once, by the conversation that every desk is furnished by, and then copied.

The copy is what a restart on the same folder would be: the same books, the same groups in the same words.
"""

from __future__ import annotations

import pickle
import shutil
from dataclasses import dataclass
from pathlib import Path

from sandbox.world.world import World

BOOKS = ("desk.db", "crossbeat.key")
#: What of a world a conversation changes; taken together, so that who stands in two places is one person.
_PARTS = ("bot", "people", "chats", "files", "file_contents", "commands", "kept", "_shared_message_id")


@dataclass(frozen=True, kw_only=True)
class Template:
    """The books of a stopped desk, and the world that it was in, in a folder that all workers share."""

    folder: Path

    @classmethod
    def keep(cls, folder: Path, books: Path, world: World) -> Template:
        """Kept in ``folder``: the desk whose books lie in ``books``, and its world."""
        for name in BOOKS:
            shutil.copy2(books / name, folder / name)
        parts = {name: getattr(world, name) for name in _PARTS}
        kept = (parts, world.updates.next_id, list(world.updates.allowed))
        (folder / "world").write_bytes(pickle.dumps(kept))
        return cls(folder=folder)

    def copy_to(self, folder: Path, world: World) -> None:
        """Into a folder where no process runs yet, and a world that nobody has looked at."""
        for name in BOOKS:
            shutil.copy2(self.folder / name, folder / name)
        parts, next_id, allowed = pickle.loads((self.folder / "world").read_bytes())
        for name, value in parts.items():
            setattr(world, name, value)
        world.updates.next_id = max(world.updates.next_id, next_id)
        world.updates.allowed = allowed
