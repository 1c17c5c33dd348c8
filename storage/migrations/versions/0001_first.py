"""All tables of the first version."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
_TABLES = (
    "files", "reminders", "posts", "outbox", "match_records", "match_labels", "comments", "answers",
    "requests", "memberships", "events", "drafts", "counters", "chat_units", "units", "people",
    "match_keys", "inbox", "digests", "desk", "day_seals", "chats",
)  # fmt: skip
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
_index = op.create_index
_UNSENT = "state IN ('queued', 'sending')"


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    op.create_table(
        "chats",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("forum", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=8)),
        sa.Column("timezone", sa.String(length=64)),
        sa.Column("digest_at", sa.String(length=5)),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("moved_to", sa.BigInteger()),
        sa.Column("paused_until", _TIME),
        sa.Column("first_seen", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chats")),
    )
    op.create_table(
        "day_seals",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last_event_id", _ID, nullable=False),
        sa.Column("prev", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_day_seals")),
    )
    op.create_table(
        "desk",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("holder", sa.String(length=64)),
        sa.Column("until", _TIME),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_desk")),
    )
    op.create_table(
        "digests",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("empty", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "day", name=op.f("pk_digests")),
    )
    op.create_table(
        "inbox",
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lane", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("done_at", _TIME),
        sa.Column("not_before", _TIME),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("incident", sa.String(length=16)),
        sa.Column("claimed_by", sa.String(length=64)),
        sa.Column("claimed_until", _TIME),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_inbox")),
    )
    _index("ix_inbox_finished", "inbox", ["state", "received_at"], **_where("state <> 'new'"))
    _index("ix_inbox_lane", "inbox", ["lane", "update_id"], **_where("state = 'new'"))
    op.create_table(
        "match_keys",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("request_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "request_id", name=op.f("pk_match_keys")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "people",
        sa.Column("id", _ID, nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("username_key", sa.BigInteger()),
        sa.Column("language", sa.String(length=8)),
        sa.Column("private_ok", sa.Boolean(), nullable=False),
        sa.Column("first_seen", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("telegram_id", name=op.f("uq_people_telegram_id")),
    )
    _index(op.f("ix_people_username_key"), "people", ["username_key"])
    op.create_table(
        "units",
        sa.Column("id", _ID, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("parent_id", _ID),
        sa.Column("retired_at", _TIME),
        sa.ForeignKeyConstraint(["parent_id"], ["units.id"], name=op.f("fk_units_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("code", name=op.f("uq_units_code")),
    )
    op.create_table(
        "chat_units",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_chat_units_chat_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_chat_units_unit_id")),
        sa.PrimaryKeyConstraint("chat_id", "unit_id", name=op.f("pk_chat_units")),
    )
    _index(op.f("ix_chat_units_unit_id"), "chat_units", ["unit_id"])
    op.create_table(
        "counters",
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_counters_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "year", name=op.f("pk_counters")),
    )
    op.create_table(
        "drafts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger()),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("unit_id", _ID),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_drafts_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_drafts_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("chat_id", "message_id", name=op.f("uq_drafts_chat_id_message_id")),
    )
    _index(op.f("ix_drafts_person_id"), "drafts", ["person_id"])
    op.create_table(
        "events",
        sa.Column("id", _ID, nullable=False),
        sa.Column("chain", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("actor_id", _ID),
        sa.Column("unit_id", _ID),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("prev", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name=op.f("fk_events_actor_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_events_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("chain", "seq", name=op.f("uq_events_chain_seq")),
    )
    _index("ix_events_at", "events", ["at"])
    op.create_table(
        "memberships",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("until", _TIME),
        sa.Column("chat_id", sa.BigInteger()),
        sa.CheckConstraint(
            "role IN ('officer', 'handler', 'liaison', 'supervisor')", name=op.f("ck_memberships_role")
        ),
        sa.CheckConstraint("state IN ('active', 'pending')", name=op.f("ck_memberships_state")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_memberships_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_memberships_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    _index("ix_memberships_unit_id", "memberships", ["unit_id"])
    _index(
        "uq_memberships_current",
        "memberships",
        ["person_id", "unit_id"],
        unique=True,
        **_where("until IS NULL"),
    )
    op.create_table(
        "requests",
        sa.Column("id", _ID, nullable=False),
        sa.Column("number", sa.String(length=32)),
        sa.Column("external_id", sa.String(length=128)),
        sa.Column("origin_key", sa.String(length=64)),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("urgency", sa.String(length=16), nullable=False),
        sa.Column("from_unit_id", _ID),
        sa.Column("to_unit_id", _ID),
        sa.Column("asker_id", _ID),
        sa.Column("handler_id", _ID),
        sa.Column("chat_id", sa.BigInteger()),
        sa.Column("thread_id", sa.BigInteger()),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME),
        sa.Column("due_fixed", sa.Boolean(), nullable=False),
        sa.Column("accept_by", _TIME),
        sa.Column("accepted_at", _TIME),
        sa.Column("answered_at", _TIME),
        sa.Column("closed_at", _TIME),
        sa.Column("nudged_at", _TIME),
        sa.Column("outcome", sa.String(length=16)),
        sa.Column("rating", sa.Integer()),
        sa.Column("reused_from_id", _ID),
        sa.Column("partial", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("event_head", sa.LargeBinary(length=32)),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'returned', 'answered', 'declined', 'closed', 'cancelled')",
            name=op.f("ck_requests_state"),
        ),
        sa.ForeignKeyConstraint(["asker_id"], ["people.id"], name=op.f("fk_requests_asker_id")),
        sa.ForeignKeyConstraint(["from_unit_id"], ["units.id"], name=op.f("fk_requests_from_unit_id")),
        sa.ForeignKeyConstraint(["handler_id"], ["people.id"], name=op.f("fk_requests_handler_id")),
        sa.ForeignKeyConstraint(["reused_from_id"], ["requests.id"], name=op.f("fk_requests_reused_from_id")),
        sa.ForeignKeyConstraint(["to_unit_id"], ["units.id"], name=op.f("fk_requests_to_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
        sa.UniqueConstraint("external_id", name=op.f("uq_requests_external_id")),
        sa.UniqueConstraint("number", name=op.f("uq_requests_number")),
        sa.UniqueConstraint("origin_key", "to_unit_id", name=op.f("uq_requests_origin_key_to_unit_id")),
    )
    _index("ix_requests_asked_at", "requests", ["asked_at"])
    _index("ix_requests_asker_id", "requests", ["asker_id"])
    _index("ix_requests_autoclose", "requests", ["answered_at"], **_where("state = 'answered'"))
    _index("ix_requests_from_unit_id_state", "requests", ["from_unit_id", "state"])
    _index("ix_requests_handler_id", "requests", ["handler_id"])
    _index("ix_requests_to_unit_id_state", "requests", ["to_unit_id", "state"])
    op.create_table(
        "answers",
        sa.Column("id", _ID, nullable=False),
        sa.Column("request_id", _ID, nullable=False),
        sa.Column("person_id", _ID),
        sa.Column("unit_id", _ID),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("partial", sa.Boolean(), nullable=False),
        sa.Column("fresh_until", _TIME),
        sa.Column("reused_from_id", _ID),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_answers_person_id")),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_answers_request_id")),
        sa.ForeignKeyConstraint(["reused_from_id"], ["answers.id"], name=op.f("fk_answers_reused_from_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_answers_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
    )
    _index(op.f("ix_answers_request_id"), "answers", ["request_id"])
    op.create_table(
        "comments",
        sa.Column("id", _ID, nullable=False),
        sa.Column("request_id", _ID, nullable=False),
        sa.Column("person_id", _ID),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_comments_person_id")),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_comments_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    _index(op.f("ix_comments_request_id"), "comments", ["request_id"])
    op.create_table(
        "match_labels",
        sa.Column("id", _ID, nullable=False),
        sa.Column("request_id", _ID, nullable=False),
        sa.Column("candidate_id", _ID, nullable=False),
        sa.Column("person_id", _ID),
        sa.Column("same", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["requests.id"], name=op.f("fk_match_labels_candidate_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_match_labels_person_id")),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_match_labels_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_labels")),
        sa.UniqueConstraint(
            "request_id",
            "candidate_id",
            "person_id",
            name=op.f("uq_match_labels_request_id_candidate_id_person_id"),
        ),
    )
    op.create_table(
        "match_records",
        sa.Column("request_id", _ID, autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_match_records_request_id")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_match_records")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", _ID, nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger()),
        sa.Column("reply_to", sa.BigInteger()),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("coalesce_key", sa.String(length=64)),
        sa.Column("request_id", _ID),
        sa.Column("draft_id", _ID),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("not_before", _TIME),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=200)),
        sa.Column("claimed_by", sa.String(length=64)),
        sa.Column("claimed_until", _TIME),
        sa.Column("sent_at", _TIME),
        sa.Column("message_id", sa.BigInteger()),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_outbox_draft_id")),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_outbox_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    _index(
        "ix_outbox_chat_id", "outbox", ["chat_id", "lane", "id"], **_where("state IN ('queued', 'sending')")
    )
    _index("ix_outbox_finished", "outbox", ["state", "created_at"], **_where("state IN ('sent', 'failed')"))
    _index("ix_outbox_sending", "outbox", ["chat_id"], **_where("state = 'sending'"))
    _index("uq_outbox_coalesce", "outbox", ["coalesce_key"], unique=True, **_where("state = 'queued'"))
    op.create_table(
        "posts",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("request_id", _ID),
        sa.Column("draft_id", _ID),
        sa.Column("thread_id", sa.BigInteger()),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("shown", sa.LargeBinary(length=16)),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_posts_draft_id")),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_posts_request_id")),
        sa.PrimaryKeyConstraint("chat_id", "message_id", name=op.f("pk_posts")),
    )
    _index("ix_posts_draft_id", "posts", ["draft_id"])
    _index("ix_posts_request_id", "posts", ["request_id", "chat_id", "purpose"])
    op.create_table(
        "reminders",
        sa.Column("id", _ID, nullable=False),
        sa.Column("request_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("done_at", _TIME),
        sa.Column("note", sa.String(length=64)),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_reminders_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint(
            "request_id", "kind", "stage", "due_at", name=op.f("uq_reminders_request_id_kind_stage_due_at")
        ),
    )
    _index("ix_reminders_waiting", "reminders", ["due_at"], **_where("state = 'waiting'"))
    op.create_table(
        "files",
        sa.Column("id", _ID, nullable=False),
        sa.Column("request_id", _ID),
        sa.Column("answer_id", _ID),
        sa.Column("draft_id", _ID),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("chat_id", sa.BigInteger()),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("media_group", sa.String(length=64)),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_files_answer_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_files_draft_id")),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_files_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
    )
    _index(op.f("ix_files_answer_id"), "files", ["answer_id"])
    _index(op.f("ix_files_draft_id"), "files", ["draft_id"])
    _index("ix_files_media_group", "files", ["chat_id", "media_group"])
    _index(op.f("ix_files_request_id"), "files", ["request_id"])


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
