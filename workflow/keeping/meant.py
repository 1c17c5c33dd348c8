"""Whom or what an order means: a number, or a name; and where that is written. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic_core import from_json

from matching.compare.compare import mask_agreement
from matching.identifiers.identifiers import find
from matching.identifiers.values import Identifier
from matching.text.normalise import fold
from workflow.kernel.body import Body

FEWEST = 2  # characters of a name
FEWEST_SHOWN = 6  # characters of a mask that must agree with a number
#: What people write between the digits of a number, and before that of a telephone.
_BETWEEN, _CALLING = r"[\s\-·.]{0,3}", r"(?:(?:\+|00)?86[\s\-]{0,3})?"
_ENDS = r"(?<![0-9A-Z]){}(?![0-9A-Z])"


@dataclass(frozen=True, kw_only=True)
class Meant:
    """What is looked for: numbers if there are any, else a name."""

    numbers: tuple[Identifier, ...]
    name: str

    @classmethod
    def of(cls, value: str) -> Meant | None:
        """None for what names nobody. A masked number is none: it is many people's."""
        found, rest, at = find(value), [], 0
        for one in found:
            rest.append(value[at : one.start])
            at = one.end
        name = fold(" ".join([*rest, value[at:]])).strip(" ,、，:：")
        numbers = tuple(one.identifier for one in found if "*" not in one.identifier.value)
        if not numbers and (sum(map(str.isalnum, name)) < FEWEST or len(found) > 0):
            return None
        return cls(numbers=numbers, name=name)

    @cached_property
    def _numbers(self) -> re.Pattern[str] | None:
        spelled = []
        for one in self.numbers:
            digits = _BETWEEN.join(re.escape(char) for char in fold(one.value).upper() if not char.isspace())
            spelled.append(_ENDS.format((_CALLING if one.kind == "phone" else "") + digits))
        return re.compile("|".join(spelled)) if spelled else None

    @cached_property
    def _name(self) -> re.Pattern[str] | None:
        if not self.name:
            return None
        chars = [re.escape(char) for char in self.name.upper() if not char.isspace()]
        spelled = r"\s*".join(chars)
        return re.compile(_ENDS.format(spelled) if self.name.isascii() else spelled)

    def surely_in(self, text: str) -> bool:
        """Whether one of the numbers is written there, however it is spelled."""
        return self._numbers is not None and self._numbers.search(fold(text).upper()) is not None

    def perhaps_in(self, text: str) -> bool:
        """Whether the name is written there. Many people may have it."""
        return self._name is not None and self._name.search(fold(text).upper()) is not None

    def perhaps_masked_in(self, subjects: list[Any]) -> bool:
        """Whether the subjects of a request, as they lie sealed, have a masked number that may be one of these."""
        return any(
            asked.kind == kind and "*" in value and _agrees(asked.value, value)
            for _, _, ids in subjects
            for kind, value, *_ in ids
            for asked in self.numbers
        )

    def names_others(self, body: Body) -> bool:
        """Whether a request is about somebody besides, or about somebody else altogether."""
        mine = {(one.kind, one.value) for one in self.numbers}
        own = [s for s in body.subjects if mine & {(one.kind, one.value) for one in s.ids}]
        return not own or len(own) < len(body.subjects)


def _agrees(number: str, mask: str) -> bool:
    agreeing = mask_agreement(number, mask)
    return agreeing is not None and agreeing >= FEWEST_SHOWN


def texts(value: Any) -> Iterator[str]:
    """All that is written in a value, also in JSON that it has as a text."""
    if isinstance(value, str):
        if value[:1] == "{":
            try:
                inner = from_json(value)
            except ValueError:
                yield value
                return
            yield from texts(inner)
        else:
            yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)  # of a layout the key is what was written
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
