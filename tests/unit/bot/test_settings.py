"""The configuration: read from file and environment, refused with everything that is wrong."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from bot.settings.file import SettingsRefused, load
from bot.settings.model import Settings
from bot.settings.policy import chats_of, policy_of, units_of
from matching.text.span import Span
from workflow.kernel.ladder import Held, Stage

CONTRACT = """
[telegram]
token = "123456:ABC-DEF"
admins = [1001]

[deadlines]
flash = "8h"
urgent = "3d"
normal = "5wd"
accept_share = 0.25

[reminders]
before_due = ["25%", "2h"]
after_due = ["0m", "4h", "24h"]
quiet_hours = "22:00-07:00"

[[units]]
code = "KS"
name = "昆山市公安局"
aliases = ["昆山", "Kunshan PSB"]
parent = "SZ"
chats = [-1001]

[[units]]
code = "SZ"
name = "苏州市公安局"

[[chats]]
id = -1002
units = ["SZ", "KS"]
language = "en"
digest_at = "9:05"

[[request_types]]
key = "household"
labels = { zh = "户籍证明", en = "household certificate" }
aliases = ["户籍"]
require = ["subject", "reason"]
about = "person"
same = ["subject"]
fresh_for = "180d"
"""


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    return path


def faults(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(SettingsRefused) as caught:
        load(write(tmp_path, text))
    return [str(fault) for fault in caught.value.faults]


def test_the_contract_s_example_is_read(tmp_path: Path) -> None:
    settings = load(write(tmp_path, CONTRACT))
    assert settings.telegram.token.get_secret_value() == "123456:ABC-DEF"
    assert settings.deadlines.normal == Span(working_days=5)
    assert settings.reminders.before_due == (0.25, timedelta(hours=2))
    assert settings.reminders.quiet_hours == (time(22), time(7))
    assert [kind.key for kind in settings.request_types] == ["household"]


def test_without_a_file_the_defaults_hold() -> None:
    settings = load()
    assert settings.web.listen == "127.0.0.1:8643"
    assert settings.storage.url == "sqlite+aiosqlite:///crossbeat.db"
    assert settings.reminders.tick == timedelta(seconds=5)
    assert {kind.key for kind in settings.request_types} >= {"household", "witness", "other"}
    assert len(settings.request_types) == 9


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSBEAT_TELEGRAM__ADMINS", "7, 8")
    monkeypatch.setenv("CROSSBEAT_DEADLINES__FLASH", "3wd")
    monkeypatch.setenv("CROSSBEAT_UNITS", '[{"code": "WX", "name": "无锡"}]')
    settings = load(write(tmp_path, CONTRACT.replace('units = ["SZ", "KS"]', "")))
    assert settings.telegram.admins == (7, 8)
    assert settings.telegram.token.get_secret_value() == "123456:ABC-DEF"
    assert settings.deadlines.flash == Span(working_days=3)
    assert [unit.code for unit in settings.units] == ["WX"]


def test_all_faults_are_told_at_once_each_by_its_full_key(tmp_path: Path) -> None:
    told = faults(
        tmp_path,
        """
        [telegram]
        token = "no token"
        tokn = "x"
        mode = "poling"
        [web]
        listen = "8643"
        [nosuch]
        x = 1
        [reminders]
        before_due = ["25%", "3wd"]
        [[units]]
        code = "ks"
        name = "x"
        parent = "ZZ"
        [[request_types]]
        key = "household"
        abot = "person"
        """,
    )
    keys = [line.partition(":")[0] for line in told]
    assert keys == [
        "telegram.token", "telegram.mode", "telegram.tokn", "web.listen", "reminders.before_due[2]",
        "units[1].code", "request_types[1].abot", "nosuch", "units",
    ]  # fmt: skip
    assert "did you mean token?" in told[2]
    assert "did you mean about?" in told[6]
    assert "'ZZ'" in told[8]


def test_a_refused_token_is_not_repeated(tmp_path: Path) -> None:
    assert not any("hunter2" in line for line in faults(tmp_path, '[telegram]\ntoken = "hunter2"\n'))


@pytest.mark.parametrize("name", ["CROSSBEAT_TELEGRM__TOKEN", "CROSSBEAT_TOKEN", "CROSSBEAT_TELEGRAM"])
def test_an_unknown_variable_is_refused_by_its_name(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(SettingsRefused) as caught:
        load()
    assert caught.value.faults[0].key == name


def test_an_unknown_key_in_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSBEAT_TELEGRAM__TOKN", "1")
    with pytest.raises(SettingsRefused) as caught:
        load()
    assert [fault.key for fault in caught.value.faults] == ["telegram.tokn"]


def test_the_key_and_the_test_switches_are_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSBEAT_KEY", "x")
    monkeypatch.setenv("CROSSBEAT_TEST_BROWSER", "required")
    assert load().locale.language == "zh"


@pytest.mark.parametrize(
    ("units", "words"),
    [
        ([("A", ""), ("A", "")], "the code 'A' is used twice"),
        ([("A", "B")], "not in [[units]]: 'B'"),
        ([("A", "B"), ("B", "A")], "unit A stands above itself"),
        ([("A", "A")], "unit A stands above itself"),
    ],
)
def test_the_tree_of_units_must_be_one(units: list[tuple[str, str]], words: str, tmp_path: Path) -> None:
    text = "".join(f'[[units]]\ncode = "{code}"\nname = "x"\nparent = "{up}"\n' for code, up in units)
    assert any(words in line for line in faults(tmp_path, text))


def test_a_chat_names_only_units_that_there_are(tmp_path: Path) -> None:
    assert faults(tmp_path, '[[chats]]\nid = -1\nunits = ["ZZ"]\n') == [
        "chats: chat -1 names a unit that is not in [[units]]: 'ZZ'"
    ]


def test_a_file_that_is_not_there_or_not_toml_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="there is no configuration file"):
        load(tmp_path / "none.toml")
    assert "is not TOML" in faults(tmp_path, "[telegram\n")[0]


def test_superiors_come_before_their_subordinates(tmp_path: Path) -> None:
    specs = units_of(load(write(tmp_path, CONTRACT)))
    assert [(spec.code, spec.parent) for spec in specs] == [("SZ", ""), ("KS", "SZ")]


def test_groups_of_both_tables_are_brought_together(tmp_path: Path) -> None:
    specs = {spec.id: spec for spec in chats_of(load(write(tmp_path, CONTRACT)))}
    assert specs[-1001].units == ("KS",)
    assert specs[-1002].units == ("SZ", "KS")
    assert (specs[-1002].language, specs[-1002].digest_at) == ("en", "09:05")


def test_the_policy_carries_what_is_configured(tmp_path: Path) -> None:
    policy = policy_of(load(write(tmp_path, CONTRACT)), "desk_bot")
    assert policy.bot_username == "desk_bot"
    assert policy.admins == frozenset({1001})
    assert policy.time_to_answer["urgent"] == Span(seconds=3 * 86400)
    assert policy.types["household"].fresh_for == timedelta(days=180)
    assert policy.quiet == (time(22), time(7))


def test_no_quiet_hours_and_no_ops_chat_are_empty_texts(tmp_path: Path) -> None:
    settings = load(write(tmp_path, '[reminders]\nquiet_hours = ""\n[telegram]\nops_chat = 0\n'))
    assert settings.reminders.quiet_hours is None
    assert settings.telegram.ops_chat is None


@pytest.mark.parametrize(
    ("written", "meant"), [("", None), ("  ", None), ("31d", 31), ("180d", 180), ("744h", 31), ("26w", 182)]
)
def test_content_is_deleted_after_so_long_or_never(tmp_path: Path, written: str, meant: int | None) -> None:
    policy = policy_of(load(write(tmp_path, f'[retention]\npurge_after = "{written}"\n')))
    assert policy.purge_after == (None if meant is None else timedelta(days=meant))


@pytest.mark.parametrize("written", ['"30d"', '"0s"', '"743h"', '"40wd"', '"never"', "180", "false"])
def test_a_time_to_keep_content_that_is_none_or_too_short_is_refused(tmp_path: Path, written: str) -> None:
    [told] = faults(tmp_path, f"[retention]\npurge_after = {written}\n")
    assert told.startswith("retention") and "purge_after" in told


def test_content_is_kept_longer_than_a_request_may_be_reopened(tmp_path: Path) -> None:
    text = '[requests]\nreopen_within = "{}"\n[retention]\npurge_after = "60d"\n'
    assert policy_of(load(write(tmp_path, text.format("59d")))).purge_after == timedelta(days=60)
    [told] = faults(tmp_path, text.format("60d"))
    assert "at least 61d" in told and '"180d" would work' in told


def test_the_key_lies_beside_the_database(tmp_path: Path) -> None:
    settings = load(write(tmp_path, '[storage]\nurl = "sqlite:////srv/desk/a.db"\n'))
    assert settings.storage.url == "sqlite+aiosqlite:////srv/desk/a.db"
    assert settings.storage.key_path == Path("/srv/desk/crossbeat.key")


def test_every_default_type_has_both_labels_and_names_of_its_own() -> None:
    seen: set[str] = set()
    for kind in Settings().request_types:
        assert set(kind.labels) == {"zh", "en"}
        names = {name.casefold() for name in (*kind.labels.values(), *kind.aliases)}
        assert not names & seen
        seen |= names


def test_the_example_configuration_is_valid_and_shows_every_key() -> None:
    path = Path(__file__).parents[3] / "config.example.toml"
    settings = load(path)
    text = path.read_text("utf-8")
    for section, field in Settings.model_fields.items():
        assert f"[{section}]" in text or f"[[{section}]]" in text, section
        for key in _keys(field.annotation):
            assert f"\n{key} = " in text or f"\n# {key} = " in text, f"{section}.{key}"
    assert settings.locale.language == "zh"


def _keys(annotation: Any) -> list[str]:
    """The keys of a section, or of the tables of a list."""
    inner = [key for part in get_args(annotation) for key in _keys(part)]
    return inner or list(getattr(annotation, "model_fields", ()))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[]", "is empty, so that nobody could open a full text"),
        ('["办案", "办案"]', "the purpose '办案' stands there twice"),
        ('["办案", " "]', "is no purpose: 1 to 32 characters"),
        (f'["{"很" * 33}"]', "is no purpose: 1 to 32 characters"),
    ],
)
def test_purposes_that_nobody_could_pick_are_refused(tmp_path: Path, written: str, said: str) -> None:
    [told] = faults(tmp_path, f"[protection]\npurposes = {written}\n")
    assert told.startswith("protection.purposes") and said in told


@pytest.mark.parametrize("written", ['"48h"', '"30s"', '"0s"'])
def test_a_full_text_stands_for_a_time_within_which_it_can_be_deleted(tmp_path: Path, written: str) -> None:
    [told] = faults(tmp_path, f"[protection]\nreveal_for = {written}\n")
    assert told.startswith("protection.reveal_for") and "between 1m and 47h" in told


def test_a_full_text_may_stay(tmp_path: Path) -> None:
    settings = load(write(tmp_path, '[protection]\nreveal_for = ""\npurposes = ["办案", "维稳"]\n'))
    policy = policy_of(settings)
    assert policy.reveal_for is None and policy.purposes == ("办案", "维稳")
    assert policy_of(Settings()).reveal_for == timedelta(hours=1)


@pytest.mark.parametrize("which", ["urgency", "decline", "no_case"])
@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[]", "is empty, so that nobody could pick one"),
        ('["甲", "甲"]', "the ground '甲' stands there twice"),
        ('["甲", " "]', "is no ground: 1 to 60 characters"),
        ('["甲", "2"]', "and no number"),
        (f'["{"很" * 61}"]', "is no ground: 1 to 60 characters"),
        (str([f"甲{n}" for n in range(21)]), "at most 20"),
    ],
)
def test_grounds_that_nobody_could_pick_are_refused(
    tmp_path: Path, which: str, written: str, said: str
) -> None:
    [told] = faults(tmp_path, f"[grounds]\n{which} = {written}\n")
    assert told.startswith(f"grounds.{which}") and said in told


def test_without_a_list_the_grounds_are_the_laws_in_the_language_of_the_desk(tmp_path: Path) -> None:
    usual = policy_of(load(write(tmp_path, "[grounds]\n")))
    assert len(usual.grounds) == 4 and usual.grounds[0].startswith("公共安全")
    english = policy_of(load(write(tmp_path, '[locale]\nlanguage = "en"\n[grounds]\nno_case = ["patrol"]\n')))
    assert english.grounds[0].startswith("immediate") and english.no_case == ("patrol",)
    assert len(english.declines) == len(usual.declines) == 8


LADDER = """
[[ladder]]
to = "handler"
[[ladder]]
to = "desk"
after = ["1h", "25%"]
repeat = "24h"
times = 3
[[ladder]]
to = "superior"
after = "50%"
hours = "work"
"""


def test_a_ladder_is_read_and_takes_the_place_of_the_usual_one(tmp_path: Path) -> None:
    rungs = policy_of(load(write(tmp_path, LADDER))).rungs
    assert list(rungs) == [Stage.HANDLER, Stage.DESK, Stage.SUPERIOR]
    desk = rungs[Stage.DESK]
    assert (desk.after, desk.repeat, desk.times) == ((timedelta(hours=1), 0.25), timedelta(hours=24), 3)
    assert rungs[Stage.SUPERIOR].held is Held.OFF
    assert rungs[Stage.HANDLER].repeat == timedelta()


@pytest.mark.parametrize(
    ("change", "key", "said"),
    [
        (
            ('to = "handler"', 'to = "boss"'),
            "ladder[1].to",
            "there are handler, desk, liaison, superior, common",
        ),
        (('to = "handler"', 'to = "desk"'), "ladder", "desk stands there twice"),
        (('to = "handler"', 'to = "common"'), "ladder", "it goes upwards"),
        (('to = "desk"', 'to = "liaison"'), "ladder", 'needs the rung "desk"'),
        (('"1h", "25%"', '"1h", "30m"'), "ladder", "the times of the rung desk go backwards (flash)"),
        (('"1h", "25%"', '"7h", "25%"'), "ladder", "the times of the rung desk go backwards (flash)"),
        (('"50%"', '"0m"'), "ladder", "the rung superior begins before desk below it (flash)"),
        (('repeat = "24h"\n', ""), "ladder", "has times and no repeat"),
        (('"1h", "25%"', ""), "ladder", "has no time"),
        (('"1h"', '"3wd"'), "ladder[2].after[1]", "working days"),
        (('"work"', '"night"'), "ladder[3].hours", "quiet (not in quiet_hours)"),
        (("times = 3", "times = 0"), "ladder[2].times", "1"),
        (
            ('\n[[ladder]]\nto = "handler"', '[reminders]\nafter_due = ["0m"]'),
            "ladder",
            "after_due of [reminders]",
        ),
    ],
)
def test_an_impossible_ladder_is_named_with_what_would_be_right(
    tmp_path: Path, change: tuple[str, str], key: str, said: str
) -> None:
    told = faults(tmp_path, LADDER.replace(*change))
    assert [line.partition(":")[0] for line in told] == [key]
    assert said in told[0]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ('[{ key = "a", labels = { zh = "事由" } }]', "which every request may have"),
        ('[{ key = "a", labels = { zh = "甲" } }, { key = "a", labels = { zh = "乙" } }]', "'a' twice"),
        ('[{ key = "a", labels = { zh = "甲" } }, { key = "b", labels = { zh = "甲" } }]', "as 'a' is"),
        ('[{ key = "a", labels = { zh = "甲" }, kind = "choice" }]', "two options"),
        ('[{ key = "a", labels = { zh = "甲" }, options = ["一", "二"] }]', 'only kind = "choice" has'),
        ('[{ key = "a", labels = { zh = "甲" }, kind = "colour" }]', "kind"),
        ('[{ key = "a", labels = { zh = "：" } }]', "empty label"),
        ('[{ key = "a" }]', "labels"),
    ],
)
def test_a_field_of_a_type_is_one_that_a_post_can_name(fields: str, words: str, tmp_path: Path) -> None:
    told = faults(tmp_path, f'[[request_types]]\nkey = "own"\nfields = {fields}\n')
    assert any(words in line for line in told), told


def test_lists_of_tables_come_from_the_environment_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSBEAT_LADDER", '[{"to": "desk"}, {"to": "common", "after": ["2d"]}]')
    monkeypatch.setenv("CROSSBEAT_SHARING", '[{"units": ["SZ", "KS"]}]')
    settings = load(write(tmp_path, CONTRACT.replace('after_due = ["0m", "4h", "24h"]\n', "")))
    assert [rung.to for rung in settings.ladder] == [Stage.DESK, Stage.COMMON]
    assert settings.sharing[0].units == ("SZ", "KS")
