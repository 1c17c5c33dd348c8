"""What `/watch` looks for in the record is found without reading through all that happened."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
_WHERE = sa.text("action IN ('read', 'decline', 'return', 'export')")


def upgrade() -> None:
    op.create_index(
        "ix_events_watched", "events", ["action", "at"], sqlite_where=_WHERE, postgresql_where=_WHERE
    )


def downgrade() -> None:
    op.drop_index("ix_events_watched", "events")
