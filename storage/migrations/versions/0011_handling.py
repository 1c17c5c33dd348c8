"""An answer has a handling code and an evaluation. Those that were given before have what their type says."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    with op.batch_alter_table("answers") as answers:
        answers.add_column(sa.Column("handling", sa.String(length=2)))
        answers.add_column(sa.Column("evaluation", sa.String(length=2)))
        answers.create_check_constraint(op.f("ck_answers_handling"), "handling IN ('H0', 'H1', 'H2', 'H3')")


def downgrade() -> None:
    with op.batch_alter_table("answers") as answers:
        answers.drop_constraint(op.f("ck_answers_handling"), type_="check")
        answers.drop_column("evaluation")
        answers.drop_column("handling")
