from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.words.choose import Choice, choose, find_in
from tests.quick import examples

UNITS = {
    "KS": ["昆山市公安局", "昆山", "Kunshan PSB"],
    "SZ": ["苏州市公安局", "Suzhou PSB"],
    "SIP": ["苏州工业园区公安分局"],
    "WX": ["无锡市公安局", "无锡"],
    "LX": ["无锡市公安局梁溪分局", "梁溪"],
    "CZ": ["常州市公安局"],
}
TYPES = {
    "household": ["户籍证明", "household certificate", "户籍", "户口"],
    "vehicle": ["车辆信息", "vehicle information", "车辆"],
    "phone_owner": ["手机号机主", "phone owner"],
    "trace": ["轨迹查询", "movement trace"],
    "residence": ["居住证明", "residence certificate"],
    "travel": ["出境记录"],
}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("昆山市公安局", "KS"),
        ("昆山", "KS"),
        ("崑山市公安局", "KS"),
        ("昆 山", "KS"),
        (" 昆山市 公安局。", "KS"),
        ("KS", "KS"),
        ("ks", "KS"),
        ("ＫＳ", "KS"),
        ("kunshan  psb", "KS"),
        ("無錫市公安局", "WX"),
        ("无锡市公安局梁溪分局", "LX"),
        ("苏州工业园区公安分局", "SIP"),
    ],
)
def test_a_name_written_in_full_is_exact(text: str, key: str) -> None:
    assert choose(text, UNITS) == Choice(key=key, exact=True)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("昆山公安", "KS"),
        ("昆山公安局", "KS"),
        ("昆山市", "KS"),
        ("昆山市局", "KS"),
        ("昆山警方", "KS"),
        ("Kunshan", "KS"),
        ("Kunshan Police", "KS"),
        ("Kunshan Public Security Bureau", "KS"),
        ("昆山市公按局", "KS"),
        ("昆山市公安居", "KS"),
        ("昆山市安公局", "KS"),
        ("昆山市公安", "KS"),
        ("Kunshang PSB", "KS"),
        ("无锡公安局", "WX"),
        ("梁溪分局", "LX"),
        ("梁溪区公安局", "LX"),
        ("常州", "CZ"),
        ("苏州工业园区", "SIP"),
        ("苏州工业园驱公安分局", "SIP"),
    ],
)
def test_common_words_and_one_slip_do_not_matter(text: str, key: str) -> None:
    assert choose(text, UNITS) == Choice(key=key)


@pytest.mark.parametrize(
    ("text", "close"),
    [
        ("苏州", ("SZ", "SIP")),
        ("昆三", ("KS",)),
        ("昆三市公安局", ("KS",)),
        ("唐山市公安局", ("KS",)),
        ("宿州", ("SZ",)),
        ("常洲", ("CZ",)),
        ("昆山市公安局刑警大队", ("KS",)),
        ("昆山检察院", ("KS",)),
        ("昆山公交", ("KS",)),
        ("昆山县公安局", ("KS",)),
        ("常州工业园区分局", ("SIP", "CZ")),
        ("Fuzhou PSB", ("SZ",)),
        ("KX", ("KS",)),
    ],
)
def test_what_may_be_another_place_is_offered_and_not_chosen(text: str, close: tuple[str, ...]) -> None:
    choice = choose(text, UNITS)
    assert choice.key is None
    assert choice.close[: len(close)] == close
    assert len(choice.close) <= 3


def test_the_closest_come_first_and_at_most_three() -> None:
    assert choose("公安局", UNITS).key is None
    assert len(choose("公安局", UNITS).close) == 3


@pytest.mark.parametrize("text", ["", "  ", "。", "x", "K", "乌鲁木齐", "🚓", "\u200b"])
def test_what_resembles_nothing_has_no_offer(text: str) -> None:
    assert choose(text, UNITS) == Choice(key=None)


def test_a_name_that_two_units_share_is_not_chosen() -> None:
    shared = {"A": ["城关分局"], "B": ["城关分局"], "C": ["别处"]}
    assert choose("城关分局", shared) == Choice(key=None, close=("A", "B"))


def test_an_alias_decides_where_the_core_is_shared() -> None:
    with_alias = {**UNITS, "SZ": [*UNITS["SZ"], "苏州"]}
    assert choose("苏州", with_alias) == Choice(key="SZ", exact=True)
    assert choose("苏州公安", with_alias) == Choice(key="SZ")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("户籍证明", "household"),
        ("戶籍證明", "household"),
        ("户籍正明", "household"),
        ("户籍查询", "household"),
        ("household", "household"),
        ("houshold", "household"),
        ("Household Cert", "household"),
        ("phone-owner", "phone_owner"),
        ("手机号机注", "phone_owner"),
        ("vehicle info", "vehicle"),
        ("轨迹", "trace"),
        ("居住", "residence"),
    ],
)
def test_request_types_are_chosen_by_key_label_and_alias(text: str, key: str) -> None:
    assert choose(text, TYPES).key == key


@pytest.mark.parametrize("text", ["证明", "入境记录", "身份核查", "查询"])
def test_a_type_that_only_shares_its_common_words_is_not_chosen(text: str) -> None:
    assert choose(text, TYPES).key is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("户籍证明 急", "household"),
        ("急！车辆信息", "vehicle"),
        ("请协助户籍核查", "household"),
        ("特急：houshold cert", "household"),
        ("need a household certificate please", "household"),
        ("户籍", "household"),
    ],
)
def test_a_type_is_found_inside_a_first_line(text: str, key: str) -> None:
    assert find_in(text, TYPES).key == key


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("致昆山市公安局，请协助", Choice(key="KS", exact=True)),
        ("请 KS 协助", Choice(key="KS", exact=True)),
        ("tasks and risks", Choice(key=None)),
        ("无锡市公安局梁溪分局收", Choice(key="LX", exact=True)),
        ("昆山和无锡", Choice(key=None, close=("KS", "WX"))),
        ("", Choice(key=None)),
    ],
)
def test_the_longest_name_in_a_line_is_meant_and_two_are_no_choice(text: str, choice: Choice) -> None:
    assert find_in(text, UNITS) == choice


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from("昆山苏州无锡市公安局分ks 工业园区"), max_size=12).map("".join)
)
@examples(500)
def test_no_text_breaks_the_choice_and_a_choice_leaves_nothing_open(text: str) -> None:
    for pick in (choose, find_in):
        choice = pick(text, UNITS)
        assert not (choice.key and choice.close)
        assert len(set(choice.close)) == len(choice.close) <= 3
        assert {choice.key, *choice.close} <= {None, *UNITS}


@pytest.mark.parametrize("name", ["昆山市公安局", "苏州市公安局", "常州市公安局", "无锡市公安局"])
def test_a_wrong_character_in_a_place_never_chooses_it(name: str) -> None:
    for place in (0, 1):
        for wrong in "三川州江宁海":
            changed = name[:place] + wrong + name[place + 1 :]
            if changed not in {n for names in UNITS.values() for n in names}:
                assert choose(changed, UNITS).key is None


KINDS = {
    "household": ["户籍证明", "户籍", "户口", "household certificate"],
    "phone": ["号码机主", "手机", "电话"],
    "vehicle": ["车辆信息", "车辆", "车牌"],
    "witness": ["证人询问", "证人"],
}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("户藉证明", "household"),
        ("户籍正明", "household"),
        ("手机号", "phone"),
        ("houshold certificat", "household"),
    ],
)
def test_a_kind_of_request_is_known_by_likeness(said: str, meant: str) -> None:
    assert choose(said, KINDS, by_likeness=True).key == meant


@pytest.mark.parametrize(
    "said", ["查车", "证明", "户籍车辆", "户藉", "银行流水", "请帮忙查一下这个人的户藉证明和车俩"]
)
def test_what_is_near_to_none_or_to_several_is_asked_about(said: str) -> None:
    assert choose(said, KINDS, by_likeness=True).key is None
