"""Whom a reminder has reached is kept, and what they have said to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "reminder_marks",
        sa.Column("id", _ID, nullable=False),
        sa.Column("request_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("unit_id", _ID),
        sa.Column("person_id", _ID),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("until", _TIME),
        sa.CheckConstraint(
            "what IN ('reached', 'acknowledged', 'snoozed')", name=op.f("ck_reminder_marks_what")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_reminder_marks_person_id")),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_reminder_marks_request_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_reminder_marks_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_marks")),
    )
    op.create_index("ix_reminder_marks_request_id", "reminder_marks", ["request_id"])


def downgrade() -> None:
    """What was said to reminders goes, but for the record, which has it too; and reminders of kinds that are not known
    then, which older versions could not word."""
    op.drop_index("ix_reminder_marks_request_id", "reminder_marks")
    op.drop_table("reminder_marks")
    op.execute("DELETE FROM reminders WHERE kind IN ('handler', 'liaison', 'common')")
