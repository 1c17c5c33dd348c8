"""Which of the known units or request types a few words mean.

A wrong unit gets a request that is not for it, so a name is chosen only when what tells it from others
is there: equal, equal but for common words (昆山, 昆山公安, 昆山市公安局), or one slip away from it and from
nothing else. Otherwise the closest are named, for a person to choose from: 昆三 is close to 昆山, and 苏州
is never 苏州工业园区.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from matching.text.normalise import fold
from matching.words.choose_words import core, is_generic, level, squeeze

#: Names longer than this are prose; only their beginning is compared.
MAX_NAME = 80
#: A first line is looked through so far, and in so many pieces.
MAX_LINE, MOST_PIECES = 400, 20
#: How many close ones are named.
MOST_CLOSE = 3
#: Below this share of equal characters (RapidFuzz, 0 to 100) a name is not close.
CLOSE = 45.0
#: Two options within this of each other are about equally close.
MARGIN = 4.0

#: Scores of names that are not equal: the same but for common words, where the name has none itself or has
#: some; one slip; one within the other. From a slip on an option may be chosen.
_CORE_IS_NAME, _CORE, _SLIP, _PART = 98.0, 96.0, 90.0, 75.0
#: A kind of request, unlike a place, may be taken by likeness: so alike, and so much more than any other is.
_LIKE, _LIKE_MARGIN, _LIKE_MOST = 72.0, 12.0, 24
#: Codes: up to so many letters and digits must be equal to the letter.
_CODE = re.compile(r"[a-z0-9]{1,4}")
_PIECES = re.compile(r"[\s,，、;；。.:：/|()（）\[\]【】]+")
_ASCII_WORD = re.compile(r"[a-z0-9]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """``key`` of the option that is meant, or None; ``exact`` when a name of it was written in full.

    ``close``: the keys that come nearest, best first, at most three; empty when one was chosen. ``several``: it is
    what each of them is called. ``instead``: what was named is no more, and ``close`` took its place.
    """

    key: str | None
    close: tuple[str, ...] = ()
    exact: bool = False
    several: bool = False
    instead: str | None = None


NOTHING = Choice(key=None)


def choose(text: str, options: Mapping[str, Sequence[str]], *, by_likeness: bool = False) -> Choice:
    """The option that ``text`` names. ``options``: key to its names (label, aliases, code); so is the key.

    ``by_likeness``: a few words that are much nearer to one option than to any other mean that one (户藉证明,
    手机号); for names of units they do not.
    """
    query = squeeze(text[: 4 * MAX_NAME])[:MAX_NAME]
    if not query:
        return NOTHING
    # Most people write a name in full, and comparing all of 3,000 units costs 30 ms.
    equal = [key for key, names in options.items() if any(squeeze(name) == query for name in (key, *names))]
    if len(equal) == 1:
        return Choice(key=equal[0], exact=True)
    if equal:
        return Choice(key=None, close=tuple(equal[:MOST_CLOSE]))
    return _nearest(
        query, options, by_likeness=by_likeness and len(query) <= _LIKE_MOST and not is_generic(query)
    )


def _nearest(query: str, options: Mapping[str, Sequence[str]], *, by_likeness: bool) -> Choice:
    scores = {key: _best_score(query, key, names) for key, names in options.items()}
    ranked = sorted((key for key, score in scores.items() if score >= CLOSE), key=lambda key: -scores[key])
    if not ranked:
        return NOTHING
    best, rivals = ranked[0], ranked[1:]
    second = scores[rivals[0]] if rivals else 0.0
    if by_likeness and _LIKE <= scores[best] < _SLIP and scores[best] - second >= _LIKE_MARGIN:
        return Choice(key=best)
    if scores[best] < _SLIP or _rivalled(query, scores[best], {key: scores[key] for key in rivals}, options):
        return Choice(key=None, close=tuple(ranked[:MOST_CLOSE]))
    return Choice(key=best)


def find_in(text: str, options: Mapping[str, Sequence[str]], *, by_likeness: bool = False) -> Choice:
    """The option named inside a longer text (户籍证明 急). A name inside a longer one does not count."""
    whole = choose(text, options, by_likeness=by_likeness)
    if whole.exact:
        return whole
    folded = fold(text[:MAX_LINE]).lower()
    if named := _named_in(folded, options):
        one = named[0] if len(named) == 1 else None
        return Choice(key=one, close=() if one else named[:MOST_CLOSE], exact=one is not None)
    if whole.key is not None:
        return whole
    pieces = [
        choose(piece, options, by_likeness=by_likeness) for piece in _PIECES.split(folded)[:MOST_PIECES]
    ]
    keys = dict.fromkeys(piece.key for piece in pieces if piece.key is not None)
    if len(keys) == 1:
        return Choice(key=next(iter(keys)))
    close = [*keys, *whole.close, *(key for piece in pieces for key in piece.close)]
    return Choice(key=None, close=tuple(dict.fromkeys(close))[:MOST_CLOSE])


def _named_in(folded: str, options: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The options whose names stand in the text and not inside a longer name, in the order of the text."""
    spans: list[tuple[int, int, str]] = []
    for key, names in options.items():
        for name in {fold(name).lower() for name in (key, *names)}:
            start = folded.find(name) if len(name) > 1 else -1
            if start >= 0 and _stands_alone(folded, start, start + len(name)):
                spans.append((start, start + len(name), key))
    outer = [
        span
        for span in spans
        if not any(o[0] <= span[0] and span[1] <= o[1] and o[1] - o[0] > span[1] - span[0] for o in spans)
    ]
    return tuple(dict.fromkeys(key for _, _, key in sorted(outer)))


def _stands_alone(text: str, start: int, end: int) -> bool:
    """A Latin name or code is not found inside a word: KS is not in TASKS."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (
        (_ASCII_WORD.match(text[start]) and _ASCII_WORD.match(before))
        or (_ASCII_WORD.match(text[end - 1]) and _ASCII_WORD.match(after))
    )


def _rivalled(
    query: str, best: float, rivals: Mapping[str, float], options: Mapping[str, Sequence[str]]
) -> bool:
    """Whether another option is about equally close, or has a longer name of which this is the beginning."""
    if any(score >= best - MARGIN for score in rivals.values()):
        return True
    if best != _CORE:
        return False
    wanted = core(query)
    return any(core(squeeze(name)).startswith(wanted) for key in rivals for name in options[key])


def _best_score(query: str, key: str, names: Sequence[str]) -> float:
    squeezed = [squeeze(name)[:MAX_NAME] for name in (key, *names)]
    best = max(_score(query, name) for name in squeezed)
    levels = {level(name) for name in squeezed if core(name) == core(query)} - {""}
    if levels and level(query) not in {"", *levels}:
        return min(best, _SLIP - 1)  # 昆山县 is not 昆山市, and 吴江市 not 吴江区
    return best


def _score(query: str, name: str) -> float:
    """How surely the query means this name, 0 to 100; from :data:`_SLIP` on it may be chosen."""
    if not name or _CODE.fullmatch(name):
        return CLOSE if len(query) == len(name) > 1 and OSA.distance(query, name) == 1 else 0.0
    told, name_told = core(query), core(name)
    if told == name_told and not is_generic(query):
        return _CORE_IS_NAME if name == name_told else _CORE
    return _SLIP if _one_slip(query, name) else min(_likeness(query, name), _SLIP - 1)


def _likeness(query: str, name: str) -> float:
    told, name_told = core(query), core(name)
    alike = max(fuzz.ratio(query, name), fuzz.ratio(told, name_told))
    for one, other in ((query, name), (told, name_told)):
        if min(len(one), len(other)) > 1 and (one in other or other in one):
            alike = max(alike, _PART)
    return alike


def _one_slip(query: str, name: str) -> bool:
    """One wrong, missing, extra or swapped character, where it cannot turn one place into another."""
    told, name_told = core(query), core(name)
    rest, name_rest = query.removeprefix(name_told), name.removeprefix(name_told)
    # In the common words after the telling part: 昆山市公按局, 户籍正明. But 昆山公交 is not 昆山公安.
    if len(name_told) > 1 and query != rest and len(rest) > 1 < len(name_rest) and name_rest != "公安":
        return OSA.distance(rest, name_rest) == 1
    if name_told.isascii():
        # Suzhou and Fuzhou, Changzhou and Zhangzhou are one letter apart: the first has to be right.
        most = 2 if len(name_told) >= 12 else 1
        return len(name_told) >= 6 and told[:1] == name_told[:1] and OSA.distance(told, name_told) <= most
    # 苏州工业园 and 常州工业园 are one character apart: the place, two characters, has to be right.
    return len(name_told) >= 4 and told[:2] == name_told[:2] and OSA.distance(told, name_told) == 1
