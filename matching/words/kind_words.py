"""The words of both languages that announce a number, by its kind; and those that announce what is none of ours.

Written folded, lower case and without spaces, as :func:`squeezed` gives them. A word is taken as a whole: of
several that begin at one place the longest counts (微信订单号 is no 微信), and Latin ones end where letters end
(the ID in VALID is none). A *loose* word (ID, 号码) may belong to anything: it speaks only where nothing stands
before it that it could belong to (设备ID, 报警号码), and then only for a number that has the shape.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from matching.text.normalise import fold, listed

_NOT_WORD = re.compile(r"[\W_]+")


def squeezed(text: str) -> str:
    """Folded, lower case, letters and digits alone: how labels and cues are known."""
    return _NOT_WORD.sub("", fold(text).lower())


@dataclass(frozen=True, kw_only=True, slots=True)
class KindWords:
    strong: tuple[str, ...]
    loose: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.strong, *self.loose)


_ENDS_AS_NUMBER = re.compile(r"(?:号|码|证号|号码|地址|户|群|卡|no|number|id|address)$")


def _words(strong: str, loose: str = "") -> KindWords:
    """The words, and with them those with "number" behind: 身份证 and 身份证号码, passport and passport no."""
    known: dict[str, None] = {}
    for word in strong.split():
        known[word] = None
        if word.isascii():
            ends = () if _ENDS_AS_NUMBER.search(word) else ("no", "number", "num")
        else:
            ends = () if word.endswith(("号", "码", "地址", "户", "群", "证号")) else ("号", "号码", "编号")
        known |= dict.fromkeys(word + end for end in ends)
    return KindWords(strong=tuple(known), loose=tuple(word for word in loose.split() if word not in known))


#: Where people have accounts. Each is known with 号, 账号, ID, 群 and so on behind it.
_PLATFORMS = (
    "微信 weixin wechat vx wx qq 企鹅 支付宝 alipay 财付通 云闪付 抖音 douyin tiktok 快手 kuaishou "
    "小红书 xiaohongshu 微博 weibo 新浪微博 b站 哔哩哔哩 bilibili 陌陌 momo 探探 淘宝 taobao 天猫 京东 "
    "拼多多 闲鱼 转转 美团 饿了么 滴滴 钉钉 飞书 知乎 贴吧 百度 携程 得物 唯品会 telegram tg 电报 "
    "纸飞机 line skype signal facebook fb 脸书 instagram ins ig twitter 推特 viber kakao "
    "kakaotalk snapchat discord steam paypal 币安 binance okx 欧易 火币 游戏 王者荣耀 直播 yy 企业微信 "
    "公众号 视频号 虎牙 斗鱼 网易 icloud appleid 苹果 谷歌 google 华为 小米 商户 商家 店铺 用户 "
    "会员账户 user merchant"
)
_AFTER_PLATFORM = (
    "号 号码 账号 帐号 账户 帐户 id 群 群号 用户名 用户id uid 账号id 平台账号 号id "
    "no number account accountid"
)
#: A platform that is also a word of its own is an account only with one of those behind it.
_WORDS_OF_THEIR_OWN = listed(
    "游戏 直播 商户 商家 店铺 用户 user merchant 苹果 谷歌 google 华为 小米 百度 京东 天猫 网易 携程 "
    "line signal ins ig 贴吧 转转 得物 美团 滴滴 twitter 公众号 视频号 会员账户 facebook fb steam"
)


def _accounts() -> KindWords:
    strong: dict[str, None] = {}
    for platform in _PLATFORMS.split():
        if platform not in _WORDS_OF_THEIR_OWN or platform in ("fb", "facebook", "twitter", "ins", "ig"):
            strong[platform] = None
        strong |= dict.fromkeys(platform + end for end in _AFTER_PLATFORM.split())
    more = (
        "对公账户 对公账号 对公帐户 对公帐号 银行账号 银行账户 银行帐号 银行帐户 开户账号 收款账号 "
        "收款账户 付款账号 付款账户 存折 存折账号 第三方账号 虚拟账号 平台账号 登录账号 注册账号 账号 "
        "帐号 账户 帐户 账号id uid userid username 用户名 用户id 商户编号 商户号 account accountno "
        "accountnumber accountid bankaccount 网络账号 虚拟身份"
    )
    return KindWords(strong=(*strong, *(word for word in more.split() if word not in strong)))


WORDS: dict[str, KindWords] = {
    "cn_id": _words(
        "身份证 居民身份证 二代身份证 二代证 公民身份证 身份证件 身份号码 公民身份号码 公民身份证号码 "
        "身份证明 驾驶证 驾照 居住证 港澳台居民居住证 港澳居民居住证 台湾居民居住证 永居证 永久居留证 "
        "永久居留身份证 外国人永久居留证 外国人永久居留身份证 外国人永居证 身证 idcard identitycard "
        "residentid nationalid citizenid idno idnumber cnid",
        "id 证件 证件号 证件号码 有效证件 有效证件号码",
    ),
    "phone": _words(
        "手机 手机号 手机号码 移动电话 电话 电话号码 联系电话 联系方式 联系手机 固定电话 固话 座机 "
        "家庭电话 办公电话 来电 主叫 被叫 主叫号 本机号码 绑定手机 绑定电话 预留手机 预留电话 注册手机 "
        "注册电话 机主号码 涉案号码 涉案电话 作案号码 香港电话 香港手机 澳门电话 澳门手机 台湾电话 "
        "台湾手机 境外电话 tel telephone phone mobile mobilephone cellphone cell phoneno whatsapp",
        "号码 致电 拨打",
    ),
    "plate": _words(
        "车牌 车牌号 号牌 号牌号码 车号 牌照 车辆号牌 机动车号牌 牌号 香港车牌 澳门车牌 港牌 澳牌 "
        "plate licenseplate licenceplate carplate numberplate registrationplate plateno"
    ),
    "bank_card": _words(
        "银行卡 卡号 储蓄卡 信用卡 借记卡 贷记卡 银行卡卡号 信用卡卡号 农行卡 工行卡 建行卡 中行卡 "
        "交行卡 招行卡 邮储卡 一类卡 二类卡 行卡 银联卡 bankcard debitcard creditcard cardnumber "
        "cardno",
        "card",
    ),
    "uscc": _words(
        "统一社会信用代码 统一信用代码 社会信用代码 信用代码 税号 纳税人识别号 uscc creditcode "
        "socialcreditcode unifiedsocialcreditcode"
    ),
    "passport": _words("护照 因私护照 因公护照 外交护照 公务护照 中国护照 外国护照 passport passportno"),
    "permit": _words(
        "通行证 港澳通行证 往来港澳通行证 台湾通行证 往来台湾通行证 大陆居民往来台湾通行证 "
        "港澳居民来往内地通行证 台湾居民来往大陆通行证 往来内地通行证 来往内地通行证 回乡证 台胞证 "
        "居留许可 居留证 外国人居留许可 外国人居留证 旅行证 出入境通行证 香港身份证 澳门身份证 "
        "台湾身份证 港澳身份证 香港居民身份证 澳门居民身份证 hkid travelpermit residencepermit permit "
        "homereturnpermit"
    ),
    "officer_id": _words(
        "警号 警官证 人民警察证 警察证 军官证 士兵证 士官证 军人证 文职干部证 文职人员证 武警证 "
        "军人身份证 学员证 badgeno badgenumber policecard policeofficercard officercard policeno "
        "officerid servicenumber"
    ),
    "vin": _words(
        "车架号 车架 车架号码 大架号 车辆识别代号 车辆识别代码 车辆识别码 车辆识别号 vin码 vin vinno "
        "chassisno framenumber"
    ),
    "imei": _words("imei imei号 imei码 手机串号 串号 串码 手机串码 设备串号", "设备号 机身码 机身号"),
    "imsi": _words("imsi imsi号 imsi码"),
    "iccid": _words("iccid iccid号 sim卡 sim卡号 simcard"),
    "mac": _words("mac mac地址 macaddress 物理地址 网卡地址"),
    "ip": _words("ip ip地址 ipv4 ipv6 登录ip 登陆ip 注册ip 上网ip ipaddress"),
    "email": _words("邮箱 电子邮箱 邮箱地址 电子邮件 邮箱账号 email mail emailaddress mailbox"),
    "domain": _words("网址 域名 网站 链接 网页 下载地址 url website domain link"),
    "wallet": _words(
        "钱包 钱包地址 钱包address 虚拟币地址 虚拟货币地址 收币地址 转币地址 充币地址 提币地址 "
        "比特币地址 比特币钱包 usdt usdt地址 泰达币地址 泰达币 波场地址 波场 trc20 trc20地址 erc20 "
        "erc20地址 btc btc地址 eth eth地址 trx wallet walletaddress btcaddress ethaddress usdtaddress "
        "cryptoaddress"
    ),
    "account": _accounts(),
}

#: Keys of ``ids`` in a ledger row, in the order in which they are shown. A new one comes last.
ID_KINDS = tuple(WORDS)

#: Words that announce numbers of no kind of ours: they are kept and repeated, and never read as one.
NONE_OF_OURS = listed(
    "发动机号 发动机号码 发动机 注册号 工商注册号 营业执照号 营业执照注册号 学号 学籍号 工号 员工号 "
    "户号 户口簿号 户口本号 订单号 订单编号 淘宝订单号 京东订单号 微信订单号 支付宝订单号 商户订单号 "
    "交易号 交易单号 交易编号 支付宝交易号 微信交易号 交易流水号 流水号 转账单号 微信转账单号 支付单号 "
    "微信支付单号 单号 快递单号 快递号 运单号 物流单号 坐标 经纬度 位置 警情编号 警情号 接警编号 "
    "接警号 报警编号 编号 文号 案号 案件编号 案件号 立案编号 不动产权证 不动产权证号 房产证 房产证号 "
    "产权证 产权证号 土地证号 合同号 合同编号 保单号 发票号 发票号码 发票代码 票号 病历号 住院号 "
    "就诊号 门诊号 医保号 医保卡号 社保号 社保卡号 就诊卡号 校园卡号 会员卡号 会员号 门禁卡号 加油卡号 "
    "公交卡号 卡券号 准考证 准考证号 考号 档案号 档案编号 设备id 设备编号 终端号 终端编号 pos机号 "
    "机具编号 房间号 房号 门牌号 门牌 楼号 邮编 邮政编码 航班 航班号 车次 批次号 序列号 产品序列号 "
    "机器序列号 型号 版本号 金额 余额 税率 组织机构代码 机构代码 开户许可证号 许可证号 执照号 资格证号 "
    "毕业证号 出生证号 出生医学证明 结婚证号 离婚证号 护士证号 律师证号 记者证号 法律文书号 文书号 "
    "调证字 挂失号 凭证号 授权码 验证码 激活码 邀请码 推荐码 房间id 直播间号 群聊人数 密码 口令 "
    "deviceid orderno ordernumber orderid trackingno trackingnumber ref reference "
    "referenceno invoice invoiceno serialno serialnumber sn engineno enginenumber studentid studentno "
    "employeeid employeeno caseno casenumber caseid transactionid transactionno txid txhash orderref "
    "policyno contractno amount balance password pin code otp roomno zip zipcode postcode gps "
    "coordinates latitude longitude flight flightno"
)
#: Ends of words that nobody listed and that still say "a number of something".
OPEN_ENDS = ("号码", "号", "编号", "代码", "id", "no", "number")

#: Words before a name that somebody goes by: an alias, not the name.
ALIASES = listed(
    "绰号 外号 诨名 诨号 浑名 小名 乳名 别名 又名 又称 化名 曾用名 艺名 笔名 法名 网名 昵称 微信昵称 "
    "微信名 qq昵称 qq网名 抖音昵称 快手昵称 网络昵称 网络名 游戏昵称 英文名 外文名 俗称 人称 自称 "
    "江湖人称 alias aka nickname alsoknownas"
)
#: Words before the officer to call.
CONTACTS = listed(
    "联系人 承办人 经办人 承办民警 经办民警 办案民警 主办民警 主办人 协办民警 联系民警 联系警官 "
    "承办警官 联系人电话 承办人电话 经办人电话 民警电话 联系人及电话 联系人及联系电话 联系人及联系方式 "
    "联系人联系方式 办案人 办案人员 请联系 有事联系 如有疑问请联系 contact contactperson contactnumber "
    "contactno contactphone caseofficer officerincharge officertocall investigatingofficer"
)
#: Words before something that is known of a subject and is neither a name nor a number of it.
REMARKS = listed(
    "性别 民族 出生日期 出生年月 出生年月日 出生 出生地 出生于 生日 住址 地址 户籍地 户籍地址 "
    "户籍所在地 现住址 现住地 居住地 居住地址 暂住地 暂住地址 家庭住址 家庭地址 籍贯 国籍 年龄 职业 "
    "工作单位 工作 文化程度 学历 婚姻状况 政治面貌 身高 特征 体貌特征 开户行 开户银行 开户网点 开户地 "
    "开户机构 所属银行 银行 车型 车辆型号 品牌型号 车辆品牌 车辆类型 品牌 颜色 车身颜色 单位 所属单位 "
    "关系 运营商 归属地 号码归属地 其他情况 登录时间 注册时间 经营范围 注册地址 经营地址 公司地址 "
    "法定代表人职务 sex gender nationality birthday dateofbirth dob born address homeaddress "
    "occupation employer bank branch colour color model make brand carrier"
)
#: Words before the name itself, and before that of an owner.
NAMES = frozenset(["姓名", "名字", "名称", "name", "fullname"])
OWNERS = listed(
    "户名 开户名 账户名 开户人 持卡人 机主 机主姓名 车主 户主 所有人 使用人 驾驶人 驾驶员 owner driver"
)
