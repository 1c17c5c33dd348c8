"""Invented ledger rows in any number, for measuring size and speed: names and numbers are as crowded as real
ones (a few surnames make half a country), every check digit is right, nobody exists."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

#: Surnames with their share in per mille, roughly as in a Chinese census; the rest spread evenly.
SURNAMES = (
    ("王", 72), ("李", 71), ("张", 68), ("刘", 52), ("陈", 50), ("杨", 31), ("黄", 24), ("赵", 22), ("吴", 20), ("周", 20),
    ("徐", 15), ("孙", 15), ("马", 13), ("朱", 12), ("胡", 12), ("郭", 11), ("何", 11), ("高", 10), ("林", 10), ("罗", 9),
)  # fmt: skip
RARE = "郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
GIVEN = "伟芳娜秀敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉萍红建文辉力鑫宇浩凯健俊帆雪倩楠欣怡佳琪雨婷梓涵子轩一诺思远"
AREAS = ("320583", "320205", "320402", "320505", "310115", "330106", "340103", "410105", "420106", "510107")
TYPES = (
    ("household", 30),
    ("residence", 20),
    ("vehicle", 12),
    ("phone", 12),
    ("account", 10),
    ("criminal_record", 8),
    ("witness", 8),
)
UNITS = ("无锡市公安局", "昆山市公安局", "常州市公安局", "苏州市公安局")
PROVINCES, LETTERS = "京沪苏浙皖鲁粤川鄂湘", "ABCDEFGHJKLMNPQRSTUVWXYZ"
WEIGHTS, CHECKS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
START = datetime(2023, 1, 1, tzinfo=UTC)
REPEATED = 0.2  # share of rows about a subject that an earlier row is about


def cn_id(area: str, born: date, serial: int) -> str:
    """A resident ID with the right check digit (GB 11643-1999)."""
    body = f"{area}{born:%Y%m%d}{serial:03d}"
    return body + CHECKS[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


def luhn(body: str) -> str:
    """``body`` with its Luhn check digit."""
    total = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(reversed(body)))
    return body + str(-total % 10)


class Volume:
    """A stream of rows that is the same for the same seed."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self._subjects: list[dict[str, Any]] = []

    def rows(self, count: int, *, answered: float = 0.97) -> Iterator[dict[str, Any]]:
        step = timedelta(days=1330) / max(1, count)
        for number in range(count):
            yield self.row(number, START + step * number, answered=self.random.random() < answered)

    def row(self, number: int, asked: datetime, *, answered: bool) -> dict[str, Any]:
        r = self.random
        kind = r.choices([t for t, _ in TYPES], [w for _, w in TYPES])[0]
        subject = self.subject(kind)
        first = date(2022, 1, 1) + timedelta(days=r.randrange(1500))
        units = r.sample(UNITS, 2)
        row: dict[str, Any] = {
            "id": f"vol-{number:08d}", "type": kind, "from_unit": units[0], "to_unit": units[1], "subjects": [subject],
            "case": f"A{r.choice(AREAS)}5500{asked.year}{r.randrange(1, 13):02d}{r.randrange(10000):04d}",
            "period": [first.isoformat(), (first + timedelta(days=30)).isoformat()],
            "reason": r.choice(("诈骗案嫌疑人户籍核实", "盗窃案涉案人员核查", "电信网络诈骗案资金流向核查", "交通肇事案车辆核实", "信访事项人员走访")),
            "asked_at": asked.isoformat(),
        }  # fmt: skip
        if answered:
            row["answered_at"] = (asked + timedelta(hours=r.randrange(1, 160))).isoformat()
            row["answer"] = "已核实，情况属实。"
            row["outcome"] = r.choices(("found", "partly", "nothing found"), (80, 8, 12))[0]
        return row | {"state": "answered" if answered else "open"}

    def subject(self, kind: str) -> dict[str, Any]:
        r = self.random
        if self._subjects and r.random() < REPEATED:
            return r.choice(self._subjects)
        ids: dict[str, str] = {}
        about = {"vehicle": "vehicle", "phone": "phone", "account": "account"}.get(kind, "person")
        if about == "vehicle":
            ids["plate"] = (
                r.choice(PROVINCES) + r.choice(LETTERS) + "".join(r.choices("0123456789ABCDEFGH", k=5))
            )
        elif about == "phone":
            ids["phone"] = self.phone()
        elif about == "account":
            ids["bank_card"] = luhn("622202" + "".join(r.choices("0123456789", k=12)))
        else:
            born = date(1950, 1, 1) + timedelta(days=r.randrange(20000))
            ids["cn_id"] = cn_id(r.choice(AREAS), born, r.randrange(1, 1000))
            if r.random() < 0.6:
                ids["phone"] = self.phone()
        made = {"kind": about, "name": self.name(), "ids": ids}
        if len(self._subjects) < 200_000:
            self._subjects.append(made)
        return made

    def phone(self) -> str:
        return "1" + self.random.choice("3589") + "".join(self.random.choices("0123456789", k=9))

    def name(self) -> str:
        r = self.random
        surname = (
            r.choices([s for s, _ in SURNAMES], [w for _, w in SURNAMES])[0]
            if r.random() < 0.55
            else r.choice(RARE)
        )
        return surname + "".join(r.choices(GIVEN, k=r.choice((1, 2, 2, 2))))
