"""The tables. One class per noun; what is personal is in one sealed column each.

Columns of type :class:`LargeBinary` named ``sealed`` hold AES-GCM ciphertext of a JSON value
(:mod:`storage.database.seal`); ``*_key`` columns hold keyed 64-bit hashes by which a sealed value is found.
:attr:`mac` columns hold keyed checksums of their rows (:mod:`storage.tables.covered`).
Constraints have names because Alembic cannot drop, and error handling cannot recognise, unnamed ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from importlib import import_module
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    UniqueConstraint,
    event,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.tables.numbers import FIRST, SPAN
from storage.tables.types import UtcDateTime
from storage.tables.words import (
    ChatPurpose,
    Handling,
    MembershipState,
    MisreadKind,
    OfferSide,
    OfferState,
    OfferVerdict,
    Role,
    State,
)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

#: SQLite counts rows up only for a column of exactly INTEGER; PostgreSQL needs 64 bits.
Id = BigInteger().with_variant(Integer, "sqlite")

REQUEST_STATES = tuple(State)
#: Requests whose life is over and whose content is still there; said in the same words where they are looked
#: for (:mod:`storage.queries.purging`), or SQLite would not use the indexes over them.
ENDED = "closed_at IS NOT NULL AND purged_at IS NULL"
ENDED_ELSEWHERE = (
    "external_id IS NOT NULL AND purged_at IS NULL "
    "AND state IN ('answered', 'declined', 'closed', 'cancelled', 'unapproved')"
)
#: Requests that are not compared with others, and so not in the match index: who looks for a number in the record reads
#: these through. As :func:`workflow.reuse.reuse.indexable` has it.
NOT_COMPARED = (
    "purged_at IS NULL AND (reused_from_id IS NOT NULL "
    "OR state IN ('pending', 'unapproved', 'declined', 'cancelled'))"
)
#: What of the record tells how answers are sought, refused, read and taken away; said in the same words where it is
#: looked for (:mod:`storage.queries.watching`), or SQLite would not use the index over it.
WATCHED = "action IN ('read', 'decline', 'return', 'export')"
#: What somebody still has to do, of the desk's own; said in the same words where it is looked for
#: (:mod:`storage.queries.tabs`), or SQLite would not use the indexes over it. By the states that are left out: named
#: the other way round SQLite looks them up in an index that has nothing else of what a page needs.
_OVER = "'unapproved', 'answered', 'declined', 'closed', 'cancelled'"
TO_ANSWER = f"number IS NOT NULL AND state NOT IN ('pending', 'returned', {_OVER})"
NOT_OVER = f"number IS NOT NULL AND state NOT IN ({_OVER})"
#: Messages in which an alert stands; said in the same words where they are looked for (:mod:`storage.queries.alerts`).
ALERTS = "purpose LIKE 'alert:%'"
ROLES = tuple(Role)
#: A desk sees all that is from or to the unit; a shared group what is between two of its units.
CHAT_PURPOSES = tuple(ChatPurpose)
#: Who an offer is made to: the unit that got the earlier answer, the one that gave it; or, of two open requests
#: about one subject, the unit that is told of the other.
OFFER_SIDES = tuple(OfferSide)
OFFER_VERDICTS = tuple(OfferVerdict)
OFFER_STATES = tuple(OfferState)


_FILTERED = ("type", "urgency", "handler_id")  # by which a page of /inbox is narrowed down


def _one_of(column: str, values: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(repr(str(v)) for v in values)})"


_WHERE = "where"


def _some(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over some of the rows. What is said in a dialect's own words has SQLAlchemy import that dialect,
    so the condition is not said before the index is made (:func:`_say_which_rows`)."""
    return Index(name, *columns, unique=unique, info={_WHERE: where})


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {
        datetime: UtcDateTime,
        date: Date,
        dict[str, Any]: JSON,
        list[str]: JSON,
        bytes: LargeBinary,
    }


@event.listens_for(Base.metadata, "before_create")
def _say_which_rows(metadata: MetaData, connection: Connection, **_options: Any) -> None:
    for table in metadata.tables.values():
        for index in table.indexes:
            if (where := index.info.get(_WHERE)) is not None:
                index.dialect_kwargs[f"{connection.dialect.name}_where"] = text(where)


class Desk(Base):
    """Single values that every process of this desk shares: salt, poll offset, heartbeat, leases."""

    __tablename__ = "desk"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(String)
    holder: Mapped[str | None] = mapped_column(String(64))
    until: Mapped[datetime | None]


class Unit(Base):
    __tablename__ = "units"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    aliases: Mapped[list[str]]
    kind: Mapped[str] = mapped_column(String(32), default="police")
    parent_id: Mapped[int | None] = mapped_column(Id, ForeignKey("units.id"))
    retired_at: Mapped[datetime | None]  # no longer in the configuration, or closed
    #: Made or changed by command: what the configuration says of it changes nothing any more.
    by_desk: Mapped[bool] = mapped_column(default=False, server_default=false())
    successor_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("units.id")
    )  # took over when it was closed


def _own_number(context: Any) -> str:
    """In the first channel a chat's number is its id there."""
    return str(context.get_current_parameters()["id"])


class Chat(Base):
    """A chat of any channel. Whatever is about it names its ``id``, which is ours (:mod:`storage.tables.numbers`)."""

    __tablename__ = "chats"
    __table_args__ = (
        UniqueConstraint("channel", "native_id"),
        CheckConstraint(f"(channel = '{FIRST}') = (id > -{SPAN} AND id < {SPAN})", name="number"),
    )
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    channel: Mapped[str] = mapped_column(String(16), default=FIRST)
    native_id: Mapped[str] = mapped_column(String(128), default=_own_number)
    kind: Mapped[str] = mapped_column(String(16))  # private, group, supergroup, channel
    title_before: Mapped[str] = mapped_column("title", String(255), default="")  # as older versions wrote it
    sealed: Mapped[bytes | None]  # {"title": …}; None: it has none
    forum: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str | None] = mapped_column(String(8))
    timezone: Mapped[str | None] = mapped_column(String(64))
    digest_at: Mapped[str | None] = mapped_column(String(5))
    state: Mapped[str] = mapped_column(String(16), default="active")  # active, unreachable, migrated
    moved_to: Mapped[int | None] = mapped_column(BigInteger)  # after group -> supergroup
    paused_until: Mapped[datetime | None]  # 429: send nothing before
    first_seen: Mapped[datetime]


class ChatUnit(Base):
    """Which units a group belongs to, and as what; a group that several units share has several rows."""

    __tablename__ = "chat_units"
    __table_args__ = (CheckConstraint(_one_of("purpose", CHAT_PURPOSES), name="purpose"),)
    chat_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("chats.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("units.id"), primary_key=True, index=True)
    since: Mapped[datetime]
    purpose: Mapped[str] = mapped_column(String(16), default="desk")
    chosen: Mapped[bool] = mapped_column(default=False)  # somebody has said this purpose; else the usual one


class ChatTopic(Base):
    """In which topic of a unit's group the cards of a type stand."""

    __tablename__ = "chat_topics"
    chat_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("chats.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("units.id"), primary_key=True)
    type: Mapped[str] = mapped_column(String(64), primary_key=True)
    thread_id: Mapped[int] = mapped_column(BigInteger)


class Person(Base):
    __tablename__ = "people"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    #: The private chat in which we write to them; None while their channel has not told us of one.
    chat_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    sealed: Mapped[bytes]  # {"name": …, "username": …}
    username_key: Mapped[int | None] = mapped_column(BigInteger, index=True)
    language: Mapped[str | None] = mapped_column(String(8))
    private_ok: Mapped[bool] = mapped_column(default=False)  # has started a private chat with the bot
    first_seen: Mapped[datetime]
    mac: Mapped[bytes | None] = mapped_column(LargeBinary(16))  # see :mod:`storage.tables.covered`

    @property
    def open_chat(self) -> int | None:
        """The private chat in which they hear us; None where they have none open."""
        return self.chat_id if self.private_ok else None


class Account(Base):
    """As whom a channel knows a person."""

    __tablename__ = "accounts"
    __table_args__ = ({"sqlite_with_rowid": False},)
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    native_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"), index=True)
    mac: Mapped[bytes | None] = mapped_column(LargeBinary(16))  # see :mod:`storage.tables.covered`


class Membership(Base):
    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint(_one_of("role", ROLES), name="role"),
        CheckConstraint(_one_of("role_then", ROLES), name="role_then"),
        CheckConstraint(_one_of("state", MembershipState), name="state"),
        _some(
            "uq_memberships_current",
            "person_id",
            "unit_id",
            unique=True,
            where="until IS NULL",
        ),
        Index("ix_memberships_unit_id", "unit_id"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"))
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("units.id"))
    role: Mapped[str] = mapped_column(String(16), default=Role.OFFICER)
    state: Mapped[str] = mapped_column(String(16), default="active")
    since: Mapped[datetime]
    until: Mapped[datetime | None]  # left, or removed
    chat_id: Mapped[int | None] = mapped_column(BigInteger)  # the group through which they came
    #: Came by writing there, and no liaison has confirmed them yet.
    newcomer: Mapped[bool] = mapped_column(default=False, server_default=false())
    confirmed_at: Mapped[datetime | None]  # somebody last said that they still belong; None: since they came
    asked_at: Mapped[datetime | None]  # since when it is asked whether they do; None: nobody was asked
    role_until: Mapped[datetime | None]  # from then on it is no longer their role
    role_then: Mapped[str | None] = mapped_column(String(16))  # but this one; None: they are no member then


class Counter(Base):
    """The last number given out, per asking unit and year (of the desk's time zone)."""

    __tablename__ = "counters"
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("units.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
    mac: Mapped[bytes | None] = mapped_column(LargeBinary(16))  # see :mod:`storage.tables.covered`


class Request(Base):
    __tablename__ = "requests"
    __table_args__ = (
        CheckConstraint(_one_of("state", REQUEST_STATES), name="state"),
        UniqueConstraint("number"),
        UniqueConstraint("origin_key", "to_unit_id"),  # one message, one request per addressee
        UniqueConstraint("external_id"),
        Index("ix_requests_to_unit_id_state", "to_unit_id", "state"),
        Index("ix_requests_from_unit_id_state", "from_unit_id", "state"),
        Index("ix_requests_asked_at", "asked_at"),
        Index("ix_requests_asker_id", "asker_id"),
        Index("ix_requests_handler_id", "handler_id"),
        _some(  # not those that were imported: they are read through at each tick, and closed never
            "ix_requests_autoclose",
            "answered_at",
            where="state = 'answered' AND number IS NOT NULL",
        ),
        # A page of /inbox is found, filtered, counted and put in order without reading a request that is not on it.
        _some(
            "ix_requests_to_answer", "to_unit_id", "due_at", "id", *_FILTERED, "from_unit_id", where=TO_ANSWER
        ),
        _some(
            "ix_requests_not_over",
            "from_unit_id",
            "due_at",
            "id",
            *_FILTERED,
            "to_unit_id",
            "asker_id",
            "state",
            where=NOT_OVER,
        ),
        _some("ix_requests_ended", "type", "closed_at", where=ENDED),
        _some("ix_requests_not_compared", "id", where=NOT_COMPARED),
        _some("ix_requests_reused_from_id", "reused_from_id", where="reused_from_id IS NOT NULL"),
        _some(  # imported, which have no number and were closed by nobody here
            "ix_requests_ended_elsewhere",
            "type",
            "asked_at",
            where=ENDED_ELSEWHERE,
        ),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str | None] = mapped_column(String(32))  # None: imported
    external_id: Mapped[str | None] = mapped_column(String(128))  # ``id`` of an imported ledger row
    origin_key: Mapped[str | None] = mapped_column(String(64))  # "chat:message" of the post that asked
    type: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16), default="open")
    urgency: Mapped[str] = mapped_column(String(16), default="normal")
    from_unit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("units.id"))
    to_unit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("units.id"))
    asker_id: Mapped[int | None] = mapped_column(Id, ForeignKey("people.id"))
    handler_id: Mapped[int | None] = mapped_column(Id, ForeignKey("people.id"))
    chat_id: Mapped[int | None] = mapped_column(BigInteger)  # where it was posted
    thread_id: Mapped[int | None] = mapped_column(BigInteger)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    #: {"subjects": […], "case", "period", "reason", "basis", "note", "contact", "text", "from", "to", …}
    sealed: Mapped[bytes]
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    due_fixed: Mapped[bool] = mapped_column(default=False)  # the asker named the time
    first_due_at: Mapped[datetime | None]  # without what the asked unit has added to it
    accept_by: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    nudged_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(16))  # found, partly, nothing; None: not picked yet
    rating: Mapped[int | None]
    reused_from_id: Mapped[int | None] = mapped_column(Id, ForeignKey("requests.id"))
    partial: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=0)  # counts changes; guards concurrent edits
    event_seq: Mapped[int] = mapped_column(default=0)
    event_head: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    key_version: Mapped[int] = mapped_column(default=0)  # normaliser of its match keys; 0: none yet
    purged_at: Mapped[datetime | None]  # when its content was deleted
    import_id: Mapped[int | None] = mapped_column(BigInteger)  # of LedgerImport: by which it came
    #: Nothing of it is offered or pointed out but to supervisors.
    confidential: Mapped[bool] = mapped_column(default=False, server_default=false())
    mac: Mapped[bytes | None] = mapped_column(LargeBinary(16))  # see :mod:`storage.tables.covered`


class Answer(Base):
    __tablename__ = "answers"
    __table_args__ = (
        _some(  # who has it by reuse
            "ix_answers_reused_from_id",
            "reused_from_id",
            where="reused_from_id IS NOT NULL",
        ),
        Index("ix_answers_at", "at"),
        CheckConstraint(_one_of("handling", Handling), name="handling"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    request_id: Mapped[int] = mapped_column(Id, ForeignKey("requests.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("people.id"))
    unit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("units.id"))
    at: Mapped[datetime | None]  # None: in a ledger that does not say when
    due_at: Mapped[datetime | None]  # the time first set that it was given against
    outcome: Mapped[str | None] = mapped_column(String(16))  # None: not picked yet
    partial: Mapped[bool] = mapped_column(default=False)
    fresh_until: Mapped[datetime | None]
    reused_from_id: Mapped[int | None] = mapped_column(Id, ForeignKey("answers.id"))
    corrects_id: Mapped[int | None] = mapped_column(Id, ForeignKey("answers.id"))  # in whose place it stands
    withdrawn_at: Mapped[datetime | None]  # it holds no longer, and nothing stands in its place
    #: None: what its type of request says, as in a ledger that does not.
    handling: Mapped[str | None] = mapped_column(String(2))
    #: Of the source (A, B, C, X) and of what it says (1 to 4), such as B2; None: nobody has said.
    evaluation: Mapped[str | None] = mapped_column(String(2))
    sealed: Mapped[bytes]  # {"text": …}
    mac: Mapped[bytes | None] = mapped_column(LargeBinary(16))  # see :mod:`storage.tables.covered`


class LedgerImport(Base):
    """A ledger that was taken in. Its rows lie between the two ids, among others; they name it themselves."""

    __tablename__ = "imports"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime]
    first_request_id: Mapped[int | None] = mapped_column(BigInteger)
    last_request_id: Mapped[int | None] = mapped_column(BigInteger)
    undone_at: Mapped[datetime | None]  # all that came by it was taken back
    sealed: Mapped[bytes]  # {"file": …}


class ImportChange(Base):
    """A row on file that an import has corrected; what it said before stands in its record, at ``seq``."""

    __tablename__ = "import_changes"
    import_id: Mapped[int] = mapped_column(
        Id, ForeignKey("imports.id"), primary_key=True, autoincrement=False
    )
    request_id: Mapped[int] = mapped_column(
        Id, ForeignKey("requests.id"), primary_key=True, autoincrement=False, index=True
    )
    seq: Mapped[int]


class LedgerLayout(Base):
    """How a person explained the columns of a header, for the next file that has it."""

    __tablename__ = "layouts"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    layout: Mapped[str] = mapped_column(String(32), unique=True)  # hash of the header
    at: Mapped[datetime]
    sealed: Mapped[bytes]  # {header: field}


class Comment(Base):
    __tablename__ = "comments"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    request_id: Mapped[int] = mapped_column(Id, ForeignKey("requests.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("people.id"))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(16), default="comment")  # comment, return, decline, delay, …
    sealed: Mapped[bytes]
    mac: Mapped[bytes | None] = mapped_column(LargeBinary(16))  # see :mod:`storage.tables.covered`


class LegalHold(Base):
    """Nothing of a request is deleted while one of these stands, whoever asks; a request may have several."""

    __tablename__ = "legal_holds"
    __table_args__ = (
        Index("ix_legal_holds_request_id", "request_id"),
        _some("ix_legal_holds_standing", "request_id", where="released_at IS NULL"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    request_id: Mapped[int] = mapped_column(Id, ForeignKey("requests.id"))
    #: Who placed it, for which unit. None: an admin of no unit; somebody whom a restored backup does not know.
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("people.id"))
    unit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("units.id"))
    at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    sealed: Mapped[bytes]  # {"text": …}: why
    mac: Mapped[bytes | None] = mapped_column(LargeBinary(16))  # see :mod:`storage.tables.covered`


class File(Base):
    """A file of the chat platform's that belongs to a draft, a request or an answer."""

    __tablename__ = "files"
    __table_args__ = (Index("ix_files_media_group", "chat_id", "media_group"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    request_id: Mapped[int | None] = mapped_column(Id, ForeignKey("requests.id"), index=True)
    answer_id: Mapped[int | None] = mapped_column(Id, ForeignKey("answers.id"), index=True)
    draft_id: Mapped[int | None] = mapped_column(Id, ForeignKey("drafts.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))  # photo, document, video, audio, voice
    sealed: Mapped[bytes]  # {"file_id", "unique_id", "name"}
    chat_id: Mapped[int | None] = mapped_column(BigInteger)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    media_group: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime]
    mac: Mapped[bytes | None] = mapped_column(LargeBinary(16))  # see :mod:`storage.tables.covered`


class Draft(Base):
    """A request that is not complete yet, or an input that a prompt of the bot waits for."""

    __tablename__ = "drafts"
    __table_args__ = (
        UniqueConstraint("chat_id", "message_id"),
        Index("ix_drafts_state", "state", "expires_at"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    thread_id: Mapped[int | None] = mapped_column(BigInteger)
    message_id: Mapped[int] = mapped_column(BigInteger)  # the post that began it
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("units.id"))
    kind: Mapped[str] = mapped_column(String(16), default="request")  # request, guided, offer, delay
    state: Mapped[str] = mapped_column(String(16), default="open")  # open, done, dropped, forgotten
    sealed: Mapped[bytes]  # {"text": …, "fields": …, "step": …}
    at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Post(Base):
    """What a message in a chat is about, so that a reply or an edit finds its request after a restart."""

    __tablename__ = "posts"
    __table_args__ = (
        Index("ix_posts_request_id", "request_id", "chat_id", "purpose"),
        Index("ix_posts_draft_id", "draft_id"),
        _some("ix_posts_alerts", "purpose", where=ALERTS),
    )
    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    request_id: Mapped[int | None] = mapped_column(Id, ForeignKey("requests.id"))
    draft_id: Mapped[int | None] = mapped_column(Id, ForeignKey("drafts.id"))
    thread_id: Mapped[int | None] = mapped_column(BigInteger)
    #: source (the officer's), card, full (a text with its reader's buttons), notice, offer, draft,
    #: ask:ACTION (a prompt whose reply does ACTION)
    purpose: Mapped[str] = mapped_column(String(32))
    shown: Mapped[bytes | None] = mapped_column(LargeBinary(16))  # hash of what it shows, to skip equal edits
    at: Mapped[datetime]


class Source(Base):
    """What became of an officer's message, for as long as it can be edited, or be followed by the rest of a text
    that was too long for it. It holds nothing of what was said."""

    __tablename__ = "sources"
    __table_args__ = (
        Index("ix_sources_at", "at"),
        _some(
            "ix_sources_goes_on",
            "chat_id",
            "person_id",
            where="goes_on",
        ),
    )
    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    thread_id: Mapped[int | None] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(16))  # answer, comment, post, draft, complete
    request_id: Mapped[int | None] = mapped_column(Id, ForeignKey("requests.id"))
    answer_id: Mapped[int | None] = mapped_column(Id, ForeignKey("answers.id"))
    draft_id: Mapped[int | None] = mapped_column(Id, ForeignKey("drafts.id"))
    comment_id: Mapped[int | None] = mapped_column(Id, ForeignKey("comments.id"))
    goes_on: Mapped[bool] = mapped_column(default=False)  # nearly as long as a message may be
    piece_of: Mapped[int | None] = mapped_column(BigInteger)  # the message that the text began in
    at: Mapped[datetime]  # when it was sent


class Misread(Base):
    """What a post was not understood in, for a month: so that whoever runs the desk can teach it more words."""

    __tablename__ = "misread"
    __table_args__ = (
        CheckConstraint(_one_of("kind", MisreadKind), name="kind"),
        Index("ix_misread_at", "at"),
        Index("ix_misread_draft_id", "draft_id"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    draft_id: Mapped[int | None] = mapped_column(Id, ForeignKey("drafts.id"))  # None: it hindered nothing
    at: Mapped[datetime]
    sealed: Mapped[bytes]  # {"word": …, "made": …}: what was written, what people made of it


class Event(Base):
    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("chain", "seq"),
        Index("ix_events_at", "at"),
        _some("ix_events_actor_id", "actor_id", "id", where="actor_id IS NOT NULL"),  # what somebody did
        _some("ix_events_desk", "action", "id", where="chain = 0"),  # what was done to no request
        _some("ix_events_update_id", "update_id", where="update_id IS NOT NULL"),
        _some("ix_events_watched", "action", "at", where=WATCHED),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    chain: Mapped[int] = mapped_column(BigInteger)  # request id; 0: the desk itself (binds, roles, …)
    seq: Mapped[int]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(Id, ForeignKey("people.id"))
    unit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("units.id"))
    action: Mapped[str] = mapped_column(String(32))
    sealed: Mapped[bytes]  # {"salt": …, …}: the salt keeps the hash from being guessed
    prev: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    update_id: Mapped[int | None] = mapped_column(BigInteger)  # of the inbox, which brought it


class DaySeal(Base):
    """One hash over all chain heads that changed on a day; told to the supervisors."""

    __tablename__ = "day_seals"
    day: Mapped[date] = mapped_column(primary_key=True)
    last_event_id: Mapped[int] = mapped_column(Id)
    prev: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    signature: Mapped[bytes | None] = mapped_column(LargeBinary(64))  # Ed25519, by the desk's own key


class InboxUpdate(Base):
    __tablename__ = "inbox"
    __table_args__ = (
        _some(  # the oldest waiting update of each lane
            "ix_inbox_lane",
            "lane",
            "update_id",
            where="state = 'new'",
        ),
        _some(  # for pruning; one over all states would look better than those above for what waits
            "ix_inbox_finished",
            "state",
            "received_at",
            where="state <> 'new'",
        ),
    )
    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    lane: Mapped[int] = mapped_column(BigInteger)  # chat (or person) whose order must be kept; 0: none
    state: Mapped[str] = mapped_column(String(16), default="new")  # new, done, aside
    received_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    incident: Mapped[str | None] = mapped_column(String(16))
    claimed_by: Mapped[str | None] = mapped_column(String(64))
    claimed_until: Mapped[datetime | None]
    sealed: Mapped[bytes]  # the JSON as it came, with its number; null once it is handled


class OutboxLine(Base):
    __tablename__ = "outbox"
    __table_args__ = (
        _some(
            "uq_outbox_coalesce",
            "coalesce_key",
            unique=True,
            where="state = 'queued'",
        ),
        _some(  # the first waiting line of each chat
            "ix_outbox_chat_id",
            "chat_id",
            "lane",
            "id",
            where="state IN ('queued', 'sending')",
        ),
        _some(  # which chats have a line under way
            "ix_outbox_sending",
            "chat_id",
            where="state = 'sending'",
        ),
        _some(  # for pruning; one over all states would look better than those above for what waits
            "ix_outbox_finished",
            "state",
            "created_at",
            where="state IN ('sent', 'failed')",
        ),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    lane: Mapped[int]  # 0 urgent, 1 conversation, 2 digests
    chat_id: Mapped[int] = mapped_column(BigInteger)
    thread_id: Mapped[int | None] = mapped_column(BigInteger)
    reply_to: Mapped[int | None] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(16))  # of handlers.views.lines
    coalesce_key: Mapped[str | None] = mapped_column(String(64))  # a second queued one is the same line
    request_id: Mapped[int | None] = mapped_column(Id, ForeignKey("requests.id"))
    draft_id: Mapped[int | None] = mapped_column(Id, ForeignKey("drafts.id"))
    purpose: Mapped[str] = mapped_column(String(32), default="notice")  # becomes Post.purpose
    sealed: Mapped[bytes]  # payload JSON
    state: Mapped[str] = mapped_column(String(16), default="queued")  # queued, sending, sent, failed
    created_at: Mapped[datetime]
    not_before: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(200))
    claimed_by: Mapped[str | None] = mapped_column(String(64))
    claimed_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    message_id: Mapped[int | None] = mapped_column(BigInteger)


class Reminder(Base):
    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("request_id", "kind", "stage", "due_at"),
        _some(
            "ix_reminders_waiting",
            "due_at",
            where="state = 'waiting'",
        ),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    request_id: Mapped[int] = mapped_column(Id, ForeignKey("requests.id"))
    kind: Mapped[str] = mapped_column(String(16))  # accept, before, after, escalate
    stage: Mapped[int]
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16), default="waiting")  # waiting, sent, skipped, dropped
    done_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(String(64))  # why it was skipped or dropped


class DigestSent(Base):
    """A digest of a chat's local date; its key is what makes a second one impossible."""

    __tablename__ = "digests"
    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    empty: Mapped[bool] = mapped_column(default=False)  # nothing to say, nothing sent


class MatchKey(Base):
    """The match index: keyed hash -> request, clustered so that one key's newest come first."""

    __tablename__ = "match_keys"
    __table_args__ = ({"sqlite_with_rowid": False},)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    request_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class MatchRecord(Base):
    """The comparable text of a request, packed and sealed: unsealed only for candidates."""

    __tablename__ = "match_records"
    request_id: Mapped[int] = mapped_column(
        Id, ForeignKey("requests.id"), primary_key=True, autoincrement=False
    )
    sealed: Mapped[bytes]


class MatchLabel(Base):
    """What people said about an offered answer: reused it, or "not the same"."""

    __tablename__ = "match_labels"
    __table_args__ = (UniqueConstraint("request_id", "candidate_id", "person_id"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    request_id: Mapped[int] = mapped_column(Id, ForeignKey("requests.id"))
    candidate_id: Mapped[int] = mapped_column(Id, ForeignKey("requests.id"))
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("people.id"))
    same: Mapped[bool]
    score: Mapped[float]
    at: Mapped[datetime]


class Offer(Base):
    """An earlier answer offered to a request, or another open request pointed out; once for each pair and side.

    It stands on the card while it is open, and what its buttons do is checked against it.
    """

    __tablename__ = "offers"
    __table_args__ = (
        CheckConstraint(_one_of("side", OFFER_SIDES), name="side"),
        CheckConstraint(_one_of("verdict", OFFER_VERDICTS), name="verdict"),
        CheckConstraint(_one_of("state", OFFER_STATES), name="state"),
        UniqueConstraint("request_id", "source_id", "side"),
        Index("ix_offers_source_id", "source_id"),
        Index("ix_offers_caused_by", "caused_by", "at"),  # how many somebody has caused lately
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    request_id: Mapped[int] = mapped_column(Id, ForeignKey("requests.id"))
    source_id: Mapped[int] = mapped_column(Id, ForeignKey("requests.id"))
    side: Mapped[str] = mapped_column(String(16))
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("units.id"))  # whose card, whose tap
    verdict: Mapped[str] = mapped_column(String(16))  # part: holds for some of the subjects
    state: Mapped[str] = mapped_column(String(16), default="open")
    caused_by: Mapped[int | None] = mapped_column(Id, ForeignKey("people.id"))  # whose post it was
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    sealed: Mapped[bytes]  # {"reasons": [[code, parameters], …], "covers": [indexes of subjects]}


#: Tables that have files of their own: whoever knows these tables knows those too. By name, for those build on this
#: file; and not in the face of the room, by which processes come in that do without SQLAlchemy.
BESIDE = ("alerts", "duty", "involved", "marks", "operations", "shared")
for _beside in BESIDE:
    import_module(f"storage.tables.{_beside}")
