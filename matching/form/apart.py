"""Several people in one cell of a ledger, and whose number is whose.

People write a name a line or divide them by 、, and their numbers likewise in the column beside. Where there are
as many numbers as names they belong together in their order. Where there are not, nobody can tell: then the
numbers may support a match, and decide none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from matching.form.subjects import read_subjects
from matching.identifiers.identifiers import find, identify
from matching.text.normalise import fold
from matching.words.kind_words import ID_KINDS

MAX_PEOPLE = 50
MAX_CHARS = 5_000  # of a cell that is taken apart: so many people have some hundred each
_SURE = re.compile(r"[、；;\n\r|]+|(?<=[\u3400-\u9fff])\s*/\s*(?=[\u3400-\u9fff])")
_PERHAPS = re.compile(r"[,，\s]+|(?<=[\u3400-\u9fff·]{2})[和及与](?=[\u3400-\u9fff]{2})")
_HAN_NAME = re.compile(r"[\u3400-\u9fff*]{2,4}|[\u3400-\u9fff]{1,10}·[\u3400-\u9fff·]{1,12}")
_NUMBERED = re.compile(
    r"(?:^|(?<=[\s、；;，,]))(?:\d{1,2}[.、)）．]|[(（]\d{1,2}[)）]|[①-⑳])\s*(?=[^\W\d])", re.MULTILINE
)
#: What stands before each piece of a list: 1、 (1) ① 一、 a dash, or its number alone before a name.
_MARK = re.compile(
    r"(?:^|(?<=[\s、；;，,]))[ \t]*(?:(?P<digits>\d{1,2})(?:[、)）．]|\.(?!\d{1,3}\b)|[ \t]+(?=[\u3400-\u9fff\d]))"
    r"|[(（](?P<around>\d{1,2})[)）]|(?P<han>[一二三四五六七八九十])[、.．]|(?P<dash>[-–•*▪●◆])[ \t]+)[ \t]*"
    r"|(?P<circled>[①-⑳])[ \t]*",
    re.MULTILINE,
)
_HAN_DIGITS = {
    han: n for n, han in enumerate(("一", "二", "三", "四", "五", "六", "七", "八", "九", "十"), start=1)
}
_LISTED = re.compile(r"^(?:\d{1,2}[.、)）．]|[(（]\d{1,2}[)）]|[①-⑳])\s*(?=\D)")
_REMARK = re.compile(r"[(（\[【].*?[)）\]】]")
_AND_OTHERS = re.compile(r"等(?:[\d一二三四五六七八九十几]*(?:人|名|个人)?)$")
_BETWEEN_NUMBERS = re.compile(r"[,，;；、/|\n\r]")
_LONG_NUMBER = re.compile(r"\d{11}")


def unlisted(text: str) -> str:
    """A list without its marks, a line each: 1、甲 2、乙. Another text as it is."""
    marks = list(_MARK.finditer(text))
    if len(marks) < 2 or text[: marks[0].start()].strip():
        return text
    counted = [number for mark in marks if (number := _counted(mark)) is not None]
    if counted != list(range(1, len(counted) + 1)) or len(counted) not in (0, len(marks)):
        return text
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    return "\n".join(
        text[mark.end() : end].strip(" \t\r\n　、；;，,") for mark, end in zip(marks, ends, strict=True)
    )


def _counted(mark: re.Match[str]) -> int | None:
    """The number of a mark; None for a dash."""
    if digits := mark["digits"] or mark["around"]:
        return int(digits)
    if mark["circled"]:
        return ord(mark["circled"]) - ord("①") + 1
    return _HAN_DIGITS.get(mark["han"], 0) if mark["han"] else None


def names_in(text: str) -> list[str]:
    """The names in a cell, in their order; the cell itself where it is one name, or no list of them."""
    pieces = [_bare(piece) for piece in _SURE.split(_NUMBERED.sub("", unlisted(text)))]
    names = [piece for piece in pieces if piece]
    if len(names) == 1:
        perhaps = [_bare(piece) for piece in _PERHAPS.split(names[0])]
        if len(perhaps) > 1 and all(_HAN_NAME.fullmatch(_REMARK.sub("", piece)) for piece in perhaps):
            names = perhaps
    return names[:MAX_PEOPLE] if len(names) > 1 else [text]


def _bare(piece: str) -> str:
    return _AND_OTHERS.sub("", piece.strip(" \t　,，。.")).strip()


def numbers_in(kind: str, text: str) -> list[str]:
    """The numbers of a kind in a cell, in their order; a place without one is ""."""
    pieces = [piece.strip() for piece in _BETWEEN_NUMBERS.split(unlisted(text))]
    while pieces and not pieces[-1]:
        pieces.pop()
    if len(pieces) > 1:
        return [_LISTED.sub("", piece) for piece in pieces]
    words = text.split()
    if len(words) > 1 and all(identify(kind, word).state in ("valid", "masked", "damaged") for word in words):
        return words
    return [text.strip()] if text.strip() else []


def parted(subject: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The subjects that a row's one subject stands for, each with its own numbers.

    One of several people whose numbers cannot be told apart has them under ``loose``.
    """
    name, ids = subject.get("name"), subject.get("ids")
    if not isinstance(name, str) or (ids is not None and not isinstance(ids, Mapping)):
        return [dict(subject)]
    if len(name) > MAX_CHARS or any(len(v) > MAX_CHARS for v in (ids or {}).values() if isinstance(v, str)):
        return [dict(subject)]
    if _LONG_NUMBER.search(fold(name)):
        return _written_together(subject, name)
    names = names_in(name)
    if len(names) < 2:
        return [dict(subject)]
    rest = {key: value for key, value in subject.items() if key not in ("name", "ids")}
    found: list[dict[str, Any]] = [rest | {"name": one} for one in names]
    for kind, value in (ids or {}).items():
        numbers = numbers_in(str(kind), value) if isinstance(value, str) else [value]
        if len(numbers) == len(names):
            for one, number in zip(found, numbers, strict=True):
                if number:
                    one.setdefault("ids", {})[kind] = number
        else:
            for one in found:
                one.setdefault("loose", {})[kind] = value
    return found


def is_told(subjects: list[dict[str, Any]]) -> bool:
    """Whether each of several people has numbers of their own; not where there may be more of them."""
    return 1 < len(subjects) < MAX_PEOPLE and not any("loose" in one for one in subjects)


def _written_together(subject: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """张三320583…、李四320583…: as in a post, each name with the number that stands beside it."""
    if subject.get("ids") or len(find(name)) < 2:
        return [dict(subject)]
    read = read_subjects(name)
    if len(read.found) < 2 or read.unread or not all(one.name and one.ids for one in read.found):
        return [dict(subject)]
    rest = {key: value for key, value in subject.items() if key not in ("name", "ids")}
    return [
        rest | {"name": one.name, "ids": {i.kind: i.raw or i.value for i in one.ids if i.kind in ID_KINDS}}
        for one in read.found[:MAX_PEOPLE]
    ]
