"""What a group is called lies sealed.

Titles are sealed, and people's numbers put under the desk's veil, when it is opened next, which needs its key
(:mod:`workflow.keeping.veiling`); :func:`storage.tables.schema.downgrade` gives them back before this is undone.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("chats", sa.Column("sealed", sa.LargeBinary()))


def downgrade() -> None:
    op.drop_column("chats", "sealed")
