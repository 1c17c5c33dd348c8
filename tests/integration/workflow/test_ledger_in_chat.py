"""A ledger sent to the bot in private: looked at, taken in at a press, by an admin alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from handlers.views.line_files import json_worded
from handlers.views.reader import Reader
from storage.tables.models import File
from tests.integration.workflow.purged import ADMIN, LIAISON, OFFICER
from tests.integration.workflow.scene import WX, Scene
from workflow.ledger import in_chat, sent
from workflow.organisation import units

HEADER = "编号,类型,来函单位,来函日期,姓名,身份证号,事由,回函日期,回函内容,甲"
ROWS = (
    "2024-1,户籍,无锡市公安局,2024/3/1,冯一舟,320583199003140118,诈骗案,2024/3/2,查实,x",
    "2024-2,户籍,无锡市公安局,2024/3/1,褚望北,,盗窃案,,,",
    "2024-3,户籍,无锡市公安局,何时,沈怀真,,盗窃案,,,",
)


async def sends(
    scene: Scene, who: int = ADMIN, *rows: str, name: str = "台账.csv", chat: int | None = None, **more: Any
) -> None:
    content = "\n".join((HEADER, *(rows or ROWS))).encode("gb18030")
    scene.session.files["F1"] = content
    document = {"file_id": "F1", "file_unique_id": "u1", "file_name": name, "file_size": len(content)} | more
    await scene.says(who, None, chat=chat or who, document=document)


async def ids(scene: Scene) -> list[str | None]:
    return [request.external_id for request in await scene.all_requests()]


def report(scene: Scene, documents: list[Any]) -> dict[str, Any]:
    """The last of these files, as a Chinese reader gets it."""
    reader = Reader(language="zh", zone=UTC, now=datetime.now(UTC))
    found: dict[str, Any] = json.loads(json_worded(documents[-1], reader))
    return found


async def contents(scene: Scene, chat: int) -> list[str]:
    """Of the files that were queued for a chat."""
    lines = [line for line in await scene.lines(chat=chat) if line.kind == "document"]
    return [scene.store.sealer.unseal("outbox", line.sealed)["content"] for line in lines]


async def test_an_admin_sees_first_and_takes_in_by_a_press(scene: Scene) -> None:
    await sends(scene)
    preview = scene.last("台账.csv", "导入", chat=ADMIN)
    for words in ("读到 3 行，可导入 2", "不收 1", "来函日期 → 提出时间", "甲", "第 4 行", "何时"):
        assert words in preview.text
    assert "身份证号 → 身份证" in preview.text
    understood = preview.text.partition("不收的行")[0]
    assert "subjects" not in understood and "asked_at" not in understood
    assert "没有一列写明协作单位" in preview.text
    assert await ids(scene) == []
    toast = await scene.presses(ADMIN, "✅ 导入", chat=ADMIN)
    assert toast == "已导入 2 行"
    assert await ids(scene) == ["2024-1", "2024-2"]
    assert "收入 2" in scene.last("已导入", chat=ADMIN).text
    told = report(scene, await contents(scene, ADMIN))
    assert told["sheets"][0]["taken"] == 2 and told["import"] == 1
    [reject] = told["rejects"]
    assert (reject["line"], reject["cells"][0]) == (4, "2024-3")
    assert await scene.presses(ADMIN, "✅ 导入", on=preview) != toast, "an old button does nothing"
    assert await ids(scene) == ["2024-1", "2024-2"]


async def test_a_ledger_that_names_the_unit_asked_is_not_called_nobodys(scene: Scene) -> None:
    named = HEADER.replace(",甲", ",收函单位").encode("gb18030")
    content = named + ("\n" + ROWS[0].removesuffix("x") + "昆山市公安局").encode("gb18030")
    scene.session.files["F1"] = content
    document = {"file_id": "F1", "file_unique_id": "u1", "file_name": "台账.csv", "file_size": len(content)}
    await scene.says(ADMIN, None, chat=ADMIN, document=document)
    preview = scene.last("台账.csv", "导入", chat=ADMIN)
    assert "收函单位 → 协作单位" in preview.text and "没有一列" not in preview.text


async def test_the_unit_that_was_asked_is_said_once_for_all_rows_and_known_the_next_time(
    scene: Scene,
) -> None:
    """An office's own register names who asked, and never the office."""
    await sends(scene)
    preview = scene.last("没有一列写明协作单位", chat=ADMIN)
    await scene.replies(ADMIN, preview, "协作单位=某某局")
    assert "没有“某某局”这个单位" in scene.said[-1].text
    await scene.replies(ADMIN, preview, "协作单位＝昆山\n甲=备注")
    told = scene.last("台账.csv", "导入", chat=ADMIN)
    assert "按说明都是 昆山市公安局" in told.text and "没有一列" not in told.text and "甲 → 备注" in told.text
    await scene.presses(ADMIN, "✅ 导入", on=told)
    async with scene.work().read() as tx:
        kunshan = next(unit.id for unit in await units.current(tx) if unit.code == "KS")
    assert [request.to_unit_id for request in await scene.all_requests()] == [kunshan] * 2
    await sends(scene, ADMIN, ROWS[1].replace("2024-2", "2024-9"))
    assert "按说明都是 昆山市公安局" in scene.last("台账.csv", "导入", chat=ADMIN).text


async def test_cancel_forgets_the_file(scene: Scene) -> None:
    await sends(scene)
    preview = scene.last("可导入", chat=ADMIN)
    await scene.presses(ADMIN, "取消", on=preview)
    await scene.presses(ADMIN, "✅ 导入", on=preview)
    assert await ids(scene) == []


async def test_a_second_file_takes_the_place_of_the_first(scene: Scene) -> None:
    await sends(scene)
    first = scene.last("可导入", chat=ADMIN)
    await sends(scene, ADMIN, ROWS[1].replace("2024-2", "2024-9"))
    await scene.presses(ADMIN, "✅ 导入", on=first)
    assert await ids(scene) == []
    await scene.presses(ADMIN, "✅ 导入", chat=ADMIN)
    assert await ids(scene) == ["2024-9"]


async def test_nobody_else_and_no_group_gets_anywhere(scene: Scene) -> None:
    for who in (OFFICER, LIAISON):
        await sends(scene, who)
        assert "台账.csv" not in scene.heard(who)
    await sends(scene, chat=WX)
    assert "台账.csv" not in scene.heard(WX)
    await sends(scene)
    data = scene.last("可导入", chat=ADMIN).buttons["✅ 导入"]
    for who, chat in ((OFFICER, OFFICER), (LIAISON, WX), (OFFICER, ADMIN), (ADMIN, WX)):
        toast = await scene.forges(who, data, chat=chat)
        assert "管理员" in toast
        assert await ids(scene) == []


async def test_what_is_no_ledger_or_too_much_is_said(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    await sends(scene, file_size=sent.MAX_BYTES + 1)
    assert "超过 20 MB" in scene.last("台账.csv", chat=ADMIN).text
    await sends(scene, name="假.xlsx", file_size=9)
    assert "可导入 2" in scene.last("假.xlsx", chat=ADMIN).text, "a file is told by what is in it"
    scene.session.files["F1"] = b"\x89PNG\r\n\x1a\n" + bytes(50)
    document = {"file_id": "F1", "file_unique_id": "u1", "file_name": "a.xlsx", "file_size": 58}
    await scene.says(ADMIN, None, chat=ADMIN, document=document)
    assert "读不出台账" in scene.last("⚠️", chat=ADMIN).text
    monkeypatch.setattr(sent, "MAX_ROWS", 2)
    await sends(scene)
    assert "超过 2 行" in scene.last("⚠️", chat=ADMIN).text
    assert await ids(scene) == []


async def test_a_file_of_nothing_new_has_no_button_to_import(scene: Scene) -> None:
    await sends(scene)
    await scene.presses(ADMIN, "✅ 导入", chat=ADMIN)
    before = len(scene.said)
    await sends(scene)
    preview = next(one for one in scene.said[before:] if "读到" in one.text)
    assert "已在库 2" in preview.text and preview.buttons == {}


async def test_one_that_is_cut_short_is_taken_up_by_the_same_press(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sends(scene)
    data = scene.last("可导入", chat=ADMIN).buttons["✅ 导入"]
    real, broken = in_chat.record, True

    async def breaks(*args: Any, **detail: Any) -> None:
        if broken:
            raise RuntimeError("killed")
        await real(*args, **detail)

    monkeypatch.setattr(in_chat, "record", breaks)
    with pytest.raises(RuntimeError):
        await scene.forges(ADMIN, data, chat=ADMIN)
    assert await ids(scene) == ["2024-1", "2024-2"]
    broken = False
    await scene.forges(ADMIN, data, chat=ADMIN)
    assert await ids(scene) == ["2024-1", "2024-2"]
    assert "已在库 2" in scene.last("已导入", chat=ADMIN).text


async def test_a_ledger_is_no_file_of_an_open_draft(scene: Scene) -> None:
    await scene.says(ADMIN, "/role @lin liaison", chat=WX)
    await scene.says(ADMIN, "#协作 户籍证明\n致：昆山", chat=ADMIN)
    await sends(scene)
    assert "可导入 2" in scene.last("台账.csv", chat=ADMIN).text
    async with scene.store.read() as session:
        assert (await session.scalars(select(File))).all() == []


async def test_two_ledgers_in_one_album_are_told_one_at_a_time(scene: Scene) -> None:
    scene.session.files["F1"] = b"x"
    for name in ("甲.csv", "乙.xlsx"):
        document = {"file_id": "F1", "file_unique_id": name, "file_name": name, "file_size": 1}
        await scene.says(ADMIN, None, chat=ADMIN, document=document, media_group_id="7")
    assert "一次发一个文件" in scene.said[-1].text
    assert await ids(scene) == []


async def test_reasons_are_in_the_readers_language_in_the_message_and_in_the_report(scene: Scene) -> None:
    await sends(scene)
    preview = scene.last("台账.csv", "导入", chat=ADMIN)
    assert "提出时间“何时”不是时间" in preview.text and "is no time" not in preview.text
    await scene.presses(ADMIN, "✅ 导入", chat=ADMIN)
    [reject] = report(scene, await contents(scene, ADMIN))["rejects"]
    assert "提出时间“何时”不是时间" in reject["reason"]
    await scene.says(ADMIN, "/lang en", chat=ADMIN)
    await sends(scene)
    assert "'何时' is no time" in scene.last("row", "何时", chat=ADMIN).text


async def test_numbers_that_nobody_can_have_are_counted_before_and_after(scene: Scene) -> None:
    wrong = (
        ROWS[0].replace("320583199003140118", "320583199003140119"),
        ROWS[1].replace(",,", ",32058319900314011,", 1),
    )
    await sends(scene, ADMIN, *wrong)
    told = scene.last("台账.csv", "导入", chat=ADMIN).text
    assert "2 行有校验位或位数不对的号码" in told and "第 2 行：身份证" in told
    await scene.presses(ADMIN, "✅ 导入", chat=ADMIN)
    assert "2 行有校验位" in scene.last("已导入", chat=ADMIN).text
    found = report(scene, await contents(scene, ADMIN))
    assert found["sheets"][0]["doubtful"] == 2 and [one["line"] for one in found["doubtful"]] == [2, 3]


async def test_an_import_is_taken_back_by_a_press(scene: Scene) -> None:
    await sends(scene)
    await scene.presses(ADMIN, "✅ 导入", chat=ADMIN)
    data = scene.last("已导入", chat=ADMIN).buttons["↩️ 撤回这次导入"]
    for who, chat in ((OFFICER, OFFICER), (LIAISON, WX), (OFFICER, ADMIN), (ADMIN, WX)):
        assert "管理员" in await scene.forges(who, data, chat=chat)
    assert await ids(scene) == ["2024-1", "2024-2"]
    assert await scene.presses(ADMIN, "↩️ 撤回", chat=ADMIN) == "已撤回 2 行"
    assert await ids(scene) == []
    assert "删去 2 行" in scene.last("已撤回", chat=ADMIN).text
    assert "或已撤回" in await scene.forges(ADMIN, data, chat=ADMIN)
    await sends(scene)
    assert "可导入 2" in scene.last("台账.csv", chat=ADMIN).text


async def test_rows_on_file_are_corrected_by_a_press_of_their_own(scene: Scene) -> None:
    await sends(scene)
    await scene.presses(ADMIN, "✅ 导入", chat=ADMIN)
    await sends(scene, ADMIN, ROWS[0].replace("诈骗案", "盗窃案"), ROWS[1])
    preview = scene.last("不收 1", chat=ADMIN)
    assert [label for label in preview.buttons if "导入" in label] == ["✏️ 导入并更正 1 行"]
    assert await scene.presses(ADMIN, "✏️", chat=ADMIN) == "已导入 1 行"
    assert "更正 1" in scene.last("已导入", chat=ADMIN).text
    await scene.presses(ADMIN, "↩️ 撤回", chat=ADMIN)
    assert "恢复更正前的 1 行" in scene.last("已撤回", chat=ADMIN).text
    assert await ids(scene) == ["2024-1", "2024-2"]


async def test_a_column_is_explained_in_reply_and_known_the_next_time(scene: Scene) -> None:
    await sends(scene)
    preview = scene.last("台账.csv", "甲=事由", chat=ADMIN)
    await scene.replies(ADMIN, preview, "甲是什么呢")
    assert "没看懂" in scene.said[-1].text
    await scene.replies(ADMIN, preview, "甲=备注")
    again = scene.last("甲 → 备注", chat=ADMIN)
    assert "不认识" not in again.text
    await scene.presses(ADMIN, "✅ 导入", on=again)
    [first, _] = await scene.all_requests()
    kept = scene.store.sealer.unseal("requests", first.sealed)["ledger"]
    assert (kept["note"], "甲" in kept) == ("x", False)
    await scene.presses(ADMIN, "↩️ 撤回", chat=ADMIN)
    await sends(scene)
    assert "甲 → 备注" not in scene.last("可导入 2", chat=ADMIN).text, "what was taken back explains nothing"
    await scene.replies(ADMIN, scene.last("可导入 2", chat=ADMIN), "甲=备注")
    await scene.presses(ADMIN, "✅ 导入", chat=ADMIN)
    await sends(scene, ADMIN, ROWS[0].replace("2024-1", "2024-7"))
    assert "甲 → 备注" in scene.last("可导入 1", chat=ADMIN).text


@pytest.mark.parametrize("known", ["编号,类型,姓名,事由", "甲,乙,丙,丁"])
async def test_a_ledger_that_lacks_what_it_needs_waits_for_an_explanation(scene: Scene, known: str) -> None:
    content = f"{known},哪天\n2024-1,户籍,冯一舟,诈骗案,2024/3/1".encode()
    scene.session.files["F1"] = content
    document = {"file_id": "F1", "file_unique_id": "u1", "file_name": "台账.csv", "file_size": len(content)}
    await scene.says(ADMIN, None, chat=ADMIN, document=document)
    unclear = scene.last("没有一列是提出时间" if "编号" in known else "没有一行是台账的表头", chat=ADMIN)
    asked = ["第 1 行是表头：甲、乙、丙、丁、哪天", "没有表头，都是数据", "取消"]
    assert list(unclear.buttons) == (["哪天 → 提出时间"] if "编号" in known else asked)
    explained = "哪天＝提出时间" + ("\n甲=编号;乙=类型\n丙 → 姓名；丁=reason" if "甲" in known else "")
    await scene.replies(ADMIN, unclear, explained)
    await scene.presses(ADMIN, "✅ 导入", chat=ADMIN)
    assert await ids(scene) == ["2024-1"]


async def test_a_column_that_looks_like_what_is_wanting_is_chosen_by_a_press(scene: Scene) -> None:
    """What its cells cannot be is not proposed, and each press shows the file again with the rest."""
    content = (
        "编号,类型,甲,乙,性别,哪天\n2024-1,户籍,冯一舟,320583199003140118,男,2024/3/1\n2024-2,户籍,褚望北,,女,2024/3/2"
    ).encode()
    scene.session.files["F1"] = content
    document = {"file_id": "F1", "file_unique_id": "u1", "file_name": "台账.csv", "file_size": len(content)}
    await scene.says(ADMIN, None, chat=ADMIN, document=document)
    first = scene.last("没有一列是提出时间", chat=ADMIN)
    proposed = ["哪天 → 提出时间", "甲 → 姓名", "乙 → 身份证"]
    assert list(first.buttons) == proposed and "点下面按钮" in first.text
    await scene.presses(ADMIN, proposed[0], on=first)
    again = scene.last("可导入 2", chat=ADMIN)
    assert "哪天 → 提出时间" in again.text and list(again.buttons) == ["✅ 导入", "取消", *proposed[1:]]
    await scene.presses(ADMIN, "甲 → 姓名", on=first)
    assert await ids(scene) == [], "the buttons of what was shown before do nothing any more"
    await scene.presses(ADMIN, "甲 → 姓名", on=again)
    await scene.presses(ADMIN, "乙 → 身份证", chat=ADMIN)
    last = scene.last("乙 → 身份证", chat=ADMIN)
    assert list(last.buttons) == ["✅ 导入", "取消"]
    await scene.presses(ADMIN, "✅ 导入", on=last)
    requests = await scene.all_requests()
    kept = scene.store.sealer.unseal("requests", requests[0].sealed)["ledger"]["subjects"]
    assert kept == [{"name": "冯一舟", "ids": {"cn_id": "320583199003140118"}}]
