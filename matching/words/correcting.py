"""How people take back what they have just written: 说错了，是…, 不对, 更正, (应为…), I mean, correction."""

from __future__ import annotations

import re

#: What takes back what stands before it.
CORRECTS = re.compile(
    r"(?:刚才?|上面|前面)?(?:[说打写发搞弄填记看报输]错了?|(?:号码?|证|车牌|姓名|名字|卡)错了|不对(?=[,，。;；\s是应]|$)|[哦噢啊呃]不[,，是]|更正|纠正|改正|"
    r"改[为成:：]|应为|应是|应该是|应当是|以(?:后|下|这)[\u4e00-\u9fff]{0,4}为准)"
    r"|(?<![a-z])(?:i mean(?:t)?|correction|no,? wait|wait,? no|make that|should (?:be|read)|my mistake|"
    r"wrong (?:number|plate|id|name)|"
    r"typo)(?![a-z])"
)
#: 郭小峰（应为郭晓峰）: the last name or number before a bracket that puts it right.
_BRACKET = re.compile(
    r"(?P<was>[\u3400-\u9fff·]{2,8}|[A-Za-z0-9*]{4,24})\s?[(（](?:应[为是]|应该是|应当是|更正[为:：]?|"
    r"改[为成:：]|实[为是]|should be )\s?"
    r"(?P<now>[^()（）]{2,24})[)）]"
)


def put_right(text: str) -> tuple[str, list[str]]:
    """A subject field with what brackets in it put right in place of what was wrong; and those brackets, as written."""
    told = [found.group() for found in _BRACKET.finditer(text)]
    return _BRACKET.sub(lambda found: found["now"], text) if told else text, told
