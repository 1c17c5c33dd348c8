"""Somebody who has the database and not its key changes what it says: each way of doing so is found out.

They write SQL. Whatever they can copy from elsewhere in the file they may copy; what the key makes they cannot make.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from unittest.mock import AsyncMock

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from storage.database.seal import Sealer
from storage.queries import covering as covering_rows
from storage.queries import events as event_rows
from storage.tables import schema
from storage.tables.covered import mac_of_row
from storage.tables.models import Request
from tests.integration.workflow.kept import after
from tests.integration.workflow.purged import ROW, take_in
from tests.integration.workflow.scene import CZ, FORM, KS, WX, Scene
from workflow.keeping.covering import cover, covered_since
from workflow.record import handing
from workflow.record.record import heads_hash, record
from workflow.record.sealing import public_key
from workflow.record.verifying import Broken, verify
from workflow.scheduled import ticks

OFFICER, COLLEAGUE, HANDLER, OTHER_HANDLER, LIAISON, PASSER, ADMIN = 11, 12, 21, 23, 22, 99, 1001
FIRST, SECOND = "WX26-0001", "WX26-0002"


async def check(scene: Scene) -> Broken | None:
    async with scene.work().read() as tx:
        return (await verify(tx))[1]


async def steal(scene: Scene, *statements: str) -> None:
    """What the thief does: plain SQL, which must hit something."""
    async with scene.store.engine.begin() as connection:
        for statement in "; ".join(statements).split("; "):
            done = await connection.execute(text(statement))
            assert not statement.startswith(("UPDATE", "DELETE")) or done.rowcount, statement


async def rows_of(scene: Scene, query: str) -> list[tuple[Any, ...]]:
    async with scene.store.read() as session:
        return [tuple(row) for row in await session.execute(text(query))]


@pytest.fixture
async def desk(scene: Scene) -> Scene:
    """Two requests answered by two people, with a comment and a file; and one that was imported."""
    await after(scene, _play)
    return scene


async def _play(scene: Scene) -> None:
    photo = [{"file_id": "f1", "file_unique_id": "u1", "width": 90, "height": 90}]
    await scene.says(OFFICER, None, photo=photo, caption=FORM)
    await scene.says(COLLEAGUE, FORM.replace("陈望舒 320583199204080027", "张三丰"))
    card = next(said for said in reversed(scene.said) if said.chat == WX and FIRST in said.text)
    await scene.replies(OFFICER, card, "请尽快")
    scene.pass_time(minutes=5)
    for handler, number, words in ((HANDLER, FIRST, "已核实 户籍属实"), (OTHER_HANDLER, SECOND, "查无此人")):
        scene.pass_time(minutes=1)
        await scene.says(handler, f"/accept {number}", chat=KS)
        await scene.says(handler, f"/answer {number} {words}", chat=KS)
    await take_in(scene, ROW)
    assert await check(scene) is None


@pytest.fixture
async def sealed(desk: Scene) -> Scene:
    """The same desk a day later, its record sealed."""
    await after(desk, seal)
    return desk


@pytest.fixture
async def once_older(desk: Scene) -> Scene:
    """The same desk, come from a version whose record covered no rows."""
    await after(desk, _come_under_the_record)
    return desk


async def _go_through_an_older_version(scene: Scene) -> None:
    await schema.downgrade(scene.store, schema.revisions()[schema.revisions().index("0014") - 1])
    await schema.upgrade(scene.store)


async def _come_under_the_record(scene: Scene) -> None:
    await _go_through_an_older_version(scene)
    await cover(scene.work())


async def seal(scene: Scene) -> None:
    scene.pass_time(days=1)
    await ticks.digests(scene.work())
    await scene.deliver()
    assert await check(scene) is None


def swap(table: str, one: int, other: int, *columns: str) -> str:
    """Of two rows each gets what the other had: kept aside first, for SQLite sees the first row changed when it comes
    to the second."""
    settings = ", ".join(
        f"{column} = (SELECT {column} FROM aside WHERE aside.id = {one + other} - {table}.id)"
        for column in columns
    )
    return (
        f"CREATE TEMPORARY TABLE aside AS SELECT * FROM {table} WHERE id IN ({one}, {other}); "
        f"UPDATE {table} SET {settings} WHERE id IN ({one}, {other}); DROP TABLE aside"
    )


PLAIN: Mapping[str, str] = {
    "answers swapped": swap("answers", 1, 2, "sealed"),
    "answers swapped with who gave them": swap("answers", 1, 2, "sealed", "person_id", "at", "outcome"),
    "who answered, swapped": swap("answers", 1, 2, "person_id"),
    "an answer to another request": "UPDATE answers SET request_id = 1 WHERE id = 2",
    "how an answer came out": "UPDATE answers SET outcome = 'nothing' WHERE id = 1",
    "when it was answered": "UPDATE answers SET at = (SELECT at FROM answers AS t WHERE t.id = 2) WHERE id = 1",
    "an answer taken away": "DELETE FROM sources; DELETE FROM answers WHERE id = 2",
    "an imported answer changed": (
        "UPDATE answers SET sealed = (SELECT sealed FROM answers AS t WHERE t.id = 1) WHERE id = 3"
    ),
    "what was asked, swapped": swap("requests", 1, 2, "sealed"),
    "what was asked, swapped with its checksum": swap("requests", 1, 2, "sealed", "mac"),
    "how a request came out": "UPDATE requests SET outcome = 'nothing' WHERE id = 1",
    "who asked": "UPDATE requests SET asker_id = 2 WHERE id = 1",
    "which unit asked": "UPDATE requests SET from_unit_id = to_unit_id WHERE id = 1",
    "which unit was asked": "UPDATE requests SET to_unit_id = from_unit_id WHERE id = 1",
    "who handled it": "UPDATE requests SET handler_id = 1 WHERE id = 1",
    "how it stands": "UPDATE requests SET state = 'closed' WHERE id = 1",
    "when it was due": "UPDATE requests SET due_at = asked_at WHERE id = 1",
    "an imported row changed": "UPDATE requests SET outcome = 'partly' WHERE number IS NULL",
    "a comment taken away": "DELETE FROM comments WHERE id = 1",
    "who commented": "UPDATE comments SET person_id = 2 WHERE id = 1",
    "a comment on another request": "UPDATE comments SET request_id = 2 WHERE id = 1",
    "a file to another request": "UPDATE files SET request_id = 2, answer_id = NULL WHERE request_id = 1",
    "people swapped": swap("people", 1, 2, "sealed"),
    "people swapped with their checksums": swap("people", 1, 2, "sealed", "mac"),
    "somebody else's private chat": "UPDATE people SET chat_id = 999 WHERE id = 1",
    "somebody else's account": "UPDATE accounts SET person_id = 2 WHERE person_id = 1",
    "an account slipped in": (
        "INSERT INTO accounts (channel, native_id, person_id, mac) SELECT channel, '999', person_id, mac FROM accounts "
        "WHERE person_id = 1"
    ),
    "a checksum taken away": "UPDATE requests SET mac = NULL WHERE id = 1",
    "a membership slipped in": (
        "INSERT INTO memberships (person_id, unit_id, role, state, since, newcomer) "
        "SELECT 1, to_unit_id, 'supervisor', 'active', asked_at, false FROM requests WHERE id = 1"
    ),
    "another role": "UPDATE memberships SET role = 'supervisor' WHERE id = 1",
    "of another unit": "UPDATE memberships SET unit_id = (SELECT to_unit_id FROM requests WHERE id = 1) WHERE id = 1",
    "a membership taken away": "DELETE FROM memberships WHERE id = 2",
    "a group slipped in": (
        "INSERT INTO chat_units (chat_id, unit_id, since, purpose, chosen) "
        f"SELECT {CZ}, to_unit_id, asked_at, 'desk', false FROM requests WHERE id = 1"
    ),
    "a group to another end": f"UPDATE chat_units SET purpose = 'shared' WHERE chat_id = {KS}",
    "a group taken away": f"DELETE FROM chat_units WHERE chat_id = {KS}",
    "a group as if it were one person's chat": f"UPDATE chats SET kind = 'private' WHERE id = {KS}",
    "found by the username of another": swap("people", 1, 2, "username_key"),
    "what brought an event": "UPDATE events SET update_id = NULL WHERE chain = 1",
    "an event as if another message had brought it": "UPDATE events SET update_id = 999 WHERE chain = 1 AND seq = 1",
}  # fmt: skip


@pytest.mark.parametrize("kind", PLAIN)
async def test_what_a_row_says_is_covered(desk: Scene, kind: str) -> None:
    await steal(desk, PLAIN[kind])
    assert await check(desk) is not None


async def test_who_has_left_is_not_let_in_again_by_hand(desk: Scene) -> None:
    await desk.says(ADMIN, "/role @gu none", chat=KS)
    assert await check(desk) is None
    await steal(desk, "UPDATE memberships SET until = NULL WHERE until IS NOT NULL")
    broken = await check(desk)
    assert broken is not None and "membership" in broken.why


async def test_groups_that_come_go_and_move_are_covered_as_they_stand(desk: Scene) -> None:
    for words in ("/bind KS shared", "/bind KS desk", "/unbind KS", "/unbind"):
        await desk.says(ADMIN, words, chat=CZ)
        assert await check(desk) is None, words
    await desk.feed({"message": desk.message(ADMIN, WX, None, migrate_to_chat_id=-1009)})
    assert await check(desk) is None
    await desk.says(OFFICER, f"/show {FIRST}", chat=-1009)
    assert await check(desk) is None


@pytest.mark.parametrize("kind", ["reveal", "say"])
async def test_what_is_for_one_person_is_not_said_to_another_by_a_copied_line(desk: Scene, kind: str) -> None:
    await desk.says(PASSER, "/start", chat=PASSER)
    await desk.reads(LIAISON, FIRST)
    await desk.says(LIAISON, "/inbox", chat=LIAISON)
    before = len(desk.said)
    copied = (
        f"SELECT lane, {{chat}}, kind, request_id, purpose, sealed, 'queued', created_at, 0 FROM outbox "
        f"WHERE kind = '{kind}' AND chat_id = {LIAISON}"
    )
    columns = "lane, chat_id, kind, request_id, purpose, sealed, state, created_at, attempts"
    await steal(desk, f"INSERT INTO outbox ({columns}) {copied.format(chat=PASSER)}")
    await desk.deliver()
    assert desk.said[before:] == []
    await steal(desk, f"INSERT INTO outbox ({columns}) {copied.format(chat=LIAISON)}")
    await desk.deliver()
    assert {said.chat for said in desk.said[before:]} == {LIAISON}, "the words are there to be said"


async def test_a_tail_is_missed_though_the_request_was_set_back(desk: Scene) -> None:
    await steal(
        desk,
        "UPDATE requests SET event_seq = event_seq - 1, event_head = (SELECT prev FROM events WHERE chain = 1 "
        "ORDER BY seq DESC LIMIT 1) WHERE id = 1",
        "DELETE FROM events WHERE id = (SELECT max(id) FROM events WHERE chain = 1)",
    )
    broken = await check(desk)
    assert broken is not None and broken.number == FIRST


async def _cut_the_desks_chain(desk: Scene) -> None:
    async with desk.store.engine.begin() as connection:
        last = (
            await connection.execute(
                text("SELECT id, seq, prev FROM events WHERE chain = 0 ORDER BY seq DESC LIMIT 1")
            )
        ).one()
        kept = (
            await connection.execute(text("SELECT value FROM desk WHERE key = 'record_head'"))
        ).scalar_one()
        value = f"{last.seq - 1}:{last.prev.hex()}:{kept.rpartition(':')[2]}"
        await connection.execute(text("DELETE FROM events WHERE id = :id"), {"id": last.id})
        await connection.execute(
            text("UPDATE desk SET value = :value WHERE key = 'record_head'"), {"value": value}
        )


async def test_the_desks_own_tail_is_missed_though_its_end_was_set_back(desk: Scene) -> None:
    await desk.says(ADMIN, "/role @gu liaison", chat=KS)
    await _cut_the_desks_chain(desk)
    broken = await check(desk)
    assert broken is not None and "by hand" in broken.why


async def test_the_bot_at_work_signs_nothing_away(desk: Scene) -> None:
    """What was changed by hand is used afterwards: it stays found out."""
    await desk.says(ADMIN, "/role @gu liaison", chat=KS)
    await _cut_the_desks_chain(desk)
    await desk.says(ADMIN, "/role @lu liaison", chat=KS)
    broken = await check(desk)
    assert broken is not None and "by hand" in broken.why
    await steal(desk, "UPDATE requests SET asker_id = 2 WHERE id = 1")
    await desk.says(OFFICER, f"/show {FIRST}", chat=OFFICER)
    await desk.says(HANDLER, f"/correct {FIRST} 户籍不实", chat=KS)
    broken = await check(desk)
    assert broken is not None and broken.number == FIRST


ALL_OF_IT = (
    "DELETE FROM sources",
    "DELETE FROM offers",
    "DELETE FROM files",
    "DELETE FROM comments",
    "DELETE FROM answers WHERE request_id = {id}",
    "DELETE FROM posts WHERE request_id = {id}",
    "DELETE FROM reminders WHERE request_id = {id}",
    "DELETE FROM events WHERE chain = {id}",
    "DELETE FROM match_records WHERE request_id = {id}",
    "DELETE FROM outbox WHERE request_id = {id}",
    "DELETE FROM involved WHERE request_id = {id}",
    "DELETE FROM requests WHERE id = {id}",
)


async def _remove(desk: Scene, request: Request) -> None:
    """A request with all that belongs to it, and with its number: the next one gets it again."""
    async with desk.store.engine.begin() as connection:
        for statement in ALL_OF_IT:
            await connection.execute(text(statement.format(id=request.id)))
        if request.number is not None:
            await connection.execute(text("UPDATE counters SET last = last - 1"))


@pytest.mark.parametrize("sealed", [False, True])
async def test_a_request_that_was_removed_whole_is_missed(scene: Scene, sealed: bool) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(COLLEAGUE, FORM.replace("陈望舒 320583199204080027", "张三丰"))
    if sealed:
        await seal(scene)
    await _remove(scene, await scene.request(SECOND))
    broken = await check(scene)
    assert broken is not None
    await scene.says(COLLEAGUE, FORM)  # which gets the number again
    assert await check(scene) is not None


async def test_an_imported_row_that_was_removed_whole_is_missed(scene: Scene) -> None:
    await take_in(scene, ROW)
    [request] = await scene.all_requests()
    async with scene.work().write() as tx:
        await record(tx, None, "import", of=request.import_id, taken=1)
    assert await check(scene) is None
    await _remove(scene, request)
    broken = await check(scene)
    assert broken is not None and "import" in broken.why


async def _heads(desk: Scene) -> bytes:
    async with desk.work().read() as tx:
        newest = await event_rows.newest_seal(tx.session)
        assert newest is not None
        return await heads_hash(tx, 0, newest.last_event_id, newest.prev)


async def test_a_seal_made_anew_without_the_key_is_no_seal(sealed: Scene) -> None:
    async with sealed.store.engine.begin() as connection:
        last = (await connection.execute(text("SELECT last_event_id FROM day_seals"))).scalar_one()
        await connection.execute(text("UPDATE day_seals SET last_event_id = :last"), {"last": last - 1})
    made = await _heads(sealed)
    async with sealed.store.engine.begin() as connection:
        await connection.execute(text("UPDATE day_seals SET hash = :hash"), {"hash": made})
    broken = await check(sealed)
    assert broken is not None and "without the key" in broken.why


async def test_a_seal_that_was_taken_away_is_missed(sealed: Scene) -> None:
    await steal(sealed, "DELETE FROM day_seals")
    broken = await check(sealed)
    assert broken is not None and "seal" in broken.why


async def test_the_desks_signing_key_cannot_be_another(sealed: Scene) -> None:
    await steal(sealed, "DELETE FROM desk WHERE key = 'signing_key'")
    broken = await check(sealed)
    assert broken is not None and "seal" in broken.why


async def test_who_has_the_key_cannot_change_a_row_without_its_record(desk: Scene, sealer: Sealer) -> None:
    """The checksum fits, and the chain says another thing."""
    async with desk.store.engine.begin() as connection:
        await connection.execute(text("UPDATE requests SET outcome = 'nothing' WHERE id = 1"))
    async with desk.store.read() as session:
        row = await session.get_one(Request, 1)
        mac = mac_of_row(sealer, "requests", row, row.sealed)
    async with desk.store.engine.begin() as connection:
        await connection.execute(text("UPDATE requests SET mac = :mac WHERE id = 1"), {"mac": mac})
    broken = await check(desk)
    assert broken is not None and "record" in broken.why


# --- proved elsewhere -------------------------------------------------------------------------------------------


async def _sheet(desk: Scene) -> tuple[dict[str, Any], str]:
    async with desk.work().read() as tx:
        made = await handing.sheet(tx, await tx.session.get_one(Request, 1))
        return json.loads(json.dumps(made)), await public_key(tx)


async def test_a_record_is_proved_without_the_desk(sealed: Scene) -> None:
    await sealed.says(ADMIN, f"/audit {FIRST}", chat=ADMIN)
    made, public = await _sheet(sealed)
    found = handing.prove(made, public)
    assert found.number == FIRST and found.day is not None
    assert found.events == len(made["events"]) > found.sealed > 0
    assert "户籍属实" in "".join(made["forms"].values())


LIES: Mapping[str, Callable[[dict[str, Any]], object]] = {
    "who": lambda made: made["events"][1].update(actor_id=99),
    "when": lambda made: made["events"][1].update(at="2020-12-01T01:00:00+00:00"),
    "what": lambda made: made["events"][1].update(action="decline"),
    "with what content": lambda made: made["events"][1]["detail"].update(after="closed"),
    "without content": lambda made: made["events"][1].update(detail={}),
    "an event less": lambda made: made["events"].pop(1),
    "the end cut off": lambda made: made.update(events=made["events"][:2]),
    "another answer": lambda made: made["forms"].update(
        {"answers:1": made["forms"]["answers:1"].replace("属实", "不实")}
    ),
    "another asker": lambda made: made["forms"].update(
        request=made["forms"]["request"].replace("1,", "2,", 1)
    ),
    "another day": lambda made: made["seals"][0].update(day="2026-11-30"),
    "another head": lambda made: made["seals"][0]["heads"][0].__setitem__(1, "00" * 32),
    "another signature": lambda made: made["seals"][0].update(signature="00" * 64),
    "no record": lambda made: made.pop("events"),
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_record_that_was_changed_on_its_way_proves_nothing(sealed: Scene, lie: str) -> None:
    made, public = await _sheet(sealed)
    LIES[lie](made)
    with pytest.raises(handing.SheetBroken):
        handing.prove(made, public)


async def test_the_public_key_of_another_desk_proves_nothing(sealed: Scene) -> None:
    made, _ = await _sheet(sealed)
    for other in (Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex(), "no key"):
        with pytest.raises(handing.SheetBroken):
            handing.prove(made, other)


# --- from an older version --------------------------------------------------------------------------------------


async def test_an_older_desk_comes_under_the_record_and_says_from_when(desk: Scene) -> None:
    await seal(desk)
    await _go_through_an_older_version(desk)
    broken = await check(desk)
    assert broken is not None, "nothing of it is covered yet"
    assert await cover(desk.work()) > 0
    assert await check(desk) is None
    assert await cover(desk.work()) == 0, "once"
    async with desk.work().read() as tx:
        assert await covered_since(tx) == desk.now
    await desk.says(HANDLER, f"/correct {FIRST} 户籍不实", chat=KS)
    await desk.says(ADMIN, "/role @gu none", chat=KS)
    await seal(desk)


@pytest.mark.parametrize("kind", [kind for kind in PLAIN if kind != "a comment taken away"])
async def test_what_came_under_the_record_is_covered_too(once_older: Scene, kind: str) -> None:
    await steal(once_older, PLAIN[kind])
    assert await check(once_older) is not None


async def test_codes_and_withdrawals_are_put_back_after_an_older_version(desk: Scene) -> None:
    await desk.says(HANDLER, f"/mark {FIRST} H2 B3", chat=KS)
    await desk.says(OTHER_HANDLER, f"/withdraw {SECOND} 对象搞错了", chat=KS)
    assert await check(desk) is None
    told = "SELECT id, handling, evaluation, withdrawn_at FROM answers ORDER BY id"
    before = await rows_of(desk, told)
    assert [row[1:3] for row in before[:1]] == [("H2", "B3")] and before[1][3] is not None
    await schema.downgrade(desk.store, "0007")
    await schema.upgrade(desk.store)
    assert await rows_of(desk, told) != before
    await cover(desk.work())
    assert await check(desk) is None
    assert await rows_of(desk, told) == before


async def test_what_an_older_version_changed_is_not_put_back_for_what_it_was(desk: Scene) -> None:
    await desk.says(HANDLER, f"/mark {FIRST} H2 B3", chat=KS)
    await schema.downgrade(desk.store, "0007")
    await steal(desk, "UPDATE answers SET outcome = 'nothing' WHERE id = 1")
    await schema.upgrade(desk.store)
    await cover(desk.work())
    broken = await check(desk)
    assert broken is not None and "answer 1" in broken.why


@pytest.mark.engines
async def test_which_update_brought_an_event_is_put_back_after_an_older_version(desk: Scene) -> None:
    told = "SELECT chain, seq, update_id FROM events ORDER BY id"
    before = await rows_of(desk, told)
    assert any(row[2] for row in before)
    await schema.downgrade(desk.store, "0016")
    await schema.upgrade(desk.store)
    assert await cover(desk.work()) == 0
    assert await rows_of(desk, told) == before
    assert await check(desk) is None


@pytest.mark.parametrize(
    "change",
    ["UPDATE requests SET outcome = 'nothing'", "DELETE FROM day_seals", "UPDATE people SET mac = NULL"],
)
async def test_a_desk_does_not_sign_for_the_thief_who_takes_the_mark_away(desk: Scene, change: str) -> None:
    """Without the word since when rows are covered, a desk that is opened next would make every checksum anew."""
    await seal(desk)
    await steal(desk, change, "DELETE FROM desk WHERE key = 'record_covers'")
    assert await cover(desk.work()) == 0
    broken = await check(desk)
    assert broken is not None
    async with desk.work().read() as tx:
        assert await covered_since(tx) is None


async def test_groups_of_a_desk_that_was_covered_before_come_under_the_record_too(
    desk: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _go_through_an_older_version(desk)
    with monkeypatch.context() as earlier:
        earlier.setattr(covering_rows, "note_bindings", AsyncMock())
        await cover(desk.work())
    await steal(desk, "DELETE FROM desk WHERE key = 'record_groups'")
    assert await check(desk) is None
    assert await cover(desk.work()) == 4
    assert await cover(desk.work()) == 0, "once"
    assert await check(desk) is None
    await steal(desk, PLAIN["a group slipped in"], "DELETE FROM desk WHERE key = 'record_groups'")
    assert await cover(desk.work()) == 0, "what was slipped in is not signed"
    broken = await check(desk)
    assert broken is not None and "taken away" in broken.why
