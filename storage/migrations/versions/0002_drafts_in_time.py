"""Drafts are found by their end: what is over is looked for each minute."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_index("ix_drafts_state", "drafts", ["state", "expires_at"])


def downgrade() -> None:
    op.drop_index("ix_drafts_state", "drafts")
