"""Columns whose names leave open what they hold are told by their cells; the names that offices use are known."""

from __future__ import annotations

import pytest

from storage.ledger.header import understand
from storage.ledger.outcomes import stage_of, waits
from storage.ledger.table import assembled
from storage.ledger.words import meaning
from tests.unit.storage.test_ledger_header import fields

NAME, ID, PLATE = "subjects.0.name", "subjects.0.ids.cn_id", "subjects.0.ids.plate"
KNOWN = {
    "asked": "来函 来文 收文 Received Requested Asked",
    "reply": "回函 复函 反馈 回复 Replied Reply Answered Response",
    "handler": "承办 经办 主办 经办人 承办民警 承办警官 落实民警 HandledBy RepliedBy ActionOfficer CaseOfficer OIC",
    "asker": "RequestedBy Sender Requester",
    NAME: "被查人员 车主 机主 户主 持卡人 驾驶人 失踪人员 在逃人员 SuspectName PersonOfInterest POI RegisteredOwner",
    ID: "车主身份证号 机主身份证号码 IDNo. IDNumber",
    "subjects.0.ids.phone": "车主电话 车主联系电话",
    PLATE: "涉案车牌 嫌疑车牌号 VRN RegNo.",
    "asked_at": "落款日期 交办时间 收件日期 DateIn DateOfEnquiry DateLogged RequestDate DateReceived",
    "answered_at": "函复日期 回执时间 DateOut ReplySent DateOfReply ReplyDate",
    "to_unit": "转办单位 落实单位 经办单位 ReferredTo AssignedUnit",
    "from_unit": "来函机关 来文部门 ReceivedFrom RequestingAgency",
    "type": "EnquiryType NatureOfRequest RequestCategory",
    "content": "Request Enquiry DetailsOfRequest 协查要求",
    "case": "CrimeNo. FileRef IncidentNumber CaseRef",
    "id": "LogNo. EntryNumber OurRef",
    "result": "ResultOfEnquiry Disposition",
    "type_code": "类型代码 业务类别编码 TypeCode",
    "from_unit_code": "来函单位代码 申请单位机构编码 FromUnitCode",
    "to_unit_code": "承办单位代码 协作单位代码 ToUnitCode",
}  # fmt: skip


@pytest.mark.parametrize("field", KNOWN)
def test_the_headings_of_more_offices_are_known(field: str) -> None:
    names = KNOWN[field].split()
    assert {name: meaning(name) for name in names} == dict.fromkeys(names, field)


@pytest.mark.parametrize(
    ("name", "cells", "field"),
    [
        ("来函", ("2024-03-01", "2024/3/2", ""), "asked_at"),
        ("来函", ("甲市公安局", "乙县公安局刑侦大队", ""), "from_unit"),
        ("来函", ("甲公函〔2024〕1号", "甲公函〔2024〕2号", "乙公函〔2024〕9号"), "id"),
        ("来函", ("核实其户籍所在地及家庭成员情况", "调取名下车辆登记信息，急", ""), "reason"),
        ("Received", ("1 Mar 2024", "2 Mar 2024", "March 3, 2024"), "asked_at"),
        ("Received", ("45352", "45353", "45354"), "asked_at"),
        ("Replied", ("2024-03-05", "pending", ""), "answered_at"),
        ("Replied", ("Y", "N", "Y"), "state"),
        ("回函", ("2024.3.5", "未回", "尚未回复"), "answered_at"),
        ("回函", ("户籍在本市。", "未回", "查无此人"), "answer"),
        ("经办", ("城东派出所", "刑侦大队", ""), "to_unit"),
        ("经办", ("钱某", "孙某", ""), "handler"),
        ("Requested by", ("North Station", "Harbour Police", ""), "from_unit"),
        ("Requested by", ("Sgt Lee", "PC Wong", ""), "contact"),
        ("Outcome", ("found", "nothing found", ""), "outcome"),
        ("Outcome", ("Lives at the address given", "Pending", ""), "answer"),
        ("结果", ("是", "否", "是"), "answer"),
    ],
)
def test_a_column_is_told_by_its_cells(name: str, cells: tuple[str, ...], field: str) -> None:
    header = f"Name|{name}|备注"
    assert fields(header, *(f"张某|{cell}|x" for cell in cells))[1] == field


def test_beside_columns_that_say_it_plainly_the_others_give_way() -> None:
    rows = ("1|2024-03-01|2024-02-28|x", "2|2024-03-02|2024-02-29|x")
    assert fields("编号|来函|来函日期|事由", *rows)[1:3] == [None, "asked_at"]
    assert fields("编号|回函|回函日期|来函日期", *rows)[1:3] == [None, "answered_at"]
    assert fields("编号|来函|受理时间|事由", *rows)[1:3] == ["asked_at", "accepted_at"]


WAITS = """
    未回 未回复 尚未回复 暂未反馈 没回 未收到回函 未见复函 待回函 等待反馈 至今未复 暂无回复 （未回） 未回。 逾期未回
    对方未反馈 已催，未回 办理中 核查中 正在办理 pending PENDING no_reply No_reply_yet awaiting_reply
    awaiting_response_from_KS not_yet not_yet_replied unanswered in_progress to_follow TBC outstanding
    no_answer_received"""
ANSWERS = """
    查无此人 未查到 无 无结果 否 是 已核实 户籍在本市 未登记 未处理 未办理 已登记 不在本市 无违法犯罪记录 no none
    found not_found nothing_found no_record accepted yes 未回家 待业 open_account"""


@pytest.mark.parametrize("words", WAITS.split())
def test_what_stands_where_no_answer_has_come(words: str) -> None:
    assert waits(words.replace("_", " ")) in ("open", "accepted")
    assert stage_of(words.replace("_", " ")) in ("open", "accepted")


@pytest.mark.parametrize("words", ANSWERS.split())
def test_a_no_is_an_answer(words: str) -> None:
    assert waits(words.replace("_", " ")) is None


def test_pending_is_a_word_for_an_approval_only_in_our_own_column() -> None:
    for header, state in (
        ("state", "pending"),
        ("状态", "pending"),
        ("Status", "open"),
        ("办理状态", "open"),
    ):
        [column] = understand([(header, "")], [["pending"], ["Replied"]])
        assert assembled([column], ["pending"]) == {"state": state}, header
    [column] = understand([("结果", "")], [["pending"], ["户籍在本市"]])
    assert assembled([column], ["pending"]) == {"state": "open"}
