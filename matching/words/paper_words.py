"""What identity documents are called, in both languages, and what is said of a picture of one."""

from __future__ import annotations

#: Longer names first where one begins another: the first that fits is taken.
PAPERS_ZH = (
    "居民身份证", "临时身份证", "身份证", "二代证", "护照", "驾驶证", "驾照", "户口本", "户口簿", "户口页", "户口卡",
    "户籍页", "户籍卡", "居住证", "暂住证", "通行证", "回乡证", "台胞证", "永居证", "永久居留证", "居留许可", "居留证",
    "旅行证", "海员证", "军官证", "士官证", "士兵证", "警官证", "出生证", "出生医学证明", "结婚证", "社保卡", "医保卡",
    "学生证", "工作证", "残疾人证", "残疾证",
)  # fmt: skip
#: A picture of these is one whatever else is said.
PICTURES_ZH = ("证件照", "身份照", "证照片", "户籍照")
PAPERS_EN = (
    "identity cards?", "identity documents?", "identity papers?", "identification cards?", "id cards?",
    "id documents?", "(?:his|her|their|my|your|s|photo|national) ids?", "passports?",
    "driving licen[cs]es?", "driver'?s'? licen[cs]es?", "licen[cs]es?", "residence permits?", "travel permits?",
    "household registers?", "hukou", "birth certificates?", "marriage certificates?", "military id",
    "social security cards?",
)  # fmt: skip
#: What makes another thing of a licence or a permit.
NOT_BEFORE_EN = ("business", "trade", "software", "export", "import", "firearm", "liquor")
NOT_BEHIND_EN = ("plates?",)

#: Beside the name of one they say that it is to be seen. 照 alone would be found in 护照, 执照, 按照.
SHOWN_ZH = (
    "照片", "相片", "图片", "复印件", "影印件", "扫描件", "扫描", "截图", "原件", "正反面", "正面", "反面", "人像面",
    "国徽面", "首页", "资料页", "信息页", "内页", "(?<![护驾执牌按参依对遵拍])照(?![片顾旧样例准])",
)  # fmt: skip
SHOWN_BEFORE_ZH = ("附件", "附", "照片", "图片", "如图", "见图", "图为", "拍", "上传", "发来", "扫描", "复印")
SHOWN_EN = (
    "photos?", "photographs?", "pictures?", "pics?", "images?", "scans?", "scanned", "copy", "copies", "photocopy",
    "photocopies", "screenshots?", "front", "back", "both sides", "data page", "attached", "enclosed",
)  # fmt: skip
