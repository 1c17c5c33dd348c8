"""What numbers look like in a text, where their form alone tells them from its other words."""

from __future__ import annotations

import re

from matching.identifiers.readers import PROVINCES
from matching.text.normalise import listed

REGISTER = re.compile(r"(?<![A-Za-z0-9])[A-Z]\d{12}20\d{6,10}(?!\d)")
DOCUMENT = re.compile(
    r"[\u4e00-\u9fff]{1,8}(?:\s?[(\[〔【][\u4e00-\u9fff]{1,6}[)\]〕】]\s?)?[\u4e00-\u9fff]{0,8}字?\s?"
    r"[(\[〔【]\s?20\d\d\s?[)\]〕】]\s?第?\s?\d{1,8}\s?号"
)
COURT = re.compile(
    r"[(\[〔【]\s?20\d\d\s?[)\]〕】]\s?[\u4e00-\u9fff]\d{0,4}[\u4e00-\u9fff]{1,8}\s?\d{1,8}\s?号"
)
#: 苏(2021)昆山市不动产权第1234567号: the number of a deed, a licence: like a document's, and nobody's.
DEED = re.compile(
    rf"[{PROVINCES}]\s?[(\[〔【]\s?(?:19|20)\d\d\s?[)\]〕】]\s?[\u4e00-\u9fff]{{2,16}}第?\s?\d{{4,12}}\s?号"
)
#: Words that stand before a document number and do not belong to it.
NOT_OF_A_NUMBER = re.compile(
    r"^.*?(?:案号|案件|编号|文号|见|及|据|与|和|按|系|为|的|在)(?=[\u4e00-\u9fff(\[〔【])"
)
PLATE = re.compile(
    rf"(?<![A-Za-z])(?:临\s?)?[{PROVINCES}]\s?[A-Za-z]\s?[·•●.\- ]?\s?[A-Za-z0-9*]{{4,6}}"
    r"(?:[警学挂港澳使领试超]|(?![A-Za-z0-9*]))"
)
PLATE_POLICE = re.compile(
    rf"(?<![A-Za-z0-9])WJ\s?[{PROVINCES}]\s?[·.\- ]?\s?[A-Z]?\d{{4}}[A-Z0-9]?(?![A-Za-z0-9])"
)
#: A plate after its word: any that is one.
PLATE_NAMED = re.compile(
    r"(?:[\u4e00-\u9fff]{0,3}[A-Za-z]{0,2}[\u4e00-\u9fff]?[·•●.\- ]?[A-Za-z0-9*]{2,7}(?:[-\s]?\d{1,4}){0,2})"
    r"[警学挂港澳使领试超]?"
)
EMAIL = re.compile(r"[A-Za-z0-9._+\-*]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,4}")
WEB = re.compile(r"[a-z]{2,8}://[^\s，。；、）)】\]<>\"'”\u4e00-\u9fff]{3,300}", re.IGNORECASE)
HOST = re.compile(
    r"(?<![A-Za-z0-9@._\-/])(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.){1,5}[A-Za-z]{2,24}(?![A-Za-z0-9@_\-])"
)
#: Ends of hosts that people name; a word with a dot in it (e.g, Co.Ltd) is none.
TOP = listed(
    "com cn net org gov edu mil int info top xyz vip club shop site online store live cc tv me io co "
    "app dev icu fun pro win bid loan work tech ltd link asia hk mo tw jp kr sg my th vn ph id in us "
    "uk de fr ru eu au ca example"
)
IP = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?(?![\d.])")
IP6 = re.compile(r"(?<![0-9A-Fa-f:])(?:[0-9A-Fa-f]{0,4}:){3,7}[0-9A-Fa-f]{0,4}(?![0-9A-Fa-f:])")
MAC = re.compile(
    r"(?:(?<=MAC)|(?<=mac)|(?<![0-9A-Fa-f:\-]))[0-9A-Fa-f]{2}(?:([:\-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}(?![0-9A-Fa-f:\-])"
)
WALLET = re.compile(
    r"(?<![A-Za-z0-9])(?:0x[0-9A-Fa-f]{40}|(?:bc1|ltc1)[02-9ac-hj-np-z]{38,60}|[13LDT][1-9A-HJ-NP-Za-km-z]{25,34})"
    r"(?![A-Za-z0-9])"
)
#: Papers of which a sign stands in brackets: A123456(3), 1234567(8), 0012345678(B).
BRACKETED = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z]{1,2}\d{6}|\d{7,10})\s?\([0-9A-Za-z]\)")
#: (0512)57123456
AREA_IN_BRACKETS = re.compile(r"(?<![A-Za-z0-9])(?:\+?86\s?)?\(0?\d{2,3}\)\s?\d{3,4}[\s\-]?\d{4}(?!\d)")
#: +1 (415) 555-0132, +44 (0)20 7946 0958
ABROAD_IN_BRACKETS = re.compile(
    r"(?<![A-Za-z0-9])\+\d{1,3}[\s.\-]?\(\d{1,4}\)[\s.\-]?\d(?:[\s.\-]?\d){4,11}(?!\d)"
)
SERVICE_CARD = re.compile(r"[\u4e00-\u9fff]{1,4}字第?\s?\d{6,12}\s?号?|[A-Za-z]{0,4}\d{5,12}")
ACCOUNT = re.compile(r"@?[A-Za-z0-9][A-Za-z0-9_.\-+*]{2,63}(?:@[A-Za-z0-9.\-]{3,63})?")
QUANTITY = re.compile(r"\s?(?:元|万|亿|块|余|多|笔|次|个|年|月|日|天|小时|分钟|%|人民币|RMB|USD|[.,]\d{2}元)")
#: What may stand between two numbers of one list, so that a word before the first speaks for the next.
LIST = re.compile(r"\s?(?:[、,，/;；&]|和|及|与|以及|and)\s?")
#: What may stand after the word that announces it, for kinds that no run of digits is.
AFTER: dict[str, re.Pattern[str]] = {
    "plate": PLATE_NAMED,
    "officer_id": SERVICE_CARD,
    "account": ACCOUNT,
    "mac": re.compile(r"[0-9A-Fa-f]{2}(?:[:\-.\s]?[0-9A-Fa-f]{2}){4,6}"),
    "wallet": re.compile(r"(?:0x)?[0-9A-Za-z]{20,64}"),
    "domain": re.compile(r"(?:[A-Za-z]{2,8}://)?[A-Za-z0-9][A-Za-z0-9.\-]{2,200}"),
    "ip": re.compile(r"(?:\d{1,3}[.*]){3}[\d*]{1,3}|[0-9A-Fa-f:]{6,39}"),
    "vin": re.compile(r"[A-Za-z0-9]{11,20}"),
    "iccid": re.compile(r"89[0-9A-Fa-f](?:[\s\-]?[0-9A-Fa-f]){14,18}"),
}
PIECE = re.compile(r"\+?[0-9A-Za-z*|]+")
DAY = r"(?:19|20)\d\d(?:-\d\d?-\d\d?|/\d\d?/\d\d?|\.\d\d?\.\d\d?)"
#: Dates, one or several (2026-02-01 2026-02-28), that do not stand within a longer number.
DAYS = re.compile(rf"(?<![\d*])(?<![\d*][-./ ]){DAY}(?:[ ~至到—–-]{{1,3}}{DAY})*(?![-./ ]?[\d*])")
GLUED = re.compile(r"[A-Za-z]{1,10}(?=[\d*]{6})")
#: 手机尾号6789, 尾号为6789的银行卡, 身份证后四位123X.
TAIL = re.compile(
    r"(?P<before>手机号?码?|电话号?码?|银行卡|储蓄卡|信用卡|[农工建中交招]行卡|卡号|身份证号?码?)?(?:的)?"
    r"(?:尾号|后[四4]位|[末尾][四4]位)(?:数字)?(?:为|是)?\s?[::]?\s?(?P<digits>\d{3}[\dXx])(?![\dA-Za-z])"
    r"(?:的(?P<after>手机|电话|银行卡|储蓄卡|信用卡|[农工建中交招]行卡|身份证))?"
)
TAIL_OF = (("手机", "phone"), ("电话", "phone"), ("身份证", "cn_id"), ("卡", "bank_card"))
TAIL_SIZE = {"phone": 11, "cn_id": 18, "bank_card": 16}
