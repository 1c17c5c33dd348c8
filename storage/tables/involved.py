"""Which units have to do with a request, as what, and since when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.models import Base, Id
from storage.tables.words import Involvement

ROLES = ", ".join(f"'{role}'" for role in Involvement)


class Involved(Base):
    """Of the desk's own requests; an imported one is history.

    It is what lists are made from. What a unit may do by having passed a request on stands in the request itself,
    sealed and under its checksum (:attr:`workflow.kernel.body.Body.watching`): a row that is put here by hand opens
    nothing.
    """

    __tablename__ = "involved"
    __table_args__ = (
        CheckConstraint(f"role IN ({ROLES})", name="role"),
        Index("ix_involved_unit_id", "unit_id", "role", "request_id"),
        {"sqlite_with_rowid": False},
    )
    request_id: Mapped[int] = mapped_column(
        Id, ForeignKey("requests.id"), primary_key=True, autoincrement=False
    )
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("units.id"), primary_key=True, autoincrement=False)
    role: Mapped[str] = mapped_column(String(16), primary_key=True)
    since: Mapped[datetime]
