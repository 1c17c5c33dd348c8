"""Whether somebody asks whom to call in a unit: 谁有昆山的联系方式？ "who has a contact in Kunshan?".

It is a question about colleagues, and no request: nothing in it is to be looked up about anybody.
"""

from __future__ import annotations

import re

from matching.text.normalise import fold

MOST = 80  # characters: who writes more tells of something
_CONTACT = r"(?:联系方式|联系电话|联系人|联络人|联络员|对接人|负责人|协作员|电话|号码)"
_ASKED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:谁|哪位|哪个|有没有人|有人)[^,，。;；]{{0,6}}(?:有|知道|认识|晓得)(?P<of>[^,，。;；]{{1,24}}?)的?{_CONTACT}",
        rf"(?:有没有|有无|求|请问|跪求|想要|需要)(?P<of>[^,，。;；]{{1,24}}?)的?{_CONTACT}",
        rf"(?P<of>[^,，。;；]{{1,24}}?)的?{_CONTACT}(?:是多少|是什么|是谁|多少|谁有|有吗|有没有)",
        r"(?P<of>[^,，。;；]{1,24}?)(?:那边|那里|方面)?(?:怎么联系|如何联系|找谁|联系谁|该联系谁|归谁管)",
        r"(?:who|anyone|anybody|somebody|someone)\b[^,.;]{0,20}\bcontacts?\b\s*(?:in|at|for|of|with)\s+(?P<of>[^,.;?]{2,40})",
        r"(?:whom?|who)\s+(?:do|can|should|to)\s*(?:i|we)?\s*(?:call|contact|reach)\s+(?:in|at|for)\s+(?P<of>[^,.;?]{2,40})",
    )
)
_NUMBER = re.compile(r"\d{5,}")
#: What is to be found out about somebody is a request, whatever it ends in: 请昆山协查张三的电话.
_LOOKS_UP = re.compile(r"查|核实|调取|名下|嫌疑|协助")


def asks_whom(text: str) -> str | None:
    """The words that say in which unit, as they are written; None where that is not what is asked."""
    low = fold(text[: MOST + 1]).strip()
    if len(low) > MOST or _NUMBER.search(low) is not None:
        return None
    for pattern in _ASKED:
        if (found := pattern.search(low)) is not None:
            return found["of"].strip() if _LOOKS_UP.search(found["of"]) is None else None
    return None
