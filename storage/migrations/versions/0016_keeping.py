"""A request may be held: nothing of it is deleted meanwhile. What has ended is looked for type by type."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
_ENDED = "closed_at IS NOT NULL AND purged_at IS NULL"
_ELSEWHERE = (
    "external_id IS NOT NULL AND purged_at IS NULL "
    "AND state IN ('answered', 'declined', 'closed', 'cancelled', 'unapproved')"
)
_STANDING = sa.text("released_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "legal_holds",
        sa.Column("id", _ID, nullable=False),
        sa.Column("request_id", _ID, nullable=False),
        sa.Column("person_id", _ID),
        sa.Column("unit_id", _ID),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("released_at", _TIME),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=16)),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_legal_holds_request_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_legal_holds_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_legal_holds_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_holds")),
    )
    op.create_index("ix_legal_holds_request_id", "legal_holds", ["request_id"])
    op.create_index(
        "ix_legal_holds_standing",
        "legal_holds",
        ["request_id"],
        sqlite_where=_STANDING,
        postgresql_where=_STANDING,
    )

    _look_by("type")


def _look_by(*first: str) -> None:
    for name, column, which in (
        ("ix_requests_ended", "closed_at", _ENDED),
        ("ix_requests_ended_elsewhere", "asked_at", _ELSEWHERE),
    ):
        op.drop_index(name, "requests")
        where = sa.text(which)
        op.create_index(name, "requests", [*first, column], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Older versions know of no holds: what was held is deleted by them when its time is over, so
    :func:`storage.tables.schema.downgrade` refuses while one stands, and leaves in the desk those that have ended."""
    _look_by()
    op.drop_table("legal_holds")
