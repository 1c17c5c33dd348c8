"""What ``crossbeat check`` says about key and database, without touching either."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiogram.exceptions import ClientDecodeError

from bot.commands import check
from bot.runtime.failure import Failure
from bot.runtime.opening import ensure_schema, open_store, opened
from bot.settings.model import Settings
from bot.telegram import asking
from storage.tables import schema


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(storage={"url": f"sqlite+aiosqlite:///{tmp_path / 'desk.db'}"})


async def make(settings: Settings) -> None:
    async with opened(settings, make=True):
        pass


def state(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.*")}


def spoil(database: Path) -> None:
    for left in database.parent.glob(f"{database.name}-*"):
        left.unlink()
    database.write_bytes(b"something else altogether" * 100)


async def said(settings: Settings) -> list[str]:
    return [str(finding) for finding in await check.about_storage(settings)]


async def test_before_the_first_start_only_the_key_is_mentioned(settings: Settings, tmp_path: Path) -> None:
    [line] = await said(settings)
    assert line.startswith("warning: storage.key_file: there is none yet")
    assert state(tmp_path) == {}


async def test_a_sound_desk_gives_no_cause_and_is_not_touched(settings: Settings, tmp_path: Path) -> None:
    await make(settings)
    before = state(tmp_path)
    assert await said(settings) == []
    after = state(tmp_path)
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize(
    ("name", "where"), [("desk.db", "storage.url"), ("crossbeat.key", "storage.key_file")]
)
async def test_a_file_that_others_can_read_is_named_with_what_to_do(
    settings: Settings, tmp_path: Path, name: str, where: str
) -> None:
    await make(settings)
    (tmp_path / name).chmod(0o644)
    [line] = await said(settings)
    assert line.startswith(f"warning: {where}: ") and line.endswith(f"chmod 600 {tmp_path / name}")
    (tmp_path / name).chmod(0o600)
    assert await said(settings) == []


async def test_a_lost_key_is_an_error(settings: Settings) -> None:
    await make(settings)
    settings.storage.key_path.unlink()
    [line] = await said(settings)
    assert line.startswith("error: storage.key_file:")
    assert "is missing" in line


async def test_another_desk_s_key_is_an_error(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    await make(settings)
    monkeypatch.setenv("CROSSBEAT_KEY", base64.b64encode(b"k" * 32).decode())
    [line] = await said(settings)
    assert line.startswith(
        "error: storage.url: this database was sealed with another key; its key is the one in"
    )


async def test_a_key_that_is_none_is_an_error(settings: Settings) -> None:
    await make(settings)
    settings.storage.key_path.write_text("short")
    [line] = await said(settings)
    assert "error: storage.key_file: the desk's key cannot be used" in line


async def test_an_older_schema_is_said(settings: Settings) -> None:
    await make(settings)
    store = await open_store(settings, create_key=False)
    await schema.downgrade(store, "base")
    await store.close()
    [line] = await said(settings)
    assert line.startswith("warning: storage.url: the database has no tables yet")


async def test_a_file_that_is_no_database_of_ours_is_an_error(settings: Settings, tmp_path: Path) -> None:
    await make(settings)
    spoil(tmp_path / "desk.db")
    [line] = await said(settings)
    assert line.startswith("error: storage.url:")


@pytest.mark.postgresql
async def test_on_postgresql_nothing_is_migrated_without_being_told(
    postgresql_url: str, tmp_path: Path
) -> None:
    settings = Settings(storage={"url": postgresql_url, "key_file": str(tmp_path / "desk.key")})
    store = await open_store(settings, create_key=True)
    try:
        assert await said(settings) == []
        await schema.downgrade(store, "base")
        assert await said(settings) == [
            "error: storage.url: the database has no tables yet: run: crossbeat migrate"
        ]
        with pytest.raises(Failure, match="run: crossbeat migrate"):
            await ensure_schema(store, settings)
    finally:
        await store.close()


async def test_a_database_that_does_not_answer_is_an_error(tmp_path: Path) -> None:
    url = "postgresql+asyncpg://nobody@127.0.0.1:1/none"
    settings = Settings(storage={"url": url, "key_file": str(tmp_path / "desk.key")})
    await (await open_store(settings, create_key=True)).close()
    [line] = await said(settings)
    assert line.startswith("error: storage.url: the database does not answer")


def test_two_names_for_one_thing_are_pointed_out() -> None:
    settings = Settings(
        telegram={"token": "1:x", "admins": [1]},
        units=[
            {"code": "KS", "name": "昆山市公安局", "aliases": ["县局"]},
            {"code": "WX", "name": "无锡市公安局", "aliases": ["县局"]},
        ],
    )
    lines = [str(finding) for finding in check.about_settings(settings)]
    assert "warning: units: '县局' names KS and WX" in lines


def test_answers_that_go_while_they_could_be_reused_are_pointed_out() -> None:
    def lines(purge_after: str) -> list[str]:
        settings = Settings(
            retention={"purge_after": purge_after},
            request_types=[{"key": "phone", "fresh_for": "90d"}, {"key": "other", "fresh_for": "60d"}],
        )
        found = check.about_settings(settings)
        return [str(finding) for finding in found if finding.where == "retention.purge_after"]

    assert lines("") == lines("90d") == []
    [line] = lines("61d")
    assert line.startswith("warning:") and "fresh_for of phone:" in line


def test_each_type_that_is_deleted_before_the_floor_is_named() -> None:
    def lines(**retention: str) -> list[str]:
        settings = Settings(
            retention=retention,
            request_types=[
                {"key": "phone", "fresh_for": "30d", "keep_for": "60d"},
                {"key": "other", "fresh_for": "30d", "keep_for": "never"},
                {"key": "vehicle", "fresh_for": "30d"},
            ],
        )
        found = check.about_settings(settings)
        return [str(finding) for finding in found if finding.where == "retention.keep_at_least"]

    [line] = lines()
    assert "phone (60d)" in line and "other" not in line and "vehicle" not in line and "网络安全法 21" in line
    [line] = lines(purge_after="90d")
    assert "phone (60d), vehicle (90d)" in line and "other" not in line
    [line] = lines(keep_at_least="31d")
    assert "31d is less than the six months" in line


def test_a_calendar_that_nobody_knows_is_an_error() -> None:
    lines = [str(finding) for finding in check.about_settings(Settings(locale={"calendar": "XX"}))]
    assert "error: locale.calendar: 'XX' is no country of the calendar" in lines


def test_a_webhook_needs_an_address_that_telegram_takes() -> None:
    def lines(url: str) -> list[str]:
        settings = Settings(telegram={"mode": "webhook", "webhook_url": url})
        return [str(f) for f in check.about_settings(settings) if f.where == "telegram.webhook_url"]

    assert lines("") == ['error: telegram.webhook_url: is empty, and mode is "webhook"']
    assert lines("http://desk.example/x") == ["error: telegram.webhook_url: Telegram posts to https:// only"]
    assert lines("https://desk.example/x") == []


async def test_an_answer_of_telegram_that_makes_no_sense_does_not_hide_what_else_is_wrong() -> None:
    class Odd:
        async def get_me(self, **_: object) -> SimpleNamespace:
            return SimpleNamespace(id=42, can_read_all_group_messages=True)

        async def get_chat_member(self, chat_id: int, *_: object, **__: object) -> SimpleNamespace:
            if chat_id == -2:
                raise ClientDecodeError("Failed to deserialize object", ValueError("status"), {})
            return SimpleNamespace(status="left")

    found = [str(f) for f in await asking._ask(Odd(), {-2: ["WX"], -1: ["KS"]}, deletes=False)]  # type: ignore[arg-type]
    assert found == [
        "error: chats: the group -2 is not reached: Failed to deserialize object",
        "error: chats: the bot is not in the group -1",
    ]
