"""Ledgers as offices keep them: from the file to what is found by it, by the real commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e import cast
from tests.e2e.process import crossbeat

AS_OF = "2024-04-01"
HOUSEHOLD = "户籍证明"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A desk of its own, whose answers keep for ten years."""
    config = cast.toml({"telegram": {"token": "1:x", "admins": [1001]}})
    for key, label, about in (("household", HOUSEHOLD, "person"), ("owner", "机主信息", "phone")):
        config += f'[[request_types]]\nkey = "{key}"\nlabels = {{ zh = "{label}" }}\nabout = "{about}"\n'
        config += 'fresh_for = "3650d"\n'
    (tmp_path / "config.toml").write_text(config, encoding="utf-8")
    return tmp_path


def asked(folder: Path, *queries: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """The matches of each query."""
    lines = "".join(json.dumps(query, ensure_ascii=False) + "\n" for query in queries)
    ended = crossbeat("match", "-", "--as-of", AS_OF, cwd=folder, stdin=lines)
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line)["matches"] for line in ended.stdout.splitlines()]


def exported(folder: Path) -> dict[str, dict[str, Any]]:
    ended = crossbeat("export", cwd=folder)
    assert ended.returncode == 0, ended.stderr
    return {row["id"]: row for row in map(json.loads, ended.stdout.splitlines())}


def person(name: str, **ids: str) -> dict[str, Any]:
    subject = {"kind": "person", "name": name} | ({"ids": ids} if ids else {})
    return {"id": name, "type": HOUSEHOLD, "subjects": [subject], "reason": "核实户籍"}


def test_two_namesakes_of_one_officer_are_not_one_person(folder: Path) -> None:
    (folder / "ledger.csv").write_text(
        "编号,事项,申请单位,协作单位,姓名,事由,承办民警,联系电话,提出时间,答复时间,答复\n"
        "1,户籍证明,无锡市公安局,昆山市公安局,张明,核实户籍,钱某,13900000001,2024-03-01,2024-03-02,户籍在北区。\n"
        "2,户籍证明,无锡市公安局,昆山市公安局,李静,核实户籍,钱某,13900000001,2024-03-03,2024-03-04,户籍在南区。\n",
        encoding="gbk",
    )
    taken = crossbeat("import", "ledger.csv", cwd=folder)
    assert taken.returncode == 0 and "2 taken" in taken.stderr, taken.stderr
    row = exported(folder)["1"]
    assert (row["handler"], row["contact"]) == ("钱某", "13900000001")
    assert row["subjects"] == [{"name": "张明"}]
    [matches] = asked(folder, person("张明", phone="13900000001"))
    assert [(m["id"], m["verdict"]) for m in matches] == [("1", "possible")]
    [by_number] = asked(
        folder, {"id": "q", "type": "机主信息", "subjects": [{"ids": {"phone": "13900000001"}}]}
    )
    assert by_number == []
