"""Chinese surnames, to tell a second name from a word about the first. The census' four hundred, and old ones."""

from __future__ import annotations

from matching.text.normalise import listed
from matching.text.spoken import is_han
from matching.words.masking_surnames import COMPOUND_SURNAMES, SURE

_SINGLE = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆"
    "郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂"
    "谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕佟连晏"
    "明仇臧匡全宗卓鄢亓苑敬衣原商满苟奚褚宫巩符沙阚木冷敖占应晋亢畅楼窦艾巫党支荀代闻计储冀娄荆揭茅蒙丰麻尚初苍糜幸司羊双来慎扶堵桑宓蓬郗印宿怀蒲邰从"
    "鄂索咸籍卓蔺屠乔阴胥能莘逄谭贡劳逄姬申扶堵冉宰郦雍璩濮寿通边扈燕郏浦尚农别晏瞿阎充慕连茹习宦鱼容暨衡步都耿弘匡国寇广禄阙东殳沃利蔚越夔隆师巩厍晁勾"
    "敖融訾那简空沙乜养鞠须丰巢蒯相后红竺权逯盖益桓佘年爱帅缑况郈有琴商牟佴伯赏墨哈谯笪岳仉督佟言福邝闫肖付岑昝卞竹冼芮储靳井富乌焦巴弓牧隗山全郗班仰秋仲伊宫"
    "仝钭厉戎祖武符景束龙幸韶郜黎蓟薄怀粟练揣郇迟信泮展化海荣铁钮闭官禹凤花贝危滑平和穆狄计伏成谈庐湛喻诸葛柬蹇兀苴厚矫斛母青由牙漆战仓邸呼才矣库税但剧哑"
    "瓮逢浑卑衮辗曼敬问蚁玄冠院禾买依提"
)
#: Fewer than there are: these few begin ordinary words far more often than names.
SURNAMES = frozenset(_SINGLE) - frozenset("有能别都年后但才由从母呼税库卑敬问院买依提时利危")
_NOT_GIVEN = frozenset("的了是其我你他她它们这那哪被把给请帮")
#: Words that begin with a surname's character and are what people do or are.
_NO_NAMES = listed(
    "无业 务农 务工 司机 厨师 教师 医生 学生 民警 警官 农民 工人 干部 职员 经理 老板 会计 保安 房东 "
    "租客 户主 车主 机主 本人 男性 女性 汉族 回族 藏族 满族 壮族 苗族 彝族 侗族 白族 成年 未婚 已婚 "
    "离异 丧偶 大学 大专 中专 高中 初中 小学 文盲 高大 白色 黑色 红色 蓝色 黄色 绿色 灰色 银色 金色 "
    "有限 公司 房产 户籍 常住 暂住 现住 住址 单位 关系 方式 查询 核实 时间 地址 国籍 国家 中国 美国 "
    "英国 法国 德国 韩国 越南 江苏 江西 浙江 安徽 山东 山西 河南 河北 湖南 湖北 广东 广西 云南 贵州 "
    "四川 陕西 甘肃 青海 海南 辽宁 吉林 黑龙江 内蒙古 宁夏 新疆 西藏 上海 北京 天津 重庆 香港 澳门 "
    "台湾 苏州 昆山 无锡 常州 南京 徐州 连云港 宿迁 和平 平安 安全 明天 来源 时限 车型 车辆 车牌 号码 "
    "成员 包括 应当 相关 连同 支行 分行 全部 双方 温州 杭州 广州 常熟 吴江 张家港 宜兴 江阴 金华 白酒 "
    "花名 文化 文员 党员 华侨 利息 能否 同伙 同案 主犯 从犯 在逃 已逃 经商 富商 商人 商户 牧民 渔民 "
    "后勤 后期 解释 关于 关注 相片 照片 简历 简介 幸会 应急 单身 祖籍 原籍 原名 原住 常驻 信息 详情 "
    "情况 资料 材料 证明 记录 名单 附件 附表 如下 如附 车主 项目 段落 时段 期间 强奸 石油 金额 毛重 "
    "景点 易制毒 万元 那个 那人 那位 那些 那边 那里 那样 那么 那种 那天 那时 那辆 那台 那张 那部 那家 那个人 "
    "那些人 那个号 "
    "何人 何时 何地 何处 何种 全家 全员 双人 单人 车里 车上 车内"
)


def is_person(word: str) -> bool:
    """Whether a cleaned word has the form of a person's name: a surname and one to three more, a masked name, a name
    with a dot in it, or two and more Latin words."""
    if not is_han(word):
        return len(word.split()) > 1 and all(part.replace("'", "").isalpha() for part in word.split())
    if "·" in word:
        return all(word.split("·"))
    bare = word.replace("*", "")
    if word in _NO_NAMES or not 2 <= len(word) <= 5 or not bare:
        return False
    if word[:2] in COMPOUND_SURNAMES:
        return 3 <= len(word) <= 5 and _NOT_GIVEN.isdisjoint(word[2:])
    return word[0] in SURNAMES and len(word) <= 4 and _NOT_GIVEN.isdisjoint(word[1:])


def names_in_run(word: str, count: int = 0) -> list[list[str]]:
    """The ways in which a run of Han characters is several names without anything between them (张三李四), each with
    a surname that is hardly ever another word. ``count``: how many they are, 0 for any number."""
    if len(word) < 4 or len(word) > LONGEST_RUN or "·" in word:
        return []
    ways = _parted(word)
    return [way for way in ways if len(way) > 1 and count in (0, len(way))]


#: Longer runs are no names.
LONGEST_RUN = 15


def _parted(word: str) -> list[list[str]]:
    if not word:
        return [[]]
    compound = word[:2] in COMPOUND_SURNAMES
    if not compound and word[0] not in SURE:
        return []
    return [
        [word[:size], *rest]
        for size in ((3, 4) if compound else (2, 3))
        if len(word) >= size and is_person(word[:size])
        for rest in _parted(word[size:])
    ]
