"""Who looks into the record finds what one person did, what was taken away, and which requests name a number, however
long the record is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
_NOT_COMPARED = (
    "purged_at IS NULL AND (reused_from_id IS NOT NULL "
    "OR state IN ('pending', 'unapproved', 'declined', 'cancelled'))"
)
#: name, table, columns, which rows
_INDEXES = (
    ("ix_events_actor_id", "events", ["actor_id", "id"], "actor_id IS NOT NULL"),
    ("ix_events_desk", "events", ["action", "id"], "chain = 0"),
    ("ix_requests_not_compared", "requests", ["id"], _NOT_COMPARED),
    ("ix_requests_reused_from_id", "requests", ["reused_from_id"], "reused_from_id IS NOT NULL"),
)


def upgrade() -> None:
    for name, table, columns, which in _INDEXES:
        where = sa.text(which)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, table, _, _ in _INDEXES:
        op.drop_index(name, table)
