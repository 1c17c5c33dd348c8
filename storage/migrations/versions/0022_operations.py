"""Operations of several units, each with a group of its own; and the requests that are tagged with one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
_OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "operations",
        sa.Column("id", _ID, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("ends_at", _TIME, nullable=False),
        sa.Column("told_at", _TIME),
        sa.Column("ended_at", _TIME),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=16)),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_operations_chat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operations")),
    )
    op.create_index(
        "uq_operations_open",
        "operations",
        ["chat_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_table(
        "operation_requests",
        sa.Column("request_id", _ID, nullable=False, autoincrement=False),
        sa.Column("operation_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_operation_requests_request_id")
        ),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operations.id"], name=op.f("fk_operation_requests_operation_id")
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_operation_requests")),
    )
    op.create_index("ix_operation_requests_operation_id", "operation_requests", ["operation_id"])


def downgrade() -> None:
    """Older versions know of no operations: their groups belong to nobody then, and what is tagged with one goes on
    between its two units. The tags stay in the requests, and mean nothing where there is no operation."""
    op.drop_table("operation_requests")
    op.drop_table("operations")
