"""The fuzz corpus: what has broken something once or is made to, and strategies that go on from it.

What is found is added to the kept lists, so that every run tries it first.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.buttons import BUTTONS

T = TypeVar("T")

KEPT_TEXTS = (
    "", " ", "\n", "\x00", "\ud83d", "\u202e反写\u202c", "零\u200b宽", "１２３", "1" * 400, "9" * 5000,
    "：" * 300, "【】" * 200, "<b>&lt;{number}%s[[why]]", "320583199204080027", "32058319920408002",
    "138 1234 5678", "陈望舒、江晚舟", "苏E12345", "1/12", "28日", "二〇二六年十三月四十日", "99999999999999999999天",
    "-3天", "2026-02-30", "25:61", "昆山、苏州、昆山", "𠮷野家", "👨‍👩‍👧‍👦", "/answer", "#反馈", "#协作 #协作",
    "@crossbeat_bot", "WX26-0001", "KS99-99999999999999999999", "如果能特急最好", "0x10", "1e999",
)  # fmt: skip
KEPT_PRESSES = (
    "", ":", "1", "1:", "1:accept", "1:accept:", "1:accept:-1", "1:accept:٣", "2:accept:1", "1:accept:1:1:1:1:1:1",
    "1:accept:999999999999999999999", "1:set:1:to", "1:page:1:mine:-5", "1:until:1:9999-99-99", "\x00", "1:accept:1\n",
)  # fmt: skip
KEPT_BODIES = (
    b"", b"{", b"[]", b"null", b"\xff\xfe{}", b"[" * 50_000, b'{"update_id": 1e400}', b'{"update_id": NaN}',
    b'{"update_id": true}', b'{"update_id": -1, "message": null}', b'{"update_id": 9223372036854775808}',
    b'{"update_id": 7, "message": {"chat": {"id": "x"}, "text": 5}}', b'{"update_id": 8, "\\ud83d": "\\udc00"}',
    b'{"update_id": 9, "message": {"message_id": 1, "date": 1, "chat": {"id": -1, "type": "group"}, '
    b'"text": "\\u0000"}}',
    b'{"update_id": 11, "message": {"chat": {"id": 1152921504606846976}}}',
    b'{"update_id": 10, "callback_query": {"id": "1", "from": {"id": 11, "is_bot": false, "first_name": ""}}}',
)  # fmt: skip
LABELS = (
    "类型",
    "致",
    "对象",
    "案件",
    "期间",
    "事由",
    "依据",
    "紧急程度",
    "时限",
    "备注",
    "行动",
    "联系人",
    "理由",
    "没有这一项",
)
#: A row that is taken in as it stands: most of what is tried is one with a cell or two of something else.
CELLS = {
    "编号": "1", "来函单位": "无锡市公安局", "收函单位": "昆山市公安局", "来函日期": "2026-03-01", "协查对象": "陈望舒",
    "身份证号": "320583199204080027", "事由": "核实", "回函日期": "2026-03-02", "回函内容": "已核实",
    "结果": "查实", "备注2": "",
}  # fmt: skip
ROW: dict[str, Any] = {
    "id": "1", "type": "household", "from_unit": "WX", "to_unit": "KS", "asked_at": "2026-03-01T09:00:00+08:00",
    "subjects": [{"kind": "person", "name": "陈望舒", "ids": {"cn_id": "320583199204080027"}}], "reason": "核实",
    "answered_at": "2026-03-02T09:00:00+08:00", "answer": "已核实", "outcome": "found", "case": "", "period": None,
}  # fmt: skip

words = st.one_of(
    st.sampled_from(KEPT_TEXTS), st.text(max_size=60), st.integers().map(str), st.dates().map(str)
)
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), words)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def posts(draw: st.DrawFn) -> str:
    """A post: a marker or none, label lines in any order, words in between."""
    lines = [
        draw(st.sampled_from(("#协作 户籍证明", "#求助", "#request", "/new", "@crossbeat_bot", "", "您好")))
    ]
    for _ in range(draw(st.integers(0, 7))):
        label = draw(st.sampled_from(LABELS))
        lines.append(
            draw(st.sampled_from(("{}：{}", "{}:{}", "【{}】{}", "{} {}"))).format(label, draw(words))
        )
    if draw(st.booleans()):
        lines.append(draw(words))
    return "\n".join(lines)


@st.composite
def presses(draw: st.DrawFn) -> str:
    """What a button carries, as somebody forges it: 64 bytes at most are Telegram's rule, not a forger's."""
    if draw(st.booleans()):
        return draw(st.sampled_from(KEPT_PRESSES) | st.text(max_size=64))
    does = draw(st.sampled_from([str(one) for one in BUTTONS]))
    rest = draw(st.lists(st.sampled_from(("1", "2", "0", "99", "to", "found", "zh", "-1", "x")), max_size=3))
    return ":".join(("1", does, draw(st.sampled_from(("1", "2", "3", "0", "99"))), *rest))


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """What is posted to the webhook by who knows the secret: updates whose parts are of any type."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.sampled_from(KEPT_BODIES) | st.binary(max_size=200))
    kind = draw(st.sampled_from(("message", "edited_message", "callback_query", "my_chat_member", "x")))
    inner: dict[str, Any] = {
        "message_id": draw(st.integers(1, 10**6) | anything), "date": draw(st.integers(0, 2**33) | anything),
        "chat": {
            "id": draw(st.sampled_from((-2001, 11, 2**60)) | anything), "type": "supergroup", "title": draw(words),
        },
        "from": {"id": draw(st.sampled_from((11, 26)) | anything), "is_bot": False, "first_name": draw(words)},
        draw(st.sampled_from(("text", "caption", "data", "photo", "reply_to_message", "entities"))): draw(anything),
    }  # fmt: skip
    update = {"update_id": draw(st.integers(1, 2**40) | anything), kind: draw(st.just(inner) | anything)}
    return json.dumps(update).encode()


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[str, bytes]:
    """(name, content) of a file that somebody sends as a ledger."""
    kind = draw(st.sampled_from(("csv", "jsonl", "xlsx", "xls", "tsv")))
    if draw(st.integers(0, 3)) == 0:
        return f"f.{kind}", draw(st.binary(max_size=400))
    if kind == "jsonl":
        odd_values = st.dictionaries(st.sampled_from(tuple(ROW)) | words, anything, max_size=2)
        made = [ROW | {"id": str(n)} | draw(odd_values) for n in range(draw(st.integers(1, 4)))]
        return "f.jsonl", "\n".join(json.dumps(row) for row in made).encode()
    odd_cells = st.dictionaries(st.sampled_from(tuple(CELLS)), words, max_size=2)
    rows = [CELLS | {"编号": str(n)} | draw(odd_cells) for n in range(draw(st.integers(1, 4)))]
    divider = draw(st.sampled_from((",", "\t", ";")))
    text = "\n".join(divider.join(cells) for cells in [tuple(CELLS), *(row.values() for row in rows)])
    if kind in ("csv", "tsv"):
        encoding = draw(st.sampled_from(("utf-8", "gb18030", "utf-16")))
        return f"f.{kind}", text.encode(encoding, "replace")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", draw(words).encode("utf-8", "replace"))
        archive.writestr("xl/worksheets/sheet1.xml", text.encode("utf-8", "replace"))
    return f"f.{kind}", packed.getvalue()[: draw(st.sampled_from((10**6, 60, 7)))]


def examples(strategy: st.SearchStrategy[T], count: int) -> list[T]:
    """So many of a strategy, for tests that are coroutines; more where hypothesis is told to try more."""
    found: list[T] = []
    many = max(count * settings.default.max_examples // 20, 1)

    @settings(max_examples=many, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def collect(example: T) -> None:
        found.append(example)

    run: Callable[[], None] = collect
    run()
    return found
