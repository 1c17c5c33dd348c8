"""A ledger leaves the desk only for whom it is, and can be read back."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from storage.ledger import xlsx_write as ledger_xlsx_write
from storage.ledger.reading import LedgerReader, LedgerRow
from storage.tables.models import Person, Unit
from tests.integration.workflow.scene import FORM, Scene
from workflow.lookup import exports

OFFICER, LIAISON = 11, 22


async def ids(scene: Scene, code: str, number: int) -> tuple[int, int]:
    async with scene.store.read() as session:
        unit = await session.scalar(select(Unit.id).where(Unit.code == code))
        person = await session.scalar(select(Person.id).where(Person.chat_id == number))
    assert unit is not None
    assert person is not None
    return unit, person


async def test_a_liaison_gets_the_units_ledger_and_it_reads_back(scene: Scene, tmp_path: Path) -> None:
    await scene.says(OFFICER, FORM)
    unit, person = await ids(scene, "KS", LIAISON)
    for chinese in (True, False):
        made = await exports.make(scene.work(), unit_id=unit, person_id=person, chinese=chinese)
        assert made is not None
        assert (made.unit, made.name, made.rows) == (
            "昆山市公安局",
            "ledger-KS-2026-12-01.xlsx",
            1,
        )
        path = tmp_path / made.name
        path.write_bytes(made.content)
        rows = [item.row for item in LedgerReader(path) if isinstance(item, LedgerRow)]
        assert [(row["id"], row["state"]) for row in rows] == [("WX26-0001", "open")]


async def test_who_may_not_export_gets_nothing(scene: Scene) -> None:
    unit, _ = await ids(scene, "KS", LIAISON)
    _, officer = await ids(scene, "KS", OFFICER)
    assert await exports.make(scene.work(), unit_id=unit, person_id=officer, chinese=False) is None


async def test_a_row_that_fits_no_cell_makes_the_ledger_a_csv(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scene.says(OFFICER, FORM)
    unit, person = await ids(scene, "KS", LIAISON)
    monkeypatch.setattr(ledger_xlsx_write, "MAX_CELL_CHARS", 3)
    made = await exports.make(scene.work(), unit_id=unit, person_id=person, chinese=False)
    assert made is not None
    assert made.name == "ledger-KS-2026-12-01.csv"
    assert "WX26-0001" in made.content.decode("utf-8-sig")
