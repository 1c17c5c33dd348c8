"""Whether somebody still belongs to a unit is asked and confirmed, and a role may have an end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
_ROLES = "'officer', 'handler', 'liaison', 'supervisor', 'approver'"
_TIMES = ("confirmed_at", "asked_at", "role_until")


def upgrade() -> None:
    for name in _TIMES:
        op.add_column("memberships", sa.Column(name, sa.DateTime(timezone=True)))
    with op.batch_alter_table("memberships") as memberships:
        memberships.add_column(sa.Column("role_then", sa.String(length=16)))
        memberships.create_check_constraint(op.f("ck_memberships_role_then"), f"role_then IN ({_ROLES})")


def downgrade() -> None:
    """Roles have no end any more: those that had one stay until somebody takes them. What is dropped here
    :func:`storage.tables.schema.downgrade` has left in the desk, for the day that it is brought up again."""
    with op.batch_alter_table("memberships") as memberships:
        memberships.drop_constraint(op.f("ck_memberships_role_then"), type_="check")
        memberships.drop_column("role_then")
        for name in _TIMES:
            memberships.drop_column(name)
