"""Words of a request that is written in sentences: what asks, greets and thanks, what brings a name, a reason, haste.

Written folded and lower case. None of them says anything by itself: they are what may stand around what does.
"""

from __future__ import annotations

import re

from matching.text.normalise import listed

#: Kinds of requests and the other words for them. A desk's own type has those of each kind in whose first words one
#: of its names has part. Words that stand in two kinds (开户信息) need a number that says which.
KINDS: tuple[tuple[str, str, str], ...] = (
    (
        "户籍 户口 常口 hukou household",
        "户籍 户籍信息 户籍资料 户籍情况 户籍底册 户籍档案 户口 户口本 户口簿 户口信息 户口情况 户口底册 "
        "常口 常口信息 人口信息 身份信息 家庭成员 家庭关系",
        "household registration|household record|household info|family register|hukou",
    ),
    (
        "居住 暂住 住址 residence",
        "居住 住址 居住地 居住情况 居住信息 现住址 实际居住地 实际居住 住你们那 住在你们 住你们辖区 "
        "是否住在 是不是住在 是否居住 "
        "是不是居住 是否还住 住不住在 是否租住 租住 租房居住 暂住 暂住信息 暂住登记 流动人口 "
        "住在哪 住哪里 住哪",
        "residence|home address|current address|living at|lives at|is living in|is he living|is she "
        "living|lives in|living in|resides in",
    ),
    (
        "车辆 机动车 车牌 vehicle",
        "谁名下 谁的名下 是谁的 查车 查个车 查辆车 查一辆车 查两辆车 查三辆车 查几辆车 查下车 查一下车 "
        "查这车 查这辆车 查台车 "
        "车主 车主信息 车档 车辆档案 车辆登记 车辆信息 车辆情况 登记车主 车辆所有人 机动车所有人 行驶证",
        "registered owner|registered keeper|vehicle owner|car owner|owner of the car|owner of the "
        "vehicle|vehicle record|vehicle registration|who owns the car|owner of car|owner of vehicle|owner of this car|"
        "owner of a car|who owns|who is the owner|owner?|owner's name|owner of plate|owner of the plate|whose car",
    ),
    (
        "机主 话单 subscriber",
        "谁名下 谁的名下 是谁的 谁办的 谁开的 谁在用 "
        "查个号 查个号码 查个手机 查个手机号 查个电话 机主 机主信息 机主身份 号主 机主姓名 实名 实名信息 "
        "实名登记 开户信息 开户人 开户资料 话单 通话记录 "
        "通话详单 通话清单",
        "subscriber|subscriber info|phone owner|call records|call log|who owns|who is the owner|owner of "
        "phone|owner of the phone|"
        "owner?|owner's name|owner of this phone|owner of number|owner of the number|owner of this number",
    ),
    (
        "账户 流水 银行账户 account",
        "谁名下 谁的名下 是谁的 谁办的 谁开的 "
        "查卡 查个卡 查张卡 查这张卡 卡主 持卡人信息 流水 交易流水 资金流水 银行流水 流水明细 交易明细 "
        "账户明细 交易记录 账户信息 账户情况 开卡信息 "
        "开户信息 开户人 开户资料 账户余额 资金去向 资金流向",
        "bank statement|account statement|transactions|account holder|who owns|who is the owner|owner of "
        "card|owner of the card|"
        "owner?|owner's name|owner of account|owner of the account|card holder|cardholder",
    ),
    (
        "企业 工商 company",
        "工商登记 工商信息 工商档案 企业登记 企业信息 注册信息 登记信息 法人信息 股东信息 营业执照",
        "business registration|company registration|company record|business licence",
    ),
    (
        "前科 犯罪记录 criminal",
        "前科 前科情况 前科劣迹 案底 违法记录 犯罪记录 违法犯罪记录 违法犯罪 无犯罪记录 有无前科",
        "criminal record|criminal history|prior convictions|priors",
    ),
    (
        "证人 询问 witness",
        "询问 询问笔录 做笔录 做个笔录 补笔录 取证 走访",
        "interview|take a statement",
    ),
    (
        "轨迹 行踪 movement",
        "轨迹 活动轨迹 行动轨迹 行踪 行程 乘车记录",
        "movements|trajectory|travel history",
    ),
    (
        "住宿 旅馆 旅店 酒店 lodging hotel",
        "住宿 住宿记录 住宿信息 旅馆记录 旅店记录 酒店记录 入住记录 开房 开房记录",
        "hotel record|hotel records|lodging",
    ),
    (
        "监控 视频 cctv",
        "监控 监控录像 监控视频 视频监控 录像",
        "cctv|surveillance footage",
    ),
    (
        "出入境 border",
        "出入境 出入境记录 出入境信息",
        "border crossing|entry and exit",
    ),
    (
        "婚姻 marriage",
        "婚姻 婚姻状况 婚姻登记 结婚登记 婚姻信息",
        "marriage record|marital status",
    ),
    (
        "不动产 房产 property",
        "房产 房产信息 不动产 不动产登记 名下房产",
        "property record|real estate",
    ),
    (
        "社保 social",
        "社保 社保信息 社保记录 参保信息",
        "social security",
    ),
    (
        "出行 铁路 火车 航班 travel",
        "出行记录 火车记录 铁路记录 航班记录 乘机记录",
        "flight records|train records",
    ),
)

#: What asks, and what people say around it; between names and numbers none of it is a name.
_ASKING = listed(
    "帮忙查一下 帮忙查下 帮忙查一查 帮忙查查 帮忙查询 帮忙核实 帮忙核查 帮忙调取 帮忙调查 帮忙看一下 "
    "帮忙看下 帮忙 帮我们查一下 "
    "帮我们查下 帮我们 帮我查一下 帮我查下 帮我 帮查一下 帮查下 帮查 帮看一下 帮看下 帮看看 帮着 帮 麻烦 "
    "劳烦 烦请 劳驾 请问 请求 恳请 敬请 "
    "请予以 请贵单位 请贵局 请贵处 请贵所 请 协助查询 协助核查 协助核实 协助调取 协助调查 协助提供 协助 "
    "协查 配合 查一查 查一下 "
    "查下 查查 查询一下 查询下 查询 查找 查明 查证 查清 查实 核实一下 核实下 核实 核查一下 核查下 核查 "
    "核对 核一下 核下 调取一下 调取 "
    "调查一下 调查 调一下 调下 了解一下 了解 确认一下 确认 看一下 看看 提供一下 提供 给我们 给我 发我们 "
    "发我 发一下 发下 发来 "
    "拉一下 拉下 拉个 拉份 拉 要一份 要份 出具一份 出具 开具一份 开具 开一份 开份 有没有 有无 能否 能不能 "
    "可否 可不可以 可以 "
    "哪位 需要 急需 想 我要 我想 我们想 我们要 我们需要 我们处 我们局 我们所 我们队 我们这边 我们这里 "
    "我们这 我们 我局 我处 我所 我队 "
    "我单位 我支队 我大队 我方 我这边 我这里 我这 贵局 贵所 贵处 贵方 贵单位 贵队 你们 你局 你处 你所 您处 "
    "您局 您好 你好 各位好 "
    "各位领导 各位同事 各位同仁 各位战友 各位兄弟 各位 大家好 领导好 领导 兄弟们 兄弟 弟兄们 弟兄 同志们 "
    "同志 同事们 同事 同仁 战友们 "
    "战友 老师 大哥 大佬 师傅 谢谢 多谢 感谢 谢了 谢 拜托 辛苦了 辛苦 此致 敬礼 速回 速查 尽快 尽早 抓紧 "
    "马上 立刻 立即 收到请回复 "
    "回复 反馈 答复 告知 回话 回个话 为盼 为感 为谢 即可 也行 就行 就好 哈 吧 啊 呢 吗 呀 哦 嗯 啦 了 一下 "
    "早上好 上午好 中午好 下午好 "
    "不光 不仅 不但 还要 还需要 还需 顺便 另外 同时 一并 也要 "
    "晚上好 在吗 在么 打扰了 打扰一下 不好意思 求助 求 现 现有 现在 想请 想麻烦 还请 务必 尽量 方便的话 "
    "如方便 急 查 给 的 把 对 将 要 "
    "有个 有一个 一个 一名 一位 这个 那个 该 这名 那名 名下 名下的 所有的 相关 有关 详细 基本 具体 以及 "
    "另外 同时 顺便 还有 结果 情况 "
    "信息 资料 材料 记录 证明 内容 一份 情况下 号码 手机号 这边 那边 那里 这里 这人 那人 此人 该人 该车 "
    "这车 人 车 用 就 前 之前 内 之内 "
    "前给 内给 给到 到位 出结果 有结果 完成 办结 办理 处理 搞定 查好 查完 弄好 希望 最好 最迟 最晚 必须 "
    "争取 要求 限 限时 期限 时限 截止 于 "
    "在 是 是否 为 与 和 及 并 也 都 "
)
_ASKING_EN = listed(
    "please pls plz kindly can could would you we i need needs want wants to the a an of for on in at and "
    "or with our us me "
    "my your is are was this that his her its their it he she they check checks verify confirm look up run "
    "provide send "
    "get give help find out who know let assist assistance request requesting requested asap thanks thank "
    "ty cheers hi "
    "hello dear all team colleagues colleague friends folks everyone good morning afternoon evening regards info "
    "information record records details detail data copy any if possible possibly about regarding re "
    "concerning from by "
    "id no number numbers card plate phone name named called subject person man woman male female suspect "
    "be have has had trace pull look into obtain locate search retrieve run owns own holds belongs belong registered "
    "registration whose which where there obtain identify currently "
    "do does did urgent urgently needed result results reply answer back before within due deadline so as soon"
)


def _alternatives(words: frozenset[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))


#: Any of them, in a row; Latin ones whole.
ASKING = re.compile(
    rf"(?:{_alternatives(_ASKING)}|(?<![a-z])(?:{_alternatives(_ASKING_EN)})(?![a-z])|['’]s\b)"
)
#: Verbs that ask: what stands between one of them and a number or a kind of request is whom it is about.
VERB = re.compile(
    r"(?:查一查|查一下|查下|查查|查询(?:一下|下)?|查找|帮查|核实(?:一下|下)?|核查(?:一下|下)?|核对|核一下|"
    r"调取(?:一下)?|调查(?:一下)?|"
    r"调一下|了解(?:一下)?|确认(?:一下)?|看一下|看下|看看|提供(?:一下)?|协查|拉一下|拉下|协助|开具|出具|请查|速查|查|"
    r"check|verify|look up|look into|run|confirm|provide|find out|find|trace|pull|identify|locate|search|obtain|"
    r"retrieve|need|want|please|pls)\s*$"
)
#: Somebody asks for something: with a number in a post without a marker it may be a request.
WISH = re.compile(
    r"帮[忙我查看]|麻烦|劳烦|烦请|查一下|查下|查一查|查查|请.{0,12}(?:查|核|调取|协助|提供|反馈|确认)|协助|"
    r"协查|核实|核查|调取|查询|求助|能否|能不能|"
    r"哪位|需要|急需|拜托|(?<![a-z])(?:please|pls|plz|could you|can you|can anyone|kindly|need|check|"
    r"verify|look up|help)(?![a-z])"
)
#: What is asked for is a look into records: everything else that is asked about a number (挪车) is none of a desk's.
LOOKS = re.compile(
    r"查(?!收|的|过|完|好|到|了)|核|调取|协助提供|确认|看一下|看下|看看|户籍|车主|机主|流水|"
    r"(?<![a-z])(?:check|verify|look up|confirm|owner|household|record)"
)
#: It has been done: 已查, 结果出来了.
DONE = re.compile(r"已经?查|已核|查过了|结果出来|出来了|查收|挪|话费|充值")
#: Who somebody is, before the name.
ROLE = re.compile(
    r"(?:犯罪嫌疑人|涉案嫌疑人|嫌疑人员?|嫌犯|涉案人员|涉案人|涉嫌人员|当事人|被查人|被查询人|违法行为人|"
    r"违法人员|逃犯|在逃人员|网逃人员|网逃|在逃|"
    r"失踪人员|暂住人口|流动人口|常住人口|暂住人员|失踪人|走失人员|走失老人|走失儿童|重点人员|吸毒人员|前科人员|辖区居民|居民|村民|市民|男子|"
    r"女子|男孩|女孩|老人|老太|老汉|小伙|"
    r"青年|学生|员工|司机|驾驶员|驾驶人|车主|机主|户主|户名|持卡人|开户人|租客|房客|房东|业主|法人代表|"
    r"法定代表人|法人|对象|人员|名字|"
    r"证人|目击者|(?<![a-z])(?:suspect|subject|witness|driver|owner|person|man|"
    r"woman)(?![a-z]))[:：\s]*(?:是|为|叫)?\s*$"
)
#: People who are spoken of and not asked about, where anybody else is.
OTHERS = re.compile(
    r"(?:受害人|被害人|受害者|报案人|报警人|举报人|家属|亲属|母亲|父亲|妻子|丈夫|女儿|儿子|老婆|老公|哥哥|"
    r"弟弟|姐姐|妹妹|"
    r"(?<![a-z])(?:victim|complainant|informant|wife|husband|mother|father|brother|sister|son|"
    r"daughter))[:：\s]*(?:是|为|叫)?\s*$"
)
#: What introduces a name.
CALLED = re.compile(
    r"(?:一个叫|有个叫|叫做|叫|名叫|名为|姓名(?:是|为|叫)?|名字(?:叫|是)?|(?<![a-z])(?:named|called|name "
    r"is|name|by the name of))\s*[:：]?\s*[\"'“「]?"
)
#: What happened: a reason. 案 with a word before it is one as well.
_HAPPENED = (
    "电信诈骗|网络诈骗|诈骗|诈欺|被骗|电诈|涉嫌[\u4e00-\u9fff]{2,8}|涉[诈赌毒黄黑恶枪爆恐稳邪税]|盗窃|盗抢|被盗|"
    "偷盗|失窃|抢劫|抢夺|故意伤害|伤害|杀人|命案|"
    "强奸|猥亵|赌博|开设赌场|聚赌|吸毒|贩毒|运毒|走私|洗钱|帮信|帮助信息网络犯罪|掩隐|掩饰隐瞒|非法集资|"
    "非法经营|传销|肇事逃逸|肇事|逃逸|交通事故|"
    "酒驾|醉驾|毒驾|套牌|假牌|失踪|走失|寻人|寻亲|追逃|潜逃|逃跑|抓捕|打架|斗殴|寻衅滋事|寻衅|敲诈|勒索|"
    "绑架|非法拘禁|卖淫|嫖娼|纠纷|家暴|自杀|轻生|"
    "侵占|挪用|受贿|行贿|伪造|造假|侵权|偷税|拐卖|拐骗|冒用|冒名|跑分|裸聊|刷单|杀猪盘|碰瓷|高空抛物|"
    "妨害公务|危险驾驶|窝藏|包庇|销赃|偷渡|偷越|侵犯公民个人信息|骚扰|恐吓|诽谤|侮辱|殴打|毁坏财物|投毒|放火|纵火|撞人|撞车|"
    "骗子|扒窃|入室|欠薪|招摇撞骗|虚开|骗税|冒充|诬告|非法吸收|盗刷|套现|黑客|打人|伤人|撞了人|被打|走丢|离家出走|闹事|偷拍|盗伐|非法捕捞|"
    "未成年人?保护|政审|背景审查|核实身份(?!信息)|确认身份(?!信息)|入职审查|考察|"
    "[\u4e00-\u9fff]{2,10}案(?!号|件?编号|由|情|子|件)"
)
_HAPPENED_EN = (
    "hit[- ]and[- ]run|fraud|scam|theft|stolen|burglary|robbery|mugging|assault|homicide|murder|drunk driving|dui|"
    "smuggling|drugs?|narcotics|gambling|money laundering|laundering|missing person|missing|kidnapping|abduction|"
    "extortion|blackmail|fugitive|wanted|accident|dispute|domestic violence|trafficking|embezzlement|forgery|arson|"
    "rape|vandalism|phishing|[a-z]+ case|[a-z]+ investigation"
)
HAPPENED = re.compile(rf"(?:{_HAPPENED})|(?<![a-z])(?:{_HAPPENED_EN})(?![a-z])")
#: Words that are in no name, though they stand in capitals: RING LEADERS, TASK FORCE.
NO_NAME_EN = listed(
    "ring gang cell squad team unit force operation op project case file ref task urgent request check help group "
    "police bureau station office branch division department bank company ltd inc co city province county district "
    "road street avenue hotel school hospital university fraud scam theft robbery card account vehicle plate phone id "
    "subject suspect victim witness officer household record records criminal certificate statement subscriber please "
    "pls thanks regards deadline due reason to from priority flash working day days hours today tomorrow wechat "
    "telegram"
)
#: What announces a reason up to the end of its clause.
BECAUSE = re.compile(
    r"(?:案子是|案由|事由|理由|原因|事情|起因|案件是|案件为)(?:是|为|:|：)?|(?:因为|由于|因(?=[\u4e00-\u9fff]{2}))|为了|用于|"
    r"(?<![a-z])(?:because of|because|reason is|reason|(?:the )?case (?:is|was)|cause is|due to|in "
    r"connection with|regarding an?|relating to|"
    r"re)(?![a-z])[:：]?"
)

#: How pressing it is, in a word.
HASTE = re.compile(
    r"特急|十万火急|加急|紧急(?!联系|程度)|(?:比较|很|非常|挺|有点|特别|十分|相当|较)急|急件|急用|急需|"
    r"急急急?|急办|不着急|不急|不紧急|"
    r"(?<!\w)急(?!\w)|(?<![a-z])(?:flash|very urgent|urgently|"
    r"urgent|not urgent|no rush|asap)(?![a-z])"
)
#: In front of a word of haste: it is not so (不用特急), or is said of something else (上次特急).
NO_HASTE = re.compile(
    r"(?:(?:不|非|没|未|别|勿|无)(?:用|必|是|要|需|须|算|怎么|那么|到|按|太|有|属|于|标)*|"
    r"(?<![a-z])(?:not|no|non|isn['’]?t|never|without)"
    r"(?:[\s-]+(?:an?|that|so|very|too|really|need|for|to|be))*)[\s-]*$"
)
OTHER_HASTE = re.compile(
    r"(?:家属|家人|群众|当事人|他们|对方|事主|失主|受害人|孩子|老人|如果?|若|上次|上回|之前|原先?|原来|昨天|前天)(?:的|是|为)*\s*$"
)
#: Behind it: 特急件已发函, flash drive.
OTHER_HASTE_BEHIND = re.compile(
    r"件?(?:已|函|文|号|通道|的话|吗|么)|\s+(?:drive|disk|memory|card|flood|sale|mob)(?![a-z])"
)
#: A wish under a condition (如果能特急最好, urgent if possible) is no order: it is said back, and changes nothing.
WISHED_BEFORE = re.compile(
    r"(?:如果?|若是?|要是|假如|倘若?|能不能|可不可以|能否|可否|能|最好|希望|争取|(?<![a-z])(?:if|ideally|preferably))"
    r"(?:是|能够?|可以?|算|按|走|办|给|您|你们?|方便|it is|possible|you can|could be|can be|be|[\s,，])*$"
)
WISHED_BEHIND = re.compile(
    r"[\s,，]*(?:(?:办|处理|件|的|一下|[\s,，])*(?:最好|更好|就更好|的话|就好了)|"
    r"(?:if|where) (?:at all )?(?:possible|you can|you could|feasible)|preferably)"
)
#: What each says, where it is not a word of the field itself.
HASTE_MEANS = {
    "急急": "urgent", "急急急": "urgent", "急办": "urgent", "急用": "urgent", "急需": "urgent", "不着急": "normal",
    "no rush": "normal", "not urgent": "normal", "very urgent": "urgent", "urgently": "urgent", "很急": "urgent",
    "非常急": "urgent", "挺急": "urgent", "有点急": "urgent", "特别急": "urgent", "十分急": "urgent",
    "相当急": "urgent", "比较急": "urgent", "较急": "urgent",
}  # fmt: skip
