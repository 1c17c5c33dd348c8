"""A request keeps the time first set to answer, an answer the one it was given against.

Where the time was moved before this was kept, the first one is not known any more, and stays unknown.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
_TIME = sa.DateTime(timezone=True)
_NEVER_MOVED = """
UPDATE requests SET first_due_at = due_at
WHERE number IS NOT NULL AND due_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM comments WHERE comments.request_id = requests.id AND comments.kind = 'delay')
"""


def upgrade() -> None:
    op.add_column("requests", sa.Column("first_due_at", _TIME))  # rewrites no row
    op.add_column("answers", sa.Column("due_at", _TIME))
    op.execute(_NEVER_MOVED)
    op.create_index("ix_answers_at", "answers", ["at"])


def downgrade() -> None:
    op.drop_index("ix_answers_at", "answers")
    op.drop_column("answers", "due_at")
    op.drop_column("requests", "first_due_at")
