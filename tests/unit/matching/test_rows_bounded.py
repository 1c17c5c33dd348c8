"""However many people a row names, what is looked at of them stays within bounds, and nothing of it is lost."""

from __future__ import annotations

import time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from matching.compare import row_ids, rows
from matching.form.apart import MAX_CHARS, MAX_PEOPLE
from workflow.ledger.clean import cleaned

ZONE = ZoneInfo("Asia/Shanghai")
PHONES = "、".join(f"138{n:08}" for n in range(60))
HOSTILE: dict[str, Any] = {
    "a hundred lists": [{"name": "、".join(["欧阳若"] * 60), "ids": {"phone": PHONES}}] * 5_000,
    "an endless name": [{"name": "欧阳若、" * 1_000_000}],
    "endless numbers": [{"name": "欧阳若、司徒安", "ids": {"phone": "13800138000 " * 500_000}}],
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_row_of_too_many_people_is_read_within_bounds(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = 0
    real = row_ids.identify

    def counted(kind: str | None, text: str) -> Any:
        nonlocal looked_at
        looked_at += 1
        return real(kind, text)

    monkeypatch.setattr(row_ids, "identify", counted)
    begun = time.process_time()
    record = rows.record_from_row({"subjects": HOSTILE[kind]}, str, ZONE)
    assert len(record.subjects) <= rows.MAX_SUBJECTS
    assert looked_at <= 2 * rows.MAX_SUBJECTS * 2 * row_ids.MAX_IDS
    assert time.process_time() - begun < 20, "some hundredths; without the bounds it is minutes"


def test_people_beyond_those_that_are_compared_stay_in_the_row() -> None:
    for name in ("、".join(f"欧阳{chr(0x4E00 + n)}" for n in range(MAX_PEOPLE + 5)), "欧阳若、" * MAX_CHARS):
        row = {"subjects": [{"name": name}]}
        assert cleaned(row, zone=ZONE, from_table=True)["subjects"] == [{"name": name}]
