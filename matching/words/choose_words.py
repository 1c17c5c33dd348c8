"""What is common to the names of many units and request types, and so tells none of them apart."""

from __future__ import annotations

import re
from functools import lru_cache

from matching.text.normalise import fold

_NOT_WORD = re.compile(r"[^\w]+|_+")
#: An office's or a request's kind of word, anywhere in a name. Longest first.
_GENERIC = re.compile(
    r"公安分局|公安厅|公安局|派出机构|公安|分局|市局|县局|区局|省厅|警察局|警方|警局"
    r"|publicsecuritybureau|policebureau|policedepartment|bureau|police|psb"
    r"|证明材料|证明|信息|资料|情况|记录|查询|核实|核查|协查|调取|登记|档案|事项|函"
    r"|certificates?|certs?|records?|checks?|information|info|quer(?:y|ies)|requests?|lookup|search"
)
#: 省, 市, 县, 区 after a name of two or more characters: 昆山市 is 昆山, but 沙市 stays.
_LEVEL = re.compile(r"(?<=[\u4e00-\u9fff]{2})[省市县区]")


@lru_cache(maxsize=32_768)
def squeeze(text: str) -> str:
    """Folded, lower case, letters and digits alone: ``Kunshan  PSB`` and ``kunshan-psb`` are the same."""
    return _NOT_WORD.sub("", fold(text).lower())


@lru_cache(maxsize=32_768)
def core(squeezed: str) -> str:
    """What tells this name from others: 昆山 of 昆山市公安局, 户籍 of 户籍证明; else all of it."""
    bare = _LEVEL.sub("", _GENERIC.sub("", squeezed))
    return bare or squeezed


def level(squeezed: str) -> str:
    """The last 省, 市, 县 or 区 in the name, "" if none: 吴江市 and 吴江区 may be two."""
    levels = _LEVEL.findall(squeezed)
    return levels[-1] if levels else ""


def is_generic(squeezed: str) -> bool:
    """Whether a name says only what many say: 公安局, 证明."""
    return not _LEVEL.sub("", _GENERIC.sub("", squeezed))
