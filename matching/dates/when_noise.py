"""Words of a deadline that say nothing about when: 请于…前反馈, no later than, please."""

from __future__ import annotations

import re

#: Words for "from now on" that begin with the name of a day.
_FROM_NOW = re.compile(
    r"(?:自|从)?(?:今天|今日|即日|现在|此刻|发文|收到?|接到?|接收|见)(?:本?(?:来?函|文|通知|请求|协查函?))?(?:之日)?(?:起|后|算起|开始)(?:算|计)?"
    r"|(?:from|after|as of|starting) (?:now|today|receipt)(?: on)?(?![a-z])|of receipt(?![a-z])"
)
#: What begins a length somewhere else than now: 3 days from Tuesday.
_SINCE = re.compile(r"(?:自|从)(?!前)|(?:from|after|following) ")
#: 三天后: what comes after a length.
_LATER = re.compile(r" ?(?:之后|以后|过后|后)")
_ONWARD = re.compile(r"(?:之日)?(?:起|开始|算起)(?:算|计)?")
#: Words that say nothing about when. Tried last, so that they never take a piece of a day or a time.
_NOISE = re.compile(
    r"-(?= ?[0-9]{1,2}:)|[\s,.;:!~、。()\[\]【】《》|·*\"'“”?…]+"
    r"|请|务必|务请|烦请|烦|麻烦|尽量|尽快|尽早|最好|争取|需要|需|须|必须|要求|要|最晚|最迟|最多|不超|不迟于|不晚于|不超过|不得超过"
    r"|限期|限于|期限|时限|限|大约|大概|约|差不多|北京时间|截止日期|截止时间|截止到|截止|截至"
    r"|或者?(?:更早|之前|以前|当天|当日)|为止|止|之前|以前|前|之内|以内|内|再过|在|于|到|至|过"
    r"|回复|答复|反馈|回函|回话|回(?![家来去])|完成|办结|办完|办好|提交|报送|报|查到|查清|查好|查|用|给|发|告知|告诉"
    r"|我(?:们|局|所|处|队|单位|方|支队|大队)?|结果|的|左右|许|整|为|是|又|加|零(?=[0-9一二三四五六七八九半])"
    r"|包?含(?:当[天日]|周末|节假日)?|即可|就行|就好|都行|可以|谢谢|多谢|吧|哦|哈|呢|啊|呀|加急|急"
    r"|(?:asap|as soon as possible(?= ?,)"
    r"|in the future|late(?= this)|not? later than|at the latest|as late as|latest|or (?:earlier|sooner|before)"
    r"|local time|by|before|until|till?|through|within|in|at|the|on|of|for|please|pls|kindly|reply|replied"
    r"|answer(?:ed)?|respond|response|due|deadline|end|sharp|needed|needs?|it|is|and|t|time|later|hence"
    r"|from now|about|around|approximately|only|we|us|to|thanks?|thank you)(?![a-z])"
)


#: Haste without a time.
_HASTE = re.compile(
    r"越快越好|第一时间|(?:尽量)?快(?:一?[点些])|十万火急|[加特]?急|"
    r"(?:尽|赶|抓)[快早紧]|赶快|立即|马上|立刻|即刻|即时|速速?|从速|火速|早日|及时|随时"
    r"|(?<![a-z])(?:asap|a\.s\.a\.p\.?|(?:as )?(?:soon(?:est)?|quick(?:ly)?|fast)(?: as (?:possible|you can|can be))?|"
    r"immediate(?:ly)?|at once|right away|"
    r"urgent(?:ly)?|quick(?:ly)?|promptly|now)(?![a-z])"
)


def is_only_haste(text: str) -> bool:
    """Whether a text says that it is pressing, and nothing of when: 尽快, asap."""
    rest, count = _HASTE.subn(" ", text)
    return count > 0 and only_noise(re.sub(r"办理|处理|办|的|一下|些|点", " ", rest), 0)


def skip_noise(text: str, pos: int) -> int | None:
    """Where a word without meaning that stands at ``pos`` ends; None if none does."""
    found = _NOISE.match(text, pos)
    return found.end() if found else None


def only_noise(text: str, pos: int) -> bool:
    """Whether nothing but words without meaning stands from ``pos`` on."""
    while pos < len(text):
        if (end := skip_noise(text, pos)) is None:
            return False
        pos = end
    return True


def skip_from_now(text: str, pos: int) -> int | None:
    """The end of words for "from now on" at ``pos``: a length runs from now anyway."""
    found = _FROM_NOW.match(text, pos)
    return found.end() if found else None


def skip_since(text: str, pos: int) -> int | None:
    """The end of a word that counts a length from what follows: 自, from."""
    found = _SINCE.match(text, pos)
    return found.end() if found else None


def skip_onward(text: str, pos: int) -> int | None:
    """The end of a word that counts a length from what stands before it: 起."""
    found = _ONWARD.match(text, pos)
    return found.end() if found else None


def skip_later(text: str, pos: int) -> int:
    """Where a length ends that has 后 behind it; a day after which something is due is none."""
    found = _LATER.match(text, pos)
    return found.end() if found else pos
