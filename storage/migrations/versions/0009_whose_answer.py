"""Earlier answers are offered on cards; a request may be confidential; a newcomer waits to be confirmed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
_TIME = sa.DateTime(timezone=True)
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SIDES = "side IN ('got', 'gave', 'overlap')"
_VERDICTS = "verdict IN ('reuse', 'part', 'possible', 'open')"
_STATES = "state IN ('open', 'taken', 'attached', 'dismissed', 'withheld', 'stale')"


def upgrade() -> None:
    op.create_table(
        "offers",
        sa.Column("id", _ID, nullable=False),
        sa.Column("request_id", _ID, nullable=False),
        sa.Column("source_id", _ID, nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("caused_by", _ID),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("done_at", _TIME),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(_SIDES, name=op.f("ck_offers_side")),
        sa.CheckConstraint(_VERDICTS, name=op.f("ck_offers_verdict")),
        sa.CheckConstraint(_STATES, name=op.f("ck_offers_state")),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_offers_request_id")),
        sa.ForeignKeyConstraint(["source_id"], ["requests.id"], name=op.f("fk_offers_source_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_offers_unit_id")),
        sa.ForeignKeyConstraint(["caused_by"], ["people.id"], name=op.f("fk_offers_caused_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
        sa.UniqueConstraint(
            "request_id", "source_id", "side", name=op.f("uq_offers_request_id_source_id_side")
        ),
    )
    op.create_index("ix_offers_source_id", "offers", ["source_id"])
    op.create_index("ix_offers_caused_by", "offers", ["caused_by", "at"])
    op.add_column(
        "requests", sa.Column("confidential", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "memberships", sa.Column("newcomer", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    op.drop_column("memberships", "newcomer")
    op.drop_column("requests", "confidential")
    op.drop_table("offers")
