"""What may be shown in a group: numbers and names with their middle hidden."""

from __future__ import annotations

import re

from matching.identifiers import find
from matching.kinds import BY_KEY
from matching.normalise import fold
from matching.values import Identifier

_COMPOUND = (
    "欧阳 司马 上官 诸葛 夏侯 皇甫 尉迟 公孙 慕容 令狐 长孙 宇文 司徒 司空 端木 东方 南宫 独孤 轩辕 "
    "西门 百里 呼延 闻人 澹台 公冶 宗政 濮阳 淳于 单于 太叔 申屠 仲孙 钟离 鲜于 闾丘 东郭 拓跋 赫连 "
    "万俟 第五 左丘 梁丘 谷梁 公羊 贺兰 耶律 完颜 纳兰 叶赫 那拉 乐正 公西 漆雕 壤驷 巫马 颛孙 羊舌"
)
#: Surnames of two characters: hiding the second would hide nothing of the given name.
COMPOUND_SURNAMES = frozenset(_COMPOUND.split())

_LONG_NUMBER = re.compile(r"[A-Za-z]?\d[\dA-Za-z]{4,}[\dXx]")
_AMOUNT_AFTER = re.compile(r"\s?(?:元|万|亿|块|余|多|美元|人民币|RMB|CNY|USD|[.,]\d)")
_AMOUNT_BEFORE = re.compile(r"(?:[¥￥$€]|RMB|CNY|USD|金额|人民币|[\d][.,])\s?[::]?\s?$")
_DATE = re.compile(
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])?(?:[0-5]\d)?(?:[0-5]\d)?)?"
)


def mask(identifier: Identifier) -> str:
    """The identifier as a group may see it, e.g. ``320583********0010``. Case numbers are shown whole."""
    value, kind = identifier.value, identifier.kind
    if kind == "case":
        return identifier.raw or value
    if "@" in value:
        name, _, host = value.rpartition("@")
        return f"{name[:1]}***@{host}".lower()
    known = BY_KEY.get(kind)
    return _hide(value, *(known.shown if known is not None else (2, 2)))


def _hide(value: str, head: int, tail: int) -> str:
    """Everything but the ends hidden; on short values the ends shrink, so that a third or more is hidden."""
    size = len(value)
    if size < 4:
        return "*" * size
    while size - head - tail < max(3, size // 3):
        if tail >= head and tail > 1:
            tail -= 1
        elif head > 0:
            head -= 1
        else:
            break
    return value[:head] + "*" * (size - head - tail) + value[size - tail :]


def mask_name(name: str) -> str:
    """A person's name with only surname (in Latin letters: initials) left: 张*, 欧阳**, J*** S****."""
    name = fold(name)
    if not name:
        return ""
    if re.search(r"[A-Za-z\u00c0-\u024f\u0400-\u04ff]", name):
        return re.sub(r"([^\W\d_])[\w'’.\-]*", lambda word: word[1] + "*" * (len(word[0]) - 1 or 1), name)
    if "·" in name:
        return "·".join(mask_name(part) for part in name.split("·"))
    bare = name.replace("某", "*")
    shown = 2 if len(bare) > 2 and bare[:2] in COMPOUND_SURNAMES else 1
    return bare[:shown] + "*" * max(1, len(bare) - shown)


def mask_text(text: str) -> str:
    """The text with every personal number in it masked; dates, amounts and case numbers stay.

    A long number that nothing explains is masked as well: showing one too many is the worse mistake.
    """
    parts: list[str] = []
    at = 0
    for found in find(text):
        parts.append(_mask_unexplained(text[at : found.start]))
        shown = found.identifier.raw if found.identifier.kind == "case" else mask(found.identifier)
        parts.append(shown)
        at = found.end
    parts.append(_mask_unexplained(text[at:]))
    return "".join(parts)


def _mask_unexplained(text: str) -> str:
    def hide(run: re.Match[str]) -> str:
        token = run.group()
        digits = sum(c.isdigit() for c in token)
        before, after = text[max(0, run.start() - 4) : run.start()], text[run.end() : run.end() + 4]
        if (
            digits < 6
            or _DATE.fullmatch(token)
            or _AMOUNT_AFTER.match(after)
            or _AMOUNT_BEFORE.search(before)
        ):
            return token
        return _hide(token, 2, 2)

    return _LONG_NUMBER.sub(hide, text)
