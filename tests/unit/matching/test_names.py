"""Names: titles off, sound, relation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, pinyin

from matching.form.free_names import is_somebody
from matching.text.han import TRADITIONAL
from matching.text.spoken import syllable
from matching.words.names import clean, relation, spoken


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("犯罪嫌疑人：张 三（男）", "张三"),
        ("當事人張三豐", "张三丰"),
        ("张三，男，汉族", "张三"),
        ("张三先生", "张三"),
        ("张某某", "张**"),
        ("张先生", "张*"),
        ("欧阳女士", "欧阳*"),
        ("老张", "张*"),
        ("张", "张*"),
        ("张XX", "张**"),
        ("张＊", "张*"),
        ("Mr. John  Smith", "JOHN SMITH"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("张三（曾用名李四）", "张三"),
        ("被害人", "被害人"),
        ("", ""),
    ],
)
def test_a_name_loses_its_titles_and_remarks(written: str, bare: str) -> None:
    assert clean(written) == bare


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("张三", "張 三", "eq"),
        ("张三", "Zhang San", "sound"),
        ("张三", "San ZHANG", "sound"),
        ("张三", "章山", "sound"),
        ("单雄信", "Shan Xiongxin", "sound"),
        ("仇英", "QIU YING", "sound"),
        ("解小明", "xiexiaoming", "sound"),
        ("吕布", "Lyu Bu", "sound"),
        ("刘娜", "牛拉", "sound"),
        ("李未", "李末", "near"),
        ("王小明", "王小朋", "near"),
        ("王小明", "王明小", "near"),
        ("John Smith", "SMITH, John", "eq"),
        ("John Smith", "Jon Smith", "near"),
        ("John Smith", "John Michael Smith", "near"),
        ("阿卜杜拉·买买提", "阿不都拉买买提", "near"),
        ("张*", "张三丰", "masked"),
        ("张某某", "张三", "masked"),
        ("*三", "张三", "masked"),
        ("张*", "李四", "different"),
        ("张三", "张四", "partly"),
        ("张三", "李四", "different"),
        ("张三丰", "张无忌", "different"),
        ("约翰·史密斯", "John Smith", ""),
        ("", "张三", ""),
    ],
)
def test_two_names_relate(a: str, b: str, expected: str) -> None:
    assert relation(a, b) == expected


def test_a_masked_name_has_no_sound() -> None:
    assert spoken("张*") == ""
    assert spoken("犯罪嫌疑人张三") == spoken("Zhang San") == "zansan"


def test_the_table_of_readings_is_that_of_pypinyin() -> None:
    common = [chr(code) for code in range(0x4E00, 0x9FA6) if chr(code) not in TRADITIONAL]
    said = {char: pinyin(char, style=Style.NORMAL, v_to_u=False)[0][0] for char in common}
    differing = [char for char in common if said[char] != char and syllable(char) != said[char]]
    assert len(common) > 17_000
    assert len(differing) < len(common) * 0.002  # its phrases overrule a few single characters


_NAMES = st.text(alphabet="张章三山李黎未末王*·ZHANGSz n", max_size=8)


@given(_NAMES, _NAMES)
def test_relation_is_symmetric(a: str, b: str) -> None:
    assert relation(a, b) == relation(b, a)


@pytest.mark.parametrize(
    "reason",
    [
        "“5·12”电信诈骗案嫌疑人户籍核实",
        "5·12专案",
        "12·3命案",
        '"8·20"案',
        "6·18网络赌博案",
        "网购游艇被骗",
        "政审",
        "家庭纠纷",
        "Stolen Vehicle",
    ],
)
def test_a_case_named_after_its_day_is_a_reason_and_nobody(reason: str) -> None:
    assert not is_somebody(reason)


@pytest.mark.parametrize("name", ["李四", "欧阳照临", "阿里木·买买提", "王某某", "Wang Haibo"])
def test_a_name_alone_is_somebody(name: str) -> None:
    assert is_somebody(name)
