"""Whoever has the database and not its key does not learn whose numbers stand in it, nor what groups are called."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from sqlalchemy import delete, select, text, update

from storage.database.ciphers import Cipher
from storage.database.seal import Sealer
from storage.queries import desk as values
from storage.tables import schema
from storage.tables.models import Account, Chat, Desk, OutboxLine, Person, Request
from storage.tables.numbers import FIRST, SPAN
from storage.tables.renumbering import VEIL, VEIL_BEFORE, columns
from storage.tables.veil import Veil
from tests.integration.workflow.scene import FORM, KS, PEOPLE, WX, Scene
from workflow.keeping import rekey
from workflow.keeping.covering import cover
from workflow.keeping.veiling import VeilGone, settle, veil_of
from workflow.kernel.text import t
from workflow.record.verifying import Broken, verify

OFFICER, HANDLER, LIAISON, ADMIN = 11, 21, 22, 1001
LANE = 1  # in which a scene keeps all that comes
NUMBER = "WX26-0001"


async def check(scene: Scene) -> Broken | None:
    async with scene.work().read() as tx:
        return (await verify(tx))[1]


async def numbers(scene: Scene) -> set[int]:
    """Of people and private chats, wherever they stand."""
    async with scene.store.read() as session:
        found = {number for number in await session.scalars(select(Person.chat_id)) if number}
        found |= {int(name) for name in await session.scalars(select(Account.native_id))}
        for _, column in columns():
            found |= set(await session.scalars(select(column).where(column > 0, column < SPAN)))
        found -= {LANE}
        keys = (await session.scalars(select(Request.origin_key))).all()
        found |= {int(key.partition(":")[0]) for key in keys if key and not key.startswith("-")}
    return found


async def mentioned(scene: Scene) -> set[int]:
    """By a text that waits, inside another text."""
    async with scene.store.read() as session:
        lines = (await session.scalars(select(OutboxLine.sealed).where(OutboxLine.state == "queued"))).all()
    said = [scene.store.sealer.unseal("outbox", sealed) for sealed in lines]
    found = re.findall(r'"t": "mention", "p": \{[^}]*"id": (\d+)', json.dumps(said))
    return {int(number) for number in found}


async def veiled(scene: Scene) -> Veil:
    veil = await settle(scene.work())
    admins = frozenset(veil.ours(admin) for admin in (ADMIN,))
    scene.policy = replace(scene.policy, veil=veil, admins=admins)
    return veil


@pytest.fixture
async def older(scene: Scene) -> Scene:
    """A desk in clear: a request posted in a group and one in private, answered, read, with titles as an older
    version wrote them."""
    await scene.says(OFFICER, FORM)
    await scene.says(OFFICER, "/start", chat=OFFICER)
    await scene.says(OFFICER, FORM.replace("陈望舒 320583199204080027", "张三丰"), chat=OFFICER)
    for who in (HANDLER, LIAISON, ADMIN):
        await scene.says(who, "/start", chat=who)
    await scene.says(HANDLER, f"/accept {NUMBER}", chat=KS)
    await scene.says(HANDLER, f"/answer {NUMBER} 户籍属实", chat=KS)
    async with scene.store.write() as session:
        await session.execute(update(Chat).where(Chat.id < 0).values(sealed=None, title_before="无锡专班"))
    assert await check(scene) is None
    return scene


@pytest.mark.engines
async def test_a_desk_of_an_older_version_comes_under_the_veil_and_goes_on(older: Scene) -> None:
    before = await numbers(older)
    assert {OFFICER, HANDLER} <= before
    async with older.work().write() as tx:
        await tx.say(t("plain", text="in private"), chat_id=LIAISON)
        await tx.say(t("plain", text=t("mention", name="顾一苇", id=HANDLER)), chat_id=KS)
    veil = await veiled(older)
    assert await mentioned(older) == {veil.ours(HANDLER)}
    assert await numbers(older) - {veil.ours(LANE)} == {veil.ours(number) for number in before}
    assert not before & await numbers(older)
    assert await check(older) is None
    assert (await settle(older.work())).ours(7) == veil.ours(7), "once"
    async with older.store.read() as session:
        assert set(await session.scalars(select(Chat.title_before))) == {""}
    await older.deliver()
    assert older.last("in private", chat=LIAISON)
    requests = len(await older.all_requests())
    await older.says(HANDLER, f"/correct {NUMBER} 户籍不实", chat=KS)
    await older.says(ADMIN, f"/role {HANDLER} liaison KS", chat=ADMIN)
    await older.reads(OFFICER, NUMBER)
    assert len(await older.all_requests()) == requests
    assert await check(older) is None
    assert await numbers(older) - {veil.ours(LANE)} <= {veil.ours(number) for number in before}, (
        "nobody is met for the first time"
    )


async def test_a_post_in_private_is_known_by_its_message_as_before(older: Scene) -> None:
    await veiled(older)
    requests = len(await older.all_requests())
    sent = await older.says(OFFICER, FORM.replace("陈望舒 320583199204080027", "李四光"), chat=OFFICER)
    assert len(await older.all_requests()) == requests + 1
    await older.edits(OFFICER, sent, FORM.replace("陈望舒 320583199204080027", "李四海"), chat=OFFICER)
    assert len(await older.all_requests()) == requests + 1, "an edit is no new request"
    assert await check(older) is None


@pytest.mark.engines
async def test_an_older_version_gets_numbers_and_titles_back(older: Scene) -> None:
    before = await numbers(older)
    veil = await veiled(older)
    async with older.work().write() as tx:
        await tx.say(t("plain", text=t("mention", name="顾一苇", id=veil.ours(HANDLER))), chat_id=KS)
    await schema.downgrade(older.store, "0017")
    assert await mentioned(older) == {HANDLER}
    async with older.store.read() as session:
        told = (await session.scalars(text("SELECT chat_id FROM people WHERE chat_id IS NOT NULL"))).all()
        names = (await session.scalars(text("SELECT native_id FROM accounts"))).all()
        titles = set(await session.scalars(text("SELECT title FROM chats WHERE id < 0")))
        assert await values.value(session, VEIL) is None
    assert {*told, *map(int, names)} <= before and titles == {"无锡专班"}
    await schema.upgrade(older.store)
    await cover(older.work())
    assert await check(older) is None
    again = await veiled(older)
    assert again.ours(OFFICER) == veil.ours(OFFICER), "what the record says of posts in private fits again"
    async with older.store.read() as session:
        assert await values.value(session, VEIL_BEFORE) is None
    assert await check(older) is None


async def test_an_edit_of_a_post_in_private_is_no_new_request_after_an_older_version(older: Scene) -> None:
    form = FORM.replace("陈望舒 320583199204080027", "李四光")
    sent = await older.says(OFFICER, form, chat=OFFICER)
    await veiled(older)
    await schema.downgrade(older.store, "0017")
    await schema.upgrade(older.store)
    await cover(older.work())
    await veiled(older)
    requests = len(await older.all_requests())
    await older.edits(OFFICER, sent, form.replace("李四光", "李四海"), chat=OFFICER)
    assert len(await older.all_requests()) == requests
    assert await check(older) is None


async def test_what_was_changed_by_hand_before_is_found_afterwards(older: Scene) -> None:
    async with older.store.write() as session:
        await session.execute(update(Person).where(Person.chat_id == OFFICER).values(chat_id=999))
    await veiled(older)
    broken = await check(older)
    assert broken is not None and "person" in broken.why


async def test_a_veil_that_was_taken_away_is_not_made_anew(older: Scene) -> None:
    await veiled(older)
    async with older.store.write() as session:
        await session.execute(delete(Desk).where(Desk.key == VEIL))
    with pytest.raises(VeilGone):
        await settle(older.work())


async def test_titles_are_kept_up_to_date_and_sealed(scene: Scene) -> None:
    await scene.says(OFFICER, FORM, chat=WX)
    async with scene.store.read() as session:
        chat = await session.get_one(Chat, WX)
        assert chat.title_before == "" and chat.sealed is not None
        assert f"群{WX}".encode() not in chat.sealed
        assert scene.store.sealer.unseal("chats", chat.sealed) == {"title": f"群{WX}"}
    kept = chat.sealed
    await scene.says(OFFICER, "/help", chat=WX)
    async with scene.store.read() as session:
        assert (await session.get_one(Chat, WX)).sealed == kept, "written only when it changes"


async def test_a_desk_that_is_new_is_veiled_from_its_first_person_on(scene: Scene) -> None:
    assert (await veil_of(scene.work())).ours(OFFICER) == OFFICER
    veil = await veiled(scene)
    await scene.says(OFFICER, FORM)
    async with scene.store.read() as session:
        named = set(await session.scalars(select(Account.native_id).where(Account.channel == FIRST)))
    assert str(veil.ours(OFFICER)) in named and str(OFFICER) not in named


async def rekeyed(scene: Scene, new: Sealer) -> Veil:
    """The desk under a new key, as the next process finds it; its veil."""
    await schema.check_key(scene.store)
    await rekey.run(scene.work(), new, ready=lambda: None, progress=lambda _: None)
    scene.store.sealer = new
    await schema.check_key(scene.store)
    return await veiled(scene)


@pytest.mark.engines
@pytest.mark.parametrize("cipher", [Cipher.AES, Cipher.SM4])
async def test_a_new_key_brings_a_new_veil_and_everybody_is_known_under_it(
    older: Scene, cipher: Cipher
) -> None:
    theirs = await numbers(older)
    old = await veiled(older)
    form = FORM.replace("陈望舒 320583199204080027", "李四光")
    sent = await older.says(OFFICER, form, chat=OFFICER)
    async with older.work().write() as tx:
        await tx.say(t("plain", text="in private"), chat_id=old.ours(LIAISON))
        await tx.say(t("plain", text=t("mention", name="顾一苇", id=old.ours(HANDLER))), chat_id=KS)
    requests = len(await older.all_requests())
    before = await numbers(older)
    new = await rekeyed(older, Sealer(b"n" * 32, cipher))
    after = await numbers(older)
    lanes = {new.ours(LANE), new.ours(old.theirs(LANE))}  # it came before the first veil and after it
    assert after - lanes == {new.ours(old.theirs(number)) for number in before} - lanes
    assert not after & (before | theirs), "nobody stands there under a number of before"
    assert await mentioned(older) == {new.ours(HANDLER)}
    assert await check(older) is None
    await older.deliver()
    assert older.last("in private", chat=LIAISON), "said to whom it is for"
    await older.edits(OFFICER, sent, form.replace("李四光", "李四海"), chat=OFFICER)
    assert len(await older.all_requests()) == requests, "an edit finds its request"
    await older.says(HANDLER, f"/correct {NUMBER} 户籍不实", chat=KS)
    await older.says(ADMIN, f"/role {HANDLER} liaison KS", chat=ADMIN)
    assert await numbers(older) - lanes <= {new.ours(number) for number in {*theirs, *PEOPLE}}
    assert await check(older) is None


@pytest.mark.engines
async def test_a_change_of_the_key_that_fails_leaves_the_veil(
    older: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = await veiled(older)
    before = await numbers(older)

    def fails(point: str) -> None:
        if point == "rekey.resealed":
            raise OSError(point)

    monkeypatch.setattr(rekey, "failpoint", fails)
    with pytest.raises(OSError, match=r"rekey\.resealed"):
        await rekeyed(older, Sealer(b"n" * 32))
    assert await numbers(older) == before
    assert (await veiled(older)).ours(OFFICER) == old.ours(OFFICER)
    assert await check(older) is None


async def test_what_was_changed_by_hand_is_found_after_a_new_veil(older: Scene) -> None:
    await veiled(older)
    private = select(Request.id).where(Request.chat_id > 0)
    async with older.store.write() as session:
        [number] = await session.scalars(private)
        await session.execute(update(Request).where(Request.id == number).values(asker_id=3))
    await rekeyed(older, Sealer(b"n" * 32))
    broken = await check(older)
    assert broken is not None and broken.chain == number and "its row was changed" in broken.why
