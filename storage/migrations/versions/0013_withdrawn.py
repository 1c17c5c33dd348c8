"""An answer may be withdrawn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("answers", sa.Column("withdrawn_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """What was withdrawn stands again, for older versions know nothing of it; the record still says so."""
    op.drop_column("answers", "withdrawn_at")
