"""What became of a message is kept for as long as it can be edited, or be followed by the rest of its text."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_GOES_ON = "goes_on"


def upgrade() -> None:
    op.create_table(
        "sources",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("thread_id", sa.BigInteger()),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("request_id", _ID),
        sa.Column("answer_id", _ID),
        sa.Column("draft_id", _ID),
        sa.Column("comment_id", _ID),
        sa.Column("goes_on", sa.Boolean(), nullable=False),
        sa.Column("piece_of", sa.BigInteger()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sources_person_id")),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_sources_request_id")),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_sources_answer_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_sources_draft_id")),
        sa.ForeignKeyConstraint(["comment_id"], ["comments.id"], name=op.f("fk_sources_comment_id")),
        sa.PrimaryKeyConstraint("chat_id", "message_id", name=op.f("pk_sources")),
    )
    op.create_index("ix_sources_at", "sources", ["at"])
    where = sa.text(_GOES_ON)
    op.create_index(
        "ix_sources_goes_on", "sources", ["chat_id", "person_id"], sqlite_where=where, postgresql_where=where
    )


def downgrade() -> None:
    op.drop_table("sources")
