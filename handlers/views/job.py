"""A line of the outbox that is being worded, with what it takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from handlers.views.outgoing import Can
from handlers.views.reader import Reader
from workflow.kernel.tx import Tx
from workflow.organisation.places import tongue


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
