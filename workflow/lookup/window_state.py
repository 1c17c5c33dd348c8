"""What somebody looks at in the inbox of a unit: kept with the message that shows it, so that a restart forgets nothing
and a button needs to say no more than what it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

from storage.queries.tabs import Narrowed, Tab
from storage.tables.models import Draft
from storage.tables.words import DraftKind
from workflow.kernel.errors import Refused
from workflow.kernel.tx import Tx
from workflow.lookup.finding import keep
from workflow.request.drafts import DraftBody

KIND = "window"  # in the purpose of the message: ``list:window:KEPT:PAGE``


class Mode(StrEnum):
    """What the buttons of the message are for."""

    LIST = "list"  # to open requests
    FILTER = "filter"  # to narrow the list down
    PICK = "pick"  # to pick several requests
    ASSIGN = "assign"  # to say to whom what was picked is assigned
    OUTCOME = "outcome"  # to say how what was picked came out


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """At which list, narrowed down by what, on which page, with which requests picked."""

    unit_id: int
    tab: Tab = Tab.IN
    page: int = 1
    type: str = ""
    urgency: str = ""
    other: int | None = None
    mine: bool = False
    late: bool = False
    mode: Mode = Mode.LIST
    picked: tuple[int, ...] = ()
    outcome: str = ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.type or self.urgency or self.other is not None or self.mine or self.late)

    def narrowed(self, tx: Tx) -> Narrowed:
        return Narrowed(
            types=(self.type,) if self.type else (),
            urgency=self.urgency,
            other=self.other,
            person=tx.who.person_id if self.mine else None,
            late_at=tx.now if self.late else None,
        )

    def plain(self) -> dict[str, Any]:
        """As it is kept; the inverse of :meth:`of`."""
        return asdict(self) | {"picked": list(self.picked)}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Looked:
        known = {field.name: plain[field.name] for field in fields(cls) if field.name in plain}
        return cls(
            **known
            | {"tab": Tab(plain["tab"]), "mode": Mode(plain["mode"]), "picked": tuple(plain["picked"])}
        )


async def begin(tx: Tx, looked: Looked) -> int:
    """Kept from now on; the id by which buttons name it. 0 where nobody presses any."""
    if tx.place is None:
        return 0
    return (await keep(tx, DraftBody(chosen=looked.plain()), kind=DraftKind.INBOX)).id


async def access(tx: Tx, kept: int) -> tuple[Draft, Looked]:
    """What the actor looks at, locked. Raises :class:`Refused` for what another looks at, and for what was forgotten
    after some days."""
    draft = await tx.session.get(Draft, kept, with_for_update=True)
    if draft is None or draft.kind != DraftKind.INBOX or draft.person_id != tx.who.person_id:
        raise Refused("denied.list")
    chosen = DraftBody.of(tx, draft).chosen
    if not chosen:
        raise Refused("error.button_old")
    return draft, Looked.of(chosen)


def put(tx: Tx, draft: Draft, looked: Looked) -> None:
    """It is this from now on."""
    DraftBody(chosen=looked.plain()).keep(tx, draft)
