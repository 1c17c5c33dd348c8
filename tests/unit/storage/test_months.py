"""The file of the keys of months: what it holds, who may change it, and what becomes of a key that is destroyed."""

from __future__ import annotations

import os
import pickle
import stat
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import pytest

from storage.database import months
from storage.database.ciphers import Cipher
from storage.database.months import Keyring, KeyringBroken, month_at, named, number_of, numbered
from storage.database.seal import MONTHLY, MonthGone, SealBroken, Sealer, cipher_of, month_name, month_of
from storage.tables.models import Base

KEY = bytes(range(32))
MARCH = datetime(2026, 3, 31, 23, 59, 50, tzinfo=UTC).timestamp()


class Clock:
    """Seconds that a test sets."""

    def __init__(self) -> None:
        self.now = MARCH

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=list(Cipher))
def desk(request: pytest.FixtureRequest) -> Sealer:
    """A desk's key, of each family."""
    return Sealer(KEY, request.param)


@pytest.fixture
def keyring(desk: Sealer, tmp_path: Path, clock: Clock) -> Keyring:
    made = months.made(tmp_path / "crossbeat.months", desk, clock=clock)
    months.create(made, like=tmp_path / "crossbeat.key")
    return made


@pytest.fixture
def sealer(desk: Sealer, keyring: Keyring) -> Sealer:
    return desk.with_months(keyring)


def again(keyring: Keyring, desk: Sealer, clock: Clock) -> Keyring:
    """As another process opens it."""
    found = months.load(keyring.path, desk, clock=clock)
    assert found is not None
    return found


def test_what_is_written_in_a_month_lies_under_its_key(sealer: Sealer, clock: Clock) -> None:
    before = sealer.seal("requests", {"text": "陈望舒"})
    clock.now += 10  # the first of April, in UTC
    after = sealer.seal("requests", {"text": "陈望舒"})
    assert [month_name(month_of(blob) or b"") for blob in (before, after)] == ["2026-03", "2026-04"]
    assert sealer.unseal("requests", before) == sealer.unseal("requests", after) == {"text": "陈望舒"}
    assert cipher_of(before) is sealer.cipher
    with pytest.raises(SealBroken):
        sealer.unseal("answers", before)


def test_the_desk_s_key_alone_opens_nothing_of_a_month(sealer: Sealer, desk: Sealer) -> None:
    with pytest.raises(MonthGone, match="2026-03"):
        desk.unseal("requests", sealer.seal("requests", 1))


def test_people_groups_and_the_desk_s_own_record_stay_under_the_desk_s_key(sealer: Sealer) -> None:
    for place in ("people", "chats", "desk", "layouts", "imports", "legal_holds"):
        assert month_of(sealer.seal(place, 1)) is None
    assert month_of(sealer.seal("events", 1)) is not None
    assert month_of(sealer.seal("events", 1, lasting=True)) is None


def test_of_every_sealed_table_it_is_decided_under_what_it_lies() -> None:
    sealed = {table.name for table in Base.metadata.sorted_tables if "sealed" in table.c}
    under_the_desk = {
        "chats",
        "imports",
        "layouts",
        "legal_holds",
        "operations",
        "people",
    }
    assert not MONTHLY & under_the_desk
    assert sealed == MONTHLY | under_the_desk, "a table that gets a sealed column: under which key, and why?"


def test_what_was_sealed_before_there_were_months_goes_on_opening(sealer: Sealer, desk: Sealer) -> None:
    assert sealer.unseal("requests", desk.seal("requests", "old")) == "old"


def test_a_destroyed_key_is_in_no_file_and_opens_nothing(
    keyring: Keyring, sealer: Sealer, desk: Sealer, clock: Clock
) -> None:
    blob = sealer.seal("answers", {"text": "户籍属实"})
    raw = keyring.key(keyring.current())
    clock.now += 60
    with keyring.path.open("rb") as held_open:  # the file that is replaced
        keyring.destroy([month for month in keyring.months if month_name(month) == "2026-03"])
        assert set(held_open.read()) == {0}, "what was on the disk is overwritten"
    assert raw is not None
    opened = again(keyring, desk, clock)
    assert "2026-03" not in map(month_name, opened.months)
    with pytest.raises(MonthGone, match="2026-03"):
        desk.with_months(opened).unseal("answers", blob)
    assert desk.with_months(opened).unseal("answers", sealer.seal("answers", 2)) == 2


def test_another_process_follows_what_was_changed(keyring: Keyring, desk: Sealer, clock: Clock) -> None:
    other = desk.with_months(again(keyring, desk, clock))
    assert month_name(month_of(other.seal("drafts", 1)) or b"") == "2026-03"
    keyring.renew()
    new = desk.with_months(keyring).seal("drafts", 1)
    assert month_name(month_of(new) or b"") == "2026-03.1"
    assert other.unseal("drafts", new) == 1, "at once, where it meets one"
    clock.now -= 100
    clock.now += 100 + months.LOOKED_AT_SECONDS
    assert month_name(month_of(other.seal("drafts", 1)) or b"") == "2026-04.1", "and soon by itself"


def test_where_keys_run_out_the_newest_goes_on(sealer: Sealer, keyring: Keyring, clock: Clock) -> None:
    assert not keyring.few_left()
    last = keyring.months[-1]
    clock.now += 40 * 31 * 86_400
    assert month_of(sealer.seal("requests", 1)) == last
    assert keyring.few_left()
    keyring.extend()
    assert number_of(month_of(sealer.seal("requests", 1)) or b"") == month_at(clock.now)
    assert len(keyring.months) == len(set(map(number_of, keyring.months))), (
        "none is left out, none is made twice"
    )
    assert number_of(keyring.months[-1]) - number_of(keyring.months[0]) + 1 == len(keyring.months)


def test_the_file_is_for_its_owner_alone_and_holds_no_key_in_clear(keyring: Keyring) -> None:
    assert stat.S_IMODE(keyring.path.stat().st_mode) == 0o600
    keyring.renew()
    assert stat.S_IMODE(keyring.path.stat().st_mode) == 0o600
    content = keyring.path.read_bytes()
    for month in keyring.months:
        raw = keyring.key(month)
        assert raw is not None and raw not in content and raw.hex().encode() not in content
    assert sorted(path.name for path in keyring.path.parent.iterdir()) == [
        ".crossbeat.months.lock",
        "crossbeat.months",
    ]


@pytest.mark.parametrize("spoilt", ["", "not ours\n", "cut", "flipped", "line"])
def test_a_damaged_file_is_named_and_not_read_as_if_months_were_gone(
    keyring: Keyring, desk: Sealer, spoilt: str
) -> None:
    text = keyring.path.read_text()
    lines = text.splitlines()
    keyring.path.write_text(
        {
            "cut": text[:-100],
            "flipped": text.replace("2026-03", "2026-02"),
            "line": "\n".join([*lines[:2], *lines[3:]]),
        }.get(spoilt, spoilt)
    )
    with pytest.raises(KeyringBroken, match="damaged"):
        months.load(keyring.path, desk)


def test_the_key_of_another_desk_does_not_open_it(keyring: Keyring) -> None:
    with pytest.raises(KeyringBroken, match="belongs to another"):
        months.load(keyring.path, Sealer(os.urandom(32)))


def test_two_first_starts_agree_on_one(keyring: Keyring, desk: Sealer, clock: Clock) -> None:
    with pytest.raises(FileExistsError):
        months.create(months.made(keyring.path, desk, clock=clock), like=keyring.path)
    assert again(keyring, desk, clock).id == keyring.id


def test_a_new_keyring_waits_beside_and_the_old_one_is_kept(
    keyring: Keyring, desk: Sealer, clock: Clock
) -> None:
    new_key = Sealer(b"n" * 32, desk.cipher)
    new = months.made(keyring.path, new_key, clock=clock)
    months.write_new(new)
    assert again(keyring, desk, clock).id == keyring.id, "the old key opens the old one"
    found = months.load(keyring.path, new_key, settle=False, clock=clock)
    assert found is not None and found.id == new.id
    assert again(keyring, desk, clock).id == keyring.id, "nothing was changed"
    settled = months.load(keyring.path, new_key, clock=clock)
    assert settled is not None and settled.id == new.id
    [old] = months.old_beside(keyring.path)
    assert months.read(old, desk).id == keyring.id
    clock.now += 60
    settled.destroy([month for month in settled.months if month_name(month) == "2026-03"])
    assert "2026-03" not in map(month_name, months.read(old, desk).keys), "nor in the one that was kept"
    assert "2026-04" in map(month_name, months.read(old, desk).keys)


def test_a_copy_that_is_older_is_told_from_one_whose_months_were_destroyed(
    keyring: Keyring, clock: Clock
) -> None:
    assert keyring.behind(numbered(number_of(keyring.months[-1]) + 1))
    assert keyring.behind(numbered(month_at(clock.now), 1))
    assert not keyring.behind(numbered(month_at(clock.now) - 1))
    assert not keyring.behind(keyring.months[0])
    keyring.renew()
    keyring.destroy([month for month in keyring.months if not month[2]])
    assert not keyring.behind(numbered(month_at(clock.now)))


def test_it_goes_to_another_process_with_its_keys(sealer: Sealer) -> None:
    copy = pickle.loads(pickle.dumps(sealer))
    assert copy.unseal("requests", sealer.seal("requests", 1)) == 1


@pytest.mark.parametrize("name", ["2026-13", "2026-3", "26-03", "2026-03.256", "2026-03.x", ""])
def test_what_is_no_month_is_none(name: str) -> None:
    assert named(name) is None


def test_a_name_says_the_same_both_ways() -> None:
    for name in ("2026-01", "2026-12", "1999-10.7", "2026-03.255"):
        assert month_name(named(name) or b"") == name


def _extend(path: Path, seconds: float) -> None:
    found = months.load(path, Sealer(KEY), clock=lambda: seconds)
    assert found is not None
    found.extend()


def test_processes_that_change_it_at_once_lose_nothing(tmp_path: Path) -> None:
    made = months.made(tmp_path / "m", Sealer(KEY), clock=lambda: MARCH)
    months.create(made, like=tmp_path / "k")
    spawned = get_context("spawn")
    those = [spawned.Process(target=_extend, args=(made.path, MARCH + n * 86_400 * 31)) for n in range(1, 4)]
    for one in those:
        one.start()
    for one in those:
        one.join()
    found = months.load(made.path, Sealer(KEY), clock=lambda: MARCH)
    assert found is not None and set(made.months) < set(found.months)
    assert all(found.key(month) == made.key(month) for month in made.months)
    assert len(found.months) == len(set(map(number_of, found.months)))
    assert number_of(found.months[-1]) == month_at(MARCH + 3 * 86_400 * 31) + months.AHEAD
