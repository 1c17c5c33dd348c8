"""What may stand in a column: the words of the tables, as the rest of the house spells them.

They are strings, in the database as in JSON; the types are there so that a slip is found before it runs. A word
of :class:`State`, :class:`Role` or of an offer that is added here needs a migration: the database checks them too.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum


class State(StrEnum):
    """Where a request stands."""

    PENDING = "pending"  # it has not gone out: somebody of the asking unit has to approve it first
    UNAPPROVED = "unapproved"  # nobody did
    OPEN = "open"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    ANSWERED = "answered"
    DECLINED = "declined"
    CLOSED = "closed"
    CANCELLED = "cancelled"


#: States in which somebody still owes something; reminders run only in these.
WAITING = (State.OPEN, State.ACCEPTED, State.RETURNED)
#: States in which the asked unit owes it.
WITH_ASKED = (State.OPEN, State.ACCEPTED)


class Role(StrEnum):
    """What somebody is in a unit."""

    OFFICER = "officer"
    HANDLER = "handler"
    LIAISON = "liaison"
    SUPERVISOR = "supervisor"
    APPROVER = "approver"  # says what goes out, and does nothing else


class MembershipState(StrEnum):
    """Whether somebody belongs to a unit yet."""

    ACTIVE = "active"
    PENDING = "pending"  # a liaison has not let them in, or has turned them away


class ReminderState(StrEnum):
    """What became of a reminder."""

    WAITING = "waiting"
    SENT = "sent"
    SKIPPED = "skipped"  # nobody could be reached
    DROPPED = "dropped"  # there was no need any more


class ReminderKind(StrEnum):
    """Why a request is spoken of again."""

    APPROVE = "approve"  # nobody has approved it
    BEFORE = "before"  # it is due soon
    ACCEPT = "accept"  # nobody has accepted it
    AFTER = "after"  # it is late
    HANDLER = "handler"  # it is late: to who has it, alone
    LIAISON = "liaison"  # to each liaison of their unit, alone
    ESCALATE = "escalate"  # it is so late that a unit above hears of it
    COMMON = "common"  # that the unit above both sides does
    UNREACHED = "unreached"  # a note that a unit above was passed over, having no group


class Marked(StrEnum):
    """What is kept of a reminder that was sent."""

    REACHED = "reached"  # a unit's group, or one person
    ACKNOWLEDGED = "acknowledged"  # somebody has seen it
    SNOOZED = "snoozed"  # and is to be reminded again


class Outcome(StrEnum):
    """How an answer came out."""

    FOUND = "found"
    PARTLY = "partly"
    NOTHING = "nothing"


class ChatPurpose(StrEnum):
    """What a group is to one of its units."""

    DESK = "desk"  # sees all that is from or to the unit
    SHARED = "shared"  # sees what is between two of the group's units


class Involvement(StrEnum):
    """What a unit is to a request."""

    ASKER = "asker"
    ASKED = "asked"  # as it stands now
    DESK = "desk"  # stands above one of the two and looks on: its one window
    FORWARDED = "forwarded"  # was asked, or looked on, and has passed it on


class Handling(StrEnum):
    """What may be done with an answer by who did not get it: the handling codes of Europol's SIENA, as here used."""

    H0 = "H0"  # nothing stands against passing it on to those entitled
    H1 = "H1"  # the same, and not before a court without leave
    H2 = "H2"  # not passed on without a word of who gave it
    H3 = "H3"  # never used again, for nobody


class Source(StrEnum):
    """How far the source of an answer is to be trusted; with :class:`Quality` the 4x4 evaluation of Europol."""

    A = "A"  # no doubt about it
    B = "B"  # has mostly proved right
    C = "C"  # has mostly proved wrong
    X = "X"  # cannot be judged


class Quality(StrEnum):
    """How good what it says is."""

    KNOWN = "1"  # beyond doubt
    SEEN = "2"  # known to the source itself, not to who passes it on
    HEARD = "3"  # not known to the source itself, and borne out by other things
    OPEN = "4"  # not known to the source itself, and borne out by nothing


class OfferSide(StrEnum):
    """To whom an earlier answer is offered."""

    GOT = "got"  # the unit that got it
    GAVE = "gave"  # the unit that gave it
    OVERLAP = "overlap"  # of two open requests about one subject: the unit that is told of the other


class OfferVerdict(StrEnum):
    """What an offer may do."""

    REUSE = "reuse"  # answer the request
    PART = "part"  # of it
    POSSIBLE = "possible"  # a person must look
    OPEN = "open"  # nothing: the other request is not answered either


class OfferState(StrEnum):
    """What became of an offer."""

    OPEN = "open"
    TAKEN = "taken"
    ATTACHED = "attached"  # for reference
    DISMISSED = "dismissed"
    WITHHELD = "withheld"
    STALE = "stale"


class DraftKind(StrEnum):
    """What a draft is kept for."""

    REQUEST = "request"  # is one but for what is asked
    GUIDED = "guided"  # step by step
    OFFER = "offer"  # may be one
    DELAY = "delay"  # until when an answer is delayed
    DECLINE = "decline"  # on which ground a request is declined
    WITHOUT = "without"  # an answer, while parts of its request are out
    HELD = "held"  # words for one of several requests
    FIND = "find"  # a search
    SUBJECT = "subject"  # all about somebody
    CASE = "case"
    AUDIT = "audit"  # a look into the record
    INBOX = "inbox"  # what somebody looks at of what a unit has to do
    ALERT = "alert"  # what is to be said to several units


class DraftState(StrEnum):
    """What became of a draft."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"
    FORGOTTEN = "forgotten"


TO = "to"  # in what is sealed of a line of the outbox: for which chat it was


class LineKind(StrEnum):
    """What a line of the outbox does."""

    SAY = "say"
    EDIT = "edit"
    REACT = "react"
    CARD = "card"
    KEYS = "keys"  # the buttons under a full text
    DUE = "due"  # a list of reminders
    ANSWERED = "answered"  # to the asker: that there is an answer
    DIGEST = "digest"
    FILES = "files"
    REVEAL = "reveal"
    DELETE = "delete"  # messages that were there long enough
    EXPORT = "export"
    DOCUMENT = "document"
    TRAIL = "trail"  # what somebody found in the record, as a file
    PICTURE = "picture"  # of a week
    REPORT = "report"  # the figures of a year or a month, as a file


class PostPurpose(StrEnum):
    """What one of the bot's messages is; some have more behind a colon."""

    CARD = "card"
    SOURCE = "source"  # none of the bot's: the officer's own post
    MOVED = "moved"  # nor this: a picture of an identity document, which is for private chats alone
    NOTICE = "notice"
    FULL = "full"  # a full text, with its reader's buttons
    DUE = "due"
    ANSWERED = (
        "answered"  # that there is an answer, with the asker's buttons; ``answered:ANSWER`` words it too
    )
    DIGEST = "digest"
    FILES = "files"
    LIST = "list"  # of requests, turned in place
    DRAFT = "draft"  # also ``draft:FIELD``
    ASK = "ask"  # ``ask:ACTION``: a reply is the words for it
    PICK = "pick"  # which handler, which unit
    CHOOSE = "choose"  # of a draft: also ``choose:FIELD``
    OUTCOME = "outcome"
    LOOK = "look"  # why somebody wants to read a full text
    MARK = "mark"  # the codes of an answer
    PAPERS = "papers"  # which papers of a request are there
    RELEASE = "release"  # may an answer be given to another unit's request
    JOIN = "join"  # ``join:MEMBERSHIP``
    ATTEST = "attest"  # who still belongs to a unit
    LEDGER = "ledger"  # one that was sent, or taken in
    ALERT = "alert"  # ``alert:ID:UNIT``: to a unit; ``alert:ID:0``: how far it has come, for who sent it
    OPERATION = "operation"  # ``operation:ID``: whether a unit takes part in it
    PUBLIC = "public"  # that nothing is said in a group which anybody reads
    PICKED = "picked"  # one that was answered: its buttons are gone


class Lane(IntEnum):
    """What goes out first."""

    URGENT = 0
    TALK = 1
    DIGEST = 2


class MisreadKind(StrEnum):
    """What a reading could not make out, or made out otherwise than was meant."""

    TO = "to"  # words for a unit that is not known
    TYPE = "type"
    LABEL = "label"
    URGENCY = "urgency"
    DUE = "due"  # a time that was refused, or could be several
    PERIOD = "period"
    NUMBER = "number"  # looks like one, and is of no kind that is known
    WANTING = "wanting"  # a field that was not found; its word is the field's key
    CHANGED = "changed"  # read as one thing, and made another by an edit; its word is the field's key
