"""Thirty earlier requests of the sample bureau, as ledger rows for `crossbeat import`.

Dates are relative to the moment of asking, so that some answers are always fresh and some always stale.
"""

from datetime import datetime, timedelta
from typing import Any

from sandbox.sample.tour import KNOWN_SUBJECT

KS, WX, SZ, CZ = "昆山市公安局", "无锡市公安局", "苏州市公安局", "常州市公安局"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_CN_ID_LENGTH = 18


def cn_id(area: str, birth: str, serial: str) -> str:
    """A resident ID with its check digit by GB 11643 (ISO 7064 MOD 11-2)."""
    body = area + birth + serial
    return body + _CHECK[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def luhn(body: str) -> str:
    """A card number with its check digit (ISO/IEC 7812)."""
    total = 0
    for index, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if index % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


def _person(name: str, identity: str, phone: str | None = None) -> dict[str, Any]:
    full = identity if len(identity) == _CN_ID_LENGTH else cn_id(*identity.split())
    ids = {"cn_id": full}
    if phone:
        ids["phone"] = phone
    return {"kind": "person", "name": name, "ids": ids}


def _thing(kind: str, name: str | None, **ids: str) -> dict[str, Any]:
    subject: dict[str, Any] = {"kind": kind, "ids": ids}
    return subject | {"name": name} if name else subject


_XU = _person(*KNOWN_SUBJECT, phone="13962660417")
_MO = _person("莫听雨", "320583 19930217 003")
_TAO = _person("陶然之", "320584 19930923 115")
_CARD = _thing("account", "江予白", bank_card=luhn("622202110200345678"))

# type, from, to, subject, reason, asked (days ago), hours to the answer (None: open), answer, outcome
# fmt: off
_ROWS: list[tuple[str, str, str, dict[str, Any] | None, str, int, int | None, str, str]] = [
    ("household", WX, KS, _XU, "合同诈骗案嫌疑人户籍核实", 13, 20,
     "已核实：户籍在昆山市玉山镇，户别为家庭户，户籍状态正常，户籍证明已盖章寄出。", "found"),
    ("household", CZ, KS, _MO, "网络赌博案涉案人员户籍核实", 40, 30,
     "已核实：户籍在昆山市花桥镇，2021 年由安徽迁入。", "found"),
    ("household", WX, KS, _person("宋清和", "320583 19951102 081"), "盗窃案嫌疑人户籍核实", 220, 26,
     "已核实：户籍在昆山市周市镇，家庭成员三人。", "found"),
    ("household", SZ, WX, _person("卫长风", "320211 19900814 271"), "电信诈骗案户籍核实", 9, 18,
     "已核实：户籍在无锡市锡山区，户籍证明见附件。", "found"),
    ("household", KS, WX, _person("蒋若木", "320211 19960305 034"), "职务侵占案户籍核实", 25, 50,
     "经查，该身份证号无对应户籍登记，请核对号码。", "nothing_found"),
    ("household", WX, CZ, _person("韩枕书", "320402 19870729 052"), "非法经营案户籍核实", 61, 40,
     "已核实：户籍在常州市天宁区，2019 年曾变更姓名。", "found"),
    ("household", CZ, WX, _TAO, "故意伤害案当事人户籍核实", 3, None,
     "", ""),
    ("household", SZ, KS, _person("柳扶疏", "320583 20010610 094"), "寻衅滋事案户籍核实", 75, 22,
     "已核实：户籍在昆山市陆家镇，在校学生。", "found"),
    ("residence", WX, KS, _XU, "核实嫌疑人实际居住地", 18, 70,
     "社区民警已走访：现租住昆山市长江南路某小区，房东证实其每周回住。", "found"),
    ("residence", SZ, KS, _person("白夜航", "320504 19910125 136"), "取保候审人员居住情况核查", 50, 96,
     "已走访两次均无人应门，邻居称其一个月前搬离，去向不明。", "partly"),
    ("residence", CZ, WX, _person("曲望京", "320402 19830511 018"), "在逃人员关系人居住核查", 6, 60,
     "已走访：确居该址，家中二老，未见当事人。", "found"),
    ("residence", KS, CZ, _person("祝南星", "320404 19940416 021"), "被害人居住地核查", 2, None,
     "", ""),
    ("vehicle", WX, KS, _thing("vehicle", None, plate="苏E7K2M9"), "交通肇事逃逸案车辆核查", 11, 8,
     "小型轿车，白色，登记所有人为昆山某商贸有限公司，年检有效，无抵押。", "found"),
    ("vehicle", SZ, WX, _thing("vehicle", None, plate="苏BD30518"), "盗窃案涉案新能源车核查", 30, 16,
     "小型新能源汽车，登记所有人为个人，三个月前转移登记。", "found"),
    ("vehicle", CZ, KS, _thing("vehicle", None, plate="苏E91P6A"), "诈骗案涉案车辆核查", 120, 12,
     "该号牌已于去年注销。", "found"),
    ("vehicle", KS, WX, _thing("vehicle", None, plate="苏B5R08T"), "套牌车核查", 4, 10,
     "号牌真实车辆为黑色商务车，与贵单位所述车型不符，疑似套牌。", "found"),
    ("phone", WX, KS, _thing("phone", None, phone="13584960273"), "电信诈骗案涉案号码核查", 8, 12,
     "号码已实名，机主为外省籍人员，开户于昆山营业厅，书面材料已寄。", "found"),
    ("phone", SZ, KS, _thing("phone", None, phone="15962418805"), "骚扰电话号码核查", 33, 20,
     "号码为企业号段，登记单位见书面材料。", "found"),
    ("phone", CZ, WX, _thing("phone", None, phone="18261537740"), "网络诈骗案号码核查", 140, 30,
     "号码已注销，注销前机主信息见书面材料。", "partly"),
    ("phone", KS, WX, _thing("phone", None, phone="13771169052"), "敲诈勒索案号码核查", 1, None,
     "", ""),
    ("account", WX, KS, _CARD, "电信诈骗案二级卡流水调取", 15, 60,
     "流水已调取，期间入账 47 笔，材料见附件。", "found"),
    ("account", SZ, WX, _thing("account", "温如故", bank_card=luhn("621700125000876543")),
     "集资诈骗案账户查询", 28, 90,
     "账户余额及流水已调取，已协助续冻。", "found"),
    ("account", CZ, KS, _thing("account", None, account="ks_pay_20931"), "网络赌博案支付账户查询", 5, None,
     "", ""),
    ("company", WX, KS, _thing("company", "昆山云栖谷物流有限公司", uscc="91320583MA1N0A0B1R"),
     "虚开发票案企业登记核查", 22, 24,
     "企业在业，注册地为集中登记地，实地无人办公。", "found"),
    ("company", SZ, WX, _thing("company", "无锡听松电子商务有限公司", uscc="91320205MA1P7C3D4Y"),
     "合同诈骗案企业核查", 45, 30,
     "企业已于上季度注销，清算组备案材料见附件。", "found"),
    ("criminal_record", WX, KS, _MO, "审查起诉前科核查", 12, 9,
     "经查无违法犯罪记录。", "nothing_found"),
    ("criminal_record", CZ, KS, _person("齐观棋", "320583 19960318 177"), "盗窃案前科核查", 37, 14,
     "曾因盗窃被行政处罚一次，处罚决定书编号见书面材料。", "found"),
    ("criminal_record", KS, WX, _TAO, "取保候审审查前科核查", 20, 11,
     "经查无违法犯罪记录。", "nothing_found"),
    ("witness", WX, KS, _person("洛川平", "320583 19890907 029"), "协助询问案发时在场证人", 26, 100,
     "已询问并制作笔录一份，同步录音录像，材料已邮寄。", "found"),
    ("other", SZ, WX, None, "请协助张贴并转发协查通报", 10, 30,
     "已在辖区派出所及公众号发布。", "found"),
]
# fmt: on

_CASE_AREAS = {KS: "320583", WX: "320205", SZ: "320500", CZ: "320402"}
_WITH_CASE = ("household", "witness", "account", "criminal_record")


def _case(row: int, unit: str, asked: datetime) -> str:
    return f"A{_CASE_AREAS[unit]}550000{asked.year}{asked.month:02d}{row + 1:04d}"


def _row(number: int, now: datetime) -> dict[str, Any]:
    kind, asking, asked_unit, subject, reason, days, hours, answer, outcome = _ROWS[number]
    asked = (now - timedelta(days=days)).replace(hour=9, minute=number, second=0, microsecond=0)
    row: dict[str, Any] = {
        "id": f"legacy-{number + 1:06d}",
        "type": kind,
        "from_unit": asking,
        "to_unit": asked_unit,
        "subjects": [] if subject is None else [subject],
        "reason": reason,
        "asked_at": asked.isoformat(),
        "state": "answered" if hours is not None else "open",
    }
    if kind in _WITH_CASE:
        row["case"] = _case(number, asking, asked)
    if kind == "account":
        start = (asked - timedelta(days=45)).date()
        row["period"] = [start.isoformat(), (start + timedelta(days=30)).isoformat()]
    if hours is not None:
        row |= {
            "answered_at": (asked + timedelta(hours=hours)).isoformat(),
            "answer": answer,
            "outcome": outcome,
        }
    return row


def ledger(now: datetime) -> list[dict[str, Any]]:
    """Thirty rows of the ledger's form, asked up to 220 days before `now` (aware), some still open.

    Raises:
        ValueError: `now` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError("now must be aware")
    return [_row(number, now) for number in range(len(_ROWS))]
