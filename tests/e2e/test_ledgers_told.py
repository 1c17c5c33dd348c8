"""What a person says of a ledger on the command line, and in which language the commands answer."""

from __future__ import annotations

import json
from pathlib import Path

from tests.e2e.process import crossbeat
from tests.e2e.test_ledgers import Taken, asked, exported, folder, known, table
from tests.office import line

__all__ = ["folder"]  # a fixture
NAMES = ("顺", "哪天", "问谁", "他的号", "啥事")
GIVEN = ("id", "asked_at", "name", "cn_id", "reason")


def rows(*places: int) -> list[list[str]]:
    return [[str(line(at)[place]) for place in (0, 7, 4, 5, 6)] for at in places]


def maps(names: tuple[str, ...] | str) -> list[str]:
    return [word for name, field in zip(names, GIVEN, strict=True) for word in ("--map", f"{name}={field}")]


def test_the_row_of_the_header_may_be_said_and_is_known_the_next_time(folder: Path) -> None:
    book = table(folder, NAMES, *rows(0, 1), header=["本子"])
    refused = crossbeat("import", book, cwd=folder)
    assert refused.returncode == 1 and "--header 3" in refused.stderr
    shown = Taken(folder, book, "--dry-run", "--header", "2", code=1)
    assert '哪天 → (not known; kept. Its cells look like asked_at: --map "哪天=asked_at")' in shown.data
    taken = Taken(folder, book, "--header", "2", *maps(NAMES))
    assert taken.counts("read", "taken") == [(2, 2)] and taken.report["sheets"][0]["header_row"] == 2
    again = Taken(folder, table(folder, *rows(2), header=NAMES, name="下一份.csv"))
    assert again.counts("taken") == [(1,)], "without a word, by its names"
    assert exported(folder)["2025-协-003"]["reason"] == "盗窃案核实户籍"


def test_the_unit_that_was_asked_may_be_said_for_all_rows(folder: Path) -> None:
    names = ("编号", "申请单位", "协作方", "姓名", "提出时间")
    lines = [
        ["甲1", "无锡市公安局", "", "欧阳若", "2025-03-01"],
        ["甲2", "无锡市公安局", "", "司徒安", "2025-03-02"],
    ]
    book = table(folder, *lines, header=names)
    wrong = crossbeat("import", book, "--map", "to_unit=某某局", cwd=folder)
    assert wrong.returncode == 1 and "there is no unit 某某局" in wrong.stderr, wrong.stderr
    Taken(folder, book, "--map", "to_unit=KS")
    assert {row["to_unit"] for row in exported(folder).values()} == {"昆山市公安局"}
    again = Taken(folder, book)
    assert again.counts("taken", "unchanged") == [(0, 2)], "known by the names of its columns"
    assert crossbeat("import", "--undo", "1", cwd=folder).returncode == 0
    Taken(folder, book)
    assert "to_unit" not in exported(folder)["甲1"], "what an import said is taken back with it"


def test_a_ledger_without_a_header_is_taken_by_the_letters_of_its_columns(folder: Path) -> None:
    book = table(folder, *rows(1), header=rows(0)[0])
    Taken(folder, book, "--header", "0", *maps("ABCDE"))
    assert set(exported(folder)) == {"2025-协-001", "2025-协-002"}
    for wrong in ("zwei", "甲=", "-1"):
        ended = crossbeat("import", book, f"--header={wrong}", cwd=folder)
        assert ended.returncode == 1 and "write the row of the header" in ended.stderr, ended.stderr


def test_a_type_named_by_the_code_of_another_system_is_matched(folder: Path) -> None:
    config = folder / "config.toml"
    coded = config.read_text("utf-8").replace(
        'key = "household"', 'key = "household"\nstandard_code = "0107A"'
    )
    config.write_text(coded, encoding="utf-8")
    Taken(folder, table(folder, line(0)))
    query = {name: value for name, value in known(0).items() if name != "type"}
    for named in ({"type": "0107a"}, {"type_code": "0107A"}, {"type": "协查", "type_code": "0107A"}):
        [[match]] = asked(folder, query | named)
        assert match["verdict"] == "reuse" and "same type" in match["reasons"], (named, match)
    for named in ({"type": "机主信息", "type_code": "0107A"}, {"type_code": "0108"}):
        [matches] = asked(folder, query | named)
        assert not [match for match in matches if match["verdict"] == "reuse"], (named, matches)


def test_commands_answer_in_the_language_of_the_desk(folder: Path) -> None:
    config = folder / "config.toml"
    config.write_text(
        config.read_text("utf-8").replace('language = "en"', 'language = "zh"'), encoding="utf-8"
    )
    book = table(folder, line(0))
    Taken(folder, book)
    for arguments, words in (
        (("import", "没有.csv"), "没有.csv：没有这个文件"),
        (("import", book, "--map", "甲"), "请写成“列名=字段”"),
        (("import", book, "--map", "甲=colour"), "没有“colour”这个字段"),
        (("import", book, "--header", "三"), "请写表头所在的行号"),
        (("import", "--undo", "7"), "没有第 7 次导入；最近几次：1"),
        (("match", "没有.jsonl"), "没有.jsonl：没有这个文件"),
        (("export", "-o", "a.doc"), "台账只能导出为"),
    ):
        ended = crossbeat(*arguments, cwd=folder)
        assert ended.returncode == 1 and words in ended.stderr, ended.stderr
    assert crossbeat("export", "-o", "out.csv", cwd=folder).stderr == "1 行\n"
    found = crossbeat("match", "-", cwd=folder, stdin='{"id": "q"}\n[1]\n')
    assert found.returncode == 0 and found.stderr == "第 2 行：不是 JSON 对象\n", found.stderr
    assert json.loads(found.stdout.splitlines()[1])["error"] == "第 2 行：不是 JSON 对象"
    assert crossbeat("import", "--undo", "1", cwd=folder).returncode == 0
    twice = crossbeat("import", "--undo", "1", cwd=folder)
    assert twice.returncode == 1 and "第 1 次导入已于" in twice.stderr, twice.stderr


def test_of_several_rows_of_one_id_the_first_counts_in_a_correction_too(folder: Path) -> None:
    first, other, third = line(0), line(0, 答复="别的说法"), line(0, 答复="又一种说法")
    Taken(folder, table(folder, first))
    again = Taken(folder, table(folder, first, other), "--update", code=3)
    assert again.counts("updated", "unchanged", "rejected") == [(0, 1, 1)], (
        "it would go to and fro with each import"
    )
    shown = Taken(folder, table(folder, first, other), "--update", "--dry-run", code=3)
    assert shown.counts("updated", "unchanged", "rejected") == [(0, 1, 1)]
    once = Taken(folder, table(folder, other, third), "--update", code=3)
    assert once.counts("updated", "rejected") == [(1, 1)]
    assert exported(folder)["2025-协-001"]["answer"] == "别的说法"
