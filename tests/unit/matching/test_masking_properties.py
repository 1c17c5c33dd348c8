"""No number survives in a text with more characters than its mask shows, however it is written."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.identifiers.identifiers import identify
from matching.masking.masking import mask, mask_text
from matching.masking.stream import atoms
from matching.text.normalise import fold_aligned
from tests.quick import examples

#: Kind, or "" for one that has no mask of its own, and a number of it.
NUMBERS = [
    ("cn_id", "320583199204080027"), ("cn_id", "32058319920408002X"), ("cn_id", "320583920408002"),
    ("phone", "13812345678"), ("phone", "051257123456"), ("phone", "57123456"), ("bank_card", "6222021234567894"),
    ("bank_card", "6228480402564890018"), ("uscc", "91320583MA1N7YJT8X"), ("passport", "E12345678"),
    ("passport", "H1234567800"), ("imei", "356938035643809"), ("account", "w8a7b6c5d4"), ("", "123456789"),
    ("plate", "苏E12345"), ("plate", "苏ED12345"), ("", "军A12345"), ("", "WJ苏12345"), ("", "LSVAA4182E2123456"),
    ("imsi", "460001234567890"),
    ("iccid", "89860012345678901234"), ("", "A1234563"), ("", "15671234"), ("", "A8B7C6D5"),
]  # fmt: skip
SEPARATORS = [
    "", " ", ",", "，", "、", "~", "|", "\\", "=", "·", "・", "‧", ".", "-", "—", "－", "_", "/", "+", "#", "'", "`",
    "*", "\u200b", "\u2060", "\u00ad", "\u3000", "\u00a0", "  ", " - ", "\n", "(", "）", "…", "<", "→", "⭐",
]  # fmt: skip
LABELS = [
    "",
    "号码",
    "身份证号：",
    "电话:",
    "微信",
    "QQ号",
    "车牌 ",
    "卡号为",
    "对方账户",
    "phone: ",
    "ID ",
    "（",
    "见",
    "尾",
]
CHINESE, CHEQUE, SAID = "〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖", "洞幺两三四五六拐八勾"


def _table(digits: str) -> Callable[[str], str]:
    return lambda char: digits[int(char)] if char.isdecimal() else char


def _from(zero: int) -> Callable[[str], str]:
    return lambda char: chr(zero + int(char)) if char.isdecimal() else char


def _wide(char: str) -> str:
    return chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char


def _keycap(char: str) -> str:
    return char + "\ufe0f\u20e3" if char.isdecimal() else char


def _circled(char: str) -> str:
    return ("⓪" if char == "0" else chr(0x2460 + int(char) - 1)) if char.isdecimal() else char


STYLES: dict[str, list[Callable[[str], str]]] = {
    "plain": [str],
    "wide": [_wide],
    "arabic": [_from(0x0660)],
    "persian": [_from(0x06F0)],
    "devanagari": [_from(0x0966)],
    "bold": [_from(0x1D7CE)],
    "superscript": [_table("⁰¹²³⁴⁵⁶⁷⁸⁹")],
    "circled": [_circled],
    "keycaps": [_keycap],
    "Chinese": [_table(CHINESE)],
    "cheque": [_table(CHEQUE)],
    "said": [_table(SAID)],
    "mixed": [str, _table(CHINESE), _wide, _table(CHEQUE)],
}


def written(number: str, style: str, separator: str, group: int) -> str:
    signs = [how(char) for char, how in zip(number, cycle(STYLES[style]), strict=False)]
    return separator.join("".join(signs[at : at + group]) for at in range(0, len(signs), group))


def code(text: str) -> str:
    """The letters, digits and provinces that a reader sees."""
    folded, _ = fold_aligned(text)
    return "".join(atom.code for atom in atoms(folded)) + "".join(c for c in folded if c in "苏军")


def check(kind: str, number: str, label: str, style: str, separator: str, group: int) -> None:
    text = label + written(number, style, separator, group)
    shown = mask_text(text + "，请核实")
    allowed = len(code(mask(identify(kind, number)))) if kind else 4
    if label:  # called something else, it is shown as that: of a card or an ID ten characters
        allowed = max(allowed, 10)
    seen = code(shown.removesuffix("，请核实"))
    assert len(seen) - len(code(label)) <= allowed, f"{text!r} is shown as {shown!r}"


@pytest.mark.parametrize(("kind", "number"), NUMBERS)
@pytest.mark.parametrize("style", STYLES)
def test_a_number_shows_no_more_than_its_mask_however_it_is_written(
    kind: str, number: str, style: str
) -> None:
    for separator in SEPARATORS:
        for group in (1, 3, 4, 6):
            check(kind, number, "", style, separator, group)


@examples(400)
@given(
    number=st.sampled_from(NUMBERS),
    label=st.sampled_from(LABELS),
    style=st.sampled_from(sorted(STYLES)),
    separator=st.sampled_from(SEPARATORS),
    group=st.integers(1, 7),
)
def test_no_label_lets_a_number_through(
    number: tuple[str, str], label: str, style: str, separator: str, group: int
) -> None:
    check(*number, label, style, separator, group)


@examples(300)
@given(
    digits=st.text("0123456789", min_size=7, max_size=20),
    style=st.sampled_from(sorted(STYLES)),
    separators=st.lists(st.sampled_from(SEPARATORS), min_size=1, max_size=5),
    before=st.sampled_from(["", "据查", "Tel ", "机主张三，"]),
)
def test_no_run_of_digits_survives_with_any_signs_between(
    digits: str, style: str, separators: list[str], before: str
) -> None:
    """What is nobody's number by its shape is not shown whole either, but for what is surely a date."""
    signs = [how(char) for char, how in zip(digits, cycle(STYLES[style]), strict=False)]
    text = "".join(sign + between for sign, between in zip(signs, cycle(separators), strict=False))
    seen = [c for c in code(mask_text(before + text)) if c.isdigit()]
    assert len(seen) <= 10, mask_text(before + text)  # as many as a card's mask shows


@examples(200)
@given(st.text(max_size=200))
def test_any_text_can_be_masked_and_masked_again(text: str) -> None:
    once = mask_text(text)
    assert len(once) <= 4 * len(text) + 8
    mask_text(once)
