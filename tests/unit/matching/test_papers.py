"""Pictures of identity documents: what words and outlines say, and how often they are wrong."""

from __future__ import annotations

import pytest

from matching.form.papers import Says, is_paper, is_shaped, says

SHOWS = [
    "身份证", "这是陈望舒的身份证", "附：身份证正反面", "他的护照首页", "證件照", "护照", "驾驶证", "户口本照片",
    "身份证复印件见图", "居住证 人像面", "港澳通行证", "嫌疑人驾照", "居民戶口簿", "ID card", "his passport",
    "Chen Wangshu's ID", "driver's license", "driving licence of the witness", "passport scan",
    "copy of the identity card attached", "ID card, both sides", "residence permit", "household register",
    "对象：陈望舒\n事由：核实户籍\n附：身份证照片两张\n时限：三天，请尽快反馈，谢谢各位同事",
]  # fmt: skip
NAMES = [
    "身份证 320583199204080027", "身份证：320583199204080027", "身份证号码", "身份证号 3205****0027",
    "对象：陈望舒，身份证320583199204080027", "陈望舒 32058319920408002X", "护照号 E12345678",
    "passport no. E12345678", "ID card number 320583199204080027", "按照规定核对身份证号码",
    "事由：该人持护照入境后下落不明，请贵局协助查找其住址、联系方式和同行人员，并尽快反馈",
]  # fmt: skip
NOTHING = [
    "", "现场照片", "嫌疑人照片", "车牌照片", "营业执照", "business licence", "license plate 苏A12345",
    "liquor licence", "camera id 3", "the front door", "idea", "按照要求拍照", "13812345678", "监控截图",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [*((text, Says.SHOWS) for text in SHOWS), *((text, Says.NAMES) for text in NAMES),
     *((text, Says.NOTHING) for text in NOTHING)],
)  # fmt: skip
def test_what_words_say(text: str, said: Says) -> None:
    assert says(text) is said


def test_what_a_picture_replies_to_was_not_written_for_it() -> None:
    assert says("请核实其护照", caption=False) is Says.NAMES
    assert says("请补充身份证照片", caption=False) is Says.SHOWS


#: Pictures as phones take, show and send them; whether the outline of a document would be seen in one.
USUAL = {
    "4:3": [(4032, 3024), (1280, 960), (1600, 1200), (2560, 1920), (1024, 768), (960, 1280)],
    "3:2": [(1280, 853), (3000, 2000), (1920, 1280), (2160, 1440), (853, 1280)],
    "16:9": [(1280, 720), (1920, 1080), (2560, 1440), (3840, 2160), (720, 1280)],
    "1:1": [(1080, 1080), (1280, 1280)],
    "screens of phones": [(1170, 2532), (1080, 2400), (1440, 3200), (590, 1280), (1080, 2340), (750, 1334)],
    "other": [(1280, 1024), (1280, 544), (2048, 1536), (1125, 2436), (1280, 595)],
}
ALIKE = {
    "16:10, screens of some tablets and computers": [(1280, 800), (1920, 1200), (2560, 1600)],
    "A4 and A5, as papers are scanned": [(1280, 905), (2480, 3508), (1748, 2480)],
}
CARDS = [(1280, 807), (807, 1280), (1012, 638), (1280, 785), (1280, 829), (320, 202)]
PAGES = [(1280, 901), (901, 1280), (1250, 880), (1280, 915)]


def test_a_card_and_a_page_are_seen_lying_and_standing() -> None:
    assert all(is_shaped(*size) for size in (*CARDS, *PAGES))


def test_no_usual_picture_has_their_outline_and_what_has_it_is_known() -> None:
    """The figures of docs/officers.md: none of 29 usual ones, and all six of two sorts that are alike."""
    usual = [size for sizes in USUAL.values() for size in sizes]
    assert len(usual) == 29
    assert [size for size in usual if is_shaped(*size)] == []
    assert all(is_shaped(*size) for sizes in ALIKE.values() for size in sizes)


@pytest.mark.parametrize("size", [(None, None), (0, 0), (1280, None), (90, 57), (9, 9)])
def test_what_cannot_be_read_or_is_not_known_has_none(size: tuple[int | None, int | None]) -> None:
    assert not is_shaped(*size)


def test_an_outline_alone_decides_nothing() -> None:
    assert not is_paper(Says.NOTHING, shaped=True)
    assert not is_paper(Says.NAMES, shaped=False)
    assert is_paper(Says.NAMES, shaped=True)
    assert is_paper(Says.SHOWS, shaped=False)
