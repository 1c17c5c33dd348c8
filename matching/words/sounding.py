"""Names of units as they sound and as they are abbreviated: kunshan, ksga, 昆山gaj, 昆山居, 昆衫.

What is typed is turned back into what it would be in characters (ksga: 昆山公安), and that is then read as though it
had been written: nothing is chosen here. Of what is not certain, :class:`Written` says so: two letters, and
characters that are another place's (宿州 sounds like 苏州), are only asked about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, product

from rapidfuzz.distance import OSA

from matching.text.spoken import is_han, plain, said
from matching.words.choose_words import core, is_generic, squeeze
from matching.words.places import is_place

#: So many ways of reading a name are looked at: 重庆, 长乐 and the like have more than one.
_MOST_READINGS = 16
#: Names and queries longer than this are not abbreviated by sound.
_LONGEST = 30
#: What people put behind the telling part of a name, and what it is written as.
_ENDINGS = {
    "": "",
    "局": "公安局", "公安": "公安", "公安局": "公安局", "分局": "分局", "公安分局": "公安分局", "警方": "公安局",
    "市": "市", "县": "县", "区": "区", "市局": "市局", "县局": "县局", "区局": "区局",
    "市公安": "市公安局", "市公安局": "市公安局", "县公安局": "县公安局", "区公安局": "区公安局",
    "市警方": "市公安局", "省": "省", "厅": "公安厅", "省厅": "省厅", "公安厅": "公安厅", "省公安厅": "省公安厅",
}  # fmt: skip
#: Below a county there is no table of places: a station's name that only sounds right may be another station's.
_SMALL = ("所", "队", "站", "室", "处", "科")
#: Initials of fewer letters are too few to choose by; up to so many they are not to be taken for a slip in a code.
_FEW, _LIKE_CODE = 3, 4
#: Characters that a station's name has more than: 派出所 alone is none.
_LEAST_BEHIND = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What was typed, as it is written; ``sure``: it may be chosen where it names one unit."""

    text: str
    sure: bool


class Sounds:
    """How the names of units sound, and their initials. ``options``: key to the names of each."""

    def __init__(self, options: Mapping[str, Sequence[str]]) -> None:
        #: How it sounds, or its initials -> (what is told, the name in full that it stands for).
        self._full: dict[str, dict[tuple[str, str], None]] = {}
        self._short: dict[str, dict[tuple[str, str], None]] = {}
        names = {squeeze(name) for known in options.values() for name in known}
        self._codes = {name for name in names if name.isascii() and len(name) <= _LIKE_CODE}
        han = {name for name in names if is_han(name) and 1 < len(name) <= _LONGEST}
        for name in sorted(han):
            for told in dict.fromkeys((name, core(name))):
                self._add(told, told)
            if (behind := _behind(name, han)) is not None:
                self._add(behind, name)

    def _add(self, told: str, name: str) -> None:
        if len(told) > 1:
            for sound in _full(told):
                self._full.setdefault(sound, {})[told, name] = None
            for letters in _initials(told):
                self._short.setdefault(letters, {})[told, name] = None

    def written(self, text: str) -> tuple[Written, ...]:
        """What the text is in characters, where it sounds like a unit's name; each once."""
        query = _one_u(plain(squeeze(text)))
        if not 1 < len(query) <= _LONGEST or is_generic(query):
            return ()
        found: dict[str, bool] = {}
        for (told, name), ending, short in self._matches(query):
            fits = _fit(query, told, ending)
            if fits is not None and (told == name or not ending):
                written = name + _ENDINGS[ending]
                sure = fits and not (short and self._too_short(query))
                found[written] = found.get(written, False) or sure
        return tuple(Written(text=written, sure=sure) for written, sure in found.items())

    def _matches(self, query: str) -> Iterator[tuple[tuple[str, str], str, bool]]:
        """(what is told and the name that it stands for, ending, whether it is told by its initials)."""
        only_han = all(map(is_han, query))
        spelt = _full(query) if only_han else dict.fromkeys([*_full(query), *_initials(query)])
        for letters, (ending, sounds) in product(spelt, _endings()):
            for sound in sounds[:1] if only_han else sounds:
                told = letters.removesuffix(sound)
                if not told or (sound and told == letters):
                    continue
                for base in self._full.get(told, ()):
                    yield base, ending, False
                for base in () if only_han else self._short.get(told, ()):
                    yield base, ending, True

    def _too_short(self, query: str) -> bool:
        """Initials that are too few, or one slip away from a code."""
        if not query.isascii():
            return False
        return len(query) < _FEW or (
            len(query) <= _LIKE_CODE and any(OSA.distance(query, code) == 1 for code in self._codes)
        )


def _behind(name: str, names: Collection[str]) -> str | None:
    """What a name says behind that of a unit with which it begins: 花桥派出所 of 昆山市公安局花桥派出所; None for none.
    A word that many offices have (派出所, 分局) is none."""
    longest = next((end for end in range(len(name) - 1, 1, -1) if name[:end] in names), 0)
    behind = name[longest:]
    return behind if longest > 1 and len(behind) > _LEAST_BEHIND and not is_generic(behind) else None


def _fit(query: str, base: str, ending: str) -> bool | None:
    """Whether the characters of a query stand in the way of what it sounds like: True where they do not, False where
    they may, None where they do."""
    if query.isascii():
        return True
    if not all(map(is_han, query)):  # 昆shan, ks公安
        return True if all(char in base + ending for char in query if not char.isascii()) else None
    if len(query) != len(base) + len(ending):
        return None
    told = query[: len(base)]
    wrong = sum(one != other for one, other in zip(told, base, strict=True))
    if wrong == 0:
        return True
    return wrong == 1 and not is_place(core(told)) and not base.endswith(_SMALL)


def _full(text: str) -> list[str]:
    """The text in pinyin, by each reading of its characters; letters stand as they are."""
    return list(dict.fromkeys("".join(way) for way in islice(product(*_ways(text)), _MOST_READINGS)))


def _initials(text: str) -> list[str]:
    ways = [list(dict.fromkeys(way[:1] for way in char)) for char in _ways(text)]
    return list(dict.fromkeys("".join(way) for way in islice(product(*ways), _MOST_READINGS)))


def _ways(text: str) -> list[list[str]]:
    return [[_one_u(way) for way in said(char)] for char in text]


def _one_u(letters: str) -> str:
    """Lüliang is typed lvliang, lyuliang and luliang."""
    return letters.replace("lyu", "lv").replace("nyu", "nv").replace("lv", "lu").replace("nv", "nu")


@cache
def _endings() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each ending with how it sounds, and its initials."""
    return tuple((one, (_full(one)[0], _initials(one)[0]) if one else ("",)) for one in _ENDINGS)
