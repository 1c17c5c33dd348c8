"""Invented people, cars, telephones, accounts and companies. Nobody in here exists; seeds make all of it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from stdnum import luhn
from stdnum.iso7064 import mod_11_2

# Common surnames about as often as they are common, then some that are read otherwise than they look.
SURNAMES = (
    "王王王王王王李李李李李李张张张张张张刘刘刘刘陈陈陈陈杨杨杨黄黄赵赵吴吴周周徐徐孙孙马马朱朱胡胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田"
    "董潘袁蔡蒋余于杜叶程苏魏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛段雷黎史龙陶贺毛郝顾龚邵万钱"
    "单仇解查翟盖覃缪"
)
COMPOUND = ("欧阳", "司马", "上官", "诸葛", "皇甫", "尉迟")
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红玲芬燕彬凤洁梅琳云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉"
    "峰浩宇轩博文志建国庆海波鹏飞龙虎林森鑫淼晨阳光亮辉煌俊豪帅东南西北中正清泉山石岩松柏竹菊春夏秋冬子梓涵欣怡诗婷晓小"
    "天一二三思源远航诚信义仁德才学良善美慧颖聪智睿昊然泽润祥瑞福禄寿喜乐康健安宁和睦友朋晴倩青未末己"
)
FOREIGN = (
    "John Smith", "Maria Garcia", "Mohammed Ali", "Ivan Petrov", "Nguyen Van Minh", "Kim Min Ji", "Anna Kowalska",
    "David Johnson", "Fatima Hassan", "Pierre Dupont", "Yuki Tanaka", "Carlos Mendoza", "Olga Ivanova", "Ahmed Khan",
)
MINORITY = ("阿卜杜拉·买买提", "古丽娜尔·艾合买提", "买买提江·吐尔逊", "扎西·多吉", "努尔兰·哈斯木", "热依汗·阿布都")
HOMOPHONES = {
    "张": "章", "伟": "玮", "芳": "方", "丽": "莉", "静": "婧", "敏": "民", "强": "墙", "磊": "雷", "军": "君", "勇": "永", "艳": "燕",
    "杰": "洁", "涛": "滔", "明": "铭", "超": "朝", "霞": "侠", "平": "萍", "刚": "钢", "英": "瑛", "华": "骅", "玉": "昱", "兰": "岚",
    "红": "虹", "玲": "灵", "芬": "分", "梅": "媚", "琳": "林", "云": "芸", "雪": "薛", "荣": "容", "佳": "嘉", "峰": "锋", "浩": "皓",
    "宇": "羽", "轩": "萱", "博": "伯", "文": "闻", "志": "智", "建": "健", "国": "郭", "庆": "清", "海": "亥", "鹏": "朋", "飞": "非",
    "龙": "隆", "林": "琳", "鑫": "新", "晨": "辰", "阳": "扬", "光": "广", "亮": "靓", "辉": "晖", "俊": "骏", "山": "珊", "三": "山",
    "春": "椿", "子": "紫", "欣": "心", "婷": "亭", "晓": "小", "小": "晓", "思": "斯", "诚": "成", "李": "黎", "陈": "谌", "王": "汪",
    "徐": "许", "周": "邹", "吴": "武", "刘": "牛", "余": "于", "于": "余", "宁": "林", "曾": "增",
}
LOOK_ALIKES = {
    "未": "末", "末": "未", "己": "已", "晴": "睛", "明": "朋", "朋": "明", "王": "玉", "李": "季", "陈": "阵", "杨": "扬", "峰": "锋",
    "静": "净", "敏": "梅", "浩": "洁", "军": "车", "徐": "涂", "倩": "情", "清": "青", "天": "夫", "千": "干", "建": "健", "志": "忘",
    "丽": "雨", "佳": "住", "红": "江", "刚": "钢", "林": "材", "余": "佘", "伟": "伪", "芳": "苦", "鹏": "鹃", "涛": "铸", "磊": "石",
}
TRADITIONAL = str.maketrans("张刘陈杨黄赵吴孙马郑谢许韩邓冯萧卢钟谭陆贾邹龙顾龚万钱单丽强军艳华兰红凤云莲爱莺贞宇国庆鹏飞东阳辉俊晓乐宁", (
    "張劉陳楊黃趙吳孫馬鄭謝許韓鄧馮蕭盧鍾譚陸賈鄒龍顧龔萬錢單麗強軍艷華蘭紅鳳雲蓮愛鶯貞宇國慶鵬飛東陽輝俊曉樂寧"
))
COUNTIES = (
    "320583", "320501", "320506", "320205", "320211", "320402", "110105", "310115", "440305", "330106", "420111", "510107",
    "610113", "370202", "410105", "350203", "430103", "340104", "230103", "500112", "520102", "450103", "360102", "130102",
)
PROVINCES = "苏苏苏苏苏沪浙皖京粤鲁豫川鄂湘闽赣"
PLATE_TAIL = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
BINS = ("622202", "621700", "622848", "621661", "622588", "623058", "622609", "621226")
WORDS = ("宏远", "天成", "恒信", "金诺", "瑞丰", "鼎盛", "华泰", "众合", "隆昌", "东方", "安泰", "博雅", "新源", "顺达", "嘉禾", "明德")
TRADES = ("商贸", "物流", "科技", "建筑工程", "电子", "纺织", "餐饮管理", "信息咨询", "机械制造", "投资管理")
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
        return self.rng.choice(("138", "139", "135", "151", "158", "186", "187", "133", "177", "199")) + self.digits(8)

    def digits(self, size: int) -> str:
        return "".join(self.rng.choice("0123456789") for _ in range(size))

    def card(self) -> str:
        body = self.rng.choice(BINS) + self.digits(self.rng.choice((9, 12)))
        return body + luhn.calc_check_digit(body)

    def plate(self) -> str:
        start = self.rng.choice(PROVINCES) + self.rng.choice("ABCDEFGHJK")
        if self.rng.random() < 0.2:
            return start + self.rng.choice("DF") + self.rng.choice("ABCDEFGH1234") + self.digits(4)
        return start + "".join(self.rng.choice(PLATE_TAIL[:10] * 3 + PLATE_TAIL[10:]) for _ in range(4)) + self.digits(1)

    def uscc(self) -> str:
        body = "91" + self.rng.choice(COUNTIES) + "MA" + "".join(self.rng.choice(USCC_ALPHABET) for _ in range(7))
        weights = [pow(3, i, 31) for i in range(17)]
        total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(body, weights, strict=True))
        return body + USCC_ALPHABET[(31 - total) % 31]

    def born(self) -> date:
        return date(1950, 1, 1) + timedelta(days=self.rng.randrange(20_000))

    def id_number(self) -> str:
        return cn_id(self.rng.choice(COUNTIES), self.born(), self.rng.randrange(1, 1000))

    def address(self) -> str:
        return f"玉山镇{self.rng.choice('东西南北中')}{self.rng.choice('前后新老')}路{self.rng.randrange(1, 999)}号"

    def person(self) -> Thing:
        name = self.name()
        ids = {"cn_id": self.id_number()} if name not in FOREIGN else {"passport": self.rng.choice("ABNPXY") + self.digits(8)}
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
            name = county + self.rng.choice(WORDS) + self.rng.choice(WORDS) + self.rng.choice(TRADES) + "有限公司"
            return replace(owner, kind="company", name=name, ids={"uscc": self.uscc()})
        number = {"vehicle": ("plate", self.plate), "phone": ("phone", self.phone), "account": ("bank_card", self.card)}
        kind, make = number[about]
        return replace(owner, kind=about, name=owner.name if self.rng.random() < 0.7 else "", ids={kind: make()})

    def case(self) -> str:
        if self.rng.random() < 0.6:
            return f"A{self.rng.choice(COUNTIES)}{self.digits(6)}2026{self.rng.randrange(1, 13):02d}{self.rng.randrange(1, 9999):04d}"
        return f"昆公（刑）立字〔2026〕{self.rng.randrange(1, 9999)}号"
