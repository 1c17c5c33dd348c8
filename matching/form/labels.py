"""The labels of a structured post, in both languages, and the field that each stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from matching.text.normalise import fold
from matching.text.spoken import sound
from matching.words.kind_words import ALIASES, NONE_OF_OURS, REMARKS, WORDS

#: The fields of a request in the order in which people are asked for them.
FIELDS = (
    "type", "to", "subject", "case", "period", "reason", "basis", "urgency", "due", "note", "contact",
)  # fmt: skip

#: Labels by field, folded (simplified, lower case, no spaces). The contract's own come first.
_LABELS = {
    "type": (
        "类型 事项 type 事项类型 协作类型 协作事项 请求类型 请求事项 协查类型 协查事项 业务类型 类别 "
        "requesttype 请求内容 协作内容 协查内容 查询内容 查询事项 办理事项 subjectmatter "
        "requestedcheck check"
    ),
    "to": (
        "致 协作单位 to 协查单位 被请求单位 受理单位 接收单位 收件单位 目标单位 主送 主送单位 发往 "
        "tounit recipient addressee 送往 收函单位 受文单位 协办单位 配合单位 承办单位 请协作单位 "
        "请求协作单位 受请求单位 协助单位 请协助单位 单位 attention attn towhom requestedunit unit"
    ),
    "subject": (
        "对象 人员 被查人 车辆 subject person vehicle 协查对象 查询对象 被查对象 协作对象 核查对象 "
        "目标对象 被查人员 被查询人 协查人员 涉案人员 嫌疑人 犯罪嫌疑人 当事人 姓名 户名 开户名 账户名 "
        "机主 车主 户主 驾驶人 驾驶员 机主姓名 账户名 持卡人 开户人 查询人员 涉案人 目标人员 目标 "
        "被调查人 被核查人 查控对象 布控对象 名称 企业名称 公司名称 车辆信息 涉案车辆 协查车辆 企业 "
        "公司 单位名称 subjects people persons vehicles suspect name company car fullname suspects "
        "target personofinterest subjectname accountholder owner"
    ),
    "case": (
        "案件 案号 案件编号 case 案件号 案件名称 立案编号 警情编号 立案号 受案编号 案件文号 所涉案件 caseno "
        "casenumber caseid"
    ),
    "period": (
        "期间 时段 起止时间 period 起止 调取期间 调取时段 调取时间 流水期间 交易期间 查询区间 时间区间 "
        "timeframe 时间段 时间范围 起止日期 查询期间 查询时段 查询时间 timeperiod timerange daterange"
    ),
    "reason": (
        "事由 案由 简要案情 reason 理由 原因 案情 请求事由 协作事由 协查事由 查询事由 简要情况 "
        "案情简介 基本案情 查询原因 协查原因 请求原因 用途 目的 purpose cause grounds background "
        "because reasonforrequest facts"
    ),
    "basis": (
        "依据 法律依据 basis 法律文书 请求依据 法律文书号 文书号 文书编号 法律文书编号 调证文书 协查函号 "
        "文号 legalbasis legalground warrant"
    ),
    "urgency": "紧急程度 urgency 紧急 紧急度 缓急 缓急程度 优先级 紧急级别 急缓程度 等级 priority",
    "due": (
        "时限 截止 due deadline 期限 办理时限 反馈时限 回复时限 答复时限 完成时限 办结时限 截止时间 "
        "截止日期 限期 办结期限 反馈期限 回复期限 完成期限 时间要求 办理期限 要求时间 要求反馈时间 "
        "反馈时间 回复时间 期望时间 截至时间 duedate dueby neededby respondby replyby answerby "
        "byneeded requiredby timelimit before"
    ),
    "note": "备注 note 附注 说明 补充说明 其他 其它 其他说明 附言 另注 notes remark remarks comment comments ps",
    "contact": (
        "联系人 contact 承办人 经办人 联系电话 承办民警 经办民警 办案民警 主办民警 主办人 联系民警 "
        "承办警官 联系人电话 承办人电话 经办人电话 民警电话 联系人及电话 联系人及联系电话 "
        "联系人及联系方式 联系人联系方式 contactperson contactnumber contactno contactphone officer "
        "caseofficer officerincharge officertocall investigator investigatingofficer handledby"
    ),
}
FIELD_OF = {label: field for field, labels in _LABELS.items() for label in labels.split()}

#: The contract's first label of each field in both languages, to name a field to people.
SHOWN = {
    field: (labels.split()[0], next(x for x in labels.split() if x.isascii()))
    for field, labels in _LABELS.items()
}

_VEHICLE = re.compile("车|vehicle|car")
_COMPANY = re.compile("企业|公司|单位名称|company")

#: Labels of numbers of the subject above: 身份证号：… on a line of its own.
KIND_OF = {word: kind for kind, known in WORDS.items() for word in known.all if word not in FIELD_OF}
#: Labels that tell something about the subject above; kept with it.
REMARK_LABELS = (REMARKS | ALIASES | NONE_OF_OURS) - set(FIELD_OF) - set(KIND_OF)

_COLON = re.compile("[:：﹕∶︰꞉]")
_COLON_WITHIN = 48
_REMARK = re.compile(r"[(\[【〔].*?[)\]】〕]")
_LEADING = re.compile(r"^(?:[\W_]+|\(?[0-9一二三四五六七八九十]{1,2}\s?[.、)])+")
_NOT_WORD = re.compile(r"[\W_]+")
_ORDINAL = re.compile(r"([^\d一二三四五六七八九十]{2,})(?:\d{1,2}|[一二三四五六七八九十]{1,2})")
_ONE_WORD = re.compile(r"\w(?:\s?\w)*\s?(?:[(\[【〔].*)?")
_LETTERS = re.compile(r"[a-z \-']{2,20}|[\u3400-\u9fff]{2,8}")
#: From this likeness on (RapidFuzz, 0 to 100) an unknown label is asked about.
_LIKELY = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class UnknownLabel:
    """A word with a colon that is no label of ours; ``closest`` is the label (and its field) that it
    resembles in letters or sound, "" when it resembles none. ``taken``: it was read as that field."""

    label: str
    closest: str = ""
    field: str = ""
    taken: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Labelled:
    """One line that begins with a word and a colon."""

    label: str  #: folded; "" is impossible
    written: str  #: as it was written
    value: str

    @property
    def field(self) -> str:
        """The field it stands for, "" if it is no label of ours."""
        return FIELD_OF.get(self.label, "")

    @property
    def number_kind(self) -> str:
        """The identifier kind that it announces, "" if none."""
        if self.label in KIND_OF or self.label in REMARK_LABELS:
            return KIND_OF.get(self.label, "")
        # 嫌疑人身份证号：… is as good: the longest end that is one.
        ends = (self.label[start:] for start in range(1, len(self.label) - 1))
        return next((KIND_OF[end] for end in ends if end in KIND_OF and not end.isascii()), "")


def split_label(line: str) -> Labelled | None:
    """The label and value of a line, None if it has no colon near its beginning.

    Numbering (``1、``), bullets, brackets (``【对象】``), remarks (``对象（姓名）``) and spaces do not count.
    """
    colon = _COLON.search(line[:_COLON_WITHIN])
    if colon is None:
        return None
    label = label_of(line[: colon.start()])
    if not label:
        return None
    if label not in FIELD_OF and (numbered := _ORDINAL.fullmatch(label)) and numbered[1] in FIELD_OF:
        label = numbered[1]  # 对象一：…
    return Labelled(label=label, written=line[: colon.start()].strip(), value=line[colon.end() :].strip())


def label_of(text: str) -> str:
    """The folded form in which labels are known; "" when nothing is left of it."""
    folded = _LEADING.sub("", fold(text[: 2 * _COLON_WITHIN]).lower())
    bare = _NOT_WORD.sub("", _REMARK.sub("", folded))
    return bare or _NOT_WORD.sub("", folded)


def subject_kind(label: str) -> str:
    """The kind of subject that a label says: vehicle, company, or "" where it leaves it open."""
    if FIELD_OF.get(label) != "subject":
        return ""
    return "vehicle" if _VEHICLE.search(label) else "company" if _COMPANY.search(label) else ""


def unknown_label(line: Labelled) -> UnknownLabel | None:
    """The line's label as an unknown one, with the known label that it resembles.

    None where it is no label at all: a web address, a time of day, a whole sentence.
    """
    if line.value.startswith("//") or not _LETTERS.fullmatch(line.label) or line.label.startswith("http"):
        return None
    if not line.label.isascii() and not _ONE_WORD.fullmatch(_LEADING.sub("", fold(line.written).lower())):
        return None  # 张三，住址：…
    closest = _closest(line.label)
    field = FIELD_OF.get(closest, "")
    return UnknownLabel(label=line.written, closest=closest, field=field, taken=_is_slip(line.label, closest))


def _is_slip(label: str, closest: str) -> bool:
    """Whether a label can only be a slip of the closest one: of the same sound (事油, 时现), or one letter of a long
    word away, and alike to no label of another field."""
    if not closest:
        return False
    alike = [known for known in FIELD_OF if _is_slip_of(label, known)]
    return closest in alike and len({FIELD_OF[known] for known in alike}) == 1


def _is_slip_of(label: str, known: str) -> bool:
    if label.isascii() or known.isascii():
        return (
            len(known) >= 6 and label.isascii() and label[0] == known[0] and OSA.distance(label, known) == 1
        )
    shared = sum(x == y for x, y in zip(label, known, strict=False))
    return len(label) == len(known) >= 2 and shared > 0 and sound(label) == sound(known) != ""


@lru_cache(maxsize=1024)
def _closest(label: str) -> str:
    best, score = max(((known, _likeness(label, known)) for known in FIELD_OF), key=lambda pair: pair[1])
    return best if score >= _LIKELY else ""


def _likeness(label: str, known: str) -> float:
    """Alike in letters, or half in letters and half in sound: 事油 is typed for 事由, not for 事项."""
    if label.isascii() != known.isascii():
        return 0.0
    letters = fuzz.ratio(label, known)
    if label.isascii() or letters == 0.0:
        return letters
    return max(letters, (letters + fuzz.ratio(sound(label), sound(known))) / 2)
