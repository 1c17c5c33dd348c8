"""Requests as officers write them, each about somebody nobody has asked about yet."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from datetime import date, timedelta

NUMBER = re.compile(r"[A-Z]{2}\d{2}-\d{4}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SURNAMES = "赵钱孙李吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = "望舒清和怀瑾听雨知秋南乔星河云舟安歌若水明远书白"
_numbers = itertools.count(1)


def resident_id(area: str, born: date, order: int) -> str:
    """A resident ID with its right check digit (GB 11643-1999)."""
    body = f"{area}{born:%Y%m%d}{order:03d}"
    rest = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11
    return body + "10X98765432"[rest]


def wrong_check_digit(number: str) -> str:
    """The same resident ID with another last digit."""
    return number[:-1] + ("1" if number[-1] != "1" else "2")


@dataclass(frozen=True, kw_only=True)
class Subject:
    """An invented person."""

    name: str
    id: str

    @property
    def masked(self) -> str:
        """The ID as a group may see it."""
        return f"{self.id[:6]}********{self.id[-4:]}"

    def __str__(self) -> str:
        return f"{self.name} {self.id}"


def somebody() -> Subject:
    """A person whom no other test of this run has named."""
    number = next(_numbers)
    surname = _SURNAMES[number % len(_SURNAMES)]
    first, second = divmod(number * 7, len(_GIVEN))
    given = _GIVEN[first % len(_GIVEN)] + _GIVEN[second]
    born = date(1970, 1, 1) + timedelta(days=number * 37 % 12000)
    return Subject(name=surname + given, id=resident_id("320583", born, number % 999))


def form(
    subject: Subject | str,
    *,
    to: str = "昆山",
    kind: str = "户籍证明",
    reason: str = "电信诈骗案嫌疑人户籍核实",
    due: str | None = "3天",
    more: str = "",
) -> str:
    """A complete request in Chinese."""
    lines = [f"#协作 {kind}", f"致：{to}", f"对象：{subject}", f"事由：{reason}"]
    if due:
        lines.append(f"时限：{due}")
    if more:
        lines.append(more)
    return "\n".join(lines)
