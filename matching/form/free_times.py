"""The deadline and the period in a text in sentences, as the words that :mod:`matching.dates` reads.

A time is the deadline where words say so (…前, 2小时内, …要, by …), or where it is a clause of its own. Another time
that lies ahead may be one, or when somebody comes by: it is asked. What lies behind is part of what happened.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from matching.dates.period import read_period
from matching.dates.when import read_due
from matching.form.free_sheet import Sheet
from matching.text.understood import NotRead, Read
from matching.words.correcting import CORRECTS
from matching.words.free_words import ASKING

#: No time has more characters.
LONGEST = 24
_N = r"(?:\d{1,3}|[一二两三四五六七八九十半几]{1,3})"
_DAY = (
    rf"(?:今天|今日|今晚|今夜|今早|明天|明日|明早|明晚|明晨|明儿个?|明朝|今朝|听日|后天|后日|后儿个?|后朝|大后天|当天|当日|(?:本|这|下下|"
    rf"下)?个?(?:周|星期|礼拜)(?:[一二三四五六日天末])?"
    rf"|本月|下个?月|月底|月末|年底|年前|元旦|春节|节前|国庆|\d{{4}}年\d{{1,2}}月\d{{1,2}}[日号]?|"
    rf"\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}"
    rf"|\d{{1,2}}[./]\d{{1,2}}(?=\s?[日号]?(?:之前|以前|前))|下一?个?工作日"
    r"|(?<![\d.a-z])(?:1[0-2]|0?[1-9])\.(?:3[01]|[12]\d|0?[1-9])(?![\d.]|\s?(?:万|千|元|块|亿|%|米|公里|公斤|斤|"
    r"吨|k[gm]|岁|倍|寸|专?案|事故|事件|专项|行动|版))"
    rf"|\d{{1,2}}月\d{{1,2}}[日号]?|[一二三四五六七八九十]{{1,2}}月[一二三四五六七八九十]{{1,3}}[日号]|"
    rf"\d{{1,2}}[日号]"
    rf"|{_N}日(?=之?内|以内)"
    rf"|{_N}(?:个)?(?:工作日|小时|钟头|天|周|星期|礼拜|分钟|个?半小时|个月)|半(?:天|小时|个小时|个月)|"
    rf"(?:上|下)班|中午|傍晚"
    rf"|(?:上午|下午|晚上|早上|凌晨|晚|早)?{_N}(?:点|[:：]\d{{2}})|24点)"
)
#: What may go on within a time.
_MORE = re.compile(
    r"[0-9零一二两三四五六七八九十半个:：点时分刻整年月日号天周星期礼拜上中下午早晨晚间夜前内之以后底末班工作小"
    r"钟头许左右\- ]+"
)
_START = re.compile(rf"(?<![第上昨去])(?!(?<=\d)\d)(?!(?<=[一查看核问调])下){_DAY}")
_SURE_BEFORE = re.compile(
    r"(?:请|务必|最迟|最晚|限期?|限于|争取|希望|要求|麻烦|烦请|请于|务于|须|应|(?<![a-z])ddl|截止|截至|期限|时限|赶在|"
    r"能在|需在|时间|尽量|需|要)[在于到至是为:：\s]*$"
)
_SURE_AFTER = re.compile(
    r"\s*(?:要|急用|用(?!户)|需要|需(?!求)|给(?!他|她)|回(?!家|来|去)|反馈|答复|告知|出结果|提供|交|上报|"
    r"得要|就要|必须|完成|办结|办好|搞定|查好|查完|有结果|发|截止|为限|能|可以|(?:please|pls|plz|thanks))"
)
_WITHIN = re.compile(r"(?:前|内|之前|以前|之内|以内)\s*$")
#: 三天前 is three days ago as often as not.
_AGO = re.compile(rf"{_N}(?:个)?(?:小时|钟头|天|周|星期|礼拜|分钟|月|年)(?:之|以)?前$")
_LENGTH = re.compile(
    rf"{_N}日(?=之?内|以内)|{_N}(?:个)?(?:小时|钟头|天|周|星期|礼拜|分钟|个月)|半(?:天|小时|个小时|个月)"
)
_LASTED = re.compile(r"失踪|走失|离家|出走|逃|住|已|过|拘|判|了|满|近|共|持续|休|岁")
#: What somebody does then: it is not until then that an answer is due.
_DOES = re.compile(r"\s*(?:去|来|坐|乘|飞|开庭|出发|到(?!期)|抵达|过来|过去|提审|宣判|入境|出境|离开|返回)")
#: Somebody who is spoken of, before a time: 他明天要出庭 says what he does then.
_OF_SOMEBODY = re.compile(
    r"(?:他|她|嫌疑人|嫌犯|当事人|此人|该人|对象|对方)们?(?:将|于|在|就|可能|预计|要|会)*\s*$"
)
_WILL = re.compile(
    r"\s*(?:就|将|得)?要(?:出(?!结果|具)|去|来|开庭|走|被|离|坐|飞|乘|宣|释|提审|移送|判|逃|结婚|搬|入|转)"
)
#: A time before another: 昨天下午3点前 is none of today, 周五前一天 none of Friday.
_PAST_BEFORE = re.compile(
    r"(?:大?前[天日]|昨[天日晚夜]|上个?(?:周|星期|礼拜)[一二三四五六日天末]?|去年|上个?月)\s*$"
)
_DAY_BEFORE = re.compile(r"(?:的)?(?:[一二两三四五六七八九十半]|\d{1,2})个?(?:天|日|周|星期|晚|小时|工作日)")
_EN_BEFORE = re.compile(
    r"(?<![a-z])(?P<prep>by|before|within|no later than|not later than|until|due(?: by| on)?|needed by|"
    r"deadline(?: is)?:?|in the next|in)\s+(?=[a-z0-9])"
)
_EN_BARE = re.compile(
    r"(?<![a-z])(?:today|tonight|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday|next "
    r"(?:week|monday|tuesday|wednesday|thursday|friday)|eod|cob|end of (?:day|business|week)|this "
    r"(?:morning|afternoon|evening|friday)|tmrw?|(?:next|this) (?:mon|tues?|wed|thur?s?|fri|sat|sun)"
    r"|(?<![\d/.])\d{1,2}/\d{1,2}(?![\d/.])|\d{1,3} ?(?:h|hrs?|wds?|d)|"
    r"\d{1,3} (?:working )?(?:hours?|days?|minutes?))(?![a-z])"
)
_EN_LENGTH = re.compile(r"\d{1,3} ?(?:working )?(?:hours?|days?|minutes?|h|hrs?|wds?|d)")
#: A time that is said not to be the deadline: 不用今天给, 今天不用, no need today.
_DENIED = re.compile(r"(?:不用|不要|不必|不需要?|不是|并非|无需|无须|非|别)(?:非?得|在|赶|赶在)?$")
_DENIED_BEHIND = re.compile(r"\s*(?:不用|不要|不必|不需要|不急|先不|就不用|没空|来不及)")
_EN_NOT = re.compile(r"(?<![a-z])(?:not|don't) $")
_EN_DENIED = re.compile(
    r"(?<![a-z])(?:no need|not|don'?t need|do not need|needn'?t|no hurry|no rush)(?: (?:it|for|to|be|"
    r"reply|answer|this|needed|"
    r"necessarily|by|before)){0,3} *$"
)
#: Before a holiday: when that is, only the desk's calendar knows.
_FEAST = re.compile(
    r"(?:元旦|春节|过年|除夕|元宵|清明|五一|端午|中秋|国庆|十一)节?(?:假期|放假)?(?:之前|以前|前)"
)
#: A time that lies behind, given as a deadline: refused in words.
_GONE = re.compile(
    r"(?:上个?(?:周|星期|礼拜)[一二三四五六日天末]|上个?月(?:\d{1,2}[日号]|底|初)|大?前[天日]|昨[天日晚])"
    r"(?:上午|下午|中午|晚上?|早上)?(?:\d{1,2}点)?(?:之前|以前|前)"
)
_GAP = re.compile(r"[ ,]*")
_EN_WORD = re.compile(r"[\w:.'/-]+")
_EN_AGO = re.compile(r"\s*(?:ago|old|later|earlier|before that|night)(?![a-z])")
_EN_LAST = re.compile(r"(?<![a-z])(?:last|since|every|on)\s+$")
#: A day that far ahead, which no word calls a deadline, lies behind in truth: 9月1日 was in this year.
_FAR = timedelta(days=120)

_D = (
    r"(?:(?:\d{4}|今|去|前)年(?:\d{1,2}月(?:\d{1,2}[日号]?|份)?|[上下]半年)?|"
    r"\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?|\d{1,2}月(?:\d{1,2}[日号]?|份)?|"
    r"[一二三四五六七八九十]{1,2}月(?:份|[一二三四五六七八九十]{1,3}[日号])?|上个?月\d{0,2}[日号]?|今天|"
    r"昨天|前天|目前|现在|今|\d{1,2}[日号])"
)
_TO = r"\s*起?(?:至|到|—|–|~|-|－|\.\.)\s*"
_PERIOD = re.compile(
    rf"{_D}{_TO}{_D}(?:期间|之间|止)?"
    rf"|(?:最近|过去|近)(?:的)?{_N}个?(?:天|日|周|星期|月|年)(?:以来|内)?"
    rf"|{_D}(?:以来|起至今|至今)"
    rf"|(?P<counted>{_D}(?:起|前后各?|往前推?|之?前|之?后){_N}个?(?:天|周|星期|礼拜|月|年)(?:之?内)?)"
    r"|(?:[今去前]年|\d{4}年|上个?月|本月|这个月|上个?(?:周|星期)|上个?季度|本季度)?(?:[上下]半年|第?[一二三四1-4]季度)?"
    r"(?<=[年月周度期])(?:份|全年|全月)?(?=的?(?:银行|账户|资金|全部|所有)?(?:流水|交易|记录|明细|轨迹|行程|住宿|通话|话单|账单|开房|监控|出行|出入境|乘))"
)
_PERIOD_BEFORE = re.compile(r"(?:[自从]|期间|时段|(?<![a-z])(?:period|for|during|over))[\s:：]*$")
_EN_DATE = (
    r"(?:\d{1,2}(?:st|nd|rd|th)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?: \d{4})?|(?:jan|"
    r"feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d{1,2}(?!\d)(?:st|nd|rd|th)?(?:,? \d{4})?|"
    r"\d{4}-\d{2}-\d{2}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?: \d{4})?)"
)
_EN_PERIOD = re.compile(
    rf"(?<![a-z])(?:(?:from |between )?{_EN_DATE} ?(?:to|until|till|through|and|-|–) ?{_EN_DATE}"
    r"|(?:in |for |over |during )?the (?:last|past) (?:\d{1,3}|two|three|six) (?:days|weeks|months|years)"
    r"|(?:last|past) (?:\d{1,3}|two|three|six) (?:days|weeks|months|years)|since "
    rf"{_EN_DATE})(?![a-z])"
)
_HAS_YEAR = re.compile(r"\d{4}|[今去前]年|近|过去|last|past")


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """``due`` and ``period``: their words, "" for none. ``due_sure``: nothing but a deadline can be meant."""

    due: str = ""
    due_sure: bool = True
    period: str = ""


def times(sheet: Sheet, now: datetime) -> Times:
    """``now``: when the text was written."""
    period = _period(sheet, now)
    found = [*_gone(sheet), *_chinese(sheet, now), *_english(sheet, now)]
    sure = [one for one in found if one[2]]
    kept = sure or found
    words = list(dict.fromkeys(one[0] for one in kept))
    cue = CORRECTS.search(sheet.low) if words else None
    changed = cue is not None and _LENGTH.search(sheet.low, cue.end()) is not None  # 时限两天 改成三天
    return Times(due="、".join(words[:2]), due_sure=bool(sure) and not changed, period=period)


def _period(sheet: Sheet, now: datetime) -> str:
    today = now.date()
    for found in [*_PERIOD.finditer(sheet.low), *_EN_PERIOD.finditer(sheet.low)]:
        words = found.group()
        if not sheet.try_once():
            return ""
        read = read_period(words, today=today)
        if isinstance(read, NotRead) and read.code != "swapped":
            continue
        if (
            isinstance(read, Read)
            and not _HAS_YEAR.search(words)
            and read.value[1] < today - timedelta(days=300)
        ):
            continue  # 11月28日到30日 lies ahead: somebody comes by
        if found.groupdict().get("counted") and not (isinstance(read, Read) and read.value[1] <= today):
            continue  # 12月10日前三天 may be when an answer is due
        start = found.start()
        if before := _PERIOD_BEFORE.search(sheet.low, max(0, start - 12), start):
            start = before.start()
        if sheet.take(start, found.end(), "period"):
            return sheet.written(start, found.end())
    return ""


def _chinese(sheet: Sheet, now: datetime) -> list[tuple[str, int, bool]]:
    found: list[tuple[str, int, bool]] = []
    at = 0
    while (begun := _START.search(sheet.low, at)) is not None:
        at = begun.end()
        more = _MORE.match(sheet.low, begun.end())
        stop = max(begun.end(), more.end() if more else 0)
        end = _longest(sheet, begun.start(), begun.end(), stop, now)
        if end is None or _AGO.search(sheet.low[begun.start() : end]):
            continue
        at = end
        if _is_denied(sheet, begun.start(), end):
            sheet.take(begun.start(), end, "not")
            continue
        told = _judged(sheet, begun.start(), end, now)
        if told is not None:
            found.append(told)
    return found


def _gone(sheet: Sheet) -> list[tuple[str, int, bool]]:
    """上周五前 or 春节前 by itself, or where it is asked for: and never what happened before then."""
    found: list[tuple[str, int, bool]] = []
    for gone in [*_GONE.finditer(sheet.low), *_FEAST.finditer(sheet.low)]:
        start, end = gone.span()
        clause = sheet.clause_of(start) or (start, end)
        asks = _SURE_AFTER.match(sheet.low, end) or _SURE_BEFORE.search(sheet.low[max(0, start - 8) : start])
        alone = _only_asks(sheet.low[clause[0] : start] + " " + sheet.low[end : clause[1]])
        if (asks or alone) and sheet.take(start, end, "due"):
            found.append((sheet.written(start, end), start, True))
    return found


def _longest(sheet: Sheet, start: int, least: int, stop: int, now: datetime) -> int | None:
    """Where the longest time ends that the reader understands."""
    for end in range(stop, least - 1, -1):
        words = sheet.low[start:end]
        if words != words.strip() or not sheet.free(start, end) or end - start > LONGEST:
            continue
        if not sheet.try_once():
            return None
        read = read_due(words, now=now)
        if not isinstance(read, NotRead) or read.code in ("past", "clash", "far"):
            return end
    return None


def _is_denied(sheet: Sheet, start: int, end: int) -> bool:
    """Whether a time is said not to be the deadline: 不用今天给."""
    before = _DENIED.search(sheet.low[max(0, start - 8) : start])
    return before is not None or _DENIED_BEHIND.match(sheet.low, end) is not None


def _judged(sheet: Sheet, start: int, end: int, now: datetime) -> tuple[str, int, bool] | None:
    """The words of a time, and whether they can be nothing but a deadline; None for what is none."""
    low = sheet.low
    words = low[start:end]
    clause = sheet.clause_of(start) or (start, end)
    rest = low[clause[0] : start] + " " + low[end : clause[1]]
    alone = _only_asks(rest)
    does = _DOES.match(low, end) is not None
    within = _WITHIN.search(words) is not None
    wider = _wider(sheet, start, end) if within else (start, end)
    if wider != (start, end):  # no time that can be told: it is asked for
        return (sheet.written(*wider), start, True) if sheet.take(*wider, "due") else None
    asked = within and _SURE_AFTER.match(low, end)  # …嫌疑人明天下午五点前给我
    if not asked and (_OF_SOMEBODY.search(low[clause[0] : start]) or _WILL.match(low, end)):
        does, within, alone = True, False, False
    sure = not does and bool(
        within or alone or _SURE_AFTER.match(low, end) or _SURE_BEFORE.search(low[max(0, start - 8) : start])
    )
    read = read_due(words, now=now)
    if not sure:
        if isinstance(read, NotRead):
            return None
        if isinstance(read, Read) and read.value.at is not None and read.value.at - now > _FAR:
            return None
        # 走失3天 is a length of something else; 诈骗三天 at the end of all may be the deadline
        lasted = low[end:].strip() or _LASTED.search(low[max(0, start - 6) : start])
        if lasted and _LENGTH.fullmatch(words):
            return None
    if not sheet.take(start, end, "due"):
        return None
    return sheet.written(start, end), start, sure


def _wider(sheet: Sheet, start: int, end: int) -> tuple[int, int]:
    """A time with the words around it that make another one of it."""
    past = _PAST_BEFORE.search(sheet.low[max(0, start - 6) : start])
    behind = _DAY_BEFORE.match(sheet.low, end)
    return start - (len(past.group()) if past else 0), behind.end() if behind else end


def _only_asks(text: str) -> bool:
    """Whether a text holds nothing but words that ask."""
    at, text = 0, text.strip()
    while at < len(text):
        asking = ASKING.match(text, at)
        if asking is not None and asking.end() > at:
            at = asking.end()
        elif text[at].isspace() or not text[at].isalnum():
            at += 1
        else:
            return False
    return True


def _english(sheet: Sheet, now: datetime) -> list[tuple[str, int, bool]]:
    found: list[tuple[str, int, bool]] = []
    for begun in _EN_BEFORE.finditer(sheet.low):
        if _EN_NOT.search(sheet.low, max(0, begun.start() - 5), begun.start()):
            continue  # not before Monday
        sure = begun["prep"] not in ("in", "until")
        end = _english_end(sheet, begun.start(), begun.end(), now, with_start=begun["prep"] != "in the next")
        if end is None or _EN_AGO.match(sheet.low, end):
            continue
        if sheet.take(begun.start(), end, "due"):
            found.append(
                (sheet.written(begun.start(), end), begun.start(), sure or _told(sheet, begun.start(), end))
            )
    for begun in _EN_BARE.finditer(sheet.low):
        if _EN_DENIED.search(sheet.low[max(0, begun.start() - 32) : begun.start()]):
            sheet.take(begun.start(), begun.end(), "not")
            continue
        if not sheet.free(begun.start(), begun.end()) or _EN_LAST.search(sheet.low[: begun.start()]):
            continue
        end = _english_end(sheet, begun.start(), begun.start(), now) or begun.end()
        if end < begun.end() or _EN_AGO.match(sheet.low, end):
            continue
        sure = _told(sheet, begun.start(), end)
        if not sure and _EN_LENGTH.fullmatch(sheet.low, begun.start(), end):
            continue
        if sheet.take(begun.start(), end, "due"):
            found.append((sheet.written(begun.start(), end), begun.start(), sure))
    return found


def _told(sheet: Sheet, start: int, end: int) -> bool:
    clause = sheet.clause_of(start) or (start, end)
    before, after = sheet.low[clause[0] : start], sheet.low[end : clause[1]]
    asks = re.search(
        r"(?:need(?:ed)?|required?|reply|answer|respond|result|back|deadline|due|it|this|them)(?: it| this)?\s*$",
        before,
    )
    return (
        bool(asks)
        or _only_asks(before + " " + after)
        or re.match(r"\s*(?:please|pls|plz|thanks)", after) is not None
    )


def _english_end(
    sheet: Sheet, start: int, words_from: int, now: datetime, *, with_start: bool = True
) -> int | None:
    """Where the longest time of up to six words ends."""
    ends: list[int] = []
    at = words_from
    for _ in range(6):
        gap = _GAP.match(sheet.low, at)
        word = _EN_WORD.match(sheet.low, gap.end() if gap else at)
        if word is None:
            break
        text = word.group().rstrip(".")
        ends.append(word.start() + len(text))
        at = word.end()
        if word.group().endswith(".") and not re.search(r"[ap]\.m\.$", word.group()):
            break
    for end in reversed(ends):
        words = sheet.low[start if with_start else words_from : end]
        if sheet.free(start, end) and sheet.try_once():
            read = read_due(words, now=now)
            if not isinstance(read, NotRead) or read.code in ("past", "clash", "far"):
                return end
    return None
