"""Who is on duty in a unit: rules, whose turn it is, leave, swaps, stand-ins, and notes for the next.

Days are days of the unit's own time zone; hours are minutes from its midnight. The calculation is in
:mod:`workflow.organisation.duty.shifts`.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.models import Base, Id


class DutyRule(Base):
    """Hours of some days that people of a unit are on duty, or (``empty``) that nobody is by design."""

    __tablename__ = "duty_rules"
    __table_args__ = (
        CheckConstraint("turn IN ('', 'day', 'week')", name="turn"),
        Index("ix_duty_rules_unit_id", "unit_id", "until"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("units.id"))
    days: Mapped[int]  # bits: see :mod:`matching.dates.shifts`
    begins: Mapped[int]  # minutes from midnight
    ends: Mapped[int]  # the same; not after ``begins``: on the next day
    turn: Mapped[str] = mapped_column(String(8), default="")
    since: Mapped[date]  # the first day; turns count from it
    until: Mapped[date]  # the last one; :data:`FOR_GOOD` where it has none
    empty: Mapped[bool] = mapped_column(default=False)
    origin: Mapped[str] = mapped_column(String(16), default="command")  # command, config, file


#: The last day of what has no end: so that an index over last days finds what still holds.
FOR_GOOD = date(9999, 12, 31)


class DutyTurn(Base):
    """Who is on duty by a rule, in the order of their turns."""

    __tablename__ = "duty_turns"
    rule_id: Mapped[int] = mapped_column(Id, ForeignKey("duty_rules.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"), index=True)


class DutyLeave(Base):
    """Days on which somebody begins no duty in a unit."""

    __tablename__ = "duty_leaves"
    __table_args__ = (Index("ix_duty_leaves_unit_id", "unit_id", "last"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("units.id"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"), index=True)
    first: Mapped[date]
    last: Mapped[date]


class DutySwap(Base):
    """Two people of a unit have each other's duty that begins on a day."""

    __tablename__ = "duty_swaps"
    __table_args__ = (Index("ix_duty_swaps_unit_id", "unit_id", "day"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("units.id"))
    day: Mapped[date]
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"))
    other_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"))


class StandIn(Base):
    """Who is there for a unit where nobody of its own is: a person of it, or another unit; one of the two."""

    __tablename__ = "duty_stand_ins"
    __table_args__ = (
        Index("ix_duty_stand_ins_unit_id", "unit_id", "until"),
        Index("ix_duty_stand_ins_other_unit_id", "other_unit_id", "until"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("units.id"))
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("people.id"))
    other_unit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("units.id"))
    since: Mapped[datetime]
    until: Mapped[datetime]  # from then on no longer


class DutyNote(Base):
    """What somebody leaves for whoever is on duty next."""

    __tablename__ = "duty_notes"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("units.id"), index=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"))
    at: Mapped[datetime]
    due_at: Mapped[datetime | None] = mapped_column(index=True)  # when it is shown; None: it was
    sealed: Mapped[bytes]  # {"text": …, "of": [unit, moment]}: in another row it is shown to nobody
