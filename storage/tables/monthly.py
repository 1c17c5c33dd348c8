"""What a database says of the keys of months (:mod:`storage.database.months`), and how what lies under them is sealed
anew, row by row with its checksum."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database.ciphers import SUITES
from storage.database.seal import MONTHLY, Sealer
from storage.tables.covered import DESK_CHAIN, SIGNED, signing
from storage.tables.models import Base, Desk

MONTHS = (
    "months"  # the value of the desk that says which keyring is its own, and which of its months are gone
)
JOB = "months_job"  # and the one that says what is being sealed anew, and how far that is
_BATCH = 500


class MonthsMissing(Exception):
    """The database is kept under keys of months, and there are none."""


class OtherMonths(Exception):
    """The keyring at hand is not the one of this database."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """Which keyring a database is kept under. ``gone``: the names of the months that were destroyed, which a copy of
    the file on another machine has to lose too."""

    id: str
    gone: Sequence[str] = ()

    def sealed(self, sealer: Sealer) -> str:
        """As it stands among the values of the desk."""
        return b64encode(sealer.seal("desk", {"id": self.id, "gone": list(self.gone)})).decode()

    @classmethod
    def opened(cls, sealer: Sealer, kept: str) -> Mark:
        """What stands there. Raises :class:`storage.database.seal.SealBroken`."""
        plain = sealer.unseal("desk", b64decode(kept))
        return cls(id=plain["id"], gone=tuple(plain["gone"]))


def compare(sealer: Sealer, keyring: str | None, kept: str | None) -> None:
    """Whether a database and the keyring at hand (its id) belong together. One that says nothing of months takes any.
    Raises :class:`MonthsMissing`, :class:`OtherMonths`."""
    if kept is None:
        return
    mark = Mark.opened(sealer, kept)
    if keyring is None:
        raise MonthsMissing("this database is kept under keys of months, and their file is not there")
    if keyring != mark.id:
        raise OtherMonths(
            f"the keys of months at hand are of another desk, or of another time: {keyring}, not {mark.id}"
        )


def monthly_tables() -> list[Table]:
    """The tables whose values lie under keys of months, those that are referred to before those that refer."""
    return [table for table in Base.metadata.sorted_tables if table.name in MONTHLY]


def begins(table: Table) -> ColumnElement[bytes]:
    """The beginning of a sealed value, which says under what it lies."""
    return func.substr(table.c.sealed, 1, 4)


def movable(table: Table) -> list[ColumnElement[bool]]:
    """Which rows of a table lie under a month's key at all: all, but for the desk's own chain."""
    sealed = table.c.sealed.is_not(None)
    return [sealed, table.c.chain != DESK_CHAIN] if table.name == "events" else [sealed]


def also(table: Table) -> Sequence[str]:
    """The columns that the checksum of a row is made of, and the checksum."""
    return ("mac", *SIGNED[table.name]) if table.name in SIGNED else ()


def moved(table: Table, row: Row[Any], old: Sealer, seal: Callable[[str, bytes], bytes]) -> tuple[Any, ...]:
    """A row (key, value, the columns of :func:`also`) sealed anew: its value, its checksum if it has one, its key. One
    that did not fit fits no better afterwards. Raises :class:`storage.database.seal.SealBroken`."""
    values: Sequence[Any] = row
    row_id, before = values[:2]
    sealed = seal(table.name, old.unseal_bytes(table.name, before))
    if table.name not in SIGNED:
        return sealed, row_id
    mac = signing(table.name, row_id, values[3:])
    return sealed, mac(old, sealed) if values[2] == mac(old, before) else values[2], row_id


async def leave_months(connection: AsyncConnection, sealer: Sealer) -> None:
    """Everything back under the desk's key, for a version that knows no others; nothing where there are no months.
    Raises :class:`storage.database.seal.SealBroken`."""
    if await connection.scalar(select(Desk.value).where(Desk.key == MONTHS)) is None:
        return
    await connection.execute(delete(Desk).where(Desk.key.in_((MONTHS, JOB))))

    def seal(place: str, plain: bytes) -> bytes:
        return sealer.seal_bytes(place, plain, lasting=True)

    monthly = [suite.monthly for suite in SUITES.values()]
    for table in monthly_tables():
        [key] = table.primary_key.columns
        columns = [table.c[name] for name in also(table)]
        query = select(key, table.c.sealed, *columns).order_by(key).limit(_BATCH)
        query = query.where(func.substr(table.c.sealed, 1, 1).in_(monthly))
        while rows := (await connection.execute(query)).all():
            for row in rows:
                sealed, *mac, row_id = moved(table, row, sealer, seal)
                values = {"sealed": sealed, **({"mac": mac[0]} if mac else {})}
                await connection.execute(update(table).where(key == row_id).values(values))
