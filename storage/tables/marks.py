"""Whom a reminder of a request has reached, and what they have said to it: seen, or later."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.models import Base, Id
from storage.tables.words import Marked

WHAT = ", ".join(f"'{what}'" for what in Marked)


class ReminderMark(Base):
    """Of a stage of a kind of reminder, for the time that was due by then, in a unit's eyes: another deadline, or
    another unit, begins anew."""

    __tablename__ = "reminder_marks"
    __table_args__ = (
        CheckConstraint(f"what IN ({WHAT})", name="what"),
        Index("ix_reminder_marks_request_id", "request_id"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    request_id: Mapped[int] = mapped_column(Id, ForeignKey("requests.id"))
    kind: Mapped[str] = mapped_column(String(16))  # of the reminder
    stage: Mapped[int]
    due_at: Mapped[datetime]  # when the request was due as it was said
    unit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("units.id"))  # whose people heard
    person_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("people.id")
    )  # who heard alone, or who said it
    what: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    until: Mapped[datetime | None]  # of what is put off: when they are reminded again
