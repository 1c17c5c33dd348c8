"""Who is there: units, groups and people, all invented, and the configuration that knows the units only.

Groups are bound and roles given by the administrator in the conversation, as on a real desk.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WX, KS, SZ, CZ = "无锡协作群", "昆山协作群", "苏州市局协作群", "Changzhou requests"
CHAT_IDS = {WX: -1001800000001, KS: -1001800000002, SZ: -1001800000003, CZ: -1001800000004}
ADMIN = "方予安"
ADMIN_ID = 1001
SHEN_ID = 7306915482  # as long as they are, so that it stands nowhere by chance


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody in one group; ``role`` as the administrator gives it."""

    name: str
    id: int
    username: str
    group: str | None = None
    role: str = "officer"


PEOPLE = (
    Person(name="林小满", id=1101, username="lin_xiaoman", group=WX),
    Person(name="周知远", id=1102, username="zhou_zhiyuan", group=WX),
    Person(name="何清越", id=1103, username="he_qingyue", group=WX, role="liaison"),
    Person(name="顾一苇", id=1201, username="gu_yiwei", group=KS, role="handler"),
    Person(name="程以恒", id=1203, username="cheng_yiheng", group=KS, role="handler"),
    Person(name="沈听澜", id=SHEN_ID, username="shen_tinglan", group=KS, role="liaison"),
    Person(name="陆怀瑾", id=1401, username="lu_huaijin", group=SZ, role="supervisor"),
    Person(name="叶知秋", id=1402, username="ye_zhiqiu", group=SZ, role="liaison"),
    Person(name="秦砚秋", id=1301, username="qin_yanqiu", group=CZ),
    Person(name="苏见微", id=1302, username="su_jianwei", group=CZ, role="liaison"),
    Person(name=ADMIN, id=ADMIN_ID, username="fang_yuan"),
    Person(name="路人甲", id=1901, username="passer_by"),
)
UNITS: tuple[dict[str, Any], ...] = (
    {"code": "SZ", "name": "苏州市公安局", "aliases": ["苏州", "Suzhou PSB"]},
    {"code": "KS", "name": "昆山市公安局", "aliases": ["昆山", "Kunshan PSB"], "parent": "SZ"},
    {"code": "WX", "name": "无锡市公安局", "aliases": ["无锡", "Wuxi PSB"]},
    {"code": "CZ", "name": "常州市公安局", "aliases": ["常州", "Changzhou PSB"]},
)
BOUND = {WX: "WX", KS: "KS", SZ: "SZ", CZ: "CZ"}
TOPICS = ("人口户籍", "车辆通信")


def world() -> dict[str, Any]:
    """People and groups before anybody has heard of the bot; it is added by the administrator."""
    chats = []
    for title, chat_id in CHAT_IDS.items():
        here = [person.id for person in PEOPLE if person.group == title]
        forum = {"is_forum": True, "topics": list(TOPICS)} if title == KS else {}
        chats.append(
            {"id": chat_id, "title": title, "members": here, "admins": [ADMIN_ID], "bot": "left"} | forum
        )
    people = [{"id": one.id, "name": one.name, "username": one.username} for one in PEOPLE]
    return {"people": people, "chats": chats}


def settings(folder: Path, *, token: str, api_base: str, **sections: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration of a desk for tests: no waiting between messages, a clock that can be moved.

    ``sections`` are laid over it, key by key.
    """
    chosen: dict[str, Any] = {
        "telegram": {
            "token": token, "api_base": api_base, "admins": [ADMIN_ID], "chat_interval": "0s",
            "stop_timeout": "20s",  # what a busy machine may take; a stop ends when nothing is left
        },
        "storage": {"url": f"sqlite+aiosqlite:///{folder / 'desk.db'}"},
        "web": {"listen": "127.0.0.1:0"},
        "reminders": {"tick": "1s"},
        "protection": {"posts_per_minute": 0, "flash_per_day": 0},  # few people post for many tests
        "log": {"format": "json"},
        "sandbox": {"clock": str(folder / "clock")},
    }  # fmt: skip
    for name, values in sections.items():
        chosen.setdefault(name, {}).update(values)
    return chosen


def toml(sections: Mapping[str, Mapping[str, Any]], units: tuple[dict[str, Any], ...] = UNITS) -> str:
    """The configuration as a file's text. JSON's strings, numbers and lists are TOML's too."""
    lines = []
    for name, values in sections.items():
        lines.append(f"[{name}]")
        lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    for unit in units:
        lines.append("[[units]]")
        lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in unit.items()]
    return "\n".join(lines) + "\n"
