"""An answer may have no outcome yet, and may put another one right."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
_COPIED = "reused_from_id IS NOT NULL"
_OUTCOME = sa.String(length=16)


def upgrade() -> None:
    with op.batch_alter_table("answers") as answers:
        answers.alter_column("outcome", existing_type=_OUTCOME, nullable=True)
        answers.add_column(sa.Column("corrects_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")))
        answers.create_foreign_key(op.f("fk_answers_corrects_id"), "answers", ["corrects_id"], ["id"])
    where = sa.text(_COPIED)
    op.create_index(
        "ix_answers_reused_from_id", "answers", ["reused_from_id"], sqlite_where=where, postgresql_where=where
    )


def downgrade() -> None:
    """An outcome that nobody has picked becomes the one that older versions took for granted."""
    op.drop_index("ix_answers_reused_from_id", "answers")
    op.execute("UPDATE answers SET outcome = 'found' WHERE outcome IS NULL")
    with op.batch_alter_table("answers") as answers:
        answers.drop_constraint(op.f("fk_answers_corrects_id"), type_="foreignkey")
        answers.drop_column("corrects_id")
        answers.alter_column("outcome", existing_type=_OUTCOME, nullable=False)
