"""Times of another place: Thursday 8:00 GMT, 18:00 UTC+8, 东京时间9点.

What is written in the hour of another zone is given back in the desk's, to be confirmed: people write a zone, and
mean their own clock, often enough. A name that stands for several zones (CST, IST) gives one time for each.
"""

from __future__ import annotations

import re
from datetime import timedelta

_NAMED: dict[str, tuple[float, ...]] = {
    "utc": (0,), "gmt": (0,), "zulu": (0,), "格林尼治时间": (0,), "世界时": (0,),
    "北京时间": (8,), "beijing time": (8,), "china time": (8,), "香港时间": (8,), "hong kong time": (8,), "hkt": (8,),
    "澳门时间": (8,), "台北时间": (8,), "台湾时间": (8,), "新加坡时间": (8,), "singapore time": (8,), "sgt": (8,),
    "东京时间": (9,), "日本时间": (9,), "tokyo time": (9,), "jst": (9,),
    "首尔时间": (9,), "韩国时间": (9,), "kst": (9,),
    "曼谷时间": (7,), "泰国时间": (7,), "越南时间": (7,), "ict": (7,), "缅甸时间": (6.5,),
    "迪拜时间": (4,), "印度时间": (5.5,),
    "莫斯科时间": (3,), "msk": (3,), "cet": (1,), "cest": (2,), "eet": (2,), "est": (-5,), "edt": (-4,),
    "pst": (-8,), "pdt": (-7,), "mst": (-7,), "mdt": (-6,), "cdt": (-5,),
    "cst": (8, -6), "ist": (5.5, 2, 1), "bst": (1, 6),
}  # fmt: skip
_NAMES = "|".join(sorted(_NAMED, key=len, reverse=True))
_ZONE = re.compile(
    rf"[ ,]*\(?(?<![a-z])(?P<name>{_NAMES})(?![a-z])(?P<by> ?[+-] ?[0-9]{{1,2}}(?::?[0-9]{{2}})?)?\)?[ ,]*"
)


def cut_out(text: str) -> tuple[str, tuple[timedelta, ...]]:
    """The folded text without the zone in it, and how far that may be from UTC; none where none is named."""
    found = _ZONE.search(text)
    if found is None:
        return text, ()
    by = (found["by"] or "").replace(" ", "")
    if by and found["name"] not in ("utc", "gmt"):
        return text, ()
    hours = _NAMED[found["name"]]
    if by:
        digits = by[1:].replace(":", "")
        whole, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
        if whole > 14 or minutes > 59:
            return text, ()
        hours = ((whole + minutes / 60) * (-1 if by[0] == "-" else 1),)
    rest = f"{text[: found.start()]} {text[found.end() :]}".strip()
    return rest, tuple(timedelta(hours=one) for one in hours)
