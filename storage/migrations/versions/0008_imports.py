"""Imports are known by number and can be taken back; an answer out of a ledger may lack its date."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
_ASKED = "(SELECT asked_at FROM requests WHERE requests.id = answers.request_id)"


def upgrade() -> None:
    op.create_table(
        "imports",
        sa.Column("id", _ID, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("first_request_id", sa.BigInteger()),
        sa.Column("last_request_id", sa.BigInteger()),
        sa.Column("undone_at", _TIME),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_table(
        "import_changes",
        sa.Column("import_id", _ID, autoincrement=False, nullable=False),
        sa.Column("request_id", _ID, autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_import_changes_import_id")),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_import_changes_request_id")),
        sa.PrimaryKeyConstraint("import_id", "request_id", name=op.f("pk_import_changes")),
    )
    op.create_index("ix_import_changes_request_id", "import_changes", ["request_id"])
    op.create_table(
        "layouts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("layout", sa.String(length=32), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_layouts")),
        sa.UniqueConstraint("layout", name=op.f("uq_layouts_layout")),
    )
    op.add_column("requests", sa.Column("import_id", sa.BigInteger()))  # rewrites no row
    with op.batch_alter_table("answers") as answers:
        answers.alter_column("at", existing_type=_TIME, nullable=True)


def downgrade() -> None:
    """An answer without its date was given, as older versions must have it, when it was asked for."""
    op.execute(f"UPDATE answers SET at = {_ASKED} WHERE at IS NULL")  # noqa: S608
    with op.batch_alter_table("answers") as answers:
        answers.alter_column("at", existing_type=_TIME, nullable=False)
    op.drop_column("requests", "import_id")
    op.drop_table("layouts")
    op.drop_table("import_changes")
    op.drop_table("imports")
