"""People have accounts, and chats an id of their channel's beside our number, which stays what it was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SPAN = 2**52  # of the numbers that are the first channel's own
_CHECK = f"(channel = 'telegram') = (id > -{_SPAN} AND id < {_SPAN})"
_LOST = "lost"  # the channel of a chat that an older version has not kept


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("native_id", sa.String(length=128), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_accounts_person_id")),
        sa.PrimaryKeyConstraint("channel", "native_id", name=op.f("pk_accounts")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_accounts_person_id"), "accounts", ["person_id"])
    op.execute(
        "INSERT INTO accounts (channel, native_id, person_id) "  # noqa: S608 - of our own constants
        "SELECT 'telegram', CAST(telegram_id AS VARCHAR(128)), id FROM people "
        f"WHERE telegram_id > -{_SPAN} AND telegram_id < {_SPAN}"
    )
    _rename("telegram_id", "chat_id", nullable=True)
    op.execute(f"UPDATE people SET chat_id = NULL WHERE chat_id <= -{_SPAN}")  # noqa: S608 - see downgrade
    with op.batch_alter_table("chats") as chats:
        chats.add_column(sa.Column("channel", sa.String(length=16)))
        chats.add_column(sa.Column("native_id", sa.String(length=128)))
    op.execute(
        "UPDATE chats SET native_id = CAST(id AS VARCHAR(128)), "  # noqa: S608 - of our own constants
        f"channel = CASE WHEN id > -{_SPAN} AND id < {_SPAN} THEN 'telegram' ELSE '{_LOST}' END"
    )
    with op.batch_alter_table("chats") as chats:
        chats.alter_column("channel", existing_type=sa.String(length=16), nullable=False)
        chats.alter_column("native_id", existing_type=sa.String(length=128), nullable=False)
        chats.create_unique_constraint(op.f("uq_chats_channel_native_id"), ["channel", "native_id"])
        chats.create_check_constraint(op.f("ck_chats_number"), _CHECK)


def _rename(old: str, new: str, *, nullable: bool) -> None:
    """In two steps: SQLite's table is made anew, and a constraint on a column that has got another name meanwhile
    would be left out."""
    with op.batch_alter_table("people") as people:
        people.drop_constraint(op.f(f"uq_people_{old}"), type_="unique")
        people.alter_column(old, new_column_name=new, existing_type=sa.BigInteger(), nullable=nullable)
    with op.batch_alter_table("people") as people:
        people.create_unique_constraint(op.f(f"uq_people_{new}"), [new])


def downgrade() -> None:
    """The older version knows one channel. Chats and people of another stay, with their numbers, so that nothing
    that names them breaks; but whose they were there is not kept."""
    with op.batch_alter_table("chats") as chats:
        chats.drop_constraint(op.f("ck_chats_number"), type_="check")
        chats.drop_constraint(op.f("uq_chats_channel_native_id"), type_="unique")
        chats.drop_column("native_id")
        chats.drop_column("channel")
    op.execute(  # it wants a number of everybody: one that nobody can have
        f"UPDATE people SET chat_id = -{_SPAN} - id WHERE chat_id IS NULL"  # noqa: S608 - of our own constants
    )
    _rename("chat_id", "telegram_id", nullable=False)
    op.drop_index(op.f("ix_accounts_person_id"), "accounts")
    op.drop_table("accounts")
