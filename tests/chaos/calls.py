"""What the bot really called, over all its lives, and which of its messages it could not know to have arrived."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.botapi.botapi import BotApi

Json = dict[str, Any]
Key = tuple[int, int]
"""A chat, and the number of a message in it."""
BEGINS_A_LIFE = "getMe"
EFFECT_WITHOUT_ANSWER = ("drop_after", "lost_after")


class Calls:
    """All calls that send or edit, in order; the server itself forgets the oldest."""

    def __init__(self, api: BotApi) -> None:
        self.faults: dict[str, int] = {}
        self._api, self._seen = api, 0
        self._lives: list[list[Json]] = [[]]

    def collect(self) -> None:
        """Takes over what was called since the last time."""
        for call in [call for call in self._api.calls.copy() if call["seq"] > self._seen]:
            self._seen = call["seq"]
            if "fault" in call:
                name = call["fault"] if call["fault"] != "error" else str(call.get("status"))
                self.faults[name] = self.faults.get(name, 0) + 1
            if call["method"] == BEGINS_A_LIFE and self._lives[-1]:
                self._lives.append([])
            if call["method"].startswith(("send", "edit")):
                self._lives[-1].append(call)

    def arrived(self) -> set[Key]:
        """Every message that the bot ever sent."""
        return {key for life in self._lives for call in life for key in messages_of(call)}

    def unnoted(self, noted: Collection[Key]) -> Unnoted:
        """The messages that arrived and are not in the books, by whether the bot could have known.

        It could not when the answer was lost on the way, or when it was killed before it noted the answer:
        then it did nothing else in that chat any more, for a chat has one line under way at a time.
        """
        found = Unnoted()
        for number, life in enumerate(self._lives):
            killed = 0 < number < len(self._lives) - 1  # the first and the last life end properly
            for place, call in enumerate(life):
                missing = [key for key in messages_of(call) if key not in noted]
                if not missing:
                    continue
                if call.get("fault") in EFFECT_WITHOUT_ANSWER:
                    found.answer_lost += len(missing)
                elif killed and not _went_on(life[place + 1 :], chat_of(call), noted):
                    found.died += len(missing)
                else:
                    found.needless += [f"{call['method']} {key}: {words(call)}" for key in missing]
        return found


@dataclass(kw_only=True)
class Unnoted:
    """Messages that people may see a second time, by why."""

    answer_lost: int = 0
    died: int = 0
    needless: list[str] = field(default_factory=list)
    """The bot knew, and sent it again all the same."""

    @property
    def all(self) -> int:
        return self.answer_lost + self.died + len(self.needless)


def _went_on(later: Sequence[Json], chat: int, noted: Collection[Key]) -> bool:
    """Whether anything was done in the chat after; parts of one line, all of them unnoted, are not."""
    return any(
        chat_of(call) == chat and not (messages_of(call) and noted.isdisjoint(messages_of(call)))
        for call in later
    )


def chat_of(call: Json) -> int:
    return int(call["params"].get("chat_id") or 0)


def messages_of(call: Json) -> list[Key]:
    """The messages that a call has made; none for an edit, or for a call that had no effect."""
    result = call.get("result")
    if not call["method"].startswith("send") or not isinstance(result, dict | list):
        return []
    return list(_keys(result if isinstance(result, list) else [result]))


def _keys(messages: Sequence[Json]) -> Iterator[Key]:
    for message in messages:
        yield int(message["chat"]["id"]), int(message["message_id"])


def words(call: Json) -> str:
    text = call["params"].get("text") or call["params"].get("caption") or ""
    return str(text)[:60].replace("\n", " ")
