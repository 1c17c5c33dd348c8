"""Alerts of a unit to others, and the messages in which they stand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
_WAITING = sa.text("next_at IS NOT NULL")
_ALERTS = sa.text("purpose LIKE 'alert:%'")


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("next_at", _TIME),
        sa.Column("ended_at", _TIME),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=16)),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_alerts_unit_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_alerts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index(
        "ix_alerts_next_at", "alerts", ["next_at"], sqlite_where=_WAITING, postgresql_where=_WAITING
    )
    op.create_index("ix_posts_alerts", "posts", ["purpose"], sqlite_where=_ALERTS, postgresql_where=_ALERTS)


def downgrade() -> None:
    """Older versions know of no alerts: nobody is reminded of one, and their buttons are old."""
    op.drop_index("ix_posts_alerts", "posts")
    op.drop_table("alerts")
