"""What units have shared for a time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "shared_notes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("until", _TIME, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=16)),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_shared_notes_unit_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_shared_notes_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_notes")),
    )


def downgrade() -> None:
    """Older versions know of nothing that is shared so; nobody finds it any more."""
    op.drop_table("shared_notes")
