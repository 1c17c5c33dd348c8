"""What people and their enemies put into fields: nothing breaks, nothing leaks, and everything is answered."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.identifiers.identifiers import find
from tests.integration.workflow.scene import FORM, KS, WX, Scene
from tests.quick import examples as so_many

OFFICER, HANDLER, LIAISON = 11, 21, 22
CN_ID, PHONE, CARD, PLATE = "320583199204080027", "13812345678", "6222021234567890128", "苏E12345"
NASTY = (
    "<b>粗体</b><script>alert(1)</script>", "'; DROP TABLE requests; --", "{number:link} {{x}} %s %(a)s", "[[{why}]]",
    "\u202e反着写\u202c", "零\u200b宽\u200c空\ufeff格", "\x00\x07\x1b[31m", "&lt;&amp;&#39;", "<a href='tg://user?id=1'>",
    "👨‍👩‍👧‍👦🇨🇳", "مرحبا بالعالم", "Ｆｕｌｌ－ｗｉｄｔｈ：１２３", "a" * 3000, "\n" * 50, "`*_~|>#-=",
)  # fmt: skip
FIELDS = ("类型", "致", "对象", "案件", "期间", "事由", "依据", "紧急程度", "时限", "备注", "没有这一项")


@pytest.mark.parametrize("field", FIELDS)
async def test_every_field_takes_everything(scene: Scene, field: str) -> None:
    for text in NASTY:
        heard = len(scene.said)
        lines = [line for line in FORM.splitlines() if not line.startswith(f"{field}：")]
        await scene.says(OFFICER, "\n".join([*lines, f"{field}：{text}"]))
        assert len(scene.said) > heard, (field, text)
    for request in await scene.all_requests():
        await scene.says(HANDLER, f"/show {request.number}", chat=KS)


@pytest.mark.parametrize(
    "words",
    ["/return WX26-0001 {}", "/comment {}", "/decline WX26-0001 {}", "/transfer WX26-0001 {}", "{}",
     "/assign WX26-0001 {}", "/delay WX26-0001 {}", "/delay WX26-0001 3天 {}", "/find {}", "/stats {}", "/lang {}",
     "/bind {}", "/inbox {}",
     "#协作 {}", "@crossbeat_bot {}", "/role {} handler", "/show {}", "/start {}", "/reuse WX26-0001 {}"],
)  # fmt: skip
async def test_every_command_takes_everything_and_answers(scene: Scene, words: str) -> None:
    await scene.says(OFFICER, FORM)
    for text in NASTY:
        heard = len(scene.said)
        await scene.says(LIAISON, words.format(text), chat=LIAISON)
        await scene.deliver()
        assert len(scene.said) > heard, text


async def test_a_post_of_ten_thousand_lines_is_answered_in_time(scene: Scene) -> None:
    started = time.process_time()
    await scene.says(OFFICER, FORM + "\n备注：" + "\n".join(f"第{n}行" for n in range(10_000)))
    assert (await scene.request("WX26-0001")).state == "open"
    assert "过长" in scene.heard(WX)
    ids = "\n".join(f"对象：张三{n} 110105194912310{n % 1000:03d}" for n in range(10_000))
    await scene.says(OFFICER, f"#协作 户籍证明\n致：昆山\n事由：核实\n{ids}")
    assert "最多 50 个" in scene.heard(WX)
    assert time.process_time() - started < 20, "less than one; minutes, if each line were held to each"
    assert all(len(s.text) <= 4096 for s in scene.said)


async def test_a_post_about_fifty_subjects_is_matched(scene: Scene) -> None:
    people = "\n".join(f"对象：王{chr(0x4E00 + n)} 1391234{n:04d}" for n in range(50))
    await scene.says(OFFICER, f"#协作 户籍证明\n致：昆山\n事由：核实\n{people}")
    assert (await scene.request("WX26-0001")).state == "open"
    await scene.says(12, f"#协作 户籍证明\n致：昆山\n事由：核实\n{people}")
    assert "WX26_0001" in scene.heard(WX)


@pytest.mark.parametrize("due", ["昨天", "2020-01-01", "明年的今天之后", "2099-12-31", "随便", "0天", "-3天"])
async def test_a_deadline_that_cannot_be_is_named_with_one_that_works(scene: Scene, due: str) -> None:
    await scene.says(OFFICER, FORM.replace("3天", due))
    assert not await scene.all_requests()
    assert "时限：3天" in scene.said[-1].text


@pytest.mark.parametrize("period", ["去年某时", "2026-02-30至2026-03-01", "三月到"])
async def test_a_period_that_cannot_be_read_is_named(scene: Scene, period: str) -> None:
    await scene.says(OFFICER, FORM + f"\n期间：{period}")
    assert not await scene.all_requests()
    assert "期间" in scene.said[-1].text


def wordings(value: str) -> st.SearchStrategy[str]:
    """A number as people write it, in and around words."""
    spaced = " ".join(value[i : i + 4] for i in range(0, len(value), 4))
    wide = value.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    hidden = "\u200b".join(value)
    return st.sampled_from(
        [value, spaced, wide, hidden, f"（{value}）", f"号码{value}，", f"<b>{value}</b>", f"{value}\n"]
    )


numbers = st.one_of(*(wordings(value) for value in (CN_ID, PHONE, CARD, PLATE)))
words = st.sampled_from(
    ["陈望舒", "本人", "核实户籍", "<i>", "，", " ", "嫌疑人", "电话", "账号", "2026年", "苏州", "#", "&"]
)
texts = st.lists(st.one_of(numbers, words), min_size=1, max_size=5).map("".join)


@pytest.mark.examples
@pytest.mark.parametrize("_", range(1))
async def test_no_group_reads_a_full_number_whatever_is_written_where(scene: Scene, _: int) -> None:
    """The subject's own numbers, wherever people write them: in any field, comment, answer or refusal."""
    examples: list[tuple[str, str, str, str]] = []

    @settings(so_many(20), database=None, suppress_health_check=list(HealthCheck))
    @given(st.tuples(texts, texts, texts, texts))
    def collect(example: tuple[str, str, str, str]) -> None:
        examples.append(example)

    collect()
    for reason, note, case, reply in examples:
        post = (
            f"#协作 户籍证明\n致：昆山\n对象：陈望舒 {CN_ID} {PHONE} {CARD}；{PLATE}\n"
            f"事由：{reason}\n备注：{note}\n案件：{case}"
        )
        message = await scene.says(OFFICER, post)
        requests = await scene.all_requests()
        number = requests[-1].number if requests else "WX26-0001"
        await scene.edits(OFFICER, message, post + reply)
        for who, said, chat in (
            (HANDLER, f"/return {number} {reply}", KS), (OFFICER, f"/show {reply}", WX),
            (HANDLER, f"/accept {number}", KS), (HANDLER, f"/delay {number} {reply}", KS),
            (HANDLER, f"/delay {number} 5天 {reply}", KS),
            (LIAISON, f"/transfer {number} {reply}", KS), (LIAISON, f"/assign {number} {reply}", KS),
            (LIAISON, f"/answer {number} {reply}", KS), (OFFICER, f"/reopen {number} {reply}", WX),
            (OFFICER, f"/find {reply}", WX), (OFFICER, f"/{reply}", WX), (OFFICER, f"#协作 {reply}", WX),
            (OFFICER, f"#协作 户籍证明\n致：{reply}\n{reply}：x\n时限：{reply}\n期间：{reply}\n紧急程度：{reply}", WX),
            (LIAISON, f"/role {reply} handler", KS), (LIAISON, f"/stats {reply}", KS), (OFFICER, f"/lang {reply}", WX),
            (LIAISON, f"/decline {number} {reply}", KS), (OFFICER, f"/reuse {number} {reply}", WX),
        ):  # fmt: skip
            await scene.says(who, said, chat=chat)
    in_groups = [s.text for s in scene.said if s.chat < 0]
    told = [
        text for text in in_groups if {i.identifier.value for i in find(text)} & {CN_ID, PHONE, CARD, PLATE}
    ]
    assert told == []
    flat = ["".join(text.split()) for text in in_groups]
    assert [text for text in flat if any(value in text for value in (CN_ID, PHONE, CARD, PLATE))] == []


async def test_toasts_and_markup_carry_no_full_number_either(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    for data in (f"1:accept:{CN_ID}", f"1:set:1:to:{CN_ID}", f"1:{PHONE}:1"):
        toast = await scene.forges(HANDLER, data)
        assert CN_ID not in toast
        assert PHONE not in toast


async def test_markup_of_people_reaches_nobody_as_markup(scene: Scene) -> None:
    await scene.says(OFFICER, FORM.replace("电信诈骗案嫌疑人户籍核实", "<b>粗</b> & <script>"))
    card = scene.last("WX26-0001", chat=KS)
    assert "<b>粗</b> & <script>" in card.text


@pytest.mark.parametrize(
    "words",
    [
        "#协作 陈望舒\n致：昆山\n对象：陈望舒 320583199204080027\n事由：核实",
        "#协作 户籍证明\n致：陈望舒\n对象：陈望舒 320583199204080027\n事由：核实",
        f"{FORM}\n陈望舒情况：涉案",
        f"{FORM}\n期间：陈望舒失踪以后",
        f"{FORM}\n紧急程度：陈望舒要紧",
        "#协作 户籍证明\n致：昆山\n对象：陈望舒 320583199204080027\n事由：核实\n陈望舒涉案：是",
    ],
)
async def test_what_is_said_back_of_a_post_hides_its_subjects_name(scene: Scene, words: str) -> None:
    await scene.says(OFFICER, words)
    assert "陈望舒" not in scene.heard(WX)
