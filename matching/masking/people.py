"""Names of people in free text: after words that announce one, and what has the shape of one.

A Han name is a surname with one or two characters that form no common word with it; a foreign one has dots
or is a row of capitalised words. What merely looks like a name is hidden too: that is the lesser harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from matching.words.common_english import COMMON_ENGLISH
from matching.words.common_words import common_words
from matching.words.masking_surnames import (
    AFTER_NAMES,
    COMPOUND_SURNAMES,
    GIVEN_ALONE,
    OF_NAMES,
    ORDINAL,
    RARE,
    SURE,
    UNSURE,
    WHEN,
    WHOLE_GIVEN,
)

_HAN = r"\u3400-\u9fff"
_DOTS = r"[·・‧•‧･∙⋅。.\-—–_ 　\u00b7]"
#: Words before a name. After the first sort a name follows in any case, after the second where it looks so.
_NAMED = re.compile(
    r"(?:姓名|名字|名叫|名为|名唤|叫做|叫作|化名|绰号|外号|曾用名|别名|小名|真名|本名|户主|称为)"
    r"(?:\s?[::为是叫]\s?|\s)*[“\"'「『(（《]?"
)
_CUED = re.compile(
    r"(?:[其之](?:妻|夫|子|女|父|母|兄|弟|姐|妹|哥|嫂|媳|婿|叔|舅|姑|姨|侄|孙|友|爱人|女友|男友)子?|妻子|丈夫|爱人|配偶|儿子|"
    r"女儿|父亲|母亲|哥哥|弟弟|姐姐|妹妹|女友|男友|前妻|前夫|岳父|岳母|同案犯?|同伙|嫌疑人|嫌犯|被告人?|原告|当事人|"
    r"被害人|受害人|事主|证人|报警人|报案人|举报人|控告人|失主|房东|房主|租客|租户|承租人|车主|机主|卡主|号主|"
    r"驾驶[人员]|司机|乘客|邻居|老板|法人|法定代表人|代表人|负责人|监护人|登记人|开户人|持卡人|持有人|使用人|所有人|"
    r"(?:被打|打人|殴打|施暴|行凶|持刀|肇事|驾驶|受伤|受害|被害|遇害|死|伤|逝|失踪|走失|出走|报警|报案|举报|目击|组织|参与|租房|承租|使用|持有|违法)者|收款人|付款人|汇款人|收件人|寄件人|联系人|介绍人|担保人|申请人|本人|对方|对象|人员|民警|辅警|同志|护士|医生|老师|叫|系)"
    r"(?P<sign>\s?[::为是叫系]\s?)?\s*[“\"'「『(（]?"
)
#: Words before somebody who is spoken of: what is a word of its own is no name behind them.
_SPOKEN_OF = re.compile(r"[那这有]个(?:叫|人)?|[一某那这][名位]")
#: 潘安、秦岭两人: a word that people are counted behind is a name.
_COUNTED = re.compile(r"(?:[二两三四五六七八九十]|[2-9])(?:个?人|名|位)(?![次份民])")
_RELATIVE = re.compile(
    r"(?:妻子|丈夫|爱人|老公|老婆|父亲|母亲|儿子|女儿|哥哥|弟弟|姐姐|妹妹|邻居|同事|朋友)$"
)
#: What follows a name behind a relative (哥哥万里户籍), and no word of how they are (儿子平安回家).
_OF_PEOPLE = frozenset(
    (
        "户籍",
        "户口",
        "身份",
        "电话",
        "手机",
        "前科",
        "住址",
        "报案",
        "报警",
        "陈述",
        "供述",
        "涉嫌",
        "被骗",
        "被打",
        "被抓",
    )
)
_NAMED_WORD = re.compile(r"姓名|名字|化名|绰号|外号|曾用名|别名|小名|真名|本名|户主")
_NOT_NAMED = re.compile(r"不|未|无|待|同上|见|如|详|及|和|与|的|等|是否|为|均|略|空|已|有|或|核|查|请|错|登")
#: What follows a surname where no name does.
_TITLES = re.compile(
    r"某|姓|氏|女士|先生|小姐|警官|局长|队长|所长|主任|科长|处长|老师|经理|总|工|老|家的|家里"
)
_FUNCTION = frozenset(
    "的与和及同跟在于系是为到曾已未不没无有说称道向因被将把从对等也均都其该此这那他她它我你您们了着过来去上下中内外后"
    "前时个位名男女现住电手身证户出入经至由让请要可能会应须需给再又就才只还并且而但若如则即何哪谁吗呢吧、"
)
#: Words of one character that a name may follow.
_BEFORE = frozenset("找问带陪送接见叫据查请")
_PLACES = re.compile(
    r"省|市(?!民)|县|区(?!别)|旗|镇|乡(?!亲)|村(?!民|医)|庄|街|路(?!上|过|人)|巷|弄|桥镇|派出所|公安|分局|大道|小区|花园|新村|公司|集团|银行|医院|学校|"
    r"大学|中学|小学|超市|酒店|宾馆|饭店|商场|广场|大厦|机场|车站|工厂|厂|店|高速|国道|站|港|法院|检察|社区|组"
)
_SEGMENT = re.compile(rf"[{_HAN}]+")
_DOTTED = re.compile(rf"(?<![{_HAN}])[{_HAN}]({_DOTS}{{1,2}})[{_HAN}](?:\1[{_HAN}]){{0,2}}(?![{_HAN}])")
_BETWEEN_NAMES = "·・‧•･∙⋅"
_FOREIGN = re.compile(rf"[{_HAN}]{{1,12}}(?:[·・‧•･∙⋅\u00b7][{_HAN}]{{1,12}})+")


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return common_words()


def han_names(text: str) -> Iterator[tuple[int, int]]:
    """Where Han names stand in a folded text. May overlap."""
    for foreign in _FOREIGN.finditer(text):
        yield _trimmed(text, *foreign.span())
    for dotted in _DOTTED.finditer(text):
        if dotted[0][0] in SURE or dotted[0][0] in UNSURE:
            yield dotted.span()
    named = {found.end() for found in _NAMED.finditer(text)}
    cued = {found.end(): found["sign"] is not None for found in _CUED.finditer(text)}
    spoken = {found.end() for found in _SPOKEN_OF.finditer(text)}
    for segment in _SEGMENT.finditer(text):
        yield from _in_segment(text, *segment.span(), named=named, cued=cued, spoken=spoken)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A name with dots, without the words that run into it at either end."""
    common = _common()
    inner = max(text.rfind(dot, start, end) for dot in _BETWEEN_NAMES) + 1
    first = min(at for dot in _BETWEEN_NAMES if (at := text.find(dot, start, end)) > 0)
    while start < first - 1:
        word = next((n for n in (3, 2) if start + n < first and text[start : start + n] in common), 0)
        if not word and text[start] not in _FUNCTION:
            break
        start += word or 1
    for at in range(inner + 1, end):
        if text[at] in _FUNCTION or (at > inner + 1 and text[at : at + 2] in common and at + 1 < end):
            return start, at
    return start, end


def _in_segment(
    text: str, start: int, end: int, *, named: set[int], cued: dict[int, bool], spoken: set[int]
) -> Iterator[tuple[int, int]]:
    common = _common()
    at = start
    free = True  # whether what stands before is understood: the beginning, a word, a name
    while at < end:
        size = _named(text, at, end) if at in named else 0
        size = size or _name(
            text,
            at,
            end,
            cued=at in cued or at in named,
            said=cued.get(at, False) or at in spoken,
            free=free or at in spoken,
        )
        if size:
            yield at, at + size
            at, free = at + size, True
            continue
        word = 3 if text[at : at + 3] in common else 2 if text[at : at + 2] in common else 1
        announced = (near - at for near in (at + 1, at + 2) if near in named or near in cued)
        word = min(word, end - at, min(announced, default=3))
        free = word > 1 or text[at] in _FUNCTION or text[at] in _BEFORE
        at += word


def _named(text: str, at: int, end: int) -> int:
    """The length of what stands after "name:", whether it looks like a name or not."""
    if _NOT_NAMED.match(text, at):
        return 0
    size = next((n for n in range(1, min(5, end - at)) if text[at + n] in _FUNCTION), min(4, end - at))
    return size if end - at <= 4 or size < 4 else 3


def _name(text: str, at: int, end: int, *, cued: bool, said: bool, free: bool) -> int:  # noqa: PLR0911
    """The length of the name that begins here, 0 for none."""
    compound = text[at : at + 2] in COMPOUND_SURNAMES
    surname = 2 if compound and end - at > 2 else 1
    sure = compound or text[at] in SURE
    if not (sure or text[at] in UNSURE or (cued and text[at] in RARE)) or end - at < 2:
        return 0
    common = _common()
    word = text[at : at + 2] in common or text[at : at + 3] in common
    asked = text[at : at + 2] in _ASKED or (word and _OF_A_PLACE.match(text, at + 2))
    counted = free and text[at + 1] not in _FUNCTION and _COUNTED.match(text, at + 2) is not None
    near = (
        cued
        and _RELATIVE.search(text, max(0, at - 2), at) is not None
        and text[at + 2 : at + 4] in _OF_PEOPLE
    )
    # 雷雨, 沙漠, 方圆, 万里 are words as well
    named = counted or near or (cued and (end - at <= 3 or text[at + 2] == "的"))
    if not compound and (asked or (word and not named)):
        return 0
    if _TITLES.match(text, at + surname) or (not sure and _no_surname(text, at)) or ORDINAL.match(text, at):
        return 0
    alone = sure and (free or cued) and not (_NOUNS.match(text, at) and not cued)
    size = surname + (
        _given(text, at + surname, end) or (_given_of_words(text, at + surname, end) if alone else 0)
    )
    if size == surname or _PLACES.match(text, at + size) or _place_itself(text, at, size):
        return 0
    bounded = at + size == end or text[at + size] in _FUNCTION or text[at + size : at + size + 2] in common
    if counted and size == 2:
        return size
    if sure and (free or cued or (bounded and size - surname == 2)):
        return size
    alone_given = said or (text[at] != "查" and text[at + surname] in GIVEN_ALONE)
    likely = size - surname == 2 or alone_given  # 马国强, 马强
    return size if (cued or (free and likely)) and bounded else 0


#: The end of a word with 查 as a verb in it, which asks: 请查, 帮查.
_ASKING = frozenset("请帮需要再速可先")


def _no_surname(text: str, at: int) -> bool:
    """Whether a character that is a word of its own is that here: 于明天, 查机主, 请查手机号."""
    if WHEN.match(text, at):
        return True
    people = _CUED.match(text, at + 1) or _NAMED_WORD.match(text, at + 1)
    if people and text[at + 1] not in "其之叫系":
        return True
    asks = text[at] == "查" and at > 0 and text[at - 1] in _ASKING
    return asks and (text[at + 1 : at + 3] in _common() or text[at + 1 : at + 3] in _ASKED)


#: What is asked about people, and so stands after the words for them, though it begins with a surname.
_WORK = (
    "户籍 户口 户主 户名 户别 车辆 车牌 车主 车速 车况 单位 "
    "单据 信息 信用 行踪 行程 行车 行为 常住 常用 陈述 查询 "
    "查证 查处 关系 关联 关押 连续 连线 时间 时段 时长 通话 "
    "通讯 通信 通行 路线 路费 支付 交通 方位 方向 和解 安置 "
    "安排 安全 居住 居所 危险 危害 全部 全程 全名 平台 水电 "
    "向导 成员 成年 成分 石材 金额 金融 白天 应答 计划 明细 "
    "明确 余额 边境 田地 司法 宁静 古董 强制 解释 解除 高度 "
    "高管 马上 万元 相貌 相片 益处 终端 终点 空闲 空白 能力 "
    "良好 经过 经历 经手 经营 羊毛 温度 祖籍 籍贯 简历 简况 "
    "宗教 官方 封存 屋内 岩石 师生 库存 扶养 把握 权利 权限 "
    "木材 松动 盖章 真伪 真实 真名 秋季 豆腐 赏金 越境 门牌 "
    "闻讯 阳性 阴性 随行 须知 鱼塘 麻药 化验 化名 区域 南北 "
    "双方 台账 后果 员工 善后 在押 在逃 在场 展示 希望 慎重 "
    "战友 晃动 智力 母语 永久 海关 海外 涉案 清单 练习 线索 "
    "老家 老人 药物 药品 衣着 西装 见面 言行 部门 酒驾 酒精 "
    "银行 阿姨 集体 青年 风险 香烟 黑车 刀具 利益 利害 别名 "
    "匡算 卓越 厉害 召回 商铺 商品 增加 斜对 普通 暂住 外貌 "
    "谢谢 刑诉 刑案 刑拘 刑侦 刑期 特征 体貌 同行 本人 他人 全家 多人 方面 左右 未成 公司 明天 明日 明早 明晚"
)
_ASKED = frozenset(_WORK.split())
#: 温州人, 武汉籍: where somebody comes from.
_OF_A_PLACE = re.compile(r"[人籍](?![\u3400-\u9fff])|籍")
_COUNT = re.compile(r"[一二两三四五六七八九十几数]+[人名位个户家方]")


def _given(text: str, at: int, end: int) -> int:
    """How many characters a given name has that begins here: one or two."""
    common = _common()
    left = end - at
    if left <= 1 or _COUNT.match(text, at + 1):
        return min(max(left, 0), 1)
    if _whole_given(text, at, left):
        return 2
    if text[at] in _FUNCTION and not _begins_a_given(text, at):
        return 0
    if left == 2 or text[at : at + 2] in common:
        return 2 if text[at + 1] not in _FUNCTION else 1
    if text[at + 1] in _FUNCTION or text[at + 1 : at + 3] in common or text[at + 1 : at + 4] in common:
        return 1
    return 2


#: Surnames that are nouns, behind which 前, 后, 中 and the like say where or when: 一周后, 房前.
_NOUNS = re.compile(r"[周张段房宫项庄谷汤梅兰桂柏管柴季盛童柳康毛纪施游冬][前后内外中上下时去来]")
#: What denies begins no given name: 2 项不清, 段未填.
_NEVER_BEGINS = frozenset("不没")


def _given_of_words(text: str, at: int, end: int) -> int:
    """How many characters a given name has that begins with a word of its own (蒋中, 王未雪), where what follows ends
    it beyond doubt."""
    common = _common()
    for size in (2, 1):
        stop = at + size
        if (
            stop > end
            or text[at] in _NEVER_BEGINS
            or text[at : at + 2] in common
            or (size == 2 and text[at + 1] in _FUNCTION)
        ):
            continue
        if stop == end or text[stop] in AFTER_NAMES or text[stop : stop + 2] in common:
            return size
    return 0


def _whole_given(text: str, at: int, left: int) -> bool:
    """Whether two characters are a given name although one is a word: 相如, 和平, and nothing runs into them."""
    ends = left == 2 or text[at + 2] in AFTER_NAMES
    fits = text[at + 1] in OF_NAMES and text[at] not in _FUNCTION
    return ends and (fits or text[at : at + 2] in WHOLE_GIVEN)


def _begins_a_given(text: str, at: int) -> bool:
    word = text[at : at + 2] in _common() or text[at : at + 3] in _common()
    return text[at] in OF_NAMES and not word and text[at + 1] not in _FUNCTION


def _place_itself(text: str, at: int, size: int) -> bool:
    return _PLACES.match(text, at + size - 1) is not None and size > 2


_LETTER = r"[A-Za-z\u00c0-\u024f\u0370-\u052f]"
_WORD = rf"{_LETTER}(?:{_LETTER}|['’](?={_LETTER}))*"
_PARTICLES = (
    r"(?:bin|bint|binti|ibn|al|el|de|da|do|dos|del|della|der|den|van|von|le|la|y|e|abu|ben|bar|ter|zu)"
)
_ONE = re.compile(_WORD)
_IS_PARTICLE = re.compile(_PARTICLES, re.IGNORECASE)
_LATIN_CUE = re.compile(
    r"(?:\b(?:named|called|name(?:\s+is)?|alias|aka|known as|Mr|Mrs|Ms|Miss|Dr|wife|husband|son|daughter|brother|"
    r"sister|father|mother|friend|contact|suspect|witness|victim|owner|officer|detective|inspector|sergeant|captain|"
    r"director|lawyer|manager)|[\u3400-\u9fff])[\s::.,]*$",
    re.IGNORECASE,
)
_CASED = re.compile(_LETTER)


def latin_names(text: str) -> Iterator[tuple[int, int]]:
    """Where rows of capitalised words stand in a folded text that are not common words."""
    if not _CASED.search(text):
        return
    words = list(_ONE.finditer(text))
    row: list[re.Match[str]] = []
    for word in words:
        if row and not _beside(text, row[-1].end(), word.start()):
            yield from _named_row(text, row)
            row = []
        if word[0][0].isupper() or (row and _IS_PARTICLE.fullmatch(word[0])):
            row.append(word)
        elif row:
            yield from _named_row(text, row)
            row = []
    yield from _named_row(text, row)


def _beside(text: str, end: int, start: int) -> bool:
    return start - end <= 3 and not any(c.isalnum() or c in "\n;:，。；：()" for c in text[end:start])


def _named_row(text: str, row: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
    while row and (_known(row[0][0]) or not row[0][0][0].isupper()):
        row = row[1:]
    while row and not row[-1][0][0].isupper():
        row = row[:-1]
    if not row or row[-1][0].lower() in _PLACE_WORDS:
        return
    first, last = row[0].start(), row[-1].end()
    several = len(row) > 1
    alone = len(row[0][0]) >= 3 and not row[0][0].isupper()
    if several or (alone and _LATIN_CUE.search(text, max(0, first - 24), first)):
        yield first, last


_PLACE_NOUNS = (
    "road street avenue lane bank police bureau hospital hotel school station company court district city province "
    "county airport park building center centre university railway office branch department town village bridge"
)
_PLACE_WORDS = frozenset(_PLACE_NOUNS.split())


def _known(word: str) -> bool:
    return word.lower() in COMMON_ENGLISH or (word.isupper() and len(word) <= 5 and not _vowelled(word))


def _vowelled(word: str) -> bool:
    """Whether capitals can be said as a word: CHAN and LI are names, QQ and GPS are not."""
    return any(c in "AEIOUY" for c in word)
