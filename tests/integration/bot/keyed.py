"""Desks with their key in a file or in the environment, and what can be found in them with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.commands import check
from bot.runtime.opening import open_store, opened
from bot.settings.model import Settings
from storage.database.seal import format_key, load_key
from storage.tables import schema
from tests.accounts import account
from workflow.organisation.people import find, see_person

OLD, NEW, OTHER = (format_key(letter * 32) for letter in (b"o", b"n", b"x"))
LIN = account(11, name="林小满", username="Lin")


@pytest.fixture
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CROSSBEAT_KEY", raising=False)
    monkeypatch.delenv("CROSSBEAT_NEW_KEY", raising=False)


async def furnish(settings: Settings) -> None:
    """A desk that knows one person."""
    store = await open_store(settings, create_key=True)
    await schema.upgrade(store)
    await store.close()
    async with opened(settings, make=True) as desk, desk.work().write() as tx:
        await see_person(tx, LIN)


@pytest.fixture
async def settings(no_keys: None, tmp_path: Path) -> Settings:
    made = Settings(
        storage={"url": f"sqlite+aiosqlite:///{tmp_path / 'desk.db'}"},
        units=[{"code": "KS", "name": "昆山市公安局"}],
    )
    await furnish(made)
    return made


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
async def in_environment(
    no_keys: None, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """A desk whose key is in the environment."""
    monkeypatch.setenv("CROSSBEAT_KEY", OLD)
    url = (
        f"sqlite+aiosqlite:///{tmp_path / 'desk.db'}"
        if request.param == "sqlite"
        else str(request.getfixturevalue("postgresql_url"))
    )
    made = Settings(storage={"url": url, "key_file": str(tmp_path / "no.key")})
    await furnish(made)
    return made


async def finds(settings: Settings, who: str = "@lin") -> str:
    """The sealed name of the person found by a username: both ways of the key are gone."""
    async with opened(settings, sync=False) as desk, desk.work().read() as tx:
        person = await find(tx, who)
        return str(tx.sealer.unseal("people", person.sealed)["name"]) if person is not None else "nobody"


async def checked(settings: Settings) -> list[str]:
    return [str(finding) for finding in await check.about_storage(settings)]


def key_of(settings: Settings) -> bytes:
    return load_key(settings.storage.key_path, env=None, create=False)
