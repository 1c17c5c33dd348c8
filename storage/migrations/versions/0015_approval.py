"""A request may wait for approval, and may not be approved; somebody may be there to approve."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
_STATES = "'open', 'accepted', 'returned', 'answered', 'declined', 'closed', 'cancelled'"
_ROLES = "'officer', 'handler', 'liaison', 'supervisor'"
_OVER = "'answered', 'declined', 'closed', 'cancelled'"
_ELSEWHERE = "ix_requests_ended_elsewhere"
#: Indexes over some of the rows, which a table that is copied would get over all of them.
_PARTIAL = {
    "ix_requests_autoclose": ("answered_at", "state = 'answered' AND number IS NOT NULL"),
    "ix_requests_ended": ("closed_at", "closed_at IS NOT NULL AND purged_at IS NULL"),
}


def upgrade() -> None:
    _allow(f"'pending', 'unapproved', {_STATES}", f"{_ROLES}, 'approver'", f"{_OVER}, 'unapproved'")
    # What waited for a liaison as a draft is one again: the next word about it makes it a request that waits.
    op.execute("UPDATE drafts SET state = 'open', kind = 'request' WHERE state = 'held'")


def downgrade() -> None:
    """What has not gone out is cancelled, for older versions would send it; who approves is an officer. A reminder
    of a kind that is not known then is dropped."""
    closed = "closed_at = COALESCE(closed_at, asked_at)"
    op.execute(f"UPDATE requests SET state = 'cancelled', {closed} WHERE state IN ('pending', 'unapproved')")  # noqa: S608 - a constant
    op.execute("UPDATE memberships SET role = 'officer' WHERE role = 'approver'")
    op.execute("DELETE FROM reminders WHERE kind = 'approve'")
    _allow(_STATES, _ROLES, _OVER)


def _allow(states: str, roles: str, over: str) -> None:
    for name in (*_PARTIAL, _ELSEWHERE):
        op.drop_index(name, "requests")
    with op.batch_alter_table("requests") as requests:
        requests.drop_constraint(op.f("ck_requests_state"), type_="check")
        requests.create_check_constraint(op.f("ck_requests_state"), f"state IN ({states})")
    with op.batch_alter_table("memberships") as memberships:
        memberships.drop_constraint(op.f("ck_memberships_role"), type_="check")
        memberships.create_check_constraint(op.f("ck_memberships_role"), f"role IN ({roles})")
    for name, (column, condition) in _PARTIAL.items():
        op.create_index(name, "requests", [column], **_where(condition))
    elsewhere = f"external_id IS NOT NULL AND purged_at IS NULL AND state IN ({over})"
    op.create_index(_ELSEWHERE, "requests", ["asked_at"], **_where(elsewhere))


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
