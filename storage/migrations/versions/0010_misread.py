"""What posts were not understood in is kept, sealed, for a month."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KINDS = "kind IN ('to', 'type', 'label', 'urgency', 'due', 'period', 'number', 'wanting', 'changed')"


def upgrade() -> None:
    op.create_table(
        "misread",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("draft_id", _ID),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(_KINDS, name=op.f("ck_misread_kind")),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_misread_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_misread")),
    )
    op.create_index("ix_misread_at", "misread", ["at"])
    op.create_index("ix_misread_draft_id", "misread", ["draft_id"])


def downgrade() -> None:
    op.drop_table("misread")
