"""Who is on duty in a unit: rules, turns, leave, swaps, stand-ins, notes for the next."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def _ref(table: str, column: str, to: str) -> Any:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def _table(name: str, *parts: Any) -> None:
    key = sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}"))
    op.create_table(name, sa.Column("id", _ID, nullable=False), *parts, key)


def upgrade() -> None:
    _rules()
    _table(
        "duty_leaves",
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        _ref("duty_leaves", "unit_id", "units"),
        _ref("duty_leaves", "person_id", "people"),
    )
    op.create_index("ix_duty_leaves_unit_id", "duty_leaves", ["unit_id", "last"])
    op.create_index("ix_duty_leaves_person_id", "duty_leaves", ["person_id"])
    _table(
        "duty_swaps",
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("other_id", _ID, nullable=False),
        _ref("duty_swaps", "unit_id", "units"),
        _ref("duty_swaps", "person_id", "people"),
        _ref("duty_swaps", "other_id", "people"),
    )
    op.create_index("ix_duty_swaps_unit_id", "duty_swaps", ["unit_id", "day"])
    _table(
        "duty_stand_ins",
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("person_id", _ID),
        sa.Column("other_unit_id", _ID),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("until", _TIME, nullable=False),
        _ref("duty_stand_ins", "unit_id", "units"),
        _ref("duty_stand_ins", "person_id", "people"),
        _ref("duty_stand_ins", "other_unit_id", "units"),
    )
    op.create_index("ix_duty_stand_ins_unit_id", "duty_stand_ins", ["unit_id", "until"])
    op.create_index("ix_duty_stand_ins_other_unit_id", "duty_stand_ins", ["other_unit_id", "until"])
    _table(
        "duty_notes",
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("due_at", _TIME),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _ref("duty_notes", "unit_id", "units"),
        _ref("duty_notes", "person_id", "people"),
    )
    op.create_index("ix_duty_notes_unit_id", "duty_notes", ["unit_id"])
    op.create_index("ix_duty_notes_due_at", "duty_notes", ["due_at"])


def _rules() -> None:
    _table(
        "duty_rules",
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("begins", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("turn", sa.String(8), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("empty", sa.Boolean(), nullable=False),
        sa.Column("origin", sa.String(16), nullable=False),
        _ref("duty_rules", "unit_id", "units"),
        sa.CheckConstraint("turn IN ('', 'day', 'week')", name=op.f("ck_duty_rules_turn")),
    )
    op.create_index("ix_duty_rules_unit_id", "duty_rules", ["unit_id", "until"])
    op.create_table(
        "duty_turns",
        sa.Column("rule_id", _ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        _ref("duty_turns", "rule_id", "duty_rules"),
        _ref("duty_turns", "person_id", "people"),
        sa.PrimaryKeyConstraint("rule_id", "place", name=op.f("pk_duty_turns")),
    )
    op.create_index("ix_duty_turns_person_id", "duty_turns", ["person_id"])


def downgrade() -> None:
    """Older versions know of no duty: whoever takes a request takes it, as before."""
    for table in ("duty_notes", "duty_stand_ins", "duty_swaps", "duty_leaves", "duty_turns", "duty_rules"):
        op.drop_table(table)
