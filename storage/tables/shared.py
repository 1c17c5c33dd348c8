"""What a unit knows and has shared, for a time, with itself or with others."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.models import Base, Id


class SharedNote(Base):
    __tablename__ = "shared_notes"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("units.id"))  # for which it was shared
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"))
    at: Mapped[datetime]
    until: Mapped[datetime]  # from then on nobody finds it
    sealed: Mapped[bytes]  # {"text", "scope": [what, which]}
    mac: Mapped[bytes | None] = mapped_column(LargeBinary(16))  # see :mod:`storage.tables.covered`
