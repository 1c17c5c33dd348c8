"""The record covers content and authorship: rows have keyed checksums, seals of days a signature.

What is there already is brought under it when the desk is opened next, which needs its key
(:mod:`workflow.keeping.covering`).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
_SIGNED = ("requests", "answers", "comments", "files", "people", "accounts", "counters")
_HEAD = "SELECT value FROM desk WHERE key = 'record_head'"
_VALUES = "DELETE FROM desk WHERE key IN ('record_covers', 'record_sealed')"


def upgrade() -> None:
    for table in _SIGNED:
        op.add_column(table, sa.Column("mac", sa.LargeBinary(length=16)))  # rewrites no row
    op.add_column("day_seals", sa.Column("signature", sa.LargeBinary(length=64)))


def downgrade() -> None:
    """The signing key stays: seals that others hold stay this desk's when it is brought up again."""
    connection = op.get_bind()
    head = connection.execute(sa.text(_HEAD)).scalar()
    if head is not None:  # older versions read no more than two parts
        plain = ":".join(str(head).split(":")[:2])
        connection.execute(
            sa.text("UPDATE desk SET value = :head WHERE key = 'record_head'"), {"head": plain}
        )
    op.execute(_VALUES)
    op.drop_column("day_seals", "signature")
    for table in reversed(_SIGNED):
        op.drop_column(table, "mac")
