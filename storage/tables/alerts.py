"""Alerts of a unit to others, each of which says that it has seen them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.models import Base, Id


class Alert(Base):
    __tablename__ = "alerts"
    __table_args__ = (Index("ix_alerts_next_at", "next_at", info={"where": "next_at IS NOT NULL"}),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("units.id"))  # for which it was said
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"))
    at: Mapped[datetime]
    next_at: Mapped[datetime | None]  # when it is said again; None: never
    ended_at: Mapped[datetime | None]  # all have seen it, it was taken back, or it is said no more
    sealed: Mapped[bytes]  # {"text", "urgent", "units": [[unit, who has seen it, when]], "stage", …}
    mac: Mapped[bytes | None] = mapped_column(LargeBinary(16))  # see :mod:`storage.tables.covered`
