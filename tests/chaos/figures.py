"""What a run of crashes came to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(kw_only=True)
class Figures:
    """Counted while it runs and at its end. What must be nothing is in :meth:`bad`."""

    seconds: float = 0.0
    crashes: Counter[str] = field(default_factory=Counter)
    """By fail point; "at a random moment" for those that no point chose, or whose point did not come."""
    faults: Counter[str] = field(default_factory=Counter)
    """By kind, as often as the server really did it."""
    posted: int = 0
    acts: int = 0
    requests: int = 0
    messages: int = 0
    """Sent by the bot, edits not counted."""
    answers_lost: int = 0
    """Messages whose arrival the bot could not know of, since Telegram's answer was lost: seen twice."""
    died_before_noting: int = 0
    """The same, since the process died between the call and its note."""
    sent_needlessly: int = 0
    """Messages that the bot knew to have arrived, and sent again."""
    never_arrived: int = 0
    """Messages that the books know and that nobody ever got."""
    answered_twice: int = 0
    """Messages of people that were answered twice in the same words."""
    given_up: int = 0
    """Updates set aside and messages given up."""
    lost: int = 0
    doubled: int = 0
    cards_missing: int = 0
    cards_stale: int = 0
    unhandled: int = 0
    unsent: int = 0
    done_twice: int = 0
    reminders: int = 0
    reminders_doubled: int = 0
    record: str = "not checked"
    notes: list[str] = field(default_factory=list)

    @property
    def seen_twice(self) -> int:
        """Messages that people see a second time, because nobody could know that they had arrived."""
        return self.answers_lost + self.died_before_noting

    def bad(self) -> dict[str, int]:
        """What must be nothing, and is not."""
        counted = {
            "requests lost": self.lost,
            "requests doubled": self.doubled,
            "cards missing": self.cards_missing,
            "cards that show an old state": self.cards_stale,
            "updates unhandled": self.unhandled,
            "messages unsent": self.unsent,
            "updates and messages given up": self.given_up,
            "messages that never arrived": self.never_arrived,
            "messages sent again needlessly": self.sent_needlessly,
            "messages answered twice": self.answered_twice,
            "acts done twice": self.done_twice,
            "reminders doubled": self.reminders_doubled,
            "record broken": int("all sound" not in self.record),
        }
        return {name: count for name, count in counted.items() if count}

    def table(self) -> str:
        """The figures for people."""
        rows: list[tuple[str, object]] = [
            ("crashes (SIGKILL)", sum(self.crashes.values())),
            *[(f"  {name}", count) for name, count in sorted(self.crashes.items())],
            ("faults of the Bot API", sum(self.faults.values())),
            *[(f"  {name}", count) for name, count in sorted(self.faults.items())],
            ("requests posted", self.posted),
            ("other acts of people", self.acts),
            ("messages of the bot", self.messages),
            ("requests lost", self.lost),
            ("requests doubled", self.doubled),
            ("cards missing", self.cards_missing),
            ("cards that show an old state", self.cards_stale),
            ("updates unhandled", self.unhandled),
            ("messages unsent", self.unsent),
            ("updates, messages given up", self.given_up),
            ("messages that never arrived", self.never_arrived),
            ("messages sent again needlessly", self.sent_needlessly),
            ("messages answered twice", self.answered_twice),
            ("acts done twice", self.done_twice),
            ("reminders decided", self.reminders),
            ("reminders doubled", self.reminders_doubled),
            ("messages seen twice", self.seen_twice),
            ("  the answer was lost", self.answers_lost),
            ("  died before it was noted", self.died_before_noting),
            ("record", self.record),
            ("seconds", round(self.seconds)),
        ]
        return "\n".join(
            f"{name:<32}{value:>12}" if isinstance(value, int) else f"{name:<32}    {value}"
            for name, value in rows
        )


RANDOM = "at a random moment"
