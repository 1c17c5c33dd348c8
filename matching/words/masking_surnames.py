"""Surnames, by how sure a character is one where it begins something that is no common word; and what tells the
words that look like names from names that look like words."""

from __future__ import annotations

import re

SURE = frozenset(
    "王李张刘陈杨赵吴徐孙胡朱郭罗梁宋郑谢韩唐冯董萧曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎潘杜戴钟汪姜范谭廖邹熊陆郝孔崔康毛邱秦顾侯邵孟段雷钱汤尹黎贺赖龚庞樊殷陶洪翟颜倪严牛芦俞葛伍韦申"
    "毕聂焦柳邢岳齐梅庄辛管祝谷祁耿牟詹苗凌费纪靳盛童欧甄项裴席鲍覃霍翁隋柏阮桂闵柴房兰蓝冼湛冉娄储褚邬臧佟楚荆阚缪窦麦屠晏瞿阙廉桑嵇滕郁宫鞠敖游尤施周黄肖饶穆邝邸钭郈郦璩蹇苟苴厍卞辜"
)
#: Those that are words of their own, or begin many.
UNSURE = frozenset(
    "高何林马于程任方石姚金白江史万常武乔文安易温季章时成单车解强全明路连支计应都曲包水平向关左查尚边田夏余丛舒卜涂植景甘薄司宁柯华刑仇卫屈位龙丰巫巩古寇尉步巴干晁来冷岑危国宗宣封屋岩师"
    "幸库弓戎戚扈承扶把敬昌晋木权束松栾杭桓殳毋沃沙池满濮牧狄珠皮盖相益真禹秋空简籍粟糜糟终经羊胥能脱舜良苍苑英茅茹荀莘莫莱蒙蒲蓬蔚虞融衡裘訾谈谯豆贡赏越辅过逄逯那郎郏郗鄢酆钮铁锁长门闻"
    "阳阴随隆雍靖韶须鱼鲁麻付习占仲吉丘祖竹米艾诸伊"
)
#: Those that are believed only where a name is announced.
RARE = frozenset(
    "仝亓令仉佴佘偶兀况凤冀冒刀刁别利力劳勾匡化区南卓厉双召台后员商善喻嘉增壤夔太奚妫姒姬孛孜宓宦宰寿展巢希庾弘念怀恽慎战戈户斜斯旷昝星晃普智暨暴机杞栗梓森母永汝汲沐泰洛浦海涉淳清漆潜烟"
    "热牙玉班琚瓮由畅痕登皋督矫碧秘种税稽竺笪符粘红纳线练续缑羿老肇胜芮花荔荣莎菅蒯蓟蔺藏蛮行衣西见言谌贝迟适遇邰郄郇郜部郸鄂酒野银锺镇闫闭闪阿陀隗集雅青顿颛风香骆鬼鲜鹿麴黑鼓和信代原初厚山爱通广官容宿印养党农冠咸哈哑堵墨充剧富帅慕揣揭曼柬楼燕玄琴矣福禄禾索浑滑泮辗衮蚁斛庐伏伯仰井亢仓逢东乌乜"
)
_COMPOUND = (
    "欧阳 司马 上官 诸葛 夏侯 皇甫 尉迟 公孙 慕容 令狐 长孙 宇文 司徒 司空 端木 东方 南宫 独孤 轩辕 "
    "西门 百里 呼延 闻人 澹台 公冶 宗政 濮阳 淳于 单于 太叔 申屠 仲孙 钟离 鲜于 闾丘 东郭 拓跋 赫连 "
    "万俟 第五 左丘 梁丘 谷梁 公羊 贺兰 耶律 完颜 纳兰 叶赫 那拉 乐正 公西 漆雕 壤驷 巫马 颛孙 羊舌"
)
#: Surnames of two characters: hiding the second would hide nothing of the given name.
COMPOUND_SURNAMES = frozenset(_COMPOUND.split())
#: 第五 is a surname too, but not where it counts.
ORDINAL = re.compile(
    r"第五(?:[〇零一二三四五六七八九十百千]|[条款项章节编名位次届期组批个起件号天年月日周季代队版页步点类种级轮])"
)
#: 于 says when or on what occasion where this follows.
WHEN = re.compile(
    r"于(?:[今昨][日天晚早晨夜年]|明[日天晚早年]|明晨(?![\u3400-\u9fff])|后天|前[日天]|[当次同][日天晚年月周时]|翌日|近[日期来几]|"
    r"[上下本][月周年午]|本[日局所队案院辖单区市县次]|[年月周][底初内中末]|周[一二三四五六日末]|上半|下半|"
    r"[〇零一二三四五六七八九十两]{1,3}(?:个?工作日|个?月|[日号天周点时年])|[早晚]上|中午|凌晨|傍晚|夜间|深夜|节[前后]|"
    r"[案事]发|发案|收到|接[到报警]|到期|期限|时限|限期|规定|途中)"
)
#: Words of one character that given names have too: 若涵, 可欣, 相如.
OF_NAMES = frozenset("如若可")
AFTER_NAMES = frozenset("的与和及跟在于系是为曾已到")
WHOLE_GIVEN = frozenset(
    ("和平", "向东", "向阳", "向前", "为民", "为国", "如意", "来福", "从军", "成功", "可心")
)
#: Characters of given names, which are hardly ever in other words behind a surname.
GIVEN = frozenset(
    "丽红梅兰英芳娟敏静秀霞燕玲桂珍萍莲娜婷婉琳琴慧洁雪琪瑶佳欣怡倩莹颖蓉蕾薇菲妍妮媛淑芝翠玉凤春香月云彩素晓晴雯露雨美艳爱蓝岚"
    "伟强军勇杰涛磊鹏辉斌刚毅峰超浩宇轩翔健康志建国华明亮文武海波洋洪林松柏龙虎豪俊彦博思远德贵福祥瑞荣昌富宝金钢山川东永宏光良"
    "新兵卫民立小阿大子一天乐诗涵梓萱晨曦睿泽航泰诚信义礼智仁忠孝景元启承"
)
#: And those of which a given name of one character may be.
GIVEN_ALONE = (GIVEN - frozenset("一子大小阿立天民")) | frozenset(
    "森帅嘉岩瑞青坤彬彪锋凯恺炜炎焱琛琦珂珏璐璇璟昊昕晟晖晔昱煜烨熠翰翊翎骏骁鑫铭锦钧钰霖霏霆岳峻嵩彤彰恒悦惠愉懿捷敦斐旻源润淼渊澜尧帆宁"
)
