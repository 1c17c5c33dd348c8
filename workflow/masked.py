"""What a group may read of what people wrote: no personal number, no name of a subject in full."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from matching.identifiers import find
from matching.masking import mask, mask_name, mask_text
from matching.normalise import fold_aligned
from matching.readers import PROVINCES
from matching.values import Identifier, Subject

SEEN = 60  # characters of somebody's words that are said back in a refusal
READ = 400  # of which so many are looked at
SHORTEST = 4  # shorter values are no numbers, and hiding them would garble the text

#: What people put between the digits of one number, or what sneaks in there.
_BETWEEN = r"[\s\-‐-―_/()（）·•.\u200b-\u200f\u2060\ufeff]{0,2}"
#: Numbers that are written apart or run into each other, so that no shape fits them any more.
_RUN = re.compile(rf"\d(?:{_BETWEEN}\d){{7,}}[Xx]?")
_SPELT = r"[〇○零一二三四五六七八九壹贰叁肆伍陆柒捌玖两幺]"
#: The same in Chinese digits: no amount and no date has so many without 十, 年 or the like between them.
_SPELT_RUN = re.compile(rf"{_SPELT}(?:{_BETWEEN}{_SPELT}){{7,}}")
_PLATE = re.compile(rf"[{PROVINCES}]{_BETWEEN}[A-Za-z](?:{_BETWEEN}[A-Za-z0-9]){{5}}")
_LETTERS = r"A-Za-z\u00c0-\u024f\u0400-\u04ff"
_LATIN_WORD = re.compile(rf"[{_LETTERS}]+")
_NAME_TOKEN = re.compile(rf"[{_LETTERS}]+|\w")
_BETWEEN_WORDS = rf"[^{_LETTERS}\d\n\u3400-\u9fff]{{1,3}}"
_BETWEEN_SIGNS = r"[ \t\-·•.\u200b-\u200f\u2060\ufeff]{0,2}"
_DATE_FIRST = re.compile(
    r"(?:19|20)\d\d[-./]?(?:0?[1-9]|1[0-2])(?!\d)|(?:19|20)\d\d[-./](?:0?[1-9]|1[0-2])[-./]"
)


def seen(text: str, subjects: Sequence[Subject] = ()) -> str:
    """What was typed, as a group may see it back: short, without personal numbers and known names."""
    return hide(text.strip()[:READ], subjects)[:SEEN]


def harmless(text: str) -> bool:
    """Whether a text, such as a file's name, says nothing of anybody."""
    return hide(text, ()) == text


def hide(text: str, subjects: Sequence[Subject]) -> str:
    """A free text without personal numbers, and without what is known of its request's subjects."""
    return _hide_runs(mask_text(_hide_subjects(text, subjects)))


def hide_in_case(text: str, subjects: Sequence[Subject]) -> str:
    """A case number stays whole; a personal number that somebody put in its place does not."""
    text = _hide_subjects(text, subjects)
    parts: list[str] = []
    at = 0
    for found in find(text):
        if found.identifier.kind != "case":
            parts += [text[at : found.start], mask(found.identifier)]
            at = found.end
    return "".join([*parts, text[at:]])


def _hide_subjects(text: str, subjects: Sequence[Subject]) -> str:
    for subject in subjects:
        for identifier in subject.ids:
            if len(identifier.value) >= SHORTEST and "*" not in identifier.value:
                text = _hide_one(text, identifier)
        if len(subject.name) >= 2 and "*" not in subject.name:
            text = _hide_name(text, subject.name)
    return text


def _hide_name(text: str, name: str) -> str:
    """The name is kept folded: it is looked for in the folded text, and hidden where it stands in this one."""
    written = _name_written(name)
    folded, positions = fold_aligned(text)
    if written is None or (found := written.search(folded)) is None:
        return text
    parts: list[str] = []
    at = 0
    while found is not None:
        start, last = found.start(), found.end() - 1
        if positions is not None:
            start, last = positions[start], positions[last]
        parts += [text[at:start], mask_name(name)]
        at = last + 1
        found = written.search(folded, found.end())
    return "".join([*parts, text[at:]])


@lru_cache(maxsize=4096)
def _name_written(name: str) -> re.Pattern[str] | None:
    """A name in any case, with what people put between its parts; Latin words in either order, and whole."""
    tokens: list[str] = _NAME_TOKEN.findall(name)
    if not tokens:
        return None
    latin = [_LATIN_WORD.fullmatch(token) is not None for token in tokens]
    orders = [tokens]
    if all(latin) and len(tokens) > 1:
        orders += [[tokens[-1], *tokens[:-1]], [*tokens[1:], tokens[0]]]
    patterns = []
    for order in orders:
        pattern = rf"(?<![{_LETTERS}])" if latin[0] else ""
        for at, token in enumerate(order):
            if at:
                pattern += _BETWEEN_WORDS if latin[at - 1] and latin[at] else _BETWEEN_SIGNS
            pattern += re.escape(token)
        patterns.append(pattern + (rf"(?![{_LETTERS}])" if latin[-1] else ""))
    as_written = len(name) < SHORTEST and all(latin)  # "an" and "li" are words, AN and LI are names
    return re.compile("|".join(patterns), re.NOFLAG if as_written else re.IGNORECASE)


def _hide_one(text: str, identifier: Identifier) -> str:
    masked = mask(identifier)
    if identifier.raw:
        text = text.replace(identifier.raw, masked)
    return _written(identifier.value).sub(lambda _: masked, text)


@lru_cache(maxsize=4096)
def _written(value: str) -> re.Pattern[str]:
    """A value in whatever width and with whatever in between people write it."""
    return re.compile(_BETWEEN.join(map(_either_width, value)), re.IGNORECASE)


def _either_width(char: str) -> str:
    wide = chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char
    return f"[{re.escape(char)}{wide}]"


def _hide_runs(text: str) -> str:
    text = _PLATE.sub(lambda plate: _hide_middle(plate[0]), text)
    text = _SPELT_RUN.sub(lambda run: _hide_middle(run[0]), text)
    return _RUN.sub(_hide_run, text)


def _hide_middle(written: str) -> str:
    return written[:2] + "*" * (len(written) - 4) + written[-2:]


def _hide_run(run: re.Match[str]) -> str:
    """A run without gaps has been judged as a whole by :func:`matching.masking.mask_text`; a date stays."""
    written = run[0]
    if written.isalnum() or _DATE_FIRST.match(written):
        return written
    return _hide_middle(written)
