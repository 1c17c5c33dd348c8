"""What a desk has whose configuration does not say: the request types that units ask of each other most, and the
purposes for which people look at what is not their own work."""

from __future__ import annotations

from typing import Any

#: ``[protection] purposes``: to work on a case, to check something, to supervise.
DEFAULT_PURPOSES = ("办案", "核查", "督查")
#: ``[watch] condition_words``: in why somebody refuses or returns a request, they name a fee or a condition; both are
#: forbidden (公安机关办理刑事案件程序规定, art. 348).
CONDITION_WORDS = (
    "收费",
    "费用",
    "缴费",
    "付费",
    "差旅费",
    "先帮",
    "作为交换",
    "条件是",
    "fee",
    "payment",
    "in return",
)
#: ``[grounds]``, by the language of the desk. Of urgency: the four of Directive (EU) 2023/977, art. 4(3). Of a refusal:
#: those of art. 6; that there is no time is none (公安机关办理刑事案件程序规定, art. 348), and papers that are wanting
#: are asked for. No case: what the police ask of each other without one.
DEFAULT_GROUNDS: dict[str, dict[str, tuple[str, ...]]] = {
    "urgency": {
        "zh": (
            "公共安全面临直接而严重的威胁",
            "有人的生命或身体面临紧迫危险",
            "须决定是否继续限制人身自由",
            "信息随时会失去价值，且对侦办重要",
        ),
        "en": (
            "immediate and serious threat to public security",
            "imminent threat to somebody's life or body",
            "a decision on keeping somebody in custody",
            "it is about to lose its value, and matters to the case",
        ),
    },
    "decline": {
        "zh": (
            "本单位没有所要的信息",
            "请求不合规定",
            "所需的批准没有下来",
            "超出可以提供的个人信息范围",
            "所存信息不准确或已过时",
            "涉及国家安全、在办案件或人身安全",
            "不构成犯罪，或达不到规定的程度",
            "信息来自他方，他方不同意提供",
        ),
        "en": (
            "we do not have it",
            "the request is not as the rules want it",
            "the authorisation it needs was refused",
            "personal data beyond what may be given",
            "what we hold is wrong or outdated",
            "national security, a pending case or somebody's safety",
            "no offence, or none grave enough",
            "it came from others, who do not consent",
        ),
    },
    "no_case": {
        "zh": ("尚未受案立案", "救助、寻人", "日常核查", "其他机关来函"),
        "en": (
            "no case opened yet",
            "search or rescue of somebody",
            "routine check",
            "letter of another body",
        ),
    },
}
#: Why a request is returned whose papers are wanting, in front of their names, in the language of the desk.
PAPERS_WANTING = {"zh": "材料不全，请补充：", "en": "Papers are wanting, please send: "}
#: In the words of ``[[request_types]]``; see ``config.example.toml``.
DEFAULT_TYPES: tuple[dict[str, Any], ...] = (
    {
        "key": "household",
        "labels": {"zh": "户籍证明", "en": "household certificate"},
        "aliases": ["户籍", "户口", "户籍核实", "户籍信息", "人口信息", "常口", "household", "hukou"],
        "about": "person",
        "same": ["subject"],
        "fresh_for": "180d",
    },
    {
        "key": "residence",
        "labels": {"zh": "居住核实", "en": "residence check"},
        "aliases": ["居住", "居住证", "暂住", "住址核实", "实有人口", "residence", "address check"],
        "about": "person",
        "same": ["subject"],
        "fresh_for": "90d",
    },
    {
        "key": "vehicle",
        "labels": {"zh": "车辆信息", "en": "vehicle check"},
        "aliases": ["车辆", "车辆核查", "车牌", "机动车", "vehicle", "plate check"],
        "about": "vehicle",
        "same": ["subject"],
        "fresh_for": "90d",
    },
    {
        "key": "phone",
        "labels": {"zh": "号码机主", "en": "phone subscriber"},
        "aliases": ["机主", "电话", "手机", "号码核查", "话单", "phone", "subscriber"],
        "about": "phone",
        "same": ["subject", "period"],
        "fresh_for": "60d",
    },
    {
        "key": "account",
        "labels": {"zh": "账户查询", "en": "account check"},
        "aliases": ["账户", "银行卡", "银行账户", "资金流水", "account", "bank account"],
        "about": "account",
        "same": ["subject", "period"],
        "fresh_for": "60d",
    },
    {
        "key": "company",
        "labels": {"zh": "企业信息", "en": "company record"},
        "aliases": ["企业", "公司", "工商", "营业执照", "company", "business record"],
        "about": "company",
        "same": ["subject"],
        "fresh_for": "90d",
    },
    {
        "key": "criminal_record",
        "labels": {"zh": "违法犯罪记录", "en": "criminal record"},
        "aliases": ["前科", "犯罪记录", "无犯罪记录", "违法记录", "criminal record"],
        "about": "person",
        "same": ["subject"],
        "fresh_for": "30d",
    },
    {
        "key": "witness",
        "labels": {"zh": "证人询问", "en": "witness interview"},
        "aliases": ["证人", "询问", "走访", "调查取证", "协助取证", "witness", "interview"],
        "about": "person",
        "same": ["subject", "case"],
        "fresh_for": "180d",
    },
    {
        "key": "other",
        "labels": {"zh": "其他协作", "en": "other"},
        "aliases": ["其他", "其它", "other", "misc"],
        "require": ["reason"],
        "about": "none",
        "same": ["subject", "case"],
        "fresh_for": "30d",
    },
)
