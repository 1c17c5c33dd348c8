"""Invented people, cars, telephones, accounts and companies. Nobody in here exists; seeds make all of it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from stdnum import luhn
from stdnum.iso7064 import mod_11_2

# Common surnames about as often as they are common, then some that are read otherwise than they look.
SURNAMES = (
    "王王王王王王李李李李李李张张张张张张刘刘刘刘陈陈陈陈杨杨杨黄黄赵赵吴吴周周徐徐孙孙马马朱朱胡胡郭"
    "何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程苏魏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾"
    "夏付方邹熊白孟秦邱侯江尹薛段雷黎史龙陶贺毛郝顾龚邵万钱单仇解查翟盖覃缪"
)
COMPOUND = ("欧阳", "司马", "上官", "诸葛", "皇甫", "尉迟")
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红玲芬燕彬凤洁梅琳云莲真环雪荣爱妹香月莺媛瑞"
    "凡佳嘉琼勤珍贞莉峰浩宇轩博文志建国庆海波鹏飞龙虎林森鑫淼晨阳光亮辉煌俊豪帅东南西北中正清泉山石岩"
    "松柏竹菊春夏秋冬子梓涵欣怡诗婷晓小天一二三思源远航诚信义仁德才学良善美慧颖聪智睿昊然泽润祥瑞福禄"
    "寿喜乐康健安宁和睦友朋晴倩青未末己"
)
_FOREIGN = (
    "John Smith; Maria Garcia; Mohammed Ali; Ivan Petrov; Nguyen Van Minh; Kim Min Ji; Anna Kowalska; "
    "David Johnson; Fatima Hassan; Pierre Dupont; Yuki Tanaka; Carlos Mendoza; Olga Ivanova; Ahmed Khan"
)
FOREIGN = tuple(_FOREIGN.split("; "))
_MINORITY = "阿卜杜拉·买买提 古丽娜尔·艾合买提 买买提江·吐尔逊 扎西·多吉 努尔兰·哈斯木 热依汗·阿布都"
MINORITY = tuple(_MINORITY.split())
_HOMOPHONES = (
    "张章 伟玮 芳方 丽莉 静婧 敏民 强墙 磊雷 军君 勇永 艳燕 杰洁 涛滔 明铭 超朝 霞侠 平萍 刚钢 英瑛 华骅 "
    "玉昱 兰岚 红虹 玲灵 芬分 梅媚 琳林 云芸 雪薛 荣容 佳嘉 峰锋 浩皓 宇羽 轩萱 博伯 文闻 志智 建健 国郭 "
    "庆清 海亥 鹏朋 飞非 龙隆 林琳 鑫新 晨辰 阳扬 光广 亮靓 辉晖 俊骏 山珊 三山 春椿 子紫 欣心 婷亭 晓小 "
    "小晓 思斯 诚成 李黎 陈谌 王汪 徐许 周邹 吴武 刘牛 余于 于余 宁林 曾增"
)
HOMOPHONES = {pair[0]: pair[1] for pair in _HOMOPHONES.split()}
_LOOK_ALIKES = (
    "未末 末未 己已 晴睛 明朋 朋明 王玉 李季 陈阵 杨扬 峰锋 静净 敏梅 浩洁 军车 徐涂 倩情 清青 天夫 千干 "
    "建健 志忘 丽雨 佳住 红江 刚钢 林材 余佘 伟伪 芳苦 鹏鹃 涛铸 磊石"
)
LOOK_ALIKES = {pair[0]: pair[1] for pair in _LOOK_ALIKES.split()}
TRADITIONAL = str.maketrans(
    "张刘陈杨黄赵吴孙马郑谢许韩邓冯萧卢钟谭陆贾邹龙顾龚万钱单丽强军艳华兰红凤云莲爱莺贞宇国庆鹏飞东阳辉俊晓乐宁",
    (
        "張劉陳楊黃趙吳孫馬鄭謝許韓鄧馮蕭盧鍾譚陸賈鄒龍顧龔萬錢單麗強軍艷華蘭紅鳳雲蓮愛鶯貞宇國慶鵬飛東陽輝俊曉樂寧"
    ),
)
_COUNTIES = (
    "320583 320501 320506 320205 320211 320402 110105 310115 440305 330106 420111 510107 610113 370202 "
    "410105 350203 430103 340104 230103 500112 520102 450103 360102 130102"
)
COUNTIES = tuple(_COUNTIES.split())
PROVINCES = "苏苏苏苏苏沪浙皖京粤鲁豫川鄂湘闽赣"
PLATE_TAIL = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
BINS = ("622202", "621700", "622848", "621661", "622588", "623058", "622609", "621226")
_WORDS = "宏远 天成 恒信 金诺 瑞丰 鼎盛 华泰 众合 隆昌 东方 安泰 博雅 新源 顺达 嘉禾 明德"
WORDS = tuple(_WORDS.split())
_TRADES = "商贸 物流 科技 建筑工程 电子 纺织 餐饮管理 信息咨询 机械制造 投资管理"
TRADES = tuple(_TRADES.split())
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def cn_id(county: str, born: date, order: int) -> str:
    body = f"{county}{born:%Y%m%d}{order:03d}"
    return body + str(mod_11_2.calc_check_digit(body))


@dataclass(frozen=True, kw_only=True)
class Thing:
    """What a request can be about: a person with numbers, or something that a person owns."""

    key: str
    kind: str
    name: str
    ids: dict[str, str] = field(default_factory=dict)
    address: str = ""


class World:
    """Makes things, and things that look like them."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.made = 0

    def key(self) -> str:
        self.made += 1
        return f"t{self.made}"

    def name(self) -> str:
        draw = self.rng.random()
        if draw < 0.03:
            return self.rng.choice(FOREIGN)
        if draw < 0.05:
            return self.rng.choice(MINORITY)
        surname = self.rng.choice(COMPOUND) if draw < 0.07 else self.rng.choice(SURNAMES)
        return surname + "".join(self.rng.choice(GIVEN) for _ in range(1 if self.rng.random() < 0.35 else 2))

    def phone(self) -> str:
        return self.rng.choice(
            ("138", "139", "135", "151", "158", "186", "187", "133", "177", "199")
        ) + self.digits(8)

    def digits(self, size: int) -> str:
        return "".join(self.rng.choice("0123456789") for _ in range(size))

    def card(self) -> str:
        body = self.rng.choice(BINS) + self.digits(self.rng.choice((9, 12)))
        return body + luhn.calc_check_digit(body)

    def plate(self) -> str:
        start = self.rng.choice(PROVINCES) + self.rng.choice("ABCDEFGHJK")
        if self.rng.random() < 0.2:
            return start + self.rng.choice("DF") + self.rng.choice("ABCDEFGH1234") + self.digits(4)
        return (
            start
            + "".join(self.rng.choice(PLATE_TAIL[:10] * 3 + PLATE_TAIL[10:]) for _ in range(4))
            + self.digits(1)
        )

    def uscc(self) -> str:
        body = (
            "91"
            + self.rng.choice(COUNTIES)
            + "MA"
            + "".join(self.rng.choice(USCC_ALPHABET) for _ in range(7))
        )
        weights = [pow(3, i, 31) for i in range(17)]
        total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(body, weights, strict=True))
        return body + USCC_ALPHABET[(31 - total) % 31]

    def born(self) -> date:
        return date(1950, 1, 1) + timedelta(days=self.rng.randrange(20_000))

    def id_number(self) -> str:
        return cn_id(self.rng.choice(COUNTIES), self.born(), self.rng.randrange(1, 1000))

    def address(self) -> str:
        street = self.rng.choice("东西南北中") + self.rng.choice("前后新老")
        return f"玉山镇{street}路{self.rng.randrange(1, 999)}号"

    def person(self) -> Thing:
        name = self.name()
        ids = (
            {"cn_id": self.id_number()}
            if name not in FOREIGN
            else {"passport": self.rng.choice("ABNPXY") + self.digits(8)}
        )
        if self.rng.random() < 0.7:
            ids["phone"] = self.phone()
        return Thing(key=self.key(), kind="person", name=name, ids=ids, address=self.address())

    def thing(self, about: str) -> Thing:
        """Something that requests of this kind are about."""
        owner = self.person()
        if about == "person":
            return owner
        if about == "company":
            county = self.rng.choice(("苏州", "无锡", "常州", "昆山", "上海"))
            name = (
                county
                + self.rng.choice(WORDS)
                + self.rng.choice(WORDS)
                + self.rng.choice(TRADES)
                + "有限公司"
            )
            return replace(owner, kind="company", name=name, ids={"uscc": self.uscc()})
        number = {
            "vehicle": ("plate", self.plate),
            "phone": ("phone", self.phone),
            "account": ("bank_card", self.card),
        }
        kind, make = number[about]
        return replace(
            owner, kind=about, name=owner.name if self.rng.random() < 0.7 else "", ids={kind: make()}
        )

    def case(self) -> str:
        if self.rng.random() < 0.6:
            month, count = self.rng.randrange(1, 13), self.rng.randrange(1, 9999)
            return f"A{self.rng.choice(COUNTIES)}{self.digits(6)}2026{month:02d}{count:04d}"
        return f"昆公（刑）立字〔2026〕{self.rng.randrange(1, 9999)}号"
