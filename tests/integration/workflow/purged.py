"""Requests that ended long ago, for the tests of what becomes of their content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from storage.tables.models import Base, Event, Request
from tests.integration.workflow.kept import played_once
from tests.integration.workflow.scene import FORM, KS, WX, Scene
from workflow.keeping import purging
from workflow.ledger.taking import preparer, write
from workflow.scheduled import ticks

OFFICER, COLLEAGUE, HANDLER, LIAISON, ADMIN = 11, 12, 21, 22, 1001
NUMBER = "WX26-0001"
#: What the request, its answer and what was said to it hold of a person.
PERSONAL = ("陈望舒", "320583199204080027", "花桥", "电信诈骗", "13812345678", "PHOTO-1", "PHOTO-2")
ROW: dict[str, Any] = {
    "id": "陈望舒-320583199204080027", "type": "household", "from_unit": "无锡市公安局", "to_unit": "昆山市公安局",
    "subjects": [{"kind": "person", "name": "陈望舒", "ids": {"cn_id": "320583199204080027"}}],
    "reason": "电信诈骗案嫌疑人户籍核实", "asked_at": "2026-03-01T09:00:00+08:00",
    "answered_at": "2026-03-02T10:00:00+08:00", "answer": "户籍在昆山花桥", "outcome": "found", "state": "answered",
}  # fmt: skip


def photo(name: str) -> dict[str, Any]:
    return {"photo": [{"file_id": name, "file_unique_id": f"u{name}", "width": 9, "height": 9}]}


@played_once
async def closed(scene: Scene) -> Request:
    """WX26-0001 with all that a request may have: completed from a draft, edited, files, comments, an answer."""
    scene.policy = replace(
        scene.policy, attest_every=None
    )  # who belongs to a unit is asked in these days as well
    draft = await scene.says(OFFICER, None, caption=FORM.replace("致：昆山\n", ""), **photo("PHOTO-1"))
    await scene.presses(OFFICER, "昆山市公安局", chat=WX)
    await scene.edits(
        OFFICER, draft, FORM.replace("时限：3天", "备注：电话 13812345678").replace("致：昆山\n", "")
    )
    await scene.says(HANDLER, f"/accept {NUMBER}", chat=KS)
    await scene.replies(HANDLER, scene.last(NUMBER, chat=KS), "陈望舒的电话是 13812345678 吗")
    reply = {"caption": f"/answer {NUMBER} 已查实：陈望舒户籍在昆山花桥", **photo("PHOTO-2")}
    await scene.says(HANDLER, None, chat=KS, **reply)
    scene.pass_time(hours=1)
    await scene.says(OFFICER, f"/close {NUMBER}")
    request = await scene.request(NUMBER)
    assert (request.state, request.outcome) == ("closed", "found")
    return request


async def purge(scene: Scene, *, days: float = 31) -> purging.Purged:
    """What ended longer ago than so many days, as the command line does it."""
    told: list[int] = []
    done = await purging.run(scene.work, before=scene.now - timedelta(days=days), progress=told.append)
    assert told == sorted(told) and (not told or told[-1] == done.counts.requests)
    return done


@played_once
async def closed_and_purged(scene: Scene) -> Request:
    await closed(scene)
    scene.pass_time(days=40)
    await ticks.housekeeping(scene.work())
    assert (await purge(scene)).counts.requests == 1
    return await scene.request(NUMBER)


async def take_in(scene: Scene, *rows: dict[str, Any]) -> Sequence[Any]:
    """Ledger rows imported; what was refused of them."""
    prepare = await preparer(scene.work())
    async with scene.work().write() as tx:
        written = await write(tx, [prepare.prepare(row) for row in rows], lambda position: rows[position])
        return written.refused


async def unsealed(scene: Scene) -> dict[str, str]:
    """Table -> all that is sealed in it, opened."""
    opened: dict[str, str] = {}
    async with scene.store.read() as session:
        for name, table in Base.metadata.tables.items():
            if "sealed" in table.c:
                blobs = (
                    await session.scalars(select(table.c.sealed).where(table.c.sealed.is_not(None)))
                ).all()
                opened[name] = "\n".join(
                    scene.store.sealer.unseal_bytes(name, blob).decode(errors="replace") for blob in blobs
                )
    return opened


async def events(scene: Scene, request: Request) -> Sequence[Event]:
    async with scene.store.read() as session:
        query = select(Event).where(Event.chain == request.id).order_by(Event.seq)
        return (await session.scalars(query)).all()
