"""Free texts as groups see them: what is harmless stays readable, what names or numbers anybody does not."""

from __future__ import annotations

import pytest

from matching.identifiers.values import Identifier, Subject
from matching.masking.masking import mask_text

HARMLESS = [
    "请于2026年3月1日18:00前反馈，依据刑法第353条，共3天",
    "KS1DRILL26-0042、KSDRILL26-0042-1",
    "A栋，¥500，KS26-0042，2/3，18:00，3天，第353条，2026年3月1日",
    "已查实，情况属实。查无此人的出入境记录",
    "请补充出生日期；不属本辖区；需要法律文书",
    "高度重视，马上安排，向上级汇报，方便时请电话联系，时间从周一到周五",
    "电信诈骗案嫌疑人户籍核实",
    "请核实该车辆是否于2026年2月3日经过花桥卡口，车主是否为本人",
    "请协助调取张家港市公安局2026-02-01至2026-02-28的话单，共计12份",
    "金额500000元，转账3次，每次20000元，损失约1,234,567.89元",
    "案号A3205834500002026010001，锡公（刑）立字〔2026〕0123号，(2026)苏05刑初123号",
    "第1季度完成12345件，占比98.5%，同比增长3.2%",
    "2026-12-01 18:00 到 2026-12-05，18:00-20:30，2026/12/01，20261201",
    "见 /r_KS26_0042，WX26-9999 已办结",
    "可拨打12345热线或96110平台",
    "涉嫌违反治安管理处罚法第42条第5款、第六项",
    "年龄30岁，身高175cm，体重70kg，行驶3.5公里，3楼大厅，28号前",
    "无违法犯罪记录，无房产登记，名下无车辆",
    "该号码为虚拟运营商号段，机主信息待查，微信未实名",
    "请昆山市公安局花桥派出所协助，联系苏州市局综合专班",
    "材料不全：缺少立案决定书、调取证据通知书各一份",
    "Please check the registration before 15 May 2026 at 18:00, Wuxi Public Security Bureau",
    "Done. Nothing found. Request WX26-0001 can be closed, 3 days left.",
    "一、已核实；\n二、情况属实；\n三、材料随后寄出。",
    "对方要求提供法律依据，成年人需本人到场，单位介绍信即可",
    "全部属实，关于时限问题，连续三天未接听，易于查找",
    "核实涉案人员户籍、人员车辆、人员行踪、联系人单位、其妻户口、被害人陈述",
    "当事人温州人，对象武汉籍",
    "那个时间的监控，这个单位的人，那个高度，有个车辆的信息，一名男子，这名民警，那位老师，一个成年人",
    "车上三人，明天三人到场，全程两人陪同，和解协议，通知书编号，官网地址，占地面积，代收货款",
    "同事方便时联系，女儿安全到家，父亲常住昆山，司机应急处置，母亲高度近视，朋友成功逃脱",
    "死者家属的信息，目击者称，伤者已送医，驾驶者酒驾",
    "请于明天上午反馈，于今日反馈，于昨日抓获，请于本周五前反馈，于当日到案",
    "请于三日内反馈，于十二月一日前，于案发前，于近期，于收到后",
    "谢谢",
    "帮忙查一下，查清后反馈，查明去向，应立即办理，全民",
    "谢谢配合，多谢支持",
    "一周后的反馈，房前有车，两张中的一张，周前是否到，第三段后与前段",
    "请查机主，请查户主，请查卡主信息，请查手机号",
    "请查车主住址，向机主核实",
    "依据：刑诉法",
    "刑法、刑诉法、民诉法",
    "刑诉法第五十四条，第五批，第五季度，第五百条",
    "《刑事诉讼法》第五十四条，《治安管理处罚法》第八十二条",
    "Identity of the suspect",
    "Identity check, Identification of the owner, ID card, Accountability, account of the suspect",
]

HIDDEN = [
    ("经查，王佳人现住长江路12号3幢501室", ["佳人", "长江路", "501"]),
    ("王佳人，30岁；李三族；赵一岁；孙大人", ["佳人", "三族", "一岁", "大人"]),
    ("Chan Tai Man和Mohammed bin Ali在场", ["Chan", "Tai", "Mohammed", "Ali"]),
    ("contact his wife Anna Smith, Mr. O'Brien or Jean-Luc Picard", ["Anna", "Smith", "Brien", "Jean", "Picard"]),
    ("王・佳・人", ["佳", "人"]),
    ("王 佳 人", ["佳", "人"]),
    ("王—佳—人", ["佳", "人"]),
    ("王‧佳‧人", ["佳", "人"]),
    ("与阿不都热西提·买买提江同住", ["热西提", "买提江"]),
    ("户主李红梅，其妻张小燕，其子赵一鸣", ["红梅", "小燕", "一鸣"]),
    ("嫌疑人叫高峰，绰号大头，同伙黄河", ["峰", "头"]),
    ("有事找李红梅，送赵一鸣到站", ["红梅", "一鸣"]),
    ("司马相如，嫌疑人张相如于昨日抓获", ["相", "如"]),
    ("王若涵，李可欣在场，张和平，查李向东", ["若涵", "可欣", "和平", "向东"]),
    ("于明月和于海涛，查良镛，第五建国，谢谢李红梅，请查机主李红梅", ["明月", "海涛", "良镛", "建国", "红梅"]),
    ("ID: xiaowang88，UID 8866ab，account wang_88", ["iaowang", "66a", "ang_8"]),
    ("张三、李四、王五三人系同案犯", ["三、", "四", "五"]),
    ("联系人：欧阳锋，民警：诸葛亮明", ["锋", "亮明"]),
    ("与马强一起，白峰涉嫌盗窃，请核实于欣是否居住", ["强", "峰", "欣"]),
    ("请查蒋中的户籍，王未雪涉嫌盗窃，与覃才一起，事主李来报案", ["中", "未雪", "才", "来"]),
    ("上次那个于谦的户籍还没回，于谦和另一人", ["谦的"]),
    ("失踪人员沙漠的父亲，方圆三人的户籍", ["沙漠", "方圆"]),
    ("再帮查下他哥哥万里户籍，邻居吉利报案", ["万里", "吉利"]),
    ("殴打他人（被打者雷雨，打人者祖海），死者白云", ["雷雨", "祖海", "白云"]),
    ("证人饶雪梅称，报案人穆小青，邝美云与仲伟民争吵，原告吉敏芳", ["雪梅", "小青", "美云", "伟民", "敏芳"]),
    ("何磊、林静，肖艳在场，昆山的付森", ["磊", "静", "艳", "森"]),
    ("现住江苏省昆山市花桥镇徐公桥路2号3幢501室", ["徐公桥", "2号", "501"]),
    ("住花桥村5组12号", ["花桥村5组12"]),
    ("户籍地址：无锡市滨湖区太湖花园二期18号楼2单元", ["太湖花园", "18号"]),
    ("lives at 12 Nanjing Road", ["12 Nanjing"]),
    ("微信号 wxid_abc123，微信：sunshine_88，QQ：12345678", ["abc", "sunshine", "345678"]),
    ("快手号：kuaishou_wang，抖音号dy998877", ["wang", "9988"]),
    ("Telegram @zhang_san，FB ID：100012345", ["hang_san", "0012345"]),
    ("微信昵称：花开富贵，网名“小王子”", ["花开", "小王子"]),
    ("邮箱 zhang.san@qq.com，li (at) 163.com", ["zhang.san", "li (at)"]),
    ("网站 www.evil-site.com 和 abc123.top/login，http://1.2.3.4/x", ["evil", "abc123", "login", "1.2.3.4"]),
    ("aa:bb:cc:dd:ee:ff，AA-BB-CC-DD-EE-0F，aabb.ccdd.eeff", ["bb:cc", "BB-CC", "ccdd"]),
    ("192.168.101.23，2001:db8::ff00:42:8329，fe80::1", ["168.101", "ff00", "fe80::1"]),
    ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", ["w508", "d6qe", "kv8f"]),
    ("0x52908400098527886E0F7030069857D2E4169EE7", ["8400", "4169"]),
    ("TLa2f6VPqDgRE67v1736s7bJ8Ray5wYjU7", ["f6VP", "RE67"]),
    ("WJ苏12345，WJ 苏·12345，军A·12345，南A12345", ["2345", "234"]),
    ("苏E·12345，苏ED12345，苏E 1 2 3 4 5，粤Z1234港，AB1234，MA-12-34", ["2345", "D1234", "1234", "2-3", "1 2 3"]),
    ("VIN LSVAA4182E2123456，IMEI 356938035643809", ["A4182E", "0356"]),
    ("护照E12345678，回乡证H1234567800，台胞证 12345678，港澳居民来往 C1234 5678", ["2345", "4567", "1234 5"]),
    ("身份证A123456(3)，香港身份证 A 123456 (3)，澳门 1/234567/8", ["2345", "3456"]),
    ("警号012345，军官证 军字第1234567号", ["1234"]),
]  # fmt: skip


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_known_to_be_harmless_stays_readable(text: str) -> None:
    assert mask_text(text) == text


@pytest.mark.parametrize(("text", "gone"), HIDDEN, ids=[text[:16] for text, _ in HIDDEN])
def test_what_names_or_numbers_anybody_is_hidden(text: str, gone: list[str]) -> None:
    shown = mask_text(text)
    assert [part for part in gone if part in shown] == [], shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("13812345678 2026-03-01 18:00", "138****5678 2026-03-01 18:00"),
        ("320583 1990-01-01 0010", "32**************10"),
        ("32058319900101 0010", "320583********0010"),
        ("3205831990-01-01-0010", "320583********0010"),
        ("电话13812345678，3人", "电话138****5678，3人"),
    ],
)
def test_a_moment_stays_beside_a_number_and_not_within_one(text: str, shown: str) -> None:
    assert mask_text(text) == shown or text[7:15] not in mask_text(text)
    assert "0010" not in text or "19900101" not in mask_text(text).replace("-", "").replace(" ", "")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("王海波", "Wang Haibo"), ("王海波", "HAIBO WANG"), ("王海波", "wang hai bo"), ("王海波", "WangHaibo"),
        ("Wang Haibo", "王海波"), ("WANG HAIBO", "Haibo Wang"),
        ("Chan Tai Man", "Tai Man Chan"), ("Chan Tai Man", "CHAN, Tai-Man"), ("Chan Tai Man", "chan tai man"),
        ("Mohammed bin Ali", "MOHAMMED BIN ALI"), ("Mohammed bin Ali", "Ali Mohammed"),
        ("Mohammed bin Ali", "Mohammed"),
        ("陈望舒", "陈・望・舒"), ("陈望舒", "陈‧望舒"), ("陈望舒", "陈 — 望舒"), ("陈望舒", "陈(望舒)"),
        ("陈望舒", "陈,望,舒"), ("陈望舒", "陈|望\\舒"), ("陈望舒", "陳望舒"),
        ("王海波 Wang Haibo", "王海波（Wang Haibo）"),
        ("阿不都·买买提", "阿不都 买买提"), ("阿不都·买买提", "阿不都买买提"),
    ],
)  # fmt: skip
def test_a_known_name_is_hidden_in_every_spelling(name: str, written: str) -> None:
    shown = mask_text(f"经查，{written}在场", (Subject(name=name),))
    letters = [c for c in written if c.isalpha()]
    kept = [c for c in shown.removeprefix("经查，").removesuffix("在场") if c.isalpha()]
    assert len(kept) <= max(1, len(letters) // 3), shown


@pytest.mark.parametrize("written", ["8866", "8 8 6 6", "８８６６", "八八六六"])
def test_a_known_number_is_hidden_although_it_is_short(written: str) -> None:
    account = Identifier(kind="account", value="8866", state="valid", raw="8866")
    assert "866" not in mask_text(f"尾号{written}。", (Subject(ids=(account,)),)).replace(" ", "")


def test_an_answer_that_was_reused_is_hidden_by_the_subjects_of_both() -> None:
    asked = Subject(ids=(Identifier(kind="phone", value="13812345678", state="valid"),))
    source = Subject(name="于是", ids=())
    assert mask_text("机主于是，13812345678", (asked, source)) == "机主于*，138****5678"
