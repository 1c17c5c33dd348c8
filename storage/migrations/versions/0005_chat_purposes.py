"""A group has a purpose for each of its units, and topics by type.

A group of several units becomes a shared one, unless a unit would be left with no group that sees all of
its requests: to that unit it stays the desk that it was.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SHARED = """
UPDATE chat_units SET purpose = 'shared'
WHERE EXISTS (SELECT 1 FROM chat_units AS beside
              WHERE beside.chat_id = chat_units.chat_id AND beside.unit_id <> chat_units.unit_id)
  AND EXISTS (SELECT 1 FROM chat_units AS own JOIN chats ON chats.id = own.chat_id
              WHERE own.unit_id = chat_units.unit_id AND chats.state = 'active' AND NOT EXISTS (
                  SELECT 1 FROM chat_units AS other
                  WHERE other.chat_id = own.chat_id AND other.unit_id <> own.unit_id))
"""


def upgrade() -> None:
    with op.batch_alter_table("chat_units") as table:
        table.add_column(sa.Column("purpose", sa.String(length=16)))
        table.add_column(sa.Column("chosen", sa.Boolean()))
    op.execute(sa.text("UPDATE chat_units SET purpose = 'desk', chosen = :no").bindparams(no=False))
    op.execute(_SHARED)
    with op.batch_alter_table("chat_units") as table:
        table.alter_column("purpose", existing_type=sa.String(length=16), nullable=False)
        table.alter_column("chosen", existing_type=sa.Boolean(), nullable=False)
        table.create_check_constraint(op.f("ck_chat_units_purpose"), "purpose IN ('desk', 'shared')")
    op.create_table(
        "chat_topics",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_chat_topics_chat_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_chat_topics_unit_id")),
        sa.PrimaryKeyConstraint("chat_id", "unit_id", "type", name=op.f("pk_chat_topics")),
    )


def downgrade() -> None:
    """Every group is of all its units again, and sees all that is from or to them."""
    op.drop_table("chat_topics")
    with op.batch_alter_table("chat_units") as table:
        table.drop_constraint(op.f("ck_chat_units_purpose"), type_="check")
        table.drop_column("chosen")
        table.drop_column("purpose")
