"""The labels of a structured post, in both languages, and the field that each stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from matching.normalise import fold
from matching.spoken import sound

#: The fields of a request in the order in which people are asked for them.
FIELDS = (
    "type", "to", "subject", "case", "period", "reason", "basis", "urgency", "due", "note", "contact",
)  # fmt: skip

#: Labels by field, folded (simplified, lower case, no spaces). The contract's own come first.
_LABELS = {
    "type": (
        "类型 事项 type 事项类型 协作类型 协作事项 请求类型 请求事项 协查类型 协查事项 "
        "业务类型 类别 requesttype"
    ),
    "to": (
        "致 协作单位 to 协查单位 被请求单位 受理单位 接收单位 收件单位 目标单位 主送 主送单位 "
        "发往 tounit recipient addressee"
    ),
    "subject": (
        "对象 人员 被查人 车辆 subject person vehicle 协查对象 查询对象 被查对象 协作对象 "
        "核查对象 目标对象 被查人员 被查询人 协查人员 涉案人员 嫌疑人 犯罪嫌疑人 当事人 "
        "姓名 车辆信息 涉案车辆 协查车辆 企业 公司 单位名称 subjects people persons "
        "vehicles suspect name company car"
    ),
    "case": "案件 案号 案件编号 case 案件号 案件名称 立案编号 警情编号 caseno casenumber caseid",
    "period": (
        "期间 时段 起止时间 period 时间段 时间范围 起止日期 查询期间 查询时段 查询时间 "
        "timeperiod timerange daterange"
    ),
    "reason": (
        "事由 案由 简要案情 reason 理由 原因 案情 请求事由 协作事由 协查事由 查询事由 简要情况 purpose"
    ),
    "basis": "依据 法律依据 basis 法律文书 请求依据 法律文书号 legalbasis",
    "urgency": "紧急程度 urgency 紧急 紧急度 缓急 缓急程度 优先级 紧急级别 priority",
    "due": (
        "时限 截止 due deadline 期限 办理时限 反馈时限 回复时限 答复时限 完成时限 办结时限 "
        "截止时间 截止日期 限期 duedate dueby"
    ),
    "note": "备注 note 附注 说明 补充说明 其他 其它 notes remark remarks comment",
    "contact": (
        "联系人 contact 承办人 经办人 联系电话 承办民警 经办民警 办案民警 主办民警 主办人 联系民警 承办警官 "
        "联系人电话 承办人电话 经办人电话 民警电话 联系人及电话 联系人及联系电话 联系人及联系方式 联系人联系方式 "
        "contactperson contactnumber contactno contactphone officer caseofficer officerincharge officertocall "
        "investigator investigatingofficer handledby"
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
NUMBER_LABELS = {
    "cn_id": (
        "身份证 身份证号 身份证号码 公民身份号码 公民身份证号码 证件号 证件号码 id idno idnumber idcard"
    ),
    "phone": ("电话 电话号码 手机 手机号 手机号码 联系方式 号码 phone phonenumber mobile tel telephone"),
    "plate": "车牌 车牌号 车牌号码 号牌 号牌号码 plate platenumber plateno licenseplate",
    "bank_card": "银行卡 银行卡号 卡号 bankcard card cardnumber",
    "uscc": "信用代码 统一社会信用代码 税号 uscc",
    "passport": "护照 护照号 护照号码 passport passportno passportnumber",
    "imei": "imei imei号 串号",
    "account": "账号 帐号 账户 微信 微信号 qq qq号 支付宝 account wechat alipay email 邮箱",
}
KIND_OF = {label: kind for kind, labels in NUMBER_LABELS.items() for label in labels.split()}
#: Labels that tell something about the subject above; kept with it.
_REMARKS = "性别 民族 出生日期 出生 住址 地址 户籍地 户籍地址 现住址 年龄 sex birthday dateofbirth address"
REMARK_LABELS = frozenset(_REMARKS.split())

_COLON = re.compile("[:：﹕∶︰꞉]")
_COLON_WITHIN = 48
_REMARK = re.compile(r"[(\[【〔].*?[)\]】〕]")
_LEADING = re.compile(r"^(?:[\W_]+|\(?[0-9一二三四五六七八九十]{1,2}\s?[.、)])+")
_NOT_WORD = re.compile(r"[\W_]+")
_LETTERS = re.compile(r"[a-z \-']{2,20}|[\u3400-\u9fff]{2,8}")
#: From this likeness on (RapidFuzz, 0 to 100) an unknown label is asked about.
_LIKELY = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class UnknownLabel:
    """A word with a colon that is no label of ours; ``closest`` is the label (and its field) that it
    resembles in letters or sound, "" when it resembles none."""

    label: str
    closest: str = ""
    field: str = ""


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
        return KIND_OF.get(self.label, "")


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
    return Labelled(label=label, written=line[: colon.start()].strip(), value=line[colon.end() :].strip())


def label_of(text: str) -> str:
    """The folded form in which labels are known; "" when nothing is left of it."""
    folded = _LEADING.sub("", fold(text).lower())
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
    closest = _closest(line.label)
    return UnknownLabel(label=line.written, closest=closest, field=FIELD_OF.get(closest, ""))


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
