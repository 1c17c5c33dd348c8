"""A text in sentences, while what stands in it is told apart: which of its characters say what."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from matching.identifiers.identifiers import Scan, scan
from matching.identifiers.values import Subject
from matching.text.normalise import fold_aligned

#: What ends a clause; a space does where Chinese stands beside it.
_ENDS = re.compile(
    r"[,，。;；!！?？\n、|]+|\.(?=\s|$)|(?<=[\u3400-\u9fff])[ \t]+|[ \t]+(?=[\u3400-\u9fff])|[:：]\s|\s[-–—]\s"
)
#: More text than this is not read as sentences.
MOST = 800
MOST_TRIES = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """Characters ``start`` to ``end`` of the folded text that say ``what``; ``value`` of it, where it has one."""

    start: int
    end: int
    what: str
    value: str = ""


@dataclass(kw_only=True, slots=True)
class Sheet:
    """``low`` is the folded text in lower case, in which everything is found; ``cased`` the same with its capitals."""

    text: str
    cased: str = ""
    low: str = ""
    spans: list[Span] = field(default_factory=list)
    known: Scan = field(default_factory=Scan)
    unsaid: list[str] = field(default_factory=list)  # what stands beside a number and was not understood
    left: list[str] = field(default_factory=list)  # what may be anybody's: kept as a note
    whose: list[Subject] = field(default_factory=list)  # the subject's, or where the writer is to be called
    doubted: bool = False  # whether a name that words part from its number is whose that is
    _places: list[int] | None = None
    _starts: set[int] = field(default_factory=set)
    _taken: bytearray = field(default_factory=bytearray)
    _clauses: list[tuple[int, int]] | None = None
    _tries: int = 0

    @classmethod
    def of(cls, text: str) -> Sheet:
        text = text[:MOST]
        cased, places = fold_aligned(text)
        # A space for a space, a line's end for a line's end: folding makes all of them spaces.
        if places is None:
            cased = "".join("\n" if was == "\n" else c for was, c in zip(text, cased, strict=True))
        low = cased.lower()
        if len(low) != len(cased):  # a capital whose small letter has two characters
            low = "".join(c.lower() if len(c.lower()) == 1 else c for c in cased)
        return cls(
            text=text, cased=cased, low=low, known=scan(cased), _places=places, _taken=bytearray(len(low))
        )

    def take(self, start: int, end: int, what: str, value: str = "") -> bool:
        """Mark a piece as understood; False where something of it is already."""
        if start >= end or not self.free(start, end):
            return False
        self.spans.append(Span(start=start, end=end, what=what, value=value))
        self._starts.add(start)
        self._taken[start:end] = b"\1" * (end - start)
        self._clauses = None
        return True

    def leave(self, span: Span) -> None:
        """Take back that a piece was understood: it may be anybody's."""
        self.spans.remove(span)
        self._starts.discard(span.start)
        self._taken[span.start : span.end] = bytes(span.end - span.start)
        self._clauses = None
        self.left.append(self.written(span.start, span.end).strip())

    def doubt(self, number: Span, name: Span | None = None) -> None:
        """Take a number, and the name beside it, out of what is the subject's: it may be the writer's."""
        for span in filter(None, (number, name)):
            self.spans.remove(span)
            self.spans.append(Span(start=span.start, end=span.end, what="whose"))
        ids = tuple(f.identifier for f in self.known.found if number.start <= f.start < number.end)
        self.whose.append(Subject(name=self.written(name.start, name.end) if name else "", ids=ids))

    def free(self, start: int, end: int) -> bool:
        """Whether nothing of a piece is understood yet."""
        return self._taken.find(1, start, end) < 0

    def begins(self, at: int) -> bool:
        """Whether something that is understood begins at a place."""
        return at in self._starts

    def written(self, start: int, end: int) -> str:
        """A piece as it was written."""
        if self._places is None:
            return self.text[start:end]
        last = self._places[end - 1] + 1 if end > start else self._places[start]
        return self.text[self._places[start] : last]

    def of_kind(self, *what: str) -> list[Span]:
        """What was understood as one of these, in order."""
        return sorted((s for s in self.spans if s.what in what), key=lambda s: s.start)

    def clauses(self) -> list[tuple[int, int]]:
        """The clauses of the text, as places; what is understood is not cut through."""
        if self._clauses is None:
            edges: list[int] = [0]
            for end in _ENDS.finditer(self.low):
                if self.free(end.start(), end.end()):
                    edges += [end.start(), end.end()]
            edges.append(len(self.low))
            pairs = zip(edges[::2], edges[1::2], strict=True)
            self._clauses = [(start, end) for start, end in pairs if self.low[start:end].strip()]
        return self._clauses

    def clause_of(self, at: int) -> tuple[int, int] | None:
        """The clause in which a place is."""
        found = bisect_right(self.clauses(), (at, len(self.low))) - 1
        clause = self.clauses()[found] if found >= 0 else None
        return clause if clause is not None and clause[0] <= at < clause[1] else None

    def gaps(self, start: int, end: int) -> list[tuple[int, int]]:
        """The pieces between two places that are not understood yet."""
        found: list[tuple[int, int]] = []
        at = start
        while at < end:
            taken = self._taken.find(1, at, end)
            if taken < 0:
                return [*found, (at, end)]
            if taken > at:
                found.append((at, taken))
            at = self._taken.find(0, taken, end)
            if at < 0:
                break
        return found

    def try_once(self) -> bool:
        """Count one more look at what may be a time; False when there were too many for a text that people write."""
        self._tries += 1
        return self._tries <= MOST_TRIES
