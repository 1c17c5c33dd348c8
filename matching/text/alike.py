"""Characters of names that are taken for one another by eye: a scanner's and a typist's mistakes.

Made by hand from pairs in which one part differs by a stroke or a radical, and which both occur in names.
"""

from __future__ import annotations

_GROUPS = """
己已巳 未末朱 土士 天夫无 日曰 人入八 大太犬丈 千干于 王玉主壬 午牛 刀力 贝见 东车 风凤 鸟乌 田由甲申
兔免 今令 白百 目自且 市布 云去 晴睛清情请靖婧倩精 明朋 杨扬场汤 阳阴 林材 李季 孙逊 陈阵 刘刻 张弛
洪供拱 洋样 伟伪炜玮纬韦祎 峰锋烽蜂 娟捐涓 婷停 静净 敏梅 波坡披 浩皓洁 勇涌 军车 赵起 徐涂 郭部 邓邛
韩朝 曹曾 谢射 叶计 吕昌 卢芦户 蒋将 蔡祭 贾买 余佘 潘番 杜社 戴载 夏复 钟种 汪注 任仕 姜美 范苑 方万
石右 姚桃 谭潭覃 金全 孔扎 崔催 康庚 毛手 邱丘 秦泰奏春 江红 史吏 顾硕 侯候 孟盂 龙尤 钱线 尹伊 武式 乔桥
文又 玲铃伶 瑶谣遥 莹营萤荧 琪棋祺淇琦 欣欧 怡恰 悦说锐 晨震 宇字 宁字 辉晖挥 俊峻竣骏 凯铠 昊吴昃 彬杉
志忘 思恩 惠蕙慧 蓉容榕 芳方 芬分 萍苹 莲连 桂挂 栋拣 梁粱 柏拍 桐桶 虹红 蕾雷 霞霄 舂春 颖颍 泽译择 淑叔
源原 滨宾 建健键 国因囯 园圆 佳住 成戍戊戌 珍诊 珊删 珠株 理埋 瑞端 璐露 涛铸 丽俪 兰三 丹舟 冬各 凡几
芝艺 苗黄 茂荗 荣萦 莉利 菲非 薇微 蓝篮 岚风 岩炭 岳兵 川州 帆帅 平乎 广厂 庆床 延廷 廷延 弘泓 彤丹 心必
忠患 怀坏 恒桓垣 恺凯 慈兹 成诚城 戎戒 扬杨 振震 捷婕 新薪 旭旮 昌冒 星早 春秦 晓骁绕 智知 月用 有友 本木
杰烈 枫讽 柯何 柳卯 楠喃 榆愉渝瑜喻 欢双 正止 水永 沙纱莎 沛佩 河何 法洁 泰秦 洁浩 津律 洲州 海悔 涵函
淳谆醇 添舔 湘相 溪奚 潇萧 澜阑 炎焱 炳柄 烨桦晔 焕唤涣 煜昱 牧枚 特待 玥钥 珏班 珂柯 珺郡 球救 琛深
琳淋彬 瑾谨槿 璇旋 甜恬 畅扬 益盖 真直 硕顾 礼扎 祥详样 福副 禾木 秀季 科料 程呈 稳隐 立产 竹行 红江虹
纪记 纯钝 绍招 经径 维惟唯 美姜 翔详 耀跃 育青 胜性 良艮 若苦 英央 茜西 荷何 莎沙 菁青 萌明 蝶碟 裕欲
言信 诗待 诚城 语悟 豪毫 贤览 贵责 超起 路露 辰晨 迎仰 进近 远运 逸免 邦帮 郁都 金鑫 钰玉 铭名 锐悦 锦绵
镇真 长张 闯阖 陶淘 雨两 青清 香杳 馨磐 骁晓 鸣呜 鸿鸥 鹏鹃 齐济
"""


def _pairs() -> frozenset[tuple[str, str]]:
    return frozenset((x, y) for group in _GROUPS.split() for x in group for y in group if x != y)


_ALIKE = _pairs()


def look_alike(x: str, y: str) -> bool:
    """Whether one character is easily taken for the other."""
    return x == y or (x, y) in _ALIKE
