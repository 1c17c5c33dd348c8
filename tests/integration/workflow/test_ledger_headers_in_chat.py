"""A ledger whose header is not found: which row it is, or that there is none, is said by a press."""

from __future__ import annotations

from tests.integration.workflow.purged import ADMIN
from tests.integration.workflow.scene import Scene

ROWS = (
    "哪天,问谁,他的号,啥事",
    "2024/3/1,冯一舟,320583199003140118,诈骗案核实",
    "2024/3/2,褚望北,,盗窃案核实",
)


async def sends(scene: Scene, *lines: str) -> None:
    content = "\n".join(lines).encode()
    scene.session.files["F1"] = content
    document = {"file_id": "F1", "file_unique_id": "u1", "file_name": "本子.csv", "file_size": len(content)}
    await scene.says(ADMIN, None, chat=ADMIN, document=document)


async def subjects(scene: Scene) -> list[list[dict[str, object]]]:
    kept = [scene.store.sealer.unseal("requests", one.sealed) for one in await scene.all_requests()]
    return [one["ledger"]["subjects"] for one in kept]


async def test_the_row_of_the_header_is_picked_by_a_press_and_its_columns_too(scene: Scene) -> None:
    await sends(scene, "本所的本子,,,", *ROWS)
    unclear = scene.last("没有一行是台账的表头", chat=ADMIN)
    assert "哪一行是表头" in unclear.text
    assert list(unclear.buttons) == ["第 2 行是表头：哪天、问谁、他的号、啥事", "没有表头，都是数据", "取消"]
    await scene.presses(ADMIN, "第 2 行是表头", on=unclear)
    looked = scene.last("表头在第 2 行", chat=ADMIN)
    proposed = ["哪天 → 提出时间", "问谁 → 姓名", "他的号 → 身份证"]
    assert list(looked.buttons) == proposed and "没有可导入的新行" in looked.text
    assert await scene.presses(ADMIN, "第 2 行是表头", on=unclear) != "已按此重新读取", (
        "an old button does nothing"
    )
    for label in proposed:
        await scene.presses(ADMIN, label, chat=ADMIN)
    await scene.replies(ADMIN, scene.last("他的号 → 身份证", chat=ADMIN), "啥事=事由")
    await scene.presses(ADMIN, "✅ 导入", on=scene.last("啥事 → 事由", chat=ADMIN))
    assert await subjects(scene) == [
        [{"name": "冯一舟", "ids": {"cn_id": "320583199003140118"}}], [{"name": "褚望北"}],
    ]  # fmt: skip
    await sends(scene, ROWS[0], ROWS[1].replace("冯一舟", "沈怀真"))
    assert "问谁 → 姓名" in scene.last("可导入 1", chat=ADMIN).text, (
        "a header that was explained is known again"
    )


async def test_a_ledger_without_a_header_calls_its_columns_a_b_c(scene: Scene) -> None:
    await sends(scene, *ROWS[1:])
    unclear = scene.last("没有一行是台账的表头", chat=ADMIN)
    assert list(unclear.buttons) == ["没有表头，都是数据", "取消"]
    await scene.presses(ADMIN, "没有表头", on=unclear)
    for label in ("A → 提出时间", "B → 姓名", "C → 身份证"):
        await scene.presses(ADMIN, label, chat=ADMIN)
    await scene.presses(ADMIN, "✅ 导入", chat=ADMIN)
    assert [names[0]["name"] for names in await subjects(scene)] == ["冯一舟", "褚望北"]
    await sends(scene, "2024/3/1,李四,x,y")
    unclear = scene.last("没有一行是台账的表头", chat=ADMIN)
    await scene.presses(ADMIN, "没有表头", on=unclear)
    assert "A → 提出时间" not in scene.last("表", chat=ADMIN).text, (
        "what A was in another file says nothing of this"
    )


async def test_one_can_leave_it_while_the_header_is_asked(scene: Scene) -> None:
    await sends(scene, *ROWS)
    unclear = scene.last("没有一行是台账的表头", chat=ADMIN)
    assert await scene.presses(ADMIN, "取消", on=unclear) == "已取消"
    await scene.presses(ADMIN, "第 1 行", on=unclear)
    assert "表头在第 1 行" not in scene.heard(ADMIN)


async def test_of_two_rows_of_one_id_one_would_be_corrected(scene: Scene) -> None:
    header = "编号,类型,姓名,来函日期,事由"
    await sends(scene, header, "2024-1,户籍,冯一舟,2024/3/1,诈骗案")
    await scene.presses(ADMIN, "✅ 导入", chat=ADMIN)
    await sends(scene, header, *(f"2024-1,户籍,冯一舟,2024/3/1,{why}" for why in ("盗窃案", "赌博案")))
    preview = scene.last("不收 2", chat=ADMIN)
    assert [label for label in preview.buttons if "导入" in label] == ["✏️ 导入并更正 1 行"]
    await scene.presses(ADMIN, "✏️", on=preview)
    assert "更正 1" in scene.last("已导入", chat=ADMIN).text
