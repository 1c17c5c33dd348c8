"""Ledgers as offices keep them: from the file to what is found by it, by the real commands."""

from __future__ import annotations

import json
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.e2e import cast
from tests.e2e.desk import Desk
from tests.e2e.process import crossbeat
from tests.office import HEADER, KUNSHAN, NAMES, WUXI, csv_text, line, number_of, xlsx

AS_OF = "2025-06-01"
HOUSEHOLD, OWNER = "户籍证明", "机主信息"
SUMS = ("taken", "updated", "unchanged", "rejected", "blank")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A desk of its own, whose answers keep for ten years."""
    config = cast.toml({"telegram": {"token": "1:x", "admins": [1001]}, "locale": {"language": "en"}})
    for key, label, about in (("household", HOUSEHOLD, "person"), ("owner", OWNER, "phone")):
        config += f'[[request_types]]\nkey = "{key}"\nlabels = {{ zh = "{label}" }}\nabout = "{about}"\n'
        config += 'fresh_for = "3650d"\n'
    (tmp_path / "config.toml").write_text(config, encoding="utf-8")
    return tmp_path


class Taken:
    """What an import said and left behind."""

    def __init__(self, folder: Path, *arguments: str, code: int = 0) -> None:
        ended = crossbeat("import", *arguments, "--report", "report.json", "--rejects", "rejects", cwd=folder)
        assert ended.returncode == code, ended.stderr
        self.words, self.data = ended.stderr, ended.stdout
        self.report = json.loads((folder / "report.json").read_text("utf-8"))
        self.rejects = [json.loads(one) for one in (folder / "rejects").read_text("utf-8").splitlines()]
        for sheet in self.report["sheets"]:
            assert sheet["read"] == sum(sheet[word] for word in SUMS), sheet
        total = {word: sum(sheet[word] for sheet in self.report["sheets"]) for word in ("read", *SUMS)}
        last = self.words.strip().splitlines()[-1]
        assert last == f"{total['read']} read = " + " + ".join(f"{total[word]} {word}" for word in SUMS)
        if "--atomic" not in arguments:  # where sound rows are not taken either
            assert len(self.rejects) == total["rejected"]

    def counts(self, *words: str) -> list[tuple[int, ...]]:
        return [tuple(sheet[word] for word in words) for sheet in self.report["sheets"]]


def table(folder: Path, *rows: Sequence[Any], header: Sequence[str] = HEADER, name: str = "台账.csv") -> str:
    (folder / name).write_text(csv_text(header, *rows), encoding="gb18030")
    return name


def asked(folder: Path, *queries: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """The matches of each query."""
    lines = "".join(json.dumps(query, ensure_ascii=False) + "\n" for query in queries)
    ended = crossbeat("match", "-", "--as-of", AS_OF, cwd=folder, stdin=lines)
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line)["matches"] for line in ended.stdout.splitlines()]


def verdicts(folder: Path, *queries: dict[str, Any]) -> list[list[tuple[str, str]]]:
    return [[(match["id"], match["verdict"]) for match in found] for found in asked(folder, *queries)]


def exported(folder: Path) -> dict[str, dict[str, Any]]:
    ended = crossbeat("export", cwd=folder)
    assert ended.returncode == 0, ended.stderr
    return {row["id"]: row for row in map(json.loads, ended.stdout.splitlines())}


def person(name: str, **ids: str) -> dict[str, Any]:
    subject = {"kind": "person", "name": name} | ({"ids": ids} if ids else {})
    return {"id": name, "type": HOUSEHOLD, "subjects": [subject], "reason": "核实户籍"}


def known(place: int) -> dict[str, Any]:
    return person(NAMES[place], cn_id=number_of(place))


def test_every_row_of_every_sheet_is_accounted_for(folder: Path) -> None:
    wrong = line(2, 提出时间="25.4.1")
    sheets = {
        "2024年": [["协作台账"], HEADER, line(0), [], wrong, ["合计", "2"]],
        "2025年": [["说明"], ["填报单位："], HEADER, line(1), line(1)],
        "填表说明": [["1. 每季度末上报"]],
    }
    xlsx(folder / "台账.xlsx", sheets)
    taken = Taken(folder, "台账.xlsx", code=3)
    assert taken.counts("header_row", "read", *SUMS) == [(2, 4, 1, 0, 0, 2, 1), (3, 2, 1, 0, 1, 0, 0)]
    assert taken.report["sheets"][0]["columns"]["申请单位"] == "from_unit"
    assert taken.report["left_out"][0]["name"] == "填表说明"
    first, second = taken.rejects
    assert (first["sheet"], first["line"], first["cells"]) == ("2024年", 5, [str(cell) for cell in wrong])
    assert "25.4.1" in first["reason"] and "2026-03-01" in first["reason"]
    assert (second["line"], second["cells"]) == (6, ["合计", "2"])
    assert f"import {taken.report['import']}; crossbeat import --undo" in taken.words
    assert "2024年: 4 read = 1 taken" in taken.words and "left out: sheet 填表说明" in taken.words
    again = Taken(folder, "台账.xlsx", code=3)
    assert again.counts("taken", "unchanged") == [(0, 1), (0, 2)]
    assert again.report["import"] is None


def test_the_exit_code_tells_whether_all_some_or_nothing_was_taken(folder: Path) -> None:
    bad = line(3, 提出时间="昨天")
    Taken(folder, table(folder, line(0), line(1)))
    Taken(folder, table(folder, line(0), line(2), bad), code=3)
    Taken(folder, table(folder, bad), code=1)
    Taken(folder, table(folder, line(4), bad), "--atomic", code=1)
    assert set(exported(folder)) == {"2025-协-001", "2025-协-002", "2025-协-003"}


def test_rejected_rows_are_written_to_a_new_private_file(folder: Path) -> None:
    (folder / "rejects").write_text("old")
    (folder / "rejects").chmod(0o644)
    Taken(folder, table(folder, line(0, 编号="")), code=1)
    assert stat.S_IMODE((folder / "rejects").stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "report.json").stat().st_mode) == 0o600


def test_two_namesakes_of_one_officer_are_not_one_person(folder: Path) -> None:
    header = [
        "编号",
        "事项",
        "申请单位",
        "协作单位",
        "姓名",
        "事由",
        "承办民警",
        "联系电话",
        "提出时间",
        "答复时间",
        "答复",
    ]
    middle = ["核实户籍", "钱某", "13900000001", "2025-03-01", "2025-03-02"]
    rows = [
        [n, HOUSEHOLD, WUXI, KUNSHAN, name, *middle, "户籍在北区。"] for n, name in ((1, "张明"), (2, "李静"))
    ]
    Taken(folder, table(folder, *rows, header=header))
    row = exported(folder)["1"]
    assert (row["handler"], row["contact"]) == ("钱某", "13900000001")
    assert row["subjects"] == [{"name": "张明"}]
    by_number = {"id": "q", "type": OWNER, "subjects": [{"ids": {"phone": "13900000001"}}]}
    found = verdicts(folder, person("张明", phone="13900000001"), by_number)
    assert found == [[("1", "possible")], []]


def test_an_answer_without_its_date_is_answered_and_shown_and_never_reused(folder: Path) -> None:
    header = ["编号", "事项", "姓名", "身份证号", "事由", "提出时间", "答复", "状态"]
    states = ["", "已答复", "已办结", "完成", "办理中"]
    rows = [
        [f"A-{n}", HOUSEHOLD, NAMES[n], number_of(n), "核实", "2025-03-01", "已核实，在北区。", state]
        for n, state in enumerate(states)
    ]
    Taken(folder, table(folder, *rows, header=header))
    found = asked(folder, *(known(n) for n in range(5)))
    for n, [match] in enumerate(found):
        assert (match["id"], match["verdict"]) == (f"A-{n}", "possible")
        undated = "answered, on a date that is not known" in match["reasons"]
        assert undated == (n < 4) and ("not answered yet" in match["reasons"]) == (n == 4)
    rows = [exported(folder)[f"A-{n}"] for n in range(5)]
    assert all(row["answer"] == "已核实，在北区。" and "answered_at" not in row for row in rows)
    ended = crossbeat("reindex", "--all", cwd=folder)
    assert ended.returncode == 0
    assert [[m["reasons"][-1] for m in ms] for ms in asked(folder, known(0))] == [
        ["answered, on a date that is not known"]
    ]


def test_an_answer_of_the_same_day_may_have_no_clock(folder: Path) -> None:
    header = [*HEADER[:7], "提出时间", "答复时间", "答复"]
    day = [
        line(0, 提出时间="2025-04-01 15:30", 答复时间="2025-04-01"),
        line(1, 提出时间="2025/4/2", 答复时间="2025年4月2日"),
    ]
    before = line(2, 提出时间="2025-04-03 15:30", 答复时间="2025-04-03 15:29")
    taken = Taken(folder, table(folder, *day, before, line(3, 答复时间="2025-04-03"), header=header), code=3)
    assert [reject["reason"] for reject in taken.rejects] == ["answered_at is before asked_at"] * 2
    row = exported(folder)["2025-协-001"]
    assert (row["asked_at"], row["answered_at"]) == ("2025-04-01T15:30:00+08:00", "2025-04-01")


def test_several_people_in_one_row_have_their_own_numbers(folder: Path) -> None:
    one, two, three, four, five, six = (number_of(n) for n in range(6))
    rows = [
        line(0, 姓名=f"{NAMES[0]}、{NAMES[1]}", 身份证号=f'"{one}\n{two}"'),
        line(1, 姓名=f'"1.{NAMES[2]}\n2.{NAMES[3]}"', 身份证号=f"{three}、{four}"),
        line(2, 姓名=f"{NAMES[4]}等3人", 身份证号=five),
        line(3, 姓名=f"{NAMES[5]}、{NAMES[6]}", 身份证号=six),
    ]
    Taken(folder, table(folder, *rows))
    assert exported(folder)["2025-协-002"]["subjects"] == [
        {"name": NAMES[2], "ids": {"cn_id": three}}, {"name": NAMES[3], "ids": {"cn_id": four}},
    ]  # fmt: skip
    queries = [*(known(n) for n in range(5)), person(NAMES[0], cn_id=two), known(5), person(NAMES[6])]
    assert verdicts(folder, *queries) == [
        [("2025-协-001", "reuse")], [("2025-协-001", "reuse")], [("2025-协-002", "reuse")],
        [("2025-协-002", "reuse")], [("2025-协-003", "reuse")], [("2025-协-001", "possible")],
        [("2025-协-004", "reuse")], [("2025-协-004", "possible")],
    ]  # fmt: skip


def test_numbers_are_kept_without_what_surrounds_them(folder: Path) -> None:
    header = [*HEADER[:5], "身份证号（必填）", *HEADER[6:]]
    wrapped = ["\u200b{}", "{}\u3000（本人）", "'{}", '"=""{}"""', "\t{}", " {} "]
    rows = [line(n, 身份证号=form.format(number_of(n))) for n, form in enumerate(wrapped)]
    Taken(folder, table(folder, *rows, header=header))
    found = [row["subjects"][0]["ids"]["cn_id"] for row in exported(folder).values()]
    assert found == [number_of(n) for n in range(len(wrapped))]
    phones = ["13812345678.0", "138 1234 5679", '"=""13812345670"""', "\t13812345671", "1.38E+10"]
    header = ["编号", "事项", "姓名", "手机号", "事由", "提出时间", "答复时间", "答复"]
    rows = [
        [f"P-{n}", OWNER, NAMES[n], phone, "核实", "2025-03-01", "2025-03-02", "已核实"]
        for n, phone in enumerate(phones)
    ]
    Taken(folder, table(folder, *rows, header=header), code=3)
    queries = [
        {"id": number, "type": OWNER, "subjects": [{"kind": "phone", "ids": {"phone": number}}]}
        for number in ("13812345678", "13812345679", "13812345670", "13812345671")
    ]
    assert verdicts(folder, *queries) == [[(f"P-{n}", "reuse")] for n in range(4)]


def test_a_number_that_ends_in_zeros_was_rounded_unless_it_is_valid(folder: Path) -> None:
    rounded = number_of(0)[:15] + "000"
    taken = Taken(folder, table(folder, line(0, 身份证号=rounded), line(1)), code=3)
    assert "as spreadsheets round numbers" in taken.rejects[0]["reason"]


def test_a_ledger_without_numbers_of_its_own_can_be_taken_in_and_again(folder: Path) -> None:
    rows = [line(n)[1:] for n in range(3)]
    taken = Taken(folder, table(folder, *rows, ["合计", "", "", "", "3人"], header=HEADER[1:]), code=3)
    assert taken.counts("taken", "rejected") == [(3, 1)]
    assert "no column for a number" in taken.words
    again = Taken(folder, table(folder, *rows, header=HEADER[1:]))
    assert again.counts("taken", "unchanged") == [(0, 3)]
    [[match]] = asked(folder, known(1))
    assert match["verdict"] == "reuse" and match["id"].startswith("row-")


# -- look first, explain, correct, take back ------------------------------------------------------------------


def test_a_dry_run_shows_how_a_file_is_understood_and_changes_nothing(folder: Path) -> None:
    header = [*HEADER, "甲"]
    name = table(folder, [*line(0), "x"], [*line(1, 提出时间="?"), "y"], header=header)
    before = sorted(path.name for path in folder.iterdir())
    shown = Taken(folder, name, "--dry-run", code=3)
    assert shown.counts("read", "taken", "rejected") == [(2, 1, 1)]
    assert shown.report["import"] is None
    for words in (
        "身份证号 → subjects.0.ids.cn_id",
        "甲 → (not the ledger's; kept)",
        number_of(0),
        "nothing was changed",
    ):
        assert words in shown.data
    assert sorted(path.name for path in folder.iterdir()) == sorted([*before, "rejects", "report.json"])
    Taken(folder, name, code=3)
    changed = table(folder, [*line(0, 答复="更正"), "x"], [*line(2), "z"], header=header)
    shown = Taken(folder, changed, "--dry-run", "--update")
    assert shown.counts("taken", "updated") == [(1, 1)]
    assert set(exported(folder)) == {"2025-协-001"}
    assert exported(folder)["2025-协-001"]["answer"] == line(0)[-1]


def test_a_column_that_is_explained_once_is_known_the_next_time(folder: Path) -> None:
    header = [*HEADER[:6], "甲", "乙", *HEADER[8:]]
    rows = [line(0), line(1)]
    taken = Taken(folder, table(folder, rows[0], header=header), code=1)
    assert "asked_at" in taken.words and "--map" in taken.words
    taken = Taken(folder, table(folder, rows[0], header=header), "--map", "甲=reason", "--map", "乙=asked_at")
    assert taken.report["sheets"][0]["columns"]["甲"] == "reason"
    again = Taken(folder, table(folder, rows[1], header=header, name="下一份.csv"))
    assert again.counts("taken") == [(1,)]
    assert "as told: 甲 = reason, 乙 = asked_at" in again.words
    assert exported(folder)["2025-协-002"]["reason"] == "盗窃案核实户籍"
    for wrong, words in (
        ("甲=colour", "there is no field colour"),
        ("甲", "column=field"),
        ("丙=reason", "no column 丙"),
    ):
        ended = crossbeat("import", "台账.csv", "--map", wrong, cwd=folder)
        assert ended.returncode == 1 and words in ended.stderr and "Traceback" not in ended.stderr


def test_what_was_said_of_a_column_holds_for_that_name_and_until_it_is_taken_back(folder: Path) -> None:
    padded = [name.replace("身份证号", "身份证号（必填）") for name in HEADER]
    wrong = table(folder, line(0), line(1), header=padded)
    taken = Taken(folder, wrong, "--map", "身份证号（必填）=none")
    corrected = table(folder, line(0), line(1), name="更正.csv")
    assert Taken(folder, corrected, "--update").counts("updated") == [(2,)]
    assert verdicts(folder, known(0)) == [[("2025-协-001", "reuse")]]
    assert "as told" in Taken(folder, wrong, "--dry-run", code=1).words
    undone = crossbeat("import", "--undo", str(taken.report["import"]), cwd=folder)
    assert undone.returncode == 1, "the rows have been corrected since"
    assert "as told" not in Taken(folder, wrong, "--dry-run").words


def test_numbers_that_nobody_can_have_are_counted_and_kept(folder: Path) -> None:
    number = number_of(0)
    bad = number[:-1] + ("0" if number[-1] != "0" else "1")
    name = table(folder, line(0, 身份证号=bad), line(1, 身份证号=number_of(1)[:-1]), line(2))
    for options in (("--dry-run",), ()):
        taken = Taken(folder, name, *options)
        assert "2 rows have numbers that do not fit (wrong check digit or length)" in taken.words
        assert "台账.csv:2 cn_id; 3 cn_id" in taken.words
        assert taken.report["sheets"][0]["doubtful"] == 2
        assert taken.report["doubtful"][0] == {"sheet": "台账.csv", "line": 2, "kinds": ["cn_id"]}
    assert exported(folder)["2025-协-001"]["subjects"][0]["ids"] == {"cn_id": bad}


def test_a_corrected_file_corrects_its_rows_and_the_record_says_so(folder: Path) -> None:
    first = table(folder, *(line(n, 身份证号="") for n in range(3)), line(3))
    taken = Taken(folder, first)
    corrected = table(folder, *(line(n) for n in range(3)), line(3), line(4))
    refused = Taken(folder, corrected, code=3)
    assert refused.counts("taken", "unchanged", "rejected") == [(1, 1, 3)]
    assert "--update would correct it" in refused.rejects[0]["reason"]
    update = Taken(folder, corrected, "--update")
    assert update.counts("taken", "updated", "unchanged") == [(0, 3, 2)]
    assert verdicts(folder, known(0)) == [[("2025-协-001", "reuse")]]
    assert crossbeat("verify", cwd=folder).returncode == 0
    undone = crossbeat("import", "--undo", str(taken.report["import"]), cwd=folder)
    assert undone.returncode == 3, undone.stderr
    assert "2025-协-001 stays" in undone.stderr and "1 rows taken back, 3 stay" in undone.stderr
    undone = crossbeat("import", "--undo", str(update.report["import"]), cwd=folder)
    assert undone.returncode == 0, undone.stderr
    assert "0 rows taken back, 3 say again what they said, 0 stay" in undone.stderr
    assert "ids" not in exported(folder)["2025-协-001"]["subjects"][0]
    assert verdicts(folder, known(0)) == [[("2025-协-001", "possible")]]
    assert crossbeat("verify", cwd=folder).returncode == 0


def test_the_serial_numbers_of_another_year_correct_nothing(folder: Path) -> None:
    header = ["序号", *HEADER[1:]]
    Taken(folder, table(folder, ["1", *line(0)[1:]], header=header, name="2025.csv"))
    this = ["1", *(cell.replace("2025", "2026") for cell in line(0)[1:])]
    refused = Taken(folder, table(folder, this, header=header, name="2026.csv"), "--update", code=1)
    assert "number 1 is on file for a row of 2025, this one is of 2026" in refused.rejects[0]["reason"]
    assert Taken(folder, "2026.csv", "--map", "序号=none").counts("taken") == [(1,)]


def test_an_import_is_taken_back_and_can_be_made_again(folder: Path) -> None:
    taken = Taken(folder, table(folder, line(0), line(1)))
    other = Taken(folder, table(folder, line(2), name="别的.csv"))
    undone = crossbeat("import", "--undo", str(taken.report["import"]), cwd=folder)
    assert undone.returncode == 0 and "2 rows taken back, 0 stay" in undone.stderr, undone.stderr
    assert set(exported(folder)) == {"2025-协-003"} and verdicts(folder, known(0)) == [[]]
    assert Taken(folder, "台账.csv").counts("taken") == [(2,)]
    again = crossbeat("import", "--undo", str(taken.report["import"]), cwd=folder)
    assert again.returncode == 1 and "was taken back on" in again.stderr
    nothing = crossbeat("import", "--undo", "99", cwd=folder)
    assert nothing.returncode == 1 and str(other.report["import"]) in nothing.stderr
    assert crossbeat("verify", cwd=folder).returncode == 0
    for wrong in (("import",), ("import", "台账.csv", "--undo", "1")):
        assert crossbeat(*wrong, cwd=folder).returncode == 2


def test_one_sheet_alone_may_be_asked_for(folder: Path) -> None:
    xlsx(folder / "a.xlsx", {"一": [HEADER, line(0)], "二": [HEADER, line(1)], "三": [HEADER, line(2)]})
    taken = Taken(folder, "a.xlsx", "--sheet", "二", "--sheet", "三")
    assert [sheet["name"] for sheet in taken.report["sheets"]] == ["二", "三"]
    assert taken.report["left_out"] == [{"name": "一", "why": "not asked for"}]
    ended = crossbeat("import", "a.xlsx", "--sheet", "四", cwd=folder)
    assert ended.returncode == 1 and "has no sheet 四; it has 一, 二, 三" in ended.stderr


def test_ids_of_this_desks_own_requests_are_safe(folder: Path) -> None:
    """Another desk's ledger may have the same numbers; so may our own export, which is the same."""
    Taken(folder, table(folder, line(0)))
    twice = Taken(folder, table(folder, line(1), line(1, 事由="别的")), code=3)
    assert "stands in this file" in twice.rejects[0]["reason"]


async def test_the_ledger_says_who_handled_a_request_and_until_when_it_was_due(desk: Desk) -> None:
    asked = await desk.asks(desk.lin)
    await desk.advance(minutes=5)
    await desk.answered(asked, "已核实，户籍在北区")
    config = ("--config", str(desk.running.config))
    target = desk.running.folder / "ours.xlsx"
    assert crossbeat("export", "-o", str(target), *config, cwd=desk.running.folder).returncode == 0
    given = crossbeat("export", *config, cwd=desk.running.folder)
    row = next(one for one in map(json.loads, given.stdout.splitlines()) if one["id"] == asked.number)
    assert row["handler"] and row["asked_at"] < row["accepted_at"] < row["due"]
    elsewhere = {"CROSSBEAT_STORAGE__URL": f"sqlite+aiosqlite:///{desk.running.folder / 'elsewhere.db'}"}
    taken = crossbeat("import", str(target), *config, cwd=desk.running.folder, **elsewhere)
    assert taken.returncode == 0, taken.stderr
    back = crossbeat("export", *config, cwd=desk.running.folder, **elsewhere)
    assert row in [json.loads(one) for one in back.stdout.splitlines()]
    again = crossbeat("import", str(target), *config, cwd=desk.running.folder)
    assert again.returncode == 0 and "= 0 taken" in again.stderr, "our own requests are what they are"


def test_rows_without_an_id_are_known_again_after_a_change_of_the_key(folder: Path) -> None:
    (folder / "no-ids.csv").write_text(
        "来函单位,来函日期,协查对象,身份证号,协查内容,事由\n"
        "无锡市公安局,2026-03-01,冯一舟,320583199003140118,户籍证明,诈骗案核实\n",
        encoding="utf-8",
    )
    crossbeat("import", "no-ids.csv", cwd=folder)
    assert crossbeat("rekey", "--yes", cwd=folder).returncode == 0
    again = crossbeat("import", "no-ids.csv", cwd=folder)
    assert "0 taken + 0 updated + 1 unchanged" in again.stderr, again.stderr


def test_reasons_notes_and_the_preview_are_in_the_language_of_the_desk(folder: Path) -> None:
    config = folder / "config.toml"
    config.write_text(
        config.read_text("utf-8").replace('language = "en"', 'language = "zh"'), encoding="utf-8"
    )
    rows = [line(0), line(1, 提出时间="25.4.1"), line(2, 答复时间="2025-01-01"), line(3, 申请单位="#REF!")]
    header = ["甲" if name == "事由" else name for name in HEADER]
    shown = Taken(folder, table(folder, *rows, header=header), "--dry-run", code=3)
    assert '甲 → （不认识，随行保留；看内容像 reason：--map "甲=reason"）' in shown.data
    assert "未作任何改动" in shown.data
    taken = Taken(folder, "台账.csv", code=3)
    told = taken.words.splitlines()
    assert told[0] == "台账.csv:3: 提出时间“25.4.1”不是时间；可写成 2026-03-01 09:00", told
    assert "不属于台账、随行保留的列：甲" in told and "第 1 次导入；撤回：crossbeat import --undo 1" in told
    assert not [line for line in told[:-1] if " is " in line or "column" in line], told
    assert "答复时间早于" in taken.rejects[1]["reason"], taken.rejects[1]
    missing = crossbeat("import", "台账.csv", "--sheet", "四", cwd=folder)
    assert missing.returncode == 1 and "没有" in missing.stderr and "sheet" not in missing.stderr, (
        missing.stderr
    )
    undone = crossbeat("import", "--undo", "1", cwd=folder)
    assert undone.returncode == 0 and "第 1 次导入：撤回 1 行，保留 0 行" in undone.stderr, undone.stderr


def test_codes_of_other_systems_go_out_and_come_back_equal(folder: Path) -> None:
    """A desk that has them configured gives them out; another that knows the units by them alone takes them in."""
    config = folder / "config.toml"
    plain = config.read_text("utf-8")
    coded = plain.replace('code = "KS"', 'code = "KS"\nstandard_code = "320583000000"')
    coded = coded.replace('key = "household"', 'key = "household"\nstandard_code = "0107"')
    Taken(folder, table(folder, line(0), line(1, 事项="车辆")))
    assert not {"to_unit_code", "type_code"} & exported(folder)["2025-协-001"].keys(), "none is configured"
    config.write_text(coded, encoding="utf-8")
    rows = exported(folder)
    assert (
        rows["2025-协-001"]["to_unit_code"] == "320583000000" and rows["2025-协-001"]["type_code"] == "0107"
    )
    assert "from_unit_code" not in rows["2025-协-001"] and "type_code" not in rows["2025-协-002"]
    for name in ("out.xlsx", "out.csv", "out.jsonl"):
        assert crossbeat("export", "-o", name, cwd=folder).returncode == 0
        assert Taken(folder, name).counts("taken", "unchanged") == [(0, 2)] * len(
            Taken(folder, name).report["sheets"]
        )
        assert not Taken(folder, name).report["sheets"][0]["ignored"]
    header = [
        "来函单位" if name == "申请单位" else "承办单位代码" if name == "协作单位" else name
        for name in HEADER
    ]
    header[1] = "类型代码"
    row = line(2, 协作单位="320583000000.0", 事项="0107")
    Taken(folder, table(folder, row, header=header, name="b.csv"))
    [[match]] = asked(folder, known(2))
    assert match["verdict"] == "reuse" and "same type" in match["reasons"], match
    Taken(folder, table(folder, line(3, 协作单位="320583000000"), header=[*HEADER], name="c.csv"))
    both = [*HEADER, "协作单位代码"]
    refused = Taken(
        folder, table(folder, [*line(4, 协作单位=WUXI), "320583000000"], header=both, name="d.csv"), code=1
    )
    assert "is that of another" in refused.rejects[0]["reason"]


def test_one_that_is_refused_leaves_its_id_to_the_next(folder: Path) -> None:
    rows = [line(0, 提出时间="何时"), line(0), line(0, 答复="别的说法"), line(0)]
    taken = Taken(folder, table(folder, *rows), code=3)
    assert taken.counts("read", *SUMS) == [(4, 1, 0, 1, 2, 0)]
    assert [one["line"] for one in taken.rejects] == [2, 4]
    assert list(exported(folder)) == ["2025-协-001"]
