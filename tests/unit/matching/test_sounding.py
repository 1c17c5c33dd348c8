"""Names of units typed as they sound, by their initials, or with a character that sounds the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.words.places import is_place
from matching.words.sounding import Sounds, Written
from storage.tables.models import Unit
from tests.quick import examples
from workflow.organisation.units import Units

UNITS = {
    "KS": ["昆山市公安局", "昆山", "Kunshan PSB"],
    "SZ": ["苏州市公安局", "苏州"],
    "SIP": ["苏州工业园区公安分局"],
    "WX": ["无锡市公安局", "无锡"],
    "CZ": ["常州市公安局"],
    "CQ": ["重庆市公安局"],
    "LL": ["吕梁市公安局"],
    "HQ": ["花桥派出所"],
    "SX1": ["山西省公安厅"],
    "SX2": ["陕西省公安厅"],
    "CU": ["海关"],
    "KSQD": ["昆山市公安局千灯派出所"],
}


def units(known: dict[str, list[str]]) -> Units:
    return Units(
        all=[
            Unit(id=number, code=code, name=names[0], aliases=names[1:], kind="police", parent_id=None)
            for number, (code, names) in enumerate(known.items(), start=1)
        ]
    )


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("kunshan", "KS"),
        ("KunShan", "KS"),
        ("kun shan", "KS"),
        ("Kun-Shan gonganju", "KS"),
        ("kunshanshigonganju", "KS"),
        ("ksga", "KS"),
        ("KSGA", "KS"),
        ("ｋｓｇａ", "KS"),
        ("ksgaj", "KS"),
        ("kssgaj", "KS"),
        ("kunshanga", "KS"),
        ("昆山gaj", "KS"),
        ("昆shan", "KS"),
        ("ks公安", "KS"),
        ("昆山局", "KS"),
        ("昆山居", "KS"),
        ("昆衫", "KS"),
        ("昆衫市公安局", "KS"),
        ("坤山", "KS"),
        ("无西公安局", "WX"),
        ("常洲", "CZ"),
        ("changzhou", "CZ"),
        ("chongqing", "CQ"),
        ("cqsgaj", "CQ"),
        ("lvliang", "LL"),
        ("Lüliang", "LL"),
        ("lyuliang", "LL"),
        ("hqpcs", "HQ"),
        ("szgyyq", "SIP"),
        ("陕西ting", "SX2"),
        ("haiguan", "CU"),
        ("qdpcs", "KSQD"),
        ("千灯派出所", "KSQD"),
        ("qiandengpaichusuo", "KSQD"),
        ("昆山千灯派出所", "KSQD"),
    ],
)
def test_a_name_is_known_by_its_sound_and_its_initials(text: str, key: str) -> None:
    choice = units(UNITS).choose(text)
    assert (choice.key, choice.close) == (key, ())


@pytest.mark.parametrize(
    ("text", "close"),
    [
        ("shanxi", {"SX1", "SX2"}),
        ("sxsgat", {"SX1", "SX2"}),
        ("shanxishenggonganting", {"SX1", "SX2"}),
    ],
)
def test_what_is_the_name_of_two_is_asked_back_with_both(text: str, close: set[str]) -> None:
    choice = units(UNITS).choose(text)
    assert (choice.key, set(choice.close), choice.several) == (None, close, True)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("宿州", "SZ"),  # a city of its own that sounds like 苏州
        ("宿州市公安局", "SZ"),
        ("千登派出所", "KSQD"),
        ("华桥派出所", "HQ"),  # there is no table of stations: it may be one
        ("昆山县公安局", "KS"),
        ("cq公", None),
        ("hg", "CU"),  # two letters are too few
        ("昆三", "KS"),  # san is not shan
        ("昆山公交", "KS"),
    ],
)
def test_what_may_be_another_is_offered_and_not_chosen(text: str, first: str | None) -> None:
    choice = units(UNITS).choose(text)
    assert choice.key is None
    assert not choice.several
    assert choice.close[:1] == ((first,) if first else ())


def test_initials_that_are_one_letter_from_another_units_code_are_asked_about() -> None:
    known = {"KS": ["昆山市公安局"], "KSG": ["某处公安局"]}
    assert units({"KS": known["KS"]}).choose("ksga").key == "KS"
    assert units(known).choose("ksga").key is None


def test_a_station_of_two_units_is_asked_back_with_both() -> None:
    two = {
        "A": ["昆山市公安局"],
        "B": ["常州市公安局"],
        "A1": ["昆山市公安局城关派出所"],
        "B1": ["常州市公安局城关派出所"],
    }
    for text in ("cgpcs", "城关派出所", "chengguanpaichusuo"):
        choice = units(two).choose(text)
        assert (choice.key, set(choice.close), choice.several) == (None, {"A1", "B1"}, True)


def test_what_is_written_decides_over_what_only_sounds_so() -> None:
    both = {"SZ": ["苏州市公安局"], "SZ2": ["宿州市公安局"], "A": ["甲地公安局", "suzhou"]}
    assert units(both).choose("苏州").key == "SZ"
    assert units(both).choose("宿州公安局").key == "SZ2"
    assert units(both).choose("suzhou").key == "A"
    choice = units(both).choose("suzhougongan")
    assert (choice.key, set(choice.close)) == (None, {"SZ", "SZ2"})


@pytest.mark.parametrize(
    "text",
    [
        "asap", "the", "desk", "shared", "handler", "psb", "police", "gongan", "gaj", "urgent", "none", "today",
        "明天", "加急", "特急", "尽快", "户籍", "派出所", "公安局", "专班", "共用", "请协查", "谢谢", "陈望舒", "",
    ],
)  # fmt: skip
def test_an_ordinary_word_is_no_unit(text: str) -> None:
    assert Sounds(UNITS).written(text) == ()
    assert units(UNITS).choose(text).key is None


def test_a_character_of_another_place_is_not_certain() -> None:
    assert is_place("宿州") and is_place("延庆") and not is_place("昆衫")
    assert Sounds(UNITS).written("宿州") == (Written(text="苏州", sure=False),)
    assert Sounds(UNITS).written("昆衫") == (Written(text="昆山", sure=True),)


@examples(200)
@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    known = units(UNITS)
    choice = known.choose(text)
    assert choice.key is None or choice.key in known.by_code
    assert set(choice.close) <= set(known.by_code)
