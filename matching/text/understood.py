"""What a reader of text gives back: read, could be these, or not read. Nothing picks one of several.

A reader is written as if each word had one meaning, and asks a :class:`Doubts` wherever it may have two;
:func:`every` runs it once for each combination, so that all meanings of a text come out, and each only once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")

#: A text with more meanings than this is not asked about, but not understood.
MOST_MEANINGS = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Read(Generic[T]):
    """Understood: it means this, and nothing else."""

    value: T


@dataclass(frozen=True, kw_only=True, slots=True)
class CouldBe(Generic[T]):
    """It means one of these, or something else altogether where there is but one: only a person can say."""

    values: tuple[T, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class NotRead(Generic[T]):
    """Not usable, and why; ``near`` is what may have been meant instead, to be offered and never taken."""

    code: str
    value: T | None = None  #: what it says, where it was understood and cannot be used all the same
    near: tuple[T, ...] = ()


class TooManyMeanings(Exception):
    """The text can mean more than anybody could choose from."""


@dataclass(kw_only=True, slots=True)
class Doubts:
    """The decisions of one run of a reader. The same question is decided alike throughout a run."""

    plan: tuple[
        int, ...
    ] = ()  #: which option the first questions of this run take; those after it: the first
    unsure: bool = False  #: something in the text may mean nothing of the kind
    _sizes: list[int] = field(default_factory=list)
    _taken: dict[str, int] = field(default_factory=dict)
    _decided: dict[str, str] = field(default_factory=dict)

    def pick(self, question: str, options: Sequence[T]) -> T:
        """One of the options; over all runs of :func:`every`, each of them."""
        if len(options) == 1:
            return options[0]
        if question not in self._taken:
            at = len(self._sizes)
            self._sizes.append(len(options))
            self._taken[question] = self.plan[at] if at < len(self.plan) else 0
        return options[min(self._taken[question], len(options) - 1)]

    def decide(self, question: str, options: Sequence[str], *, alike: Collection[str] = ()) -> str | None:
        """One of the options, each of them over all runs, and in a run the same wherever it is asked; None
        where what was decided before is neither an option here nor ``alike``, so that this run means nothing."""
        known = self._decided.get(question)
        if known is None:
            known = self._decided[question] = self.pick(question, options)
        return known if known in options or known in alike else None

    def following(self) -> tuple[int, ...] | None:
        """The plan of the run after this one; None after the last."""
        plan = list(self._taken.values())
        while plan and plan[-1] + 1 >= self._sizes[len(plan) - 1]:
            plan.pop()
        return (*plan[:-1], plan[-1] + 1) if plan else None


def every(read: Callable[[Doubts], T]) -> tuple[list[T], bool]:
    """What the reader gives in each of its runs, without repetitions, and whether any of them was unsure.

    Raises :class:`TooManyMeanings`.
    """
    found: list[T] = []
    plan: tuple[int, ...] | None = ()
    unsure = False
    for _ in range(MOST_MEANINGS):
        if plan is None:
            return found, unsure
        doubts = Doubts(plan=plan)
        result = read(doubts)
        unsure |= doubts.unsure
        if result not in found:
            found.append(result)
        plan = doubts.following()
    if plan is not None:
        raise TooManyMeanings
    return found, unsure
