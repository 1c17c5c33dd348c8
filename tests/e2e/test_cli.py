"""The command line: exit codes, one clear line for a failure, and data that can be piped on."""

from __future__ import annotations

import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.e2e import cast, ledger_rows
from tests.e2e.cast import KS, WX
from tests.e2e.conftest import OpenDesk
from tests.e2e.desk import Desk
from tests.e2e.process import crossbeat


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working directory with a configuration."""
    (tmp_path / "config.toml").write_text(
        cast.toml({"telegram": {"token": "1:x", "admins": [1001]}, "locale": {"language": "en"}}),
        encoding="utf-8",
    )
    return tmp_path


def _one_line(ended: CompletedProcess[str], *words: str) -> None:
    """A failure is one line that says what and with what, never a stack."""
    assert ended.returncode == 1, ended
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr
    assert all(word in ended.stderr for word in words), ended.stderr


@pytest.mark.parametrize(
    "arguments",
    [(), ("dance",), ("run", "--fast"), ("import",), ("try", "--port", "many"), ("restore",),
     ("export", "--format", "doc"), ("export", "--since", "yesterday-ish"), ("digest", "--date", "soon"), ("match",)],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage_ends_with_2(folder: Path, arguments: tuple[str, ...]) -> None:
    ended = crossbeat(*arguments, cwd=folder)
    assert ended.returncode == 2
    assert "usage:" in ended.stderr and "Traceback" not in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "--config", "nowhere.toml"), ("nowhere.toml",)),
        (("import", "nowhere.jsonl"), ("nowhere.jsonl", "no such file")),
        (("import", "config.toml"), ("config.toml", ".jsonl")),
        (("match", "nowhere.jsonl"), ("no such file",)),
        (("digest", "--chat", "-5"), ("crossbeat.db", "--config")),
        (("export", "-o", "nowhere/ledger.csv"), ("nowhere/ledger.csv", "there is no directory nowhere")),
        (("restore", "nowhere.backup"), ("nowhere.backup",)),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_a_failure_is_one_clear_line_and_ends_with_1(
    folder: Path, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    _one_line(crossbeat(*arguments, cwd=folder), *words)


def test_a_configuration_is_refused_with_all_its_faults_at_once(folder: Path) -> None:
    (folder / "config.toml").write_text(
        '[telegram]\ntokn = "1:x"\nmode = "pigeon"\n[reminders]\ntick = "often"\n[[units]]\ncode = "KS"\n'
        'name = "昆山"\nparent = "ZZ"\n',
        encoding="utf-8",
    )
    for command in ("check", "run"):
        ended = crossbeat(command, cwd=folder, CROSSBEAT_TELEGRAMM__TOKEN="1:x")
        said = ended.stdout + ended.stderr
        assert ended.returncode == 1
        for words in (
            "telegram.tokn",
            "token",
            "telegram.mode",
            "reminders.tick",
            "ZZ",
            "CROSSBEAT_TELEGRAMM__TOKEN",
        ):
            assert words in said, said
        assert "Traceback" not in said


async def test_check_says_everything_that_is_wrong_in_one_go_and_changes_nothing(open_desk: OpenDesk) -> None:
    desk = await open_desk(start=False)
    running = desk.running
    token, lonely = running.sandbox.token, -1001800000077
    await desk.post("chats", title="别家的群", id=lonely, members=["路人甲"], bot="member")
    await desk.post("bot", reads_everything=False)
    running.write_config(calendar={"holidays": []}, telegram={"admins": []})
    with running.config.open("a", encoding="utf-8") as config:
        config.write(
            f'[[chats]]\nid = {lonely}\nunits = []\n[[chats]]\nid = {cast.CHAT_IDS[WX]}\nunits = ["WX"]\n'
        )
    before = sorted(path.name for path in running.folder.iterdir())
    ended = crossbeat("check", "--config", str(running.config), cwd=running.folder)
    assert ended.returncode == 1, ended
    for words in (
        "telegram.admins", f"{lonely} belongs to no unit", "KS 昆山市公安局 has no group", "privacy mode",
        f"the bot is not in the group {cast.CHAT_IDS[WX]}", "crossbeat.key",
    ):  # fmt: skip
        assert words in ended.stdout, ended.stdout
    assert sorted(path.name for path in running.folder.iterdir()) == before
    running.expect("bot is not a member")
    refused = crossbeat(
        "check", "--config", str(running.config), cwd=running.folder, CROSSBEAT_TELEGRAM__TOKEN=token + "x"
    )
    assert refused.returncode == 1 and "Telegram refuses it" in refused.stdout


async def test_check_is_content_with_a_desk_that_is_set_up(desk: Desk) -> None:
    ended = crossbeat("check", "--config", str(desk.running.config), cwd=desk.running.folder)
    assert ended.returncode == 0, ended.stdout
    assert "error" not in ended.stdout


async def test_check_names_a_missing_key_and_a_refused_token(desk: Desk) -> None:
    await desk.stop()
    (desk.running.folder / "crossbeat.key").rename(desk.running.folder / "elsewhere.key")
    ended = crossbeat("check", "--config", str(desk.running.config), cwd=desk.running.folder)
    assert ended.returncode == 1 and "crossbeat.key is missing" in ended.stdout
    _one_line(
        crossbeat("export", "--config", str(desk.running.config), cwd=desk.running.folder), "crossbeat.key"
    )
    assert not (desk.running.folder / "crossbeat.key").exists(), "a new key would hide that the old is lost"


def test_a_thousand_rows_come_back_equal_from_every_form(folder: Path) -> None:
    wanted = ledger_rows.rows(1000)
    source = ledger_rows.write(folder / "rows.jsonl", wanted)
    for step, form in enumerate(("csv", "xlsx", "jsonl")):
        url = {"CROSSBEAT_STORAGE__URL": f"sqlite+aiosqlite:///{folder / f'{step}.db'}"}
        taken = crossbeat("import", str(source), cwd=folder, anew=step == 0, **url)
        assert taken.returncode == 0 and "1000 taken" in taken.stderr, taken.stderr
        assert "0 rejected" in taken.stderr and "not the ledger's" not in taken.stderr
        source = folder / f"out{step}.{form}"
        given = crossbeat("export", "-o", str(source), cwd=folder, **url)
        assert given.returncode == 0 and given.stdout == "", given.stderr
    back = ledger_rows.read(source.read_text("utf-8"))
    assert len(back) == 1000
    for one in wanted:
        assert back[one["id"]] == one


def test_an_import_repeated_takes_nothing_twice_and_rejects_what_contradicts(folder: Path) -> None:
    wanted = ledger_rows.rows(20)
    source = ledger_rows.write(folder / "rows.jsonl", wanted)
    assert crossbeat("import", str(source), cwd=folder).returncode == 0
    again = crossbeat("import", str(source), cwd=folder)
    assert "20 read = 0 taken + 0 updated + 20 unchanged + 0 rejected + 0 blank" in again.stderr, again.stderr
    assert again.returncode == 0
    changed = [wanted[0] | {"answer": "别的说法"}, {"id": "x"}, *ledger_rows.rows(21)[20:]]
    source = ledger_rows.write(folder / "changed.jsonl", changed)
    atomic = crossbeat("import", "--atomic", str(source), cwd=folder)
    assert atomic.returncode == 1 and "0 taken" in atomic.stderr
    rejects = folder / "rejects.jsonl"
    rejects.touch(mode=0o644)
    rejects.chmod(0o644)  # one that was there, and open to others, is closed to them
    row_by_row = crossbeat("import", "--rejects", str(rejects), str(source), cwd=folder)
    assert row_by_row.returncode == 3 and "1 taken" in row_by_row.stderr, row_by_row.stderr
    assert "2 rejected" in row_by_row.stderr
    assert len(rejects.read_text("utf-8").splitlines()) == 2
    assert stat.S_IMODE(rejects.stat().st_mode) == 0o600
    exported = crossbeat("export", cwd=folder)
    assert len(ledger_rows.read(exported.stdout)) == 21
    with closing(sqlite3.connect(folder / "crossbeat.db")) as database:
        actions = [action for (action,) in database.execute("SELECT action FROM events ORDER BY id")]
    assert actions.count("import") == 4 and actions[-1] == "export"


def test_unknown_columns_are_reported(folder: Path) -> None:
    source = ledger_rows.write(folder / "rows.jsonl", [ledger_rows.row(1) | {"shoe_size": 43}])
    assert "shoe_size" in crossbeat("import", str(source), cwd=folder).stderr


def test_match_prints_what_the_contract_shows(folder: Path) -> None:
    answered = {
        "id": "legacy-000123", "type": "household", "from_unit": "无锡市公安局", "to_unit": "昆山市公安局",
        "subjects": [
            {"kind": "person", "name": "张三", "ids": {"cn_id": "320583199001010010", "phone": "13812345678"}}
        ],
        "case": "A3205834500002026010001", "period": ["2026-02-01", "2026-02-28"], "reason": "诈骗案嫌疑人户籍核实",
        "asked_at": "2026-03-01T09:00:00+08:00", "answered_at": "2026-03-02T10:00:00+08:00",
        "answer": "已核实，户籍地址……", "outcome": "found", "state": "answered",
    }  # fmt: skip
    source = ledger_rows.write(folder / "rows.jsonl", [answered, *ledger_rows.rows(50)])
    assert crossbeat("import", str(source), cwd=folder).returncode == 0
    same = {key: answered[key] for key in ("type", "subjects", "reason")}
    stranger = {"kind": "person", "name": "李四", "ids": {"cn_id": "11010519491231002X"}}
    queries = [
        same | {"id": "q-1"},
        same | {"id": "q-2", "subjects": [stranger]},
        same | {"id": "q-3", "type": "户籍"},
    ]
    asked = "".join(json.dumps(query, ensure_ascii=False) + "\n" for query in queries)
    ended = crossbeat("match", "-", "--as-of", "2026-03-14T10:00:00+08:00", cwd=folder, stdin=asked)
    assert ended.returncode == 0, ended.stderr
    first, second, third = (json.loads(line) for line in ended.stdout.splitlines())
    assert set(first) == {"query", "matches", "ms"} and first["query"] == "q-1"
    [match] = first["matches"]
    assert set(match) == {"id", "score", "verdict", "reasons"}
    assert match["id"] == "legacy-000123" and match["verdict"] == "reuse" and 0 < match["score"] <= 1
    assert "same cn_id" in match["reasons"] and "same type" in match["reasons"]
    assert "answered 12 days ago" in match["reasons"]
    assert isinstance(first["ms"], float)
    assert second["matches"] == []
    assert third["matches"][0]["verdict"] == "reuse", "a type may be written as an alias"
    torn = crossbeat("match", "-", cwd=folder, stdin="{no json\n" + asked)
    lines = [json.loads(line) for line in torn.stdout.splitlines()]
    assert len(lines) == 4 and lines[0]["query"] is None and "line 1" in lines[0]["error"], torn.stdout
    late = crossbeat("match", "-", "--as-of", "2027-03-14", cwd=folder, stdin=asked)
    assert json.loads(late.stdout.splitlines()[0])["matches"][0]["verdict"] == "possible", "no longer fresh"


async def test_a_request_of_the_desk_is_exported_with_its_number_and_imports_elsewhere(
    desk: Desk, tmp_path: Path
) -> None:
    asked = await desk.asks(desk.lin)
    await desk.answered(asked, "已核实，电话 13812345678")
    config = ("--config", str(desk.running.config))
    given = crossbeat("export", *config, cwd=desk.running.folder)
    row = ledger_rows.read(given.stdout)[asked.number]
    assert row["subjects"][0]["ids"]["cn_id"] == asked.subject.id
    assert (row["from_unit"], row["to_unit"], row["state"]) == ("无锡市公安局", "昆山市公安局", "answered")
    assert "13812345678" in row["answer"]
    source = ledger_rows.write(tmp_path / "ours.jsonl", [row])
    elsewhere = {"CROSSBEAT_STORAGE__URL": f"sqlite+aiosqlite:///{tmp_path / 'elsewhere.db'}"}
    assert "1 taken" in crossbeat("import", str(source), *config, cwd=tmp_path, **elsewhere).stderr
    back = crossbeat("export", *config, cwd=tmp_path, **elsewhere)
    assert ledger_rows.read(back.stdout)[asked.number] == row


async def test_imported_rows_that_were_never_answered_are_history_not_work(desk: Desk) -> None:
    old = [
        one | {"from_unit": "无锡市公安局", "to_unit": "昆山市公安局"}
        for one in ledger_rows.rows(60)
        if one["state"] == "open"
    ]
    source = ledger_rows.write(desk.running.folder / "rows.jsonl", old)
    config = ("--config", str(desk.running.config))
    taken = crossbeat("import", str(source), *config, cwd=desk.running.folder)
    assert taken.returncode == 0, "the desk goes on running meanwhile"
    await desk.shen.says("/inbox")
    await desk.bot_said("没有待办", chat=KS)
    asked = await desk.asks(desk.lin)
    await desk.shen.says("/inbox")
    await desk.bot_said("待办（1）", chat=KS)
    printed = crossbeat("digest", *config, "--date", "2026-12-02", cwd=desk.running.folder)
    assert f"最早未结：/r_{asked.number.replace('-', '_')}" in printed.stdout


async def test_digest_prints_what_the_group_would_get(desk: Desk) -> None:
    asked = await desk.asks(desk.lin)
    config = ("--config", str(desk.running.config))
    printed = crossbeat(
        "digest", *config, "--chat", str(cast.CHAT_IDS[KS]), "--date", "2026-12-02", cwd=desk.running.folder
    )
    assert printed.returncode == 0, printed.stderr
    assert "协作日报" in printed.stdout and asked.number.replace("-", "_") in printed.stdout
    assert "<b>" not in printed.stdout
    everything = crossbeat("digest", *config, cwd=desk.running.folder)
    assert "Daily digest" in everything.stdout
    assert await desk.bot_messages(KS, "协作日报") == [], "printing sends nothing"


async def test_verify_finds_what_was_changed_behind_its_back(desk: Desk) -> None:
    asked = await desk.asks(desk.lin)
    await desk.answered(asked)
    config = ("--config", str(desk.running.config))
    good = crossbeat("verify", *config, cwd=desk.running.folder)
    assert good.returncode == 0 and "all sound" in good.stdout, good
    await desk.stop()
    with sqlite3.connect(desk.running.folder / "desk.db") as database:
        changed = database.execute(
            "UPDATE events SET at = '2026-12-01 00:00:00.000000' WHERE chain = 1 AND seq = 2"
        )
        assert changed.rowcount == 1
    database.close()
    bad = crossbeat("verify", *config, cwd=desk.running.folder)
    assert bad.returncode == 1 and bad.stdout.startswith(f"broken: {asked.number}, event 2"), bad
    assert "Traceback" not in bad.stderr


async def test_a_running_desk_is_backed_up_and_restored(desk: Desk, tmp_path: Path) -> None:
    asked = await desk.asks(desk.lin)
    config = ("--config", str(desk.running.config))
    kept = tmp_path / "kept.backup"
    made = crossbeat("backup", str(kept), *config, cwd=desk.running.folder)
    assert made.returncode == 0 and "checked" in made.stderr, made.stderr
    assert "without the key" in made.stderr
    later = await desk.asks(desk.lin)
    refused = crossbeat("restore", str(kept), *config, cwd=desk.running.folder)
    _one_line(refused)
    await desk.stop()
    _one_line(crossbeat("restore", str(kept), *config, cwd=desk.running.folder), "--force")
    forced = crossbeat("restore", str(kept), "--force", *config, cwd=desk.running.folder)
    assert forced.returncode == 0, forced.stderr
    rows = ledger_rows.read(crossbeat("export", *config, cwd=desk.running.folder).stdout)
    assert asked.number in rows and later.number not in rows
    assert crossbeat("verify", *config, cwd=desk.running.folder).returncode == 0
    await desk.start()
    await desk.answered(asked)
