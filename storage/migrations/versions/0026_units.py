"""Units are made and changed by command too: those belong to the desk, and one that was closed names its successor."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
_LEFT = "left:units"  # the value of the desk that holds, for an older version, which units are its own
_DESK = sa.table("desk", sa.column("key", sa.String), sa.column("value", sa.Text))
_UNITS = sa.table(
    "units",
    sa.column("id", sa.BigInteger),
    sa.column("by_desk", sa.Boolean),
    sa.column("successor_id", sa.BigInteger),
)


def upgrade() -> None:
    with op.batch_alter_table("units") as units:
        units.add_column(sa.Column("by_desk", sa.Boolean(), nullable=False, server_default=sa.false()))
        units.add_column(sa.Column("successor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")))
        units.create_foreign_key(op.f("fk_units_successor_id"), "units", ["successor_id"], ["id"])
    bind = op.get_bind()
    left = bind.scalar(sa.select(_DESK.c.value).where(_DESK.c.key == _LEFT))
    for unit_id, successor_id in json.loads(left or "[]"):
        values = {"by_desk": True, "successor_id": successor_id}
        bind.execute(sa.update(_UNITS).where(_UNITS.c.id == unit_id).values(values))
    bind.execute(sa.delete(_DESK).where(_DESK.c.key == _LEFT))


def downgrade() -> None:
    bind = op.get_bind()
    own = bind.execute(sa.select(_UNITS.c.id, _UNITS.c.successor_id).where(_UNITS.c.by_desk)).all()
    if own:
        left = json.dumps([list(row) for row in own])
        bind.execute(sa.insert(_DESK).values(key=_LEFT, value=left))
    with op.batch_alter_table("units") as units:
        units.drop_constraint(op.f("fk_units_successor_id"), type_="foreignkey")
        units.drop_column("successor_id")
        units.drop_column("by_desk")
