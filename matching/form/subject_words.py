"""The words of a subject field: which are names, which tell something of somebody, which were not understood."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from matching.form.free_names import is_latin_name
from matching.text.normalise import fold, listed
from matching.text.spoken import is_han
from matching.words import names
from matching.words.free_words import ASKING, HAPPENED
from matching.words.marks import is_mark
from matching.words.names import clean
from matching.words.surnames import SURNAMES, is_person, names_in_run

#: Longer descriptions are told by no more than their beginning.
LONGEST_REMARK = 60
#: A name of more Han characters than this is a description.
LONGEST_NAME = 12

_BREAK = re.compile(r"([,，、|/()（）\[\]【】〔〕:：。\"“”'‘’「」『』<>《》]+)")
_ATTRIBUTE = re.compile(
    r"男性?|女性?|[\u4e00-\u9fff]{1,5}族|.*(?:出生|生于|岁|住址|户籍地?|人氏?|籍|无业|务农|务工|学历|文化|毕业|职业)"
    r"|(?:性别|民族|(?:家|现|暂|租|借|原|常|久)?居?住|籍贯|系|户籍|老家|来自)"
    r".*|(?:原籍|祖籍|出生地).*|male|female|m|f|aged? ?\d+|born .*"
    r"|.*(?:银行|信用社|支行|营业部|分理处|储蓄所)|\d{1,3}岁|(?:18|19|20)\d\d年.*",
    re.IGNORECASE,
)
#: What nobody is called, though it begins with a surname: 原籍昆山.
_FROM = re.compile(r"原籍|祖籍|籍贯|户籍|老家|[现暂家原]住")
#: Words that join others, or say no more than the label did.
_NOISE = listed(
    "序号 序 姓 名 姓名 性别 民族 年龄 身份证 身份证号 身份证号码 证件号码 手机号 手机号码 电话 "
    "联系电话 住址 备注 车牌号 和 及 与 以及 跟 同 并 且 或 或者 等 等人 的 系 其 该 该人 此人 其人 "
    "本人 即 为 是 叫 名叫 名为 现 现有 另 另有 还有 一个叫 有个叫 见附件 详见附件 如下 下列 以下 号 "
    "一辆 一台 一部 两辆 该车 此车 "
    "信息 情况 资料 号码 尾号 分别 分别为 分别是 身份信息 and or the of with is are named called etc"
)
_CALLED = re.compile(
    r"^(?:(?:一|有)?(?:个|名)?(?:叫做?|名叫|名为|姓名为|姓名是|自称))(?=[\u3400-\u9fffA-Za-z])"
)
_TITLES = listed(
    "嫌疑人 犯罪嫌疑人 涉案嫌疑人 被害人 受害人 当事人 被告人 证人 报案人 举报人 涉案人员 涉案人 "
    "在逃人员 失踪人员 违法行为人 重点人员 人员 对象 查询对象 被查人 被查询人 目标 目标人员 男子 女子 "
    "号主 suspect victim witness subject person"
)
#: Words before the name of somebody who has to do with a car, a phone or a household.
_OWNER = re.compile(
    r"(?P<role>车主|驾驶人|驾驶员|司机|所有人|使用人|机主|户主|户名|开户人|持卡人|法定代表人|法人代表|法人|负责人|(?<![a-z])(?:owner|driver))"
    r"(?:[:： ]|为|是)*(?=.)",
    re.IGNORECASE,
)
#: What is looked up, said once more in its own field: 对象：查车 苏E….
_LOOK_UP = re.compile(
    r"(?:帮忙?|请|麻烦)?查(?:一下|下|询|找|个)?(?:车主?|车辆|卡|人|号码?|户籍?|户口|房|案|店|机主?|手机|帐|账户?|流水|单|档案?|前科|住址|"
    r"身份|轨迹|监控|话单|公司|企业|银行卡?|微信)?"
)
#: 张三李四两人, 张三等三人; 郑六人 is somebody's name.
_MORE = re.compile(
    r"(?:等共?|共|(?<=[\u3400-\u9fff]{2})|^)(?:[0-9]{1,3}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九几数])(?:人|名|位|个人)(?:员)?$|等人$|等$"
)
_COUNTS = {count: at for at, count in enumerate("二三四五六七八九", start=2)} | {"两": 2}
_COMPANY = re.compile(
    r"(?:公司|集团|工厂|厂|商行|商店|超市|酒店|宾馆|银行|合作社|经营部|事务所|中心|工作室|门市部|学校|医院|\b(?:ltd|inc|llc|co))\.?$",
    re.IGNORECASE,
)
#: Whose relative somebody is: 妻子李四 is 李四.
_KIN = re.compile(
    r"^(?:其|之)?(?:妻子|妻|丈夫|夫|老公|老婆|配偶|父亲|父|母亲|母|儿子|女儿|子|女|哥哥|弟弟|姐姐|妹妹|兄|弟|姐|妹|男友|女友|"
    r"男朋友|女朋友|朋友|同伙|同案人?|同案犯|同事|邻居|房东|室友|司机|老板|员工)(?:是|叫|名叫)?(?=[\u3400-\u9fff]{2,4}$)"
)
_DOTS = re.compile(r"(?<=[\u3400-\u9fff])\s*[•・‧∙⋅·]\s*(?=[\u3400-\u9fff])")
_JOINS = ("以及", "和", "及", "与", "跟", "同")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z' ]+")
_AND_FIRST = re.compile(r"^\s*(?:and|&)\s+", re.IGNORECASE)  # behind a number: … and Sun Xiaomei
_AND = re.compile(r"\s(?:and|&)\s|&", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """A piece of a field. ``sure``: of a person's or a company's form; ``listed``: after 、 or 和; ``role``: of the
    owner (车主) of what the numbers are; ``bracketed``: in brackets; ``remark``: it tells something of a name;
    ``name``: it may be one; ``parted``: it was taken out of a run of characters that may be cut otherwise."""

    text: str
    sure: bool = False
    listed: bool = False
    role: bool = False
    bracketed: bool = False
    remark: bool = False
    company: bool = False
    name: bool = False
    parted: bool = False


def words(text: str, kind: str, *, numbered: bool, opened: bool = False) -> Iterator[Word]:
    """The words of a piece of a field that has no number in it. ``kind``: of the subject, as its label says;
    ``opened``: the piece before it ended in an open bracket."""
    glued = _DOTS.sub("·", _OWNER.sub(r" \g<role>", fold(text)))
    pieces = _BREAK.split(glued)
    depth = int(opened)
    for part, divider in zip(pieces[::2], ["", *pieces[1::2]], strict=True):
        depth = max(
            0, depth + sum(divider.count(c) for c in "([【〔") - sum(divider.count(c) for c in ")]】〕")
        )
        listed = "、" in divider or "/" in divider
        for written in _split_spaces(part.strip()):
            for at, one in enumerate(_split_joined(written)):
                for word in _word(one, kind, numbered=numbered):
                    yield replace(word, listed=listed or at > 0, bracketed=depth > 0)


def _split_spaces(part: str) -> list[str]:
    """The words of a part: Latin names keep their spaces, and so does a Han name spelled out (张 三)."""
    found = part.split()
    if not _HAN.search(part):
        return [piece for piece in _AND.split(_AND_FIRST.sub("", part)) if piece.strip()]
    if len(found) > 1 and len("".join(found)) <= 4 and min(map(len, found)) == 1:
        return [part]
    runs: list[str] = []  # Wang Haibo 王海波: two words, then one
    for word in found:
        latin = not _HAN.search(word)
        if runs and latin and not _HAN.search(runs[-1]):
            runs[-1] += f" {word}"
        else:
            runs.append(word)
    return runs


def _split_joined(word: str) -> list[str]:
    """张三和李四 are two, 李和平 is one: what stands on both sides must be names."""
    found: list[str] = []
    rest = word
    while (cut := _first_joined(rest)) is not None:
        found.append(rest[: cut[0]])
        rest = _KIN.sub("", rest[cut[1] :])
    return [*found, rest]


def _first_joined(word: str) -> tuple[int, int] | None:
    """Where the first name of a word ends and the next begins."""
    for end in range(2, min(len(word) - 1, LONGEST_NAME)):
        for join in _JOINS:
            if word.startswith(join, end) and is_person(clean(word[:end])):
                after = _KIN.sub("", word[end + len(join) : end + len(join) + LONGEST_NAME])
                if any(is_person(after[:size]) for size in (2, 3, 4)):
                    return end, end + len(join)
    return None


def _word(written: str, kind: str, *, numbered: bool) -> Iterator[Word]:
    """What a word is, and what is said of its name in it; nothing for one that says nothing."""
    word = _CALLED.sub("", written.strip(" -_.·~#=+;；!！?？"))
    count = 0
    if (more := _MORE.search(word)) is not None and more.start():
        count = _count(more.group())
        if not count or not names_in_run(word[: more.start()], count):
            yield Word(text=more.group())
        word = word[: more.start()]
    if (kin := _KIN.match(word)) is not None and is_person(clean(word[kin.end() :])):
        yield Word(text=word, remark=True)
        word = word[kin.end() :]
    said = word.lower() not in _NOISE and not is_mark(word) and not _LOOK_UP.fullmatch(word)
    if is_han(word):
        said = said and ASKING.fullmatch(word) is None
    if said and is_no_name(word):
        yield Word(text=word)
        return
    if (ways := names_in_run(word, count)) and not (kind == "vehicle" and numbered):
        for name in ways[0]:
            yield Word(text=clean(name), sure=True, listed=True, name=True, parted=not count or len(ways) > 1)
    elif said and any(c.isalnum() or c == "*" for c in word):
        told = _one_word(word, kind, numbered=numbered)
        if told is not None:
            yield told


def is_no_name(word: str) -> bool:
    """Whether a word says what happened (团伙诈骗, RING FRAUD), or is plain English."""
    if _COMPANY.search(word):
        return False
    if is_han(word):
        return HAPPENED.search(word) is not None and not is_person(clean(word))
    return " " in word and _LATIN.fullmatch(word) is not None and not is_latin_name(word)


def _count(more: str) -> int:
    """How many people 两人, 3名 says; 0 where it says nothing certain, or more than stand there (等3人)."""
    digits = re.search(r"\d+", more)
    if more.startswith("等"):
        return 0
    return int(digits.group()) if digits else next((_COUNTS[c] for c in more if c in _COUNTS), 0)


def _one_word(word: str, kind: str, *, numbered: bool) -> Word | None:
    role = _OWNER.match(word)
    owner = word[role.end() :] if role else word
    company = _COMPANY.search(owner) is not None
    name = fold(owner) if company else clean(owner)
    if name.lower() in _TITLES or owner.lower() in _TITLES or is_nobody(owner):
        return None
    person = is_person(name)
    attribute = _ATTRIBUTE.fullmatch(name) or _ATTRIBUTE.fullmatch(word[:LONGEST_REMARK])
    remark = (
        attribute is not None and (not person or _FROM.match(name)) and not (company and kind == "company")
    )
    # 白色大众 beside a plate describes the car; only its owner is a name.
    if remark or (kind == "vehicle" and numbered and not role):
        return Word(text=word, remark=True)
    if _is_description(name, company=company) or _MORE.fullmatch(word):
        return Word(text=word)
    return Word(text=name, sure=company or person, role=role is not None, company=company, name=True)


def _is_description(name: str, *, company: bool) -> bool:
    """Whether a word has no form of a name at all."""
    if not name or not any(c.isalpha() or c == "*" for c in name):
        return True
    if not is_han(name):
        return len(name) < 2
    alone = len(name) == 2 and name[1] == "*" and name[0] not in SURNAMES  # of one character, and no surname
    return alone or (len(name) > LONGEST_NAME and not company)


def is_nobody(word: str) -> bool:
    """Whether a whole field says no more than a label does."""
    return word.lower() in _NOISE or is_mark(word)


def same_person(one: str, other: str) -> bool:
    """Whether two names beside each other are one person's in two scripts: Wang Haibo 王海波."""
    return is_han(one) != is_han(other) and names.relation(one, other) in ("sound", "near")
