"""The sample bureau that `crossbeat try` starts with: units, request types, people, groups, examples.

Plain data. Every person, number and case here is invented; the check digits are right so that the bot takes
them for real ones.
"""

import tomllib
from pathlib import Path
from typing import Any

from sandbox.sample.ledger import ledger
from sandbox.sample.tour import EXAMPLES, TOUR

__all__ = [
    "ADMINS",
    "CHATS",
    "EXAMPLE_MESSAGE",
    "KNOWN_SUBJECT_MESSAGE",
    "PEOPLE",
    "REQUEST_TYPES",
    "TIMEZONE",
    "UNITS",
    "ledger",
    "world",
]

EXAMPLE_MESSAGE = EXAMPLES["new"]
"""Ready to send, by language: about somebody whom nobody has asked about yet."""
KNOWN_SUBJECT_MESSAGE = EXAMPLES["known"]
"""Ready to send, by language: about a subject that the ledger has an answer for."""

WX_CHAT, KS_CHAT, SZ_CHAT = -1_001_700_000_001, -1_001_700_000_002, -1_001_700_000_003

UNITS: list[dict[str, Any]] = [
    {
        "code": "SZ",
        "name": "苏州市公安局",
        "name_en": "Suzhou Public Security Bureau",
        "aliases": ["苏州", "苏州市局", "Suzhou PSB", "Suzhou"],
        "parent": None,
        "chat": SZ_CHAT,
    },
    {
        "code": "KS",
        "name": "昆山市公安局",
        "name_en": "Kunshan Public Security Bureau",
        "aliases": ["昆山", "昆山市局", "Kunshan PSB", "Kunshan"],
        "parent": "SZ",
        "chat": KS_CHAT,
    },
    {
        "code": "WX",
        "name": "无锡市公安局",
        "name_en": "Wuxi Public Security Bureau",
        "aliases": ["无锡", "无锡市局", "Wuxi PSB", "Wuxi"],
        "parent": None,
        "chat": WX_CHAT,
    },
    {
        "code": "CZ",
        "name": "常州市公安局",
        "name_en": "Changzhou Public Security Bureau",
        "aliases": ["常州", "常州市局", "Changzhou PSB", "Changzhou"],
        "parent": None,
        "chat": None,
    },
]


def _type(
    key: str,
    labels: tuple[str, str],
    aliases: list[str],
    about: str,
    fresh_for: str,
    *,
    same: tuple[str, ...] = ("subject",),
    require: tuple[str, ...] = ("subject", "reason"),
) -> dict[str, Any]:
    return {
        "key": key,
        "labels": {"zh": labels[0], "en": labels[1]},
        "aliases": aliases,
        "require": list(require),
        "about": about,
        "same": list(same),
        "fresh_for": fresh_for,
    }


REQUEST_TYPES: list[dict[str, Any]] = [
    _type(
        "household", ("户籍证明", "household certificate"), ["户籍", "户口", "household"], "person", "180d"
    ),
    _type("residence", ("居住核查", "residence check"), ["实地走访", "走访", "residence"], "person", "30d"),
    _type("vehicle", ("车辆信息", "vehicle record"), ["车辆", "机动车", "vehicle"], "vehicle", "90d"),
    _type("phone", ("机主信息", "phone subscriber"), ["机主", "手机号", "phone"], "phone", "90d"),
    _type(
        "account",
        ("账户查询", "account records"),
        ["账户", "银行流水", "account"],
        "account",
        "90d",
        same=("subject", "period"),
        require=("subject", "period", "reason"),
    ),
    _type("company", ("企业登记", "company register"), ["企业", "工商", "company"], "company", "180d"),
    _type(
        "criminal_record",
        ("违法犯罪记录", "criminal record"),
        ["前科", "犯罪记录", "criminal record"],
        "person",
        "90d",
    ),
    _type(
        "witness",
        ("协助询问", "witness interview"),
        ["询问证人", "询问", "witness"],
        "person",
        "365d",
        same=("subject", "case"),
        require=("subject", "case", "reason"),
    ),
    _type("other", ("其他", "other"), ["其它", "other"], "none", "30d", same=(), require=("reason",)),
    *tomllib.loads(Path(__file__).with_name("types.toml").read_text(encoding="utf-8"))["request_types"],
]


def _person(
    number: int, names: tuple[str, str], username: str, unit: str | None, role: str
) -> dict[str, Any]:
    return {
        "id": number,
        "name": names[0],
        "name_en": names[1],
        "username": username,
        "unit": unit,
        "role": role,
    }


PEOPLE: list[dict[str, Any]] = [
    _person(1101, ("林小满", "Lin Xiaoman"), "lin_xiaoman", "WX", "officer"),
    _person(1102, ("周知远", "Zhou Zhiyuan"), "zhou_zhiyuan", "WX", "officer"),
    _person(1103, ("何清越", "He Qingyue"), "he_qingyue", "WX", "liaison"),
    _person(1201, ("顾一苇", "Gu Yiwei"), "gu_yiwei", "KS", "handler"),
    _person(1202, ("沈听澜", "Shen Tinglan"), "shen_tinglan", "KS", "liaison"),
    _person(1301, ("秦砚秋", "Qin Yanqiu"), "qin_yanqiu", "CZ", "officer"),
    _person(1401, ("陆怀瑾", "Lu Huaijin"), "lu_huaijin", "SZ", "supervisor"),
    _person(1402, ("叶知秋", "Ye Zhiqiu"), "ye_zhiqiu", "SZ", "liaison"),
    _person(1001, ("方予安", "Fang Yu'an"), "fang_yuan", None, "admin"),
]
ADMINS = [1001]
TIMEZONE = "Asia/Shanghai"

CHATS: list[dict[str, Any]] = [
    {
        "id": WX_CHAT,
        "type": "supergroup",
        "title": "无锡协作群",
        "title_en": "Wuxi requests",
        "unit": "WX",
        "members": [1101, 1102],
        "admins": [1103, 1001],
        "bot": "administrator",
    },
    {
        "id": KS_CHAT,
        "type": "supergroup",
        "title": "昆山协作群",
        "title_en": "Kunshan requests",
        "unit": "KS",
        "is_forum": True,
        "topics": ["人口户籍", "车辆通信"],
        "topics_en": ["People and households", "Vehicles and phones"],
        "members": [1201],
        "admins": [1202, 1001],
        "bot": "administrator",
    },
    {
        "id": SZ_CHAT,
        "type": "supergroup",
        "title": "苏州市局协作群",
        "title_en": "Suzhou Bureau requests",
        "unit": "SZ",
        "members": [1401, 1301],
        "admins": [1402, 1001],
        "bot": "administrator",
    },
]


def called(what: dict[str, Any], language: str, key: str = "name") -> str:
    """The name of a unit or a person, or with `key="title"` of a chat, in a language."""
    return str(what[f"{key}_en"] if language == "en" else what[key])


def _chat(chat: dict[str, Any], language: str) -> dict[str, Any]:
    topics = {"topics": chat[f"topics_{language}"]} if f"topics_{language}" in chat else {}
    named = chat | topics | {"title": called(chat, language, "title")}
    named.pop("topics_en", None)
    return named


def _places(step: dict[str, Any], language: str) -> dict[str, Any]:
    """A step of the tour whose chat and person are called as they are in this world."""
    names = {person["name"]: called(person, language) for person in PEOPLE}
    titles = {chat["title"]: called(chat, language, "title") for chat in CHATS}
    chat = {"chat": titles[step["chat"]]} if "chat" in step else {}
    return step | chat | {"person": names[step["person"]]}


def world(language: str = "zh") -> dict[str, Any]:
    """The sample as a world file: what `sandbox.chat_page.server.fill` and `--world` take. In English people and
    chats are called so towards the bot too."""
    return {
        "people": [person | {"name": called(person, language)} for person in PEOPLE],
        "chats": [_chat(chat, language) for chat in CHATS],
        "units": [{key: unit[key] for key in ("code", "name", "name_en", "parent")} for unit in UNITS],
        "examples": EXAMPLES,
        "tour": [_places(step, language) for step in TOUR],
        "timezone": TIMEZONE,
    }
