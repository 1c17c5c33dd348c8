"""Posts as Telegram delivers them, in any number, from many groups, each about somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from bot.settings.model import Settings
from tests.benchmarks.volume import GIVEN, RARE, cn_id

UNITS = 40
GROUPS = 40  # one of each unit
OFFICERS = GROUPS * 2  # whoever posts for the first time becomes a member: an event of its own
BEGIN = 1_796_000_000  # seconds, for `date`; the update's own clock does not matter
#: A few officers post for a whole province, and no liaison is there to confirm them.
RULES: dict[str, Any] = {"protection": {"posts_per_minute": 0}, "people": {"enrol": "auto"}}


def units() -> list[dict[str, Any]]:
    """A city with county bureaus below it."""
    city = {"code": "SZ", "name": "苏州市公安局"}
    counties = [
        {
            "code": f"K{number:02d}",
            "name": f"第{number:02d}县公安局",
            "parent": "SZ",
            "chats": [group(number)],
        }
        for number in range(UNITS)
    ]
    return [city, *counties]


def group(number: int) -> int:
    return -1_001_900_000_000 - number


def settings(url: str, **sections: Any) -> Settings:
    """A desk whose groups are all bound."""
    return Settings(storage={"url": url}, units=units(), **RULES, **sections)  # type: ignore[arg-type]


def updates(count: int, *, first: int = 1) -> Iterator[dict[str, Any]]:
    """So many posts, round about the groups; numbers from ``first`` on."""
    for number in range(first, first + count):
        yield update(number, text(number))


def update(number: int, words: str) -> dict[str, Any]:
    chat = number % GROUPS
    officer = 500_000 + number % OFFICERS
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": BEGIN + number,
            "chat": {"id": group(chat), "type": "supergroup", "title": f"第{chat:02d}县协作群"},
            "from": {
                "id": officer,
                "is_bot": False,
                "first_name": f"民警{officer}",
                "username": f"u{officer}",
            },
            "text": words,
        },
    }


def text(number: int) -> str:
    """A complete request; the asked unit is another than the asking one."""
    asked = (number + 1 + number // GROUPS % (UNITS - 1)) % UNITS
    born = date(1960, 1, 1) + timedelta(days=number * 7 % 18_000)
    name = RARE[number % len(RARE)] + GIVEN[number // 7 % len(GIVEN)] + GIVEN[number // 3 % len(GIVEN)]
    subject = f"{name} {cn_id('320583', born, number % 999 + 1)}"
    return f"#协作 户籍证明\n致：第{asked:02d}县公安局\n对象：{subject}\n事由：电信诈骗案嫌疑人户籍核实\n时限：3天"
