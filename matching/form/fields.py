"""The fields of a request as a post names them: one row a field, and everything that lists fields is made of these.

A new field of one text is a row here and a line in :class:`Form`; what is kept, shown and compared of it stands in
:mod:`workflow.kernel.fields`, its column in :mod:`storage.ledger.fields`, its words in the two catalogues
(``docs/adding.md``). Tests hold them together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from matching.identifiers.values import Subject


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One field of a post."""

    key: str
    #: Words that announce it, folded (simplified, lower case, no spaces). The shortest of each language come first.
    labels: str
    one_text: bool = False  #: what is said under its labels is one text, named alike in :class:`Form`
    free: bool = False  #: any words: a label inside a line of it is only a word
    timed: bool = False  #: its words mean another time when they are written at another


#: In the order in which people are asked for them.
FIELDS: tuple[Field, ...] = (
    Field(
        key="type",
        labels=(
            "类型 事项 type 业务 事 事项类型 协作类型 协作事项 请求类型 请求事项 协查类型 协查事项 业务类型 类别 "
            "requesttype 请求内容 协作内容 协查内容 查询内容 查询事项 办理事项 subjectmatter "
            "requestedcheck check"
        ),
    ),
    Field(
        key="to",
        labels=(
            "致 协作单位 to 协查单位 被请求单位 受理单位 接收单位 收件单位 目标单位 主送 主送单位 发往 "
            "tounit recipient addressee 送往 收函单位 受文单位 协办单位 配合单位 承办单位 请协作单位 "
            "请求协作单位 受请求单位 协助单位 请协助单位 单位 发 attention attn towhom requestedunit unit"
        ),
    ),
    Field(
        key="subject",
        labels=(
            "对象 人员 被查人 车辆 subject person vehicle 协查对象 查询对象 被查对象 协作对象 核查对象 "
            "目标对象 被查人员 被查询人 协查人员 涉案人员 嫌疑人 犯罪嫌疑人 当事人 姓名 户名 开户名 账户名 "
            "机主 车主 户主 驾驶人 驾驶员 机主姓名 账户名 持卡人 开户人 查询人员 涉案人 目标人员 目标 "
            "被调查人 被核查人 查控对象 布控对象 名称 企业名称 公司名称 车辆信息 涉案车辆 协查车辆 企业 "
            "公司 单位名称 personname personsname nameofperson subjects people persons vehicles suspect "
            "name company car fullname suspects "
            "target personofinterest subjectname accountholder owner 人 人员信息 对象信息 "
            "嫌疑人信息 被查人信息 被查人员信息 当事人信息 涉案人员信息 查询对象信息"
        ),
    ),
    Field(
        key="case",
        one_text=True,
        labels=(
            "案件 案号 案件编号 case 案件号 案件名称 立案编号 警情编号 立案号 受案编号 案件文号 所涉案件 caseno "
            "casenumber caseid caseref casereference crimeno crimenumber crimeref incidentno incidentnumber"
        ),
    ),
    Field(
        key="period",
        one_text=True,
        timed=True,
        labels=(
            "期间 时段 起止时间 period 起止 调取期间 调取时段 调取时间 流水期间 交易期间 查询区间 时间区间 "
            "timeframe 时间段 时间范围 起止日期 查询期间 查询时段 查询时间 timeperiod timerange daterange"
        ),
    ),
    Field(
        key="reason",
        one_text=True,
        free=True,
        labels=(
            "事由 案由 简要案情 reason 理由 原因 案情 请求事由 协作事由 协查事由 查询事由 简要情况 "
            "案情简介 基本案情 查询原因 协查原因 请求原因 用途 目的 purpose cause grounds background "
            "because forwhat whatfor reasonforrequest facts 因 why"
        ),
    ),
    Field(
        key="basis",
        one_text=True,
        free=True,
        labels=(
            "依据 法律依据 basis 法律文书 请求依据 法律文书号 文书号 文书编号 法律文书编号 调证文书 协查函号 "
            "文号 legalbasis legalground warrant"
        ),
    ),
    Field(
        key="urgency",
        one_text=True,
        labels="紧急程度 urgency 紧急 紧急度 缓急 缓急程度 优先级 紧急级别 急缓程度 等级 priority",
    ),
    Field(
        key="ground",
        one_text=True,
        free=True,
        labels=(
            "紧急理由 ground 紧急原因 紧急事由 特急理由 特急原因 加急理由 加急原因 groundofurgency "
            "urgencyground reasonforurgency whyurgent"
        ),
    ),
    Field(
        key="due",
        one_text=True,
        timed=True,
        labels=(
            "时限 截止 due deadline 期限 办理时限 反馈时限 回复时限 答复时限 完成时限 办结时限 截止时间 "
            "截止日期 限期 限 办结期限 反馈期限 回复期限 完成期限 时间要求 办理期限 要求时间 要求反馈时间 "
            "反馈时间 回复时间 完成时间 办结时间 期望时间 截至时间 duedate dueby neededby respondby replyby answerby "
            "byneeded requiredby timelimit before"
        ),
    ),
    Field(
        key="note",
        one_text=True,
        free=True,
        labels="备注 note 附注 说明 补充说明 其他 其它 其他说明 附言 另注 notes remark remarks comment comments ps",
    ),
    Field(
        key="operation",
        one_text=True,
        labels="行动 operation 专项 专项行动 行动名称 专项名称 operationname nameofoperation",
    ),
    Field(
        key="contact",
        one_text=True,
        free=True,
        labels=(
            "联系人 contact 承办人 经办人 联系电话 承办民警 经办民警 办案民警 主办民警 主办人 联系民警 "
            "承办警官 联系人电话 承办人电话 经办人电话 民警电话 联系人及电话 联系人及联系电话 "
            "联系人及联系方式 联系人联系方式 contactperson contactnumber contactno contactphone officer "
            "caseofficer officerincharge officertocall investigator investigatingofficer handledby"
        ),
    ),
)

KEYS = tuple(field.key for field in FIELDS)
SINGLE = tuple(field.key for field in FIELDS if field.one_text)
FREE = frozenset(field.key for field in FIELDS if field.free)
TIMED = tuple(field.key for field in FIELDS if field.timed)
FIELD_OF = {label: field.key for field in FIELDS for label in field.labels.split()}


@dataclass(frozen=True, kw_only=True, slots=True)
class UnknownLabel:
    """A word with a colon that is no label of ours; ``closest`` is the label (and its field) that it
    resembles in letters or sound, "" when it resembles none. ``taken``: it was read as that field."""

    label: str
    closest: str = ""
    field: str = ""
    taken: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A post as it was read. Texts are as written, without invisible characters, "" where nothing was said.

    ``labels`` are the fields that had a label; ``lead`` is what stood above the first label and is no type.
    ``unread`` are numbers in the subjects of no kind that we know, ``left`` words in them that were not understood;
    both are in the note as well. ``unsure``: names and numbers of the subjects do not say which belong together.
    ``corrected``: what was said last of them puts right what stood before.
    ``whose``: numbers that may be the subject's, or those at which the writer is to be called.
    """

    type_text: str = ""
    to: tuple[str, ...] = ()
    subjects: tuple[Subject, ...] = ()
    case: str = ""
    period: str = ""
    reason: str = ""
    basis: str = ""
    urgency: str = ""
    ground: str = ""
    due: str = ""
    note: str = ""
    operation: str = ""
    contact: str = ""
    unknown: tuple[UnknownLabel, ...] = ()
    labels: frozenset[str] = frozenset()
    lead: str = ""
    unread: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    unsure: bool = False
    corrected: bool = False
    whose: tuple[Subject, ...] = ()
    raw: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    free: str = ""  # what stands above the first label, in whatever words
    confidential: bool | None = None  # None: it says nothing of it
