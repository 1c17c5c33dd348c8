"""Places of China that have a name of their own, by the table that python-stdnum brings for identity numbers."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_NAME = re.compile(r'="(?:\[[-\d]+\])?([\u4e00-\u9fff]{2,})"')
_LEVEL = re.compile(
    r"(?<=..)(?:省|市|县|区|盟|旗|州|地区|新区|(?:[\u4e00-\u9fff]+族)+自治(?:州|县|旗)|自治[区州县旗])$"
)


@cache
def _places() -> frozenset[str]:
    """Provinces, cities and counties, as they are and were, with their level and without."""
    text = (files("stdnum.cn") / "loc.dat").read_text("utf-8")
    whole = frozenset(_NAME.findall(text))
    return whole | {_LEVEL.sub("", name) for name in whole}


def is_place(name: str) -> bool:
    """Whether a province, city or county is called this. Reads the table when first asked (some 10 ms)."""
    return name in _places()
