"""Which units have to do with a request; and what each has to do is found a page at a time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OVER = "'unapproved', 'answered', 'declined', 'closed', 'cancelled'"
_ROLES = "role IN ('asker', 'asked', 'desk', 'forwarded')"
#: name, columns, which rows
_INDEXES = (
    (
        "ix_requests_to_answer",
        ["to_unit_id", "due_at", "id", "type", "urgency", "handler_id", "from_unit_id"],
        f"number IS NOT NULL AND state NOT IN ('pending', 'returned', {_OVER})",
    ),
    (
        "ix_requests_not_over",
        [
            "from_unit_id", "due_at", "id", "type", "urgency", "handler_id", "to_unit_id", "asker_id", "state",
        ],
        f"number IS NOT NULL AND state NOT IN ({_OVER})",
    ),
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "involved",
        sa.Column("request_id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_involved_request_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_involved_unit_id")),
        sa.PrimaryKeyConstraint("request_id", "unit_id", "role", name=op.f("pk_involved")),
        sa.CheckConstraint(_ROLES, name=op.f("ck_involved_role")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_involved_unit_id", "involved", ["unit_id", "role", "request_id"])
    for role, unit in (("asker", "from_unit_id"), ("asked", "to_unit_id")):
        op.execute(
            f"INSERT INTO involved (request_id, unit_id, role, since) "  # noqa: S608 - constants
            f"SELECT id, {unit}, '{role}', asked_at FROM requests WHERE number IS NOT NULL AND {unit} IS NOT NULL"
        )
    for name, columns, which in _INDEXES:
        where = sa.text(which)
        op.create_index(name, "requests", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, _, _ in _INDEXES:
        op.drop_index(name, "requests")
    op.drop_table("involved")
