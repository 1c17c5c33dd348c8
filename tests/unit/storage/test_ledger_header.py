"""What columns hold, by their names and by what stands beside them."""

from __future__ import annotations

import pytest

from storage.ledger.header import understand
from storage.ledger.words import meaning

OURS = {
    "id": "编号 协查编号 收文编号 登记编号 台账编号 id Ref RefNo.",
    "letter": "工单号 任务号 受理号 受理单号 文号 函号 来函文号 来函号 流水号 登记号",
    "serial": "序号 No. 行号 S/N",
    "from_unit": "来函单位 发函单位 申请单位 请求单位 请求协查单位 来文机关 委托单位 办案单位 需求部门 RequestingUnit",
    "to_unit": "协作单位 协查单位 受理单位 主送单位 承办单位 回函单位 被请求单位 反馈单位 AssistingUnit 致"
    " 受函单位 受文单位 致函单位 被协查单位 收函单位 收文单位 去函单位",
    "asked_at": "请求协查时间 来函日期 来文时间 收文日期 登记日期 提出时间 申请时间 发函日期 DateRequested RequestDate",
    "answered_at": "回函日期 反馈时间 答复时间 回复日期 查复时间 ReplyDate",
    "accepted_at": "受理时间 签收日期",
    "due": "办理期限 时限 完成时限 反馈时限 截止日期 Deadline",
    "case": "案件编号 案号 立案号 CaseNo.",
    "reason": "事由 案由 简要案情 案情简介 案件名称 查询理由 查询目的 Reason",
    "content": "事项 协查事项 协查内容 来函内容 请求事项 协作要求",
    "type": "类型 协查类型 业务类别 Type",
    "answer": "答复 回函内容 反馈内容 答复意见",
    "result": "结果 核查结果 查询结果 反馈情况 办理情况 处理结果 协查结论",
    "state": "状态 办理状态 是否回复 是否办结 办结情况",
    "handler": "承办人 承办民警 经办人 经办民警 办案民警 反馈人 回复民警 民警 Handler",
    "contact": "联系人 联络员 来函联系人 来函人 申请人 ContactPerson",
    "contact_phone": """承办人电话 承办人联系电话 经办人手机号 办公电话 值班电话 来函单位联系电话 联系人电话
        联系人及电话 电话（承办人） ContactNumber""",
    "call": "联系电话 电话 联系方式 Tel",
    "mobile": "手机号 手机号码 手机",
    "subjects.0.name": """姓名 被查人 协查对象 被查人姓名 嫌疑人 嫌疑人姓名 当事人 人员姓名 企业名称 Name *姓名
        核查人员名单 人员名单 名单 嫌疑人名单 1、姓名 姓名： 姓名（必填）""",
    "subjects.0.ids.cn_id": """身份证号 身份证号码 公民身份号码 证件号码 被查人身份证号 身份证号（必填）
        身份证号码(18位) 嫌疑人身份证 IDNumber""",
    "subjects.0.ids.phone": "涉案手机号 嫌疑人电话 对象手机号 机主手机号 手机号码（机主）",
    "subjects.0.ids.plate": "车牌号 号牌号码 车辆号牌 涉案车辆",
    "subjects.0.ids.bank_card": "银行卡号 涉案卡号",
    "subjects.1.ids.cn_id": "对象2身份证号 嫌疑人2身份证号码",
    "none": "审批人 受害人 受害人姓名 报案人 报案人电话 警号 填表人 审核人 领导批示",
    "note": "备注 说明 Remarks",
}  # fmt: skip
NOT_OURS = "年度 户籍地址 性别 年龄 民族 颜色 单位 x"


@pytest.mark.parametrize("field", OURS)
def test_the_names_that_offices_use_are_known(field: str) -> None:
    names = OURS[field].split()
    assert {name: meaning(name) for name in names} == dict.fromkeys(names, field)


@pytest.mark.parametrize("name", NOT_OURS.split())
def test_what_is_no_column_of_a_ledger_is_not_guessed(name: str) -> None:
    assert meaning(name) is None


def fields(header: str, *rows: str) -> list[str | None]:
    """What the columns are understood as: header and rows divided by |; a slash parts the two rows of a header."""
    names = [(cell.partition("/")[0], cell.partition("/")[2]) for cell in header.split("|")]
    cells = [row.split("|") for row in rows]
    return [c.field for c in understand(names, cells, is_type=lambda word: word in ("户籍证明", "机主信息"))]


PHONE, CONTACT = "subjects.0.ids.phone", "contact"


@pytest.mark.parametrize(
    ("header", "whose"),
    [
        ("编号|事项|姓名|事由|承办民警|联系电话|提出时间", CONTACT),
        ("编号|事项|姓名|事由|联系电话|承办民警|提出时间", CONTACT),
        ("编号|姓名|身份证号|联系电话|承办人|提出时间", CONTACT),  # whose is not certain: nobody's
        ("编号|来函单位|联系电话|姓名|身份证号|提出时间", CONTACT),
        ("编号|来函单位|联系人|联系电话|姓名|提出时间", CONTACT),
        ("编号|来函单位|联系人|手机号|姓名|提出时间", CONTACT),
        ("编号|姓名|身份证号|事由|提出时间|答复|联系电话|承办人", CONTACT),
        ("编号|姓名|身份证号|提出时间|联系电话|答复|承办人", CONTACT),
        ("编号|事项|姓名|手机号|事由|提出时间", PHONE),
        ("编号|姓名|身份证号|手机号码|承办民警|提出时间", PHONE),
        ("编号|姓名|联系电话|身份证号|事由|提出时间|承办民警", PHONE),
        ("编号|事项|申请单位|协作单位|手机号|事由|提出时间", PHONE),
        ("编号|事项|手机号|提出时间|答复时间|答复", PHONE),
        ("Ref|Name|Phone|Reason|Request date", PHONE),
        ("Ref|Name|Reason|Officer|Phone|Request date", CONTACT),
        ("编号|被查人/姓名|被查人/联系电话|承办人/姓名|承办人/联系电话|提出时间", PHONE),
    ],
)
def test_a_telephone_beside_an_officer_or_a_unit_is_no_number_of_the_subject(header: str, whose: str) -> None:
    found = fields(header)
    phones = [
        field
        for field, name in zip(found, header.split("|"), strict=True)
        if "电话" in name or "手机" in name or "Phone" in name
    ]
    assert phones[0] == whose
    assert phones[1:] in ([], [CONTACT])


def test_one_number_that_stands_with_many_people_is_the_officers_whatever_its_column_is_called() -> None:
    header = "编号|姓名|手机号|提出时间"
    assert fields(header, "1|张伟|13900000001|2024-03-01", "2|李静|13900000001|2024-03-01")[2] == CONTACT
    assert fields(header, "1|张伟|13900000001|2024-03-01", "2|李静|13900000002|2024-03-01")[2] == PHONE


def test_of_several_columns_for_an_id_the_one_that_is_unique_is_taken() -> None:
    rows = ("1|2024-协-001|a", "2|2024-协-002|b", "3|2024-协-003|c")
    assert fields("序号|编号|事由", *rows) == [None, "id", "reason"]
    assert fields("编号|来函文号|事由", *rows) == [None, "id", "reason"]
    assert fields("序号|文号|事由", "1|锡公〔2024〕1号|a", "2|锡公〔2024〕1号|b") == ["id", None, "reason"]
    assert fields("序号|文号|事由", "1|锡公〔2024〕1号|a", "2||b") == ["id", None, "reason"]


def test_columns_of_one_meaning_are_joined_or_the_first_counts() -> None:
    assert fields("编号|事由|简要案情|提出时间") == ["id", "reason", "reason", "asked_at"]
    assert fields("编号|来函日期|登记日期|受理时间") == ["id", "asked_at", None, "accepted_at"]
    assert fields("编号|受理时间|办结日期") == ["id", "asked_at", "answered_at"]
    assert fields("编号|日期|办结日期|回函日期") == ["id", "asked_at", None, "answered_at"]
    assert fields("编号|协查对象|姓名|身份证号") == ["id", None, "subjects.0.name", "subjects.0.ids.cn_id"]
    assert fields("编号|姓名|身份证号|姓名|身份证号")[3:] == ["subjects.1.name", "subjects.1.ids.cn_id"]
    assert fields("编号|起始时间|结束时间") == ["id", "period", "period"]


def test_what_is_asked_is_a_type_where_its_cells_name_types() -> None:
    assert fields("编号|协查内容|提出时间", "1|户籍证明|x", "2|机主信息|x")[1] == "type"
    assert fields("编号|协查内容|提出时间", "1|请协助查询张某名下银行卡流水情况|x")[1] == "reason"
    assert fields("编号|类型|协查内容|提出时间", "1|户籍证明|户籍证明|x")[1:3] == ["type", "reason"]
    assert fields("编号|事项|事由|提出时间", "1|走访|核实|x")[1:3] == ["type", "reason"]


def test_what_came_of_it_is_an_answer_an_outcome_or_a_state_as_its_cells_tell() -> None:
    assert fields("编号|办理情况|回函内容", "1|已回函|已核实", "2|办理中|")[1] == "state"
    assert fields("编号|核查结果|提出时间", "1|户籍在周市镇。|x")[1] == "answer"


@pytest.mark.parametrize(
    ("upper", "lower", "field"),
    [
        ("对象", "姓名", "subjects.0.name"),
        ("对象信息", "身份证号", "subjects.0.ids.cn_id"),
        ("反馈情况", "答复时间", "answered_at"),
        ("反馈情况", "日期", "answered_at"),
        ("回函", "内容", "answer"),
        ("来函情况", "单位", "from_unit"),
        ("来函", "日期", "asked_at"),
        ("承办人", "姓名", "handler"),
        ("承办情况", "姓名", "handler"),
        ("承办人", "电话", "contact"),
        ("来函单位", "名称", "from_unit"),
        ("来函单位", "联系电话", "contact"),
    ],
)
def test_two_rows_of_a_header_say_it_together(upper: str, lower: str, field: str) -> None:
    assert understand([("编号", ""), (upper, lower)])[1].field == field
