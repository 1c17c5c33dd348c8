"""Offices below a unit: 昆山市公安局花桥派出所, 常州交警支队, Huaqiao Police Station of Kunshan are "
"asked of that unit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from matching.words.choose_words import core, squeeze

#: What an office of a unit is called after the unit, folded; the name of its place comes before.
STATION = (
    r"(?:[\u4e00-\u9fff]{2,6}?(?:分局|派出所|警务站|警务室|责任区)|"
    r"[\u4e00-\u9fff]{2,4}?(?<![究易务厕场])所(?![有以在说谓])|"
    r"(?:[\u4e00-\u9fff]{2,4}?)??(?:刑事?侦查?|刑警|交警|巡特?警|特警|网安|网警|经侦|治安|禁毒|法制|出入境|反诈|户政|车管|情报|技侦|"
    r"督察|国保|预审|监管)(?:[大中支总]队|队|处|科|所|中心|窗口|管理)?)"
)
_LEVELS = r"(?:[省市县区](?!民|区|场))?(?:公安分局|公安局|公安|市局|县局|区局|警方|警察局|警察|局)?"
_HAN = re.compile(rf"{_LEVELS}(?P<place>{STATION}{{1,3}})(?:民警|警官|的?同志|值班室|户籍室|办公室)?")
_LATIN = re.compile(
    r"(?:psb|police)?(?P<place>[a-z]{0,24}?)(?:policestation|policepost|station|branch|subbureau|substation|"
    r"division|squad|brigade|detachment|team|trafficpolice|criminalpolice)(?:of|in)?"
)
#: Common to many offices, and so no place.
_COMMON = re.compile(
    r"分局|派出所|警务[站室]|责任区|[大中支总]队|[处科所队]|刑事?侦查?|刑警|交警|巡特?警|特警|网安|网警|经侦|治安|禁毒|法制|出入境|"
    r"反诈|户政|车管|情报|技侦|督察|国保|预审|监管|中心|窗口|管理"
)


def unit_of_office(text: str, options: Mapping[str, Sequence[str]]) -> str | None:
    """The key of the unit of which this is an office; None where it is none, or may be a unit of its own or of
    another. ``options``: key to the names of each unit."""
    said = squeeze(text)
    begun = [
        (len(name), key)
        for key, names in options.items()
        for one in names
        if _begins(name := squeeze(one), said)
    ]
    if not begun:
        return None
    size, key = max(begun)
    if len({other for length, other in begun if length == size}) > 1:
        return None
    rest = said[size:]
    if (below := unit_of_office(rest, options)) is not None:  # 苏州昆山花桥派出所
        return below
    place = place_of_office(rest)
    return None if place is None or of_another(place, options, but=key) else key


def place_of_office(text: str) -> str | None:
    """What an office is called without its unit: 花桥派出所, Huaqiao Police Station; None for what is none."""
    said = squeeze(text)
    found = (_LATIN if said.isascii() else _HAN).fullmatch(said)
    return found["place"] if found else None


def of_another(place: str, options: Mapping[str, Sequence[str]], *, but: str = "") -> bool:
    """Whether a unit is called like the place of the office: 工业园区分局 where 苏州工业园区 is a unit itself."""
    others = [squeeze(name) for key, names in options.items() if key != but for name in names]
    if place.isascii():
        return any(len(core(name)) > 3 and core(name) in place for name in others)
    told = _COMMON.sub("", place)
    pairs = {told[at : at + 2] for at in range(len(told) - 1)}
    return any(pair in name for name in others for pair in pairs)


def _begins(name: str, said: str) -> bool:
    """Whether an office is called after this name; codes of a few letters begin many words."""
    return len(name) > (4 if name.isascii() else 1) and said.startswith(name) and said != name
