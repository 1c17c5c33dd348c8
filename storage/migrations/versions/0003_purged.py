"""Requests remember when their content was deleted; what has to be looked at is found without the rest."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
_ENDED = "closed_at IS NOT NULL AND purged_at IS NULL"
_ENDED_ELSEWHERE = (
    "external_id IS NOT NULL AND purged_at IS NULL "
    "AND state IN ('answered', 'declined', 'closed', 'cancelled')"
)
_ANSWERED = "state = 'answered'"
_ANSWERED_HERE = "state = 'answered' AND number IS NOT NULL"


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    op.add_column("requests", sa.Column("purged_at", sa.DateTime(timezone=True)))  # rewrites no row
    op.create_index("ix_requests_ended", "requests", ["closed_at"], **_where(_ENDED))
    op.create_index("ix_requests_ended_elsewhere", "requests", ["asked_at"], **_where(_ENDED_ELSEWHERE))
    op.drop_index("ix_requests_autoclose", "requests")
    op.create_index("ix_requests_autoclose", "requests", ["answered_at"], **_where(_ANSWERED_HERE))


def downgrade() -> None:
    op.drop_index("ix_requests_autoclose", "requests")
    op.create_index("ix_requests_autoclose", "requests", ["answered_at"], **_where(_ANSWERED))
    op.drop_index("ix_requests_ended_elsewhere", "requests")
    op.drop_index("ix_requests_ended", "requests")
    op.drop_column("requests", "purged_at")
