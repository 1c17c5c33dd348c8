"""The command line: what it takes, what it answers with."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from bot.commands import cli
from bot.commands.commands import COMMANDS
from tests.e2e.process import crossbeat

EVERY = {
    "try", "run", "check", "migrate", "import", "export", "match", "digest", "verify", "backup", "restore",
    "move", "reindex", "purge", "readings", "rekey", "subject", "units",
    "months",
}  # fmt: skip


def test_every_command_of_the_contract_is_there() -> None:
    assert set(COMMANDS) | {"try", "check"} == EVERY
    for name in EVERY - {"import", "match", "backup", "restore", "move", "purge", "subject"}:
        assert cli.parser().parse_args([name]).command == name


@pytest.mark.parametrize(
    "args",
    [
        ["import", "a.jsonl", "--atomic", "--rejects", "r.jsonl"],
        ["export", "--since", "2026-01-01", "--until", "2026-02-01", "--format", "xlsx", "-o", "a.xlsx"],
        ["match", "-", "--as-of", "2026-03-01T00:00:00+08:00", "--explain", "--jobs", "2"],
        ["match", "a.jsonl", "--evaluate", "labels.jsonl"],
        ["digest", "--chat", "-1001", "--date", "2026-03-01"],
        ["backup", "dest", "--with-key"],
        ["restore", "src", "--force"],
        ["rekey", "--yes"],
        ["move", "--to", "sqlite:///b.db"],
        ["purge", "--before", "2026-01-01", "--dry-run", "--yes"],
        ["try", "--port", "9000", "--lang", "en", "--no-browser"],
        ["run", "--config", "a.toml", "--debug"],
    ],
)
def test_the_options_of_the_contract_are_taken(args: list[str]) -> None:
    assert cli.parser().parse_args(args).command == args[0]


@pytest.mark.parametrize(
    "args", [[], ["nosuch"], ["import"], ["export", "--format", "pdf"], ["match"], ["move"]]
)
def test_wrong_usage_exits_with_two(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(args)
    assert caught.value.code == 2
    assert capsys.readouterr().out == ""


def test_a_failure_is_one_clear_line_and_exit_code_one(tmp_path: Path) -> None:
    done = crossbeat("verify", "--config", "none.toml", cwd=tmp_path, anew=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "crossbeat verify: there is no configuration file none.toml\n"


def test_every_fault_of_the_configuration_is_a_line_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[telegram]\ntokn = "x"\n[web]\nlisten = "y"\n')
    done = crossbeat("run", cwd=tmp_path)
    assert done.returncode == 1
    assert [line.split(": ")[2] for line in done.stderr.splitlines()] == ["telegram.tokn", "web.listen"]
    assert "Traceback" not in done.stderr


def test_debug_shows_the_stack(tmp_path: Path) -> None:
    done = crossbeat("verify", "--debug", "--config", "none.toml", cwd=tmp_path)
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_running_without_a_token_says_what_to_set(tmp_path: Path) -> None:
    done = crossbeat("run", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == (
        "crossbeat run: there is no bot token: set [telegram] token or CROSSBEAT_TELEGRAM__TOKEN\n"
    )
    assert not (tmp_path / "crossbeat.db").exists()


def test_check_changes_nothing_and_says_everything(tmp_path: Path) -> None:
    before = set(tmp_path.iterdir())
    done = crossbeat("check", cwd=tmp_path)
    assert done.returncode == 1
    for words in (
        "error: telegram.token",
        "error: telegram.admins",
        "error: units",
        "warning: storage.key_file",
    ):
        assert words in done.stdout
    assert set(tmp_path.iterdir()) == before


def test_migrate_and_verify_make_and_check_a_database(tmp_path: Path) -> None:
    made = crossbeat("migrate", cwd=tmp_path)
    assert (made.returncode, made.stdout) == (0, "")
    assert "brought to schema" in made.stderr
    assert "already at" in crossbeat("migrate", cwd=tmp_path).stderr
    checked = crossbeat("verify", cwd=tmp_path)
    assert (checked.returncode, checked.stdout) == (0, "0 events, all sound\n")


@pytest.mark.parametrize(
    "args",
    [
        ("verify",), ("export",), ("digest",), ("match", "-"), ("match", "-", "--evaluate", "desk"), ("reindex",),
        ("purge", "--before", "2020-01-01", "--yes"), ("backup", "copy.db"), ("rekey", "--yes"),
        ("move", "--to", "sqlite+aiosqlite:///other.db"), ("import", "--undo", "1"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_what_needs_a_desk_makes_none(tmp_path: Path, args: tuple[str, ...]) -> None:
    ended = crossbeat(*args, cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (1, "")
    [line] = ended.stderr.splitlines()
    assert str(tmp_path / "crossbeat.db") in line and "--config" in line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "args", [("export", "x.csv"), ("digest", "WX"), ("match",), ("import",)], ids=" ".join
)
def test_wrong_arguments_show_how_that_command_is_used(
    args: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(args)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith(f"usage: crossbeat {args[0]} ")


def test_a_digest_needs_a_date_that_is_one_and_a_group(tmp_path: Path) -> None:
    wrong = crossbeat("digest", "--date", "yesterday", cwd=tmp_path)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "--date: 'yesterday' is no date: write it as 2026-12-01" in wrong.stderr
    assert crossbeat("migrate", cwd=tmp_path).returncode == 0
    unknown = crossbeat("digest", "--chat", "-5", cwd=tmp_path)
    assert unknown.returncode == 1 and "-5" in unknown.stderr
    none = crossbeat("digest", cwd=tmp_path)
    assert (none.returncode, none.stdout) == (0, "")
    assert "/bind CODE" in none.stderr


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = crossbeat("try", "--no-browser", "--port", str(port), cwd=tmp_path)
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"crossbeat try: cannot listen on port {port}: ")
    assert "Error" not in refused.stderr


def test_a_ledger_may_say_its_states_and_outcomes_as_the_cards_do(tmp_path: Path) -> None:
    rows = "编号,事项,事由,提出时间,答复时间,答复,结果,状态\n"
    rows += "a,户籍证明,核实,2026-05-01,2026-05-02,已核实,已查实,已反馈\n"
    rows += "b,户籍证明,核实,2026-05-01,,,,待受理\nc,户籍证明,核实,2026-05-01,,,,在路上\n"
    (tmp_path / "old.csv").write_text(rows, encoding="utf-8")
    for language, words in (
        ("zh", "状态“在路上”不认识"),
        ("en", "state '在路上' is not one of pending, unapproved, open"),
    ):
        done = crossbeat("import", "old.csv", cwd=tmp_path, CROSSBEAT_LOCALE__LANGUAGE=language)
        assert done.returncode == 3
        taken, before = (2, 0) if language == "zh" else (0, 2)
        counts = f"3 read = {taken} taken + 0 updated + {before} unchanged + 1 rejected + 0 blank"
        assert counts in done.stderr, "the account itself reads the same everywhere: scripts look at it"
        assert f"old.csv:4: {words}" in done.stderr, done.stderr


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith("crossbeat ")
