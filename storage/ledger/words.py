"""What offices call the columns of a ledger: whole names, and the parts that names are put together from.

A column's name is compared in one spelling (:mod:`storage.ledger.spelling`). The names are patterns because
offices put them together from few parts: who (来函, 承办) and what (单位, 日期, 电话).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from storage.ledger.spelling import plain, without_remarks

#: Parts. What is done; who asks; who answers; who takes it; who of the police has it in hand; whom it is about.
_ACT = "协查|协作|协助|核查|查询|调取|核实|办案协作|警务协作|业务|工作|请协|函查|外协"
_ASK = (
    "来函|来文|来件|来信|发函|发文|申请|请求|提出|提请|发起|求助|提交|报送|委托|要求|请示|收函|收文|收件|去函|函告|"
    "提报|需求"
)
_ANSWER = "回函|回复|答复|反馈|复函|函复|核复|查复|回告|回文|复文|反馈回复|答复反馈|回执"
_TAKE = "受理|签收|接收|接件|接函|承接|收到"
_DONE = "办结|完成|办理完成|办毕|结案|完结|处理完成"
_OFFICER = (
    "承办|经办|办案|主办|协办|办理|处理|受理|接收|核查|查询|核实|回复|反馈|答复|回函|协查|协作|联系|联络|对接|责任|"
    "主管|值班|接件|来函|发函|申请|请求|提出|需求|落实|接办|跟办|具体承办|具体办理"
)
_PERSON_OF_US = "人|民警|警官|干警|人员|员|责任人|负责人|辅警|侦查员|同志"
_UNIT = "单位|部门|机关|公安局|公安机关|所队|警种|局|支队|大队|派出所|单位名称|部门名称|机构"
_SUBJECT = (
    "对象|被查人|被查询人|被查对象|被核查人|协查对象|协查人员|查询对象|核查对象|协作对象|嫌疑人|"
    "犯罪嫌疑人|涉案人|涉案人员|违法人员|违法嫌疑人|当事人|人员|目标人员|目标人|目标|关系人|被调查人|被协查人|本人|"
    "被查人员|被查询人员|被核查人员|车主|机主|户主|车辆所有人|机动车所有人|持卡人|开户人|驾驶人|驾驶员|使用人|失踪人|失踪人员|走失人员|在逃人员|逃犯"
)
_WHEN = "日期|时间|年月日|日|时刻"
_CALL = "电话|电话号码|联系电话|联系方式|联系手机|联系号码|tel|telephone|phone|telephoneno|phoneno"
_MOBILE = "手机|手机号|手机号码|移动电话|号码|mobile|cell|mobileno|cellphone"
_PHONE = f"{_CALL}|{_MOBILE}"
_OFFICE_PHONE = (
    "办公电话|座机|座机号|固话|固定电话|值班电话|单位电话|内线|内线电话|警务通|警务通号|公安网电话|短号"
)

#: Pattern of a whole name -> field, most telling first. ``result``: an answer, an outcome or a state, told by the
#: cells; ``content``: a type or a reason, told by the cells; ``call`` and ``mobile``: telephones of whoever stands
#: beside; ``start`` and ``end``: of the period; ``none``: known to be nothing of ours.
_NAMES: tuple[tuple[str, str], ...] = (
    # -- numbers of the request itself
    ("id", rf"(?:{_ACT}|{_ASK}|登记|流水|工单|任务|台账|记录|函件|单据|业务|文书|档案|来件|总)?编号"),
    ("letter", rf"""
        (?:{_ACT}|{_ASK}|登记|流水|工单|任务|台账|记录|函件|文书|档案|{_ANSWER})?(?:单号|流水号
        |登记号|文号|函号|文书号|档案号|字号)
        |(?:{_ASK}|{_ACT}|登记|台账|函件|工单|任务|单据|(?:{_TAKE})单?)号"""),
    ("serial", r"(?:行)?序号?|行号|顺序号|项次|排序|no\.?|\#|s/?n|serial(?:no\.?|number)?"),
    ("id", r"""
        id|requestid|ref(?:\.?no\.?|erence(?:no\.?|number)?|\.)?|requestno\.?|requestnumber
        |our(?:ref|reference)|number|(?:log|entry|ticket|letter)(?:no\.?|number|ref)"""),
    ("case", r"""
        (?:关联|所属|涉及|涉案|立案|刑事|行政|原|主)?案(?:件)?(?:编号|文号|号|号码)|案件|立案号|警情编号
        |接警编号"""),
    ("case", r"(?:case|crime|file|incident|occurrence)(?:no\.?|number|ref(?:erence)?(?:no\.?)?|id)|case"),
    # -- who asks, who is asked. Whoever receives a letter is asked, though 收函日期 is when it was asked
    ("to", rf"""
        (?:收函|收文|收件|受函|受文|致函|去函|被(?:{_ACT}))(?:方|的)?(?:{_UNIT})"""),
    ("from", rf"""
        (?:{_ASK}|(?:{_ACT})(?:请求|申请)|(?:请求|提出|申请|委托)(?:{_ACT})|发出|发送|发起|需求|来源
        |原|请求方|主办|立案|办案)(?:方|的)?(?:{_UNIT})"""),
    ("from_unit_code", rf"""
        (?:{_ASK}|发起|主办|立案|办案)(?:方|的)?(?:{_UNIT})(?:机构)?(?:代码|编码|代号)
        |(?:from|request(?:ing|or|er))_?(?:unit|agency|office)?_?code"""),
    ("to_unit_code", rf"""
        (?:{_ACT}|{_ANSWER}|{_TAKE}|承办|主送|办理|协办|收函|收文|去函)(?:方|的)?(?:{_UNIT})(?:机构)?(?:代码|编码|代号)
        |(?:to|answering|assisting)_?(?:unit|agency|office)?_?code"""),
    ("type_code", rf"""
        (?:{_ACT}|{_ASK}|函件)?(?:类型|类别|种类)(?:代码|编码)|(?:request)?type_?code"""),
    ("asker", r"(?:requested|asked|submitted|sent)by|sender|requester|requestor"),
    ("to", rf"""
        (?:{_ACT}|{_ANSWER}|{_TAKE}|承办|主送|抄送|办理|接收|协办|承接|被请求|被申请|目标|去往|受托
        |受委托|送达|责任|核查|答复|回复|转办|转交|落实|配合|经办|派发|交办)(?:方|的)?(?:{_UNIT})"""),
    ("from_unit", r"""
        from|from_?unit|from(?:agency|department|office|station)
        |request(?:ing|or|er)(?:unit|agency|department|office|station|force)|requesting|origin(?:ator)?
        |(?:received|letter|request)from|originating(?:unit|agency|office|force)"""),
    ("to_unit", r"""
        to|to_?unit|to(?:agency|department|office|station)
        |(?:assist|answer|receiv|handl)ing(?:unit|agency|department|office|station|force)
        |requested(?:unit|agency)|addressee|(?:referred|sent|forwarded|addressed|assigned)to(?:unit)?
        |(?:replying|responding|assigned|responsible)(?:unit|agency|department|office|station)"""),
    ("to_unit", r"致|主送"),
    # -- when
    ("asked_at", rf"""
        (?:{_ASK}|(?:请求|提出|申请|委托)?(?:{_ACT})|登记|来电|发出|录入|填报|下发|派发|交办|转办
        |落款|成文|函件|来函落款)(?:的)?(?:{_WHEN})|asked_?at|datein
        |(?:date|time)(?:of)?(?:enquiry|inquiry|query|submitted|submission|logged|opened|raised)|loggedon|submittedon
        |(?:date|time)(?:asked|requested|received|ofrequest|ofletter)?
        |(?:request|requested|received|asked|letter)(?:date|on|time|at)"""),
    ("answered_at", rf"""
        (?:{_ANSWER}|{_ACT}反馈|查复)(?:的)?(?:{_WHEN})|answered_?at
        |(?:date|time)(?:answered|replied|ofreply|ofanswer|ofresponse)
        |(?:answer|answered|reply|replied|response|responded)(?:date|on|time|at)|dateout
        |(?:date)?(?:reply|answer|response)(?:sent|received|given)(?:on|date)?|(?:date|time)(?:reply|answer|response)"""),
    ("done_at", rf"""
        (?:{_DONE})(?:的)?(?:{_WHEN})|closed_?at|(?:date|time)(?:closed|completed)
        |(?:closed|completed|completion|closing)(?:date|on|time)|datefinished"""),
    ("accepted_at", rf"(?:{_TAKE}|承办)(?:的)?(?:{_WHEN})|accepted_?at|accepted(?:on|date)"),
    ("part_of", r"(?:总件|主件|上级件|母单|主单)(?:编号|号|单号)?|part_?of|parent(?:id|number|no)?"),
    ("first_due", r"(?:首次|原|最初)(?:时限|期限|截止时间|截止日期|到期时间|办结时限)|first_?due"),
    ("due", r"""
        (?:办理|办结|反馈|回复|答复|完成|协查|协作|要求|最迟|回函)?(?:时限|期限|截止时间|截止日期
        |截止|到期时间|到期日|限期|要求完成时间)
        |due(?:date|at|by)?|deadline|respondby|neededby"""),
    ("period", r"""
        (?:起止|涉及|涉案|调取|查询)(?:时间|日期|时段|期间|时间段)|期间|时段|时间段|时间范围|查询范围
        |period|daterange"""),
    ("start", r"""
        (?:(?:查询|调取|协查)?(?:期间|时段|时间))?(?:起始|开始|起)(?:时间|日期)?
        |period(?:start|from)|startdate"""),
    ("end", r"""
        (?:(?:查询|调取|协查)?(?:期间|时段|时间))?(?:结束|终止|止)(?:时间|日期)?
        |period(?:end|to)|enddate"""),
    ("some_day", rf"{_WHEN}|时间戳(?:记)?|提交于|timestamp"),
    # -- what is asked
    ("type", r"""
        类型|类别|请求类型|协作类型|协查类型|协作类别|协查类别|业务类型|业务类别|查询类型|查询类别
        |函件类型|来函类型|type|(?:request|enquiry|inquiry|query)(?:type|category|nature)|category
        |(?:type|kind|nature)of(?:the)?(?:request|enquiry|inquiry|query|assistance)"""),
    ("content", rf"""
        (?:{_ACT}|{_ASK})?(?:事项|项目)
        |(?:{_ACT}|{_ASK})(?:事务|业务|种类|要求|需求|内容|主要内容|主题|标题)|内容|主要内容|主题|标题
        |请协事项|需求|requests?|enquiry|inquiry|query|(?:request|enquiry|inquiry|query)details
        |detailsof(?:the)?(?:request|enquiry|inquiry|query)|whatisasked"""),
    ("asked", r"来函|来文|来件|来信|收函|收文|收件|发函|发文|received|requested|asked|incoming|submitted"),
    ("reason", rf"""
        (?:{_ACT}|{_ASK}|查询|使用)?(?:事由|理由|原因|目的|用途|缘由|由)|案由
        |(?:简要|基本|主要)?案情(?:简介|摘要|概况|简要|介绍)?|案件(?:名称|情况|简介|性质|类别|类型)
        |(?:简要|基本|主要)情况|违法(?:行为|事实)|(?:涉嫌)?罪名|涉嫌(?:行为|案由)|reason|purpose|details?|description|facts|background|circumstances
        |summary"""),
    ("basis", r"(?:法律)?依据|法律文书|文书|legalbasis|basis|grounds"),
    ("note", r"备注|备考|说明|情况说明|附注|注|其他|其它|备注说明|notes?|remarks?|comments?"),
    ("urgency", r"紧急程度|缓急|紧急|缓急程度|急缓程度|urgency|priority"),
    ("operation", r"行动|专项|专项行动|专案|operation"),
    # -- what came back
    ("reply", rf"(?!答复)(?:{_ANSWER})|replied|reply|answered|response|responded|replysent"),
    ("answer", rf"""
        (?:{_ANSWER}|{_ANSWER}{_ACT}|{_ACT}{_ANSWER})(?:的)?(?:内容|意见|摘要|详情|信息|文本|正文|主要内容)?
        |答案|answer|answertext|finding|(?:reply|response|answer)(?:text|details|content)|detailsof(?:the)?reply"""),
    ("result", rf"""
        (?:{_ANSWER}|{_ACT}|办理|处理|调查|落实|处置|最终|工作|核实|核查)?(?:结果|结论|情况|进展|成果)
        |results?|findings|resultof(?:the)?(?:enquiry|inquiry|query|check|request)|disposition|resolution"""),
    ("outcome", r"outcome|answeroutcome"),
    ("state", rf"""
        (?:当前|办理|处理|目前|请求|{_ACT}|{_ANSWER})?状态|办结情况|完成情况|回复状态
        |是否(?:{_ANSWER}|{_DONE}|已回复|已答复|已反馈|已办结|完成)|state|status"""),
    ("rating", r"(?:满意度|评分|评价)(?:分值)?|rating"),
    ("files", r"附件|文件|files?|attachments?"),
    # -- who had it in hand, and how to reach them
    ("contact", r"""
        联系人|联络人|联络员|联系民警|联系警官|对接人|联系人姓名
        |(?:来函|发函|申请|请求|提出|需求)(?:人|民警|人员|联系人)(?:姓名)?|contact(?:person|name)?
        |liaison"""),
    ("handler", rf"""
        (?:{_OFFICER})(?:{_PERSON_OF_US})(?:姓名|名字)?|民警|警官|民警姓名|警员|承办|经办|主办|handler
        |(?:handled|received|answered|replied|actioned|dealtwith|processed)_?by
        |(?:action|case|responsible|assigned|handling|duty)officer|caseworker|officer(?:incharge|name)?
        |oic|assignedto|investigator"""),
    ("contact_phone", rf"""
        (?:(?:{_OFFICER})(?:{_PERSON_OF_US})|承办|经办|主办|值班|来函|发函|反馈|回复|回函|民警|警官
        |{_UNIT}|(?:{_ASK})(?:{_UNIT})|(?:{_ACT})(?:{_UNIT}))的?(?:{_PHONE})
        |(?:联系人|(?:{_OFFICER})(?:{_PERSON_OF_US}))(?:姓名)?(?:及|和|与|/|、|\+|暨)(?:其)?(?:{_PHONE})
        |{_OFFICE_PHONE}|contact(?:no\.?|number|phone|tel|telephone|mobile|details)
        |officer(?:phone|tel|mobile|no\.?)|extension"""),
    # -- not ours: other people of the police, other people of the case
    ("none", rf"""
        (?:{_OFFICER}|审批|审核|签批|批准|登记|录入|填报|填表|制表|复核|经手|领导|指导|签发|收件
        |送件)(?:{_PERSON_OF_US}|领导)?(?:警号|签名|签字|意见|身份证号?码?|单位|职务)?
        |警号|领导批示|批示|签字|签名|(?:受害|被害|报案|报警|举报|证)人(?:姓名)?.*"""),
)  # fmt: skip

#: Of a subject: what a name of a column says when it stands alone or behind the word for a subject.
_PARTS: tuple[tuple[str, str], ...] = (
    ("name", r"""
        (?:姓名|名称|姓名或名称|姓名/名称|名字|全名|姓名\(名称\)|人名|fullname|name|subjectname
        |nameofsubject|nameofperson|personname|person)"""),
    ("name", r"姓名(?:及|和|与|/|、|\+|暨|,)?(?:其)?(?:居民|公民)?(?:身份证|身份证件|身份|证件)(?:号|号码)?(?:信息)?"),
    ("name", r"(?:账户|开户)?户名(?:姓名|名称)?|(?:账户|开户)名称?"),
    ("name", r"(?:企业|公司|商户|店铺|机构|单位名)(?:全称|名称)?|companyname|company|business(?:name)?"),
    ("ids.cn_id", r"""
        (?:居民|公民|二代)?身份(?:证|证件)?(?:号|号码|编号|证号|证号码)?|身份证明号码|公民身份号码
        |身份号码|(?:有效)?证件(?:号|号码|编号)|证号|居住证号?码?
        |(?:id|idcard|identity|identitycard|nationalid|residentid|cn_?id)(?:card)?(?:no\.?|number|num)?"""),
    ("ids.phone", r"""
        (?:涉案|查询|被查|目标|机主|嫌疑人)(?:电话|手机|手机号|手机号码|号码|电话号码)|(?:被叫|主叫)号码
        |msisdn"""),
    ("ids.plate", r"""
        (?:车辆|机动车|涉案车辆|嫌疑车辆|目标车辆|涉案|嫌疑|被查|查询)?(?:号牌|号牌号码|车牌|车牌号|车牌号码|牌照|牌照号|车号)
        |车辆|机动车|涉案车辆|plate(?:no\.?|number)?|licen[cs]eplate|registration(?:no\.?|number)?
        |vehicle(?:no\.?|registration|plate|reg)?
        |(?:vehicle)?reg(?:no\.?|number)?|vr[mn]"""),
    ("ids.bank_card", r"""
        (?:涉案|收款|付款|嫌疑人|对方|开户)?(?:银行)?(?:卡号|银行卡|账卡号|银行账号|银行帐号|银行账户
        |银行卡账号)
        |bank_?card(?:no\.?|number)?|cardno\.?|cardnumber"""),
    ("ids.uscc", r"(?:统一)?(?:社会)?信用代码|信用代码号|税号|纳税人识别号|营业执照号?码?|uscc|creditcode"),
    ("ids.passport", r"护照(?:号|号码|编号)?|passport(?:no\.?|number)?"),
    ("ids.permit", r"""
        (?:通行证|回乡证|台胞证|港澳通行证|旅行证|居留证|居留许可|出入境证件)(?:号|号码|编号)?
        |permit(?:no\.?|number)?"""),
    ("ids.officer_id", r"警官证(?:号|号码)?|军官证(?:号|号码)?|士兵证(?:号|号码)?|officer_id"),
    ("ids.vin", r"(?:车架号|车辆识别代号|车辆识别代码|车架号码|vin)(?:码|号)?"),
    ("ids.imei", r"(?:手机)?(?:imei|串号|设备号|手机串码|串码)(?:号|码)?"),
    ("ids.imsi", r"imsi(?:号|码)?"),
    ("ids.iccid", r"iccid(?:号|码)?|sim卡号"),
    ("ids.mac", r"mac(?:地址)?|网卡地址|macaddress"),
    ("ids.ip", r"ip(?:地址)?|ipaddress|登录ip"),
    ("ids.email", r"(?:电子)?邮箱(?:地址)?|电子邮件|e-?mail(?:address)?"),
    ("ids.domain", r"域名|网址|网站|domain|url|website"),
    ("ids.wallet", r"(?:钱包|虚拟币|区块链)(?:地址)|wallet(?:address)?"),
    ("ids.account", r"""
        (?:微信|qq|支付宝|抖音|快手|淘宝|网络|社交|平台|游戏|虚拟|telegram|whatsapp)?
        (?:账号|帐号|账户|帐户)|(?:微信|qq|支付宝|抖音|快手)号|微信|qq|支付宝|微信id|account(?:no\.?|number|id)?"""),
)  # fmt: skip

#: The other ways round: 张三的… has no 的 left; 对象1身份证号 names the first subject.
_SUBJECT_AT = re.compile(rf"(?:{_SUBJECT})(\d{{0,2}})[.·:_-]?(.*)")
_SUBJECT_ALONE = re.compile(
    rf"(?:{_SUBJECT})(?:姓名|名单)?|(?:被?(?:{_ACT}))?(?:人员|对象|人)?名单|subjects?|people|suspects?"
    r"|(?:suspect|subject|person|target|owner|driver|applicant)(?:['\u2019]?s)?name|nameofsuspect|persons?ofinterest|poi|individual"
    r"|(?:(?:registered|vehicle)?(?:owner|keeper))|driver|(?:account|card)holder"
)
_AND_NUMBER = re.compile(
    r"员?(?:姓名)?(?:及|和|与|/|、|\+|暨)(?:其)?(?:身份证|身份证件|身份|证件)(?:号|号码)?(?:信息)?"
)
_CALLS = re.compile(rf"(?:{_CALL})(?:no\.?|number)?")
_MOBILES = re.compile(rf"(?:{_MOBILE})(?:no\.?|number)?")
_BEHIND = re.compile(r"(.*[\u4e00-\u9fff])[_.-]?([1-9])")
_COUNTED = re.compile(r"(.*[\u4e00-\u9fff])[(（]([1-9])[)）]")
_Patterns = tuple[tuple[str, re.Pattern[str]], ...]


@cache
def _names() -> _Patterns:
    """Compiled when the first ledger is read: a desk that starts reads none, and they take a tenth of a second."""
    first = (
        ("subjects.0.name", _SUBJECT_ALONE),
        ("subjects.0.kind", re.compile(r"对象类别|对象类型|人员类别|人员类型|主体类型")),
        ("call", _CALLS),
        ("mobile", _MOBILES),
    )
    return (*first, *((field, re.compile(pattern, re.VERBOSE)) for field, pattern in _NAMES))


@cache
def _parts() -> _Patterns:
    """What stands behind a subject's name, compiled when the first ledger is read."""
    return tuple((part, re.compile(pattern, re.VERBOSE)) for part, pattern in _PARTS)


_LONGEST = 40  # characters; what is longer is no name
_HAN, _LATIN = "(?P<han>[\u4e00-\u9fff]{2,})", "(?P<latin>[a-z][a-z.,'&-]+)"
_HAN_THEN_LATIN, _LATIN_THEN_HAN = re.compile(f"{_HAN}/?{_LATIN}"), re.compile(f"{_LATIN}/?{_HAN}")


@lru_cache(maxsize=4096)
def meaning(header: str) -> str | None:
    """What a column of this name holds, as the patterns above call it; None for a name that we do not know."""
    counted = _COUNTED.fullmatch("".join(header.split()))
    if counted and (part := _part(plain(counted[1]))):  # 姓名（2）: no remark
        return f"subjects.{int(counted[2]) - 1}.{part}"
    for name in dict.fromkeys((plain(header), without_remarks(header))):
        if 0 < len(name) <= _LONGEST and (field := _meaning(name)):
            return field
    return _in_two_languages(plain(header))


def _in_two_languages(name: str) -> str | None:
    """来函日期 Date, Name 姓名: the Chinese half says it. Letters before it must be a name too: DNA编号 is none."""
    halves = _HAN_THEN_LATIN.fullmatch(name) or _LATIN_THEN_HAN.fullmatch(name)
    if halves is None or len(name) > 2 * _LONGEST:
        return None
    han, latin = halves["han"], halves["latin"]
    return _meaning(han) if halves.re is _HAN_THEN_LATIN or _meaning(latin) else None


def _meaning(name: str) -> str | None:
    for field, pattern in _names():
        if pattern.fullmatch(name):
            return _FIELDS.get(field, field)
    part = _part(name)
    return f"subjects.0.{part}" if part else _of_a_subject(name) or _numbered(name)


def _of_a_subject(name: str) -> str | None:
    """对象姓名, 嫌疑人2身份证号, 被查人电话."""
    of_one = _SUBJECT_AT.fullmatch(name)
    if of_one is None:
        return None
    what = of_one[2]
    phone = _CALLS.fullmatch(what) or _MOBILES.fullmatch(what)
    with_number = not what or _AND_NUMBER.fullmatch(what)  # 人员及证件号
    part = "name" if with_number else "ids.phone" if phone else _part(what)
    return f"subjects.{max(int(of_one[1] or 1) - 1, 0)}.{part}" if part else None


def _numbered(name: str) -> str | None:
    """姓名1, 身份证号2: of the first subject, of the second."""
    found = _BEHIND.fullmatch(name)
    part = _part(found[1]) if found else None
    return f"subjects.{int(found[2]) - 1}.{part}" if found and part else None


def _part(name: str) -> str | None:
    return next((part for part, pattern in _parts() if pattern.fullmatch(name)), None)


_FIELDS: Mapping[str, str] = {"from": "from_unit", "to": "to_unit"}
