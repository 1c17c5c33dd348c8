"""Which rows of a ledger correct what is on file, and which only look as if they did."""

from __future__ import annotations

from typing import Any

import pytest

from bot.commands.wording import words as english
from tests.integration.workflow.purged import ROW
from tests.integration.workflow.scene import Scene
from workflow.ledger.taking import Importing, Written, preparer, write


async def taken(
    scene: Scene, *rows: dict[str, Any], update: bool = False, rehearsal: bool = False
) -> Written:
    prepare = await preparer(scene.work(), rehearsal=rehearsal)
    importing = Importing(name="x.csv", update=update, seen={} if rehearsal else None)
    async with scene.work().read() if rehearsal else scene.work().write() as tx:
        return await write(tx, [prepare.prepare(row) for row in rows], rows.__getitem__, importing)


def of_year(year: int, name: str, **values: Any) -> dict[str, Any]:
    times = {at: ROW[at].replace("2026", str(year)) for at in ("asked_at", "answered_at")}
    return ROW | {"id": name} | times | values


@pytest.mark.parametrize("update", [False, True])
@pytest.mark.parametrize("rehearsal", [False, True])
async def test_a_number_that_begins_anew_each_year_corrects_nothing(
    scene: Scene, *, update: bool, rehearsal: bool
) -> None:
    await taken(scene, of_year(2025, "12"))
    done = await taken(scene, of_year(2026, "12"), update=update, rehearsal=rehearsal)
    assert done.updated == []
    assert "12 is on file for a row of 2025, this one is of 2026" in english(done.refused[0].why)


async def test_a_row_of_the_same_year_or_with_the_year_in_its_number_is_corrected(scene: Scene) -> None:
    await taken(scene, of_year(2025, "12"), of_year(2025, "2025-0012"), of_year(2025, "20250012"))
    rows = of_year(2025, "12", answer="更正"), of_year(2026, "2025-0012"), of_year(2026, "20250012")
    done = await taken(scene, *rows, update=True)
    assert (list(done.updated), list(done.refused)) == ([0, 1, 2], [])


async def test_an_equal_row_is_on_file_whatever_its_number(scene: Scene) -> None:
    await taken(scene, of_year(2025, "12"))
    done = await taken(scene, of_year(2025, "12"), update=True)
    assert [refusal.same for refusal in done.refused] == [True]


async def test_a_correction_may_bring_and_take_the_date_of_an_answer(scene: Scene) -> None:
    undated = {name: value for name, value in of_year(2025, "A-1").items() if name != "answered_at"}
    for row in (of_year(2025, "A-1"), undated, of_year(2025, "A-1")):
        done = await taken(scene, row, update=True)
        assert not done.refused


async def in_batches(
    scene: Scene, *batches: list[dict[str, Any]], update: bool = False, rehearsal: bool = False
) -> list[str]:
    """What became of each row of a file that is written in several transactions."""
    prepare = await preparer(scene.work(), rehearsal=rehearsal)
    importing = Importing(name="x.csv", update=update, seen={} if rehearsal else None)
    told = []
    for rows in batches:
        async with scene.work().read() if rehearsal else scene.work().write() as tx:
            done = await write(tx, [prepare.prepare(row) for row in rows], rows.__getitem__, importing)
        refused = {one.position: "same" if one.same else str(one.why.cause) for one in done.refused}
        updated = dict.fromkeys(done.updated, "updated")
        told += [refused.get(at, updated.get(at, "taken")) for at in range(len(rows))]
    return told


@pytest.mark.parametrize("rehearsal", [False, True])
@pytest.mark.parametrize("update", [False, True])
async def test_rows_of_one_id_contradict_each_other_wherever_they_stand_in_the_file(
    scene: Scene, *, update: bool, rehearsal: bool
) -> None:
    """As within one transaction: else what is taken would hang on how many rows one has."""
    first, second = of_year(2025, "A-1"), of_year(2025, "A-1", answer="别的说法")
    batches = [first], [second], [first]
    expected = ["taken", "twice", "same"]
    assert await in_batches(scene, *batches, update=update, rehearsal=rehearsal) == expected
    on_file = expected if rehearsal else ["same", "other_on_file", "same"]
    assert await in_batches(scene, [first, second, first], rehearsal=True) == on_file


@pytest.mark.parametrize("rehearsal", [False, True])
@pytest.mark.parametrize("apart", [False, True])
async def test_a_row_on_file_is_corrected_once_by_a_file(
    scene: Scene, *, apart: bool, rehearsal: bool
) -> None:
    """The second row says what stood there before, or something else: either contradicts the first."""
    old, new = of_year(2025, "A-1"), of_year(2025, "A-1", answer="更正")
    other = of_year(2025, "A-1", answer="再更正")
    await taken(scene, old)
    rows = [new, old, new, other]
    batches = [[row] for row in rows] if apart else [rows]
    told = await in_batches(scene, *batches, update=True, rehearsal=rehearsal)
    assert told == ["updated", "twice", "same", "twice"]


async def test_one_that_is_refused_takes_its_id_from_none(scene: Scene) -> None:
    """A bare number of another year is refused; the row of this year behind it is judged by itself."""
    await taken(scene, of_year(2025, "12"))
    rows = [of_year(2026, "12"), of_year(2025, "12", answer="更正"), of_year(2025, "12")]
    assert await in_batches(scene, rows, update=True) == ["another_year", "updated", "twice"]


@pytest.mark.parametrize("update", [False, True])
@pytest.mark.parametrize("rehearsal", [False, True])
async def test_the_ledger_of_another_desk_overwrites_nothing(
    scene: Scene, *, update: bool, rehearsal: bool
) -> None:
    """It counts as this one does: what was asked on another day about other people is another request."""
    await taken(scene, of_year(2026, "WX26-0001"))
    other = {"subjects": [{"name": "褚望北", "ids": {"cn_id": "110101199003070054"}}]}
    day = {"asked_at": "2026-02-27T09:00:00+08:00"}
    rows = [of_year(2026, "WX26-0001", **other, **day), of_year(2026, "WX26-0002", **other, **day)]
    told = await in_batches(scene, rows, update=update, rehearsal=rehearsal)
    assert told == ["another_request", "taken"]
    for one in (other, day):  # a wrong day, or a wrong name: it may be put right
        told = await in_batches(scene, [of_year(2026, "WX26-0001", **one)], update=True, rehearsal=True)
        assert told == ["updated"]
