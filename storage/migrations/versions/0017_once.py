"""An event says which update brought it, so that none is done again by a row of the inbox that was put back.

Older events say nothing of it. What is said stands in the event's sealed content too: there it is covered, and from
there it is taken where this was undone and done again, when the desk is opened next.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
_WHERE = sa.text("update_id IS NOT NULL")


def upgrade() -> None:
    op.add_column("events", sa.Column("update_id", sa.BigInteger()))  # rewrites no row
    op.create_index(
        "ix_events_update_id", "events", ["update_id"], sqlite_where=_WHERE, postgresql_where=_WHERE
    )


def downgrade() -> None:
    op.execute("DELETE FROM desk WHERE key = 'record_once'")
    op.drop_index("ix_events_update_id", "events")
    op.drop_column("events", "update_id")
