"""The officer to call: for the unit that is asked, and for nobody's matching."""

from __future__ import annotations

from tests.integration.workflow.scene import FORM, KS, WX, Scene
from workflow.kernel.body import Body
from workflow.ledger import giving as ledger

OFFICER, LIAISON = 11, 22
PHONE = "13912340001"
POST = f"{FORM}\n联系人：周知远 {PHONE}"


async def test_the_asked_unit_reads_whom_to_call_on_its_card(scene: Scene) -> None:
    await scene.says(OFFICER, POST)
    card = scene.last("WX26-0001", chat=KS)
    assert f"联系人：周知远 {PHONE}" in card.text
    assert "139****0001" not in card.text


async def test_the_asking_group_sees_the_number_masked(scene: Scene) -> None:
    await scene.says(OFFICER, POST)
    assert PHONE not in scene.heard(WX)
    assert "139****0001" in scene.heard(WX)


async def test_the_full_text_has_it_whole(scene: Scene) -> None:
    await scene.says(OFFICER, POST)
    await scene.says(LIAISON, "/start", chat=LIAISON)
    await scene.says(LIAISON, "/show WX26-0001", chat=LIAISON)
    assert f"联系人：周知远 {PHONE}" in scene.last("WX26-0001", "联系人", chat=LIAISON).text


async def test_it_is_no_subject_and_no_number_of_one(scene: Scene) -> None:
    await scene.says(OFFICER, POST)
    async with scene.work().read() as tx:
        body = Body.of(await scene.request("WX26-0001"), tx.sealer)
    assert body.said("contact") == f"周知远 {PHONE}"
    assert [(s.name, [i.kind for i in s.ids]) for s in body.subjects] == [("陈望舒", ["cn_id"])]


async def test_an_edit_of_the_post_changes_it(scene: Scene) -> None:
    post = await scene.says(OFFICER, POST)
    await scene.edits(OFFICER, post, POST.replace(PHONE, "13912340002"))
    assert "13912340002" in scene.last("WX26-0001", "联系人", chat=KS).text


async def test_the_ledger_gives_it_back(scene: Scene) -> None:
    await scene.says(OFFICER, POST)
    rows = [row async for row in ledger.rows_out(scene.work(), since=None, until=None)]
    assert [row["contact"] for row in rows] == [f"周知远 {PHONE}"]


async def test_a_post_from_before_there_was_one_is_read(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    request = await scene.request("WX26-0001")
    async with scene.work().read() as tx:
        plain = tx.sealer.unseal("requests", request.sealed)
        del plain["contact"]
        request.sealed = tx.sealer.seal("requests", plain)
        assert Body.of(request, tx.sealer).said("contact") == ""
