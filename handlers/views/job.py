"""A line of the outbox that is being worded, with what it takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import structlog

from handlers.views.outgoing import Can
from handlers.views.reader import Reader
from workflow.kernel.tx import SAID, Tx
from workflow.kernel.words import TO
from workflow.organisation import groups
from workflow.organisation.places import tongue

log = structlog.get_logger(__name__)


class Line(Protocol):
    """What is looked at of a row of the outbox."""

    @property
    def id(self) -> int: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def kind(self) -> str: ...
    @property
    def chat_id(self) -> int: ...
    @property
    def request_id(self) -> int | None: ...
    @property
    def draft_id(self) -> int | None: ...
    @property
    def purpose(self) -> str: ...
    @property
    def sealed(self) -> bytes: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A line that is being worded, with what it takes."""

    line: Line
    payload: dict[str, Any]
    reader: Reader
    tx: Tx
    can: Can

    @property
    def request_id(self) -> int:
        if self.line.request_id is None:
            raise ValueError(f"an outbox line of kind {self.line.kind} without a request")
        return self.line.request_id


async def reader_of(tx: Tx, chat_id: int) -> Reader:
    own = await tongue(tx, chat_id)
    return Reader(language=own.language, zone=own.zone, now=tx.now)


async def payload_of(tx: Tx, line: Line) -> dict[str, Any] | None:
    """What a line says; None where it was said before, or another chat stands in the place of the one that it was
    sealed for.

    Whoever writes to the database by hand could have the bot tell them so what others are told. A group's line
    goes along when the group gets another id; what an older version queued does not say for whom it was.
    """
    payload: dict[str, Any] = tx.sealer.unseal("outbox", line.sealed)
    if SAID in payload:
        log.error("line_again", line=line.id, kind=line.kind, chat=line.chat_id)
        return None
    if await groups.became(tx, payload.get(TO, line.chat_id), line.chat_id):
        return payload
    log.error("line_readdressed", line=line.id, kind=line.kind, chat=line.chat_id)
    return None
