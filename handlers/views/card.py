"""The card: the one message per chat that shows a request as it stands now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from handlers.views.keys import keyboard
from handlers.views.outgoing import Rows
from handlers.views.reader import LABEL, Reader, clean, link
from handlers.views.rich import Rich, joined, utf16_length, words
from matching.identifiers.kinds import KINDS
from workflow.kernel.actions import Side
from workflow.kernel.fields import ON_CARD
from workflow.kernel.numbers import is_drill, whole_of
from workflow.kernel.outcomes import named
from workflow.kernel.states import WAITING, WITH_ASKED, State
from workflow.kernel.text import Text
from workflow.kernel.words import OfferSide, Outcome
from workflow.notices.cards_view import CardView, OfferLine, PartLine, SubjectLine

DOTS: dict[str, str] = {
    State.OPEN: "🟡", State.ACCEPTED: "🔵", State.RETURNED: "🟠", State.ANSWERED: "🟢",
    State.PENDING: "🟣", State.UNAPPROVED: "🚫", State.DECLINED: "⛔", State.CLOSED: "✅", State.CANCELLED: "⚪",
}  # fmt: skip
LATE_DOT = "🔴"
_IN = (State.ANSWERED, State.CLOSED)  # of a part: its answer is in
OUTCOMES: dict[str, str] = {Outcome.FOUND: "✅", Outcome.PARTLY: "🔶", Outcome.NOTHING: "➖"}
PARTIAL, UNSET = "🔷", "🟢"
# What a request is about, where nobody is named: the kind of its first identifier.
_SIGNS = {"vehicle": "🚗", "phone": "📱", "account": "💳", "company": "🏢"}
ABOUT = {kind.key: _SIGNS[kind.about] for kind in KINDS if kind.about in _SIGNS} | {
    "email": "✉️", "domain": "🌐", "ip": "🌐",
}  # fmt: skip
MARKS = {"flash": "🚨", "urgent": "⚡"}
#: Earlier answers on a card: those that the unit got, and those that it gave to others.
OFFER_TITLES: dict[str, str] = {OfferSide.GOT: "card.offers", OfferSide.GAVE: "card.given_before"}

WHY_MAX, ANSWER_MAX, COMMENT_MAX, NAME_MAX, OWN_MAX = 500, 900, 160, 60, 200  # characters
EVERYTHING = 10**6
SUBJECTS_MAX, IDS_MAX, OFFERS_MAX = 6, 5, 3
FOLD_FROM = 260  # characters of an answer from which on it is folded
SHRINK = (1.0, 0.5, 0.25, 0.1)  # of those lengths, until the card fits


@dataclass(frozen=True, slots=True)
class Room:
    """How much of each field is shown: a share of its usual length and count."""

    share: float = 1.0
    subjects: int = SUBJECTS_MAX

    def words(self, words: str | Text, limit: int, *, multiline: bool = True) -> str | Text:
        """What somebody wrote, or the text that stands in its place."""
        return words if isinstance(words, Text) else self.of(words, limit, multiline=multiline)

    def of(self, text: str, limit: int, *, multiline: bool = False) -> str:
        return clean(text, multiline=multiline, limit=max(10, int(limit * self.share)))


def card(view: CardView, *, language: str, zone: tzinfo, now: datetime, most: int) -> tuple[Rich, Rows]:
    """The card in at most ``most`` UTF-16 units, and its buttons."""
    reader = Reader(language=language, zone=zone, now=now)
    rows = keyboard(view.buttons, reader=reader)
    for share in SHRINK:
        text = card_text(view, reader=reader, room=Room(share))
        if utf16_length(text.plain) <= most:
            return text, rows
    return joined("\n", _head(view, reader, Room(SHRINK[-1]))), rows


def card_text(view: CardView, *, reader: Reader, room: Room | None = None) -> Rich:
    room = room or Room()
    blocks = (
        _head(view, reader, room),
        _matter(view, reader, room),
        _time(view, reader, room),
        _hints(view, reader),
        _answer(view, reader, room),
        _parts(view, reader, room),
        _around(view, reader, room),
        [words(link(view.number))],
    )
    return joined(
        "\n\n", [joined("\n", lines) for block in blocks if (lines := [line for line in block if line])]
    )


def late(view: CardView, now: datetime) -> bool:
    """Whether the answer is late now; the loader's word for what was late when the day was counted."""
    return view.state in WITH_ASKED and (view.overdue or (view.due_at is not None and view.due_at < now))


def _head(view: CardView, reader: Reader, room: Room) -> list[Rich]:
    dot = LATE_DOT if late(view, reader.now) else DOTS.get(view.state, "▫️")
    params: dict[str, Any] = {"dot": dot, "number": view.number, "type": Text(LABEL, dict(view.type_labels))}
    if view.urgency in MARKS:
        urgency = Text(f"urgency.{view.urgency}")
        first = reader.say("card.head_urgent", **params, mark=MARKS[view.urgency], urgency=urgency)
    else:
        first = reader.say("card.head", **params)
    units_named = {
        "from_unit": room.of(view.from_unit, NAME_MAX),
        "to_unit": room.of(view.to_unit, NAME_MAX),
        "state": Text(f"state.{view.state}"),
    }
    if view.handler:
        parties = reader.say("card.parties_by", **units_named, name=room.of(view.handler, NAME_MAX))
    else:
        parties = reader.say("card.parties", **units_named)
    if view.asker:
        asked = reader.say("card.asker", name=room.of(view.asker, NAME_MAX), at=view.asked_at)
    else:
        asked = reader.say("card.asked", at=view.asked_at)
    named = [reader.rich(view.named)] if view.named is not None else []
    drill = [reader.say("card.drill")] if is_drill(view.number) else []
    return [first, *drill, parties, asked, *named]


def _matter(view: CardView, reader: Reader, room: Room) -> list[Rich]:
    lines = [reader.say("card.confidential")] if view.confidential else []
    lines += [_subject(subject, reader, room) for subject in view.subjects[: room.subjects]]
    if len(view.subjects) > room.subjects:
        lines.append(reader.say("card.more_subjects", count=len(view.subjects) - room.subjects))
    for one in ON_CARD:
        if value := view.matter.get(one.key):
            lines.append(reader.say(f"card.{one.key}", **{one.key: room.words(value, one.card_chars)}))
    lines += [
        reader.say("card.own", field=line.label, text=room.words(line.text, OWN_MAX)) for line in view.own
    ]
    if view.files:
        lines.append(reader.say("card.files", count=view.files))
    if view.purged_at is not None:
        lines.append(reader.say("card.purged", at=view.purged_at))
    lines += [
        reader.say(
            "card.held", unit=room.of(one.unit, NAME_MAX), name=room.of(one.name, NAME_MAX), at=one.at,
            why=room.words(one.why, WHY_MAX) if one.why else None,
        )
        for one in view.held
    ]  # fmt: skip
    return lines


def _subject(subject: SubjectLine, reader: Reader, room: Room) -> Rich:
    ids = [
        reader.say("card.id", kind=Text(f"kind.{kind}"), value=room.of(value, NAME_MAX))
        for kind, value in subject.ids[:IDS_MAX]
    ]
    name = [reader.say("card.name", name=room.of(subject.name, NAME_MAX))] if subject.name else []
    if not name and not ids:
        return Rich()
    first = subject.ids[0][0] if subject.ids and not subject.name else ""
    return joined(" ", [ABOUT.get(first) or reader.say("card.subject"), joined(" · ", name + ids)])


def _time(view: CardView, reader: Reader, room: Room) -> list[Rich]:
    if view.state in (State.PENDING, State.UNAPPROVED):
        return _approval(view, reader, room)
    lines: list[Rich] = []
    if view.approved is not None:
        name, at = view.approved
        lines.append(reader.say("card.approved", name=room.of(name, NAME_MAX), at=at))
    if (checked := view.checked) is not None:
        key = "card.papers_wanting" if checked.wanting else "card.papers_there"
        name = room.of(checked.name, NAME_MAX)
        lines.append(reader.say(key, name=name, at=checked.at, papers=list(checked.wanting)))
    if view.state in WAITING and view.due_at is not None:
        left = view.due_at - reader.now
        if left >= timedelta(0):
            lines.append(reader.say("card.due", at=view.due_at, left=left))
        elif view.state == State.RETURNED:
            lines.append(reader.say("card.due_was", at=view.due_at))
        else:
            lines.append(reader.say("card.due_late", at=view.due_at, late=left))
    if view.state == State.OPEN and view.accept_by is not None:
        key = "card.accept_by" if view.accept_by >= reader.now else "card.accept_late"
        lines.append(reader.say(key, at=view.accept_by))
    if view.closed_why and view.state in (*WAITING, State.DECLINED):
        key = f"card.why_{view.state}" if view.state in (State.RETURNED, State.DECLINED) else "card.why"
        lines.append(reader.say(key, why=room.words(view.closed_why, WHY_MAX)))
        if view.state == State.RETURNED:
            lines.append(reader.say("card.how_to_complete"))
    return lines


def _approval(view: CardView, reader: Reader, room: Room) -> list[Rich]:
    """What has not gone out: what it waits for, or why it did not; and what its asker can do about it."""
    if view.state == State.PENDING:
        to_unit = room.of(view.to_unit, NAME_MAX)
        lines = [reader.say("card.pending", unit=to_unit, by=view.accept_by)]
        return [*lines, reader.say("card.due_was", at=view.due_at)] if view.due_at is not None else lines
    if view.purged_at is not None:
        return []
    why = view.closed_why
    said = reader.say("card.unapproved", why=room.words(why, WHY_MAX)) if why else reader.say("card.lapsed")
    if view.side is Side.OBSERVER:
        return [said]
    return [said, reader.say("card.how_to_put_anew" if view.post_stands else "card.how_to_ask_anew")]


def _hints(view: CardView, reader: Reader) -> list[Rich]:
    """What the asker should look at again, and may put right by editing the post."""
    return [reader.say("card.hints", hints=list(view.hints))] if view.hints else []


def _answer(view: CardView, reader: Reader, room: Room) -> list[Rich]:
    """What came back; nothing where it was never answered, or was reopened since."""
    if view.answered_at is None and not view.partial:
        return [reader.say("card.withdrawn", at=view.withdrawn_at)] if view.withdrawn_at is not None else []
    mark = PARTIAL if view.partial else OUTCOMES.get(view.outcome or "", UNSET)
    lines = [
        reader.say(
            "card.answer_partial" if view.partial else "card.answer_head",
            mark=mark,
            outcome=named(view.outcome, ours=view.reused_from is None),
            unit=room.of(view.answer_by_unit or view.to_unit, NAME_MAX),
            at=view.answered_at,
        )
    ]
    if view.answer:
        answer = room.words(view.answer, ANSWER_MAX)
        if isinstance(answer, Text):
            lines.append(reader.rich(answer))
        else:
            key = "card.answer_long" if len(answer) > FOLD_FROM else "card.answer"
            lines.append(reader.say(key, answer=answer))
    if view.corrected_at is not None:
        lines.append(reader.say("card.corrected", at=view.corrected_at))
    if view.reused_from:
        number, days = view.reused_from
        key = "card.reused" if days > 0 else "card.reused_today"
        lines.append(reader.say(key, number=number, days=days))
    if view.rating:
        lines.append(reader.say("card.rating", rating=view.rating))
    return lines


def _parts(view: CardView, reader: Reader, room: Room) -> list[Rich]:
    """What the request is part of; or what it was split into: how many are in, and each as it stands; and what else its
    post has asked."""
    if view.batch:
        others = [Text("number_link", {"number": number}) for number in view.batch]
        return [reader.say("card.batch", numbers=others), *_split(view, reader, room)]
    return _split(view, reader, room)


def _split(view: CardView, reader: Reader, room: Room) -> list[Rich]:
    if (whole := whole_of(view.number)) is not None:
        return [reader.say("card.part_of", number=whole, unit=room.of(view.from_unit, NAME_MAX))]
    if not view.parts:
        return []
    done = sum(1 for part in view.parts if part.state in _IN)
    return [
        reader.say("card.parts", done=done, of=len(view.parts)),
        *(_part(part, reader, room) for part in view.parts),
    ]


def _part(part: PartLine, reader: Reader, room: Room) -> Rich:
    owed = part.state in WITH_ASKED and part.due_at is not None
    late = part.due_at - reader.now if owed and part.due_at is not None else None
    is_late = late is not None and late < timedelta(0)
    return reader.say(
        "card.part",
        dot=LATE_DOT if is_late else DOTS.get(part.state, "▫️"),
        unit=room.of(part.unit, NAME_MAX),
        state=named(part.outcome) if part.state in _IN else Text(f"state.{part.state}"),
        name=room.of(part.handler, NAME_MAX) if part.handler else None,
        due=part.due_at if owed and not is_late else None,
        late=late if is_late else None,
        link=link(part.number),
    )


def _around(view: CardView, reader: Reader, room: Room) -> list[Rich]:
    """What others said, who asks about the same, what was answered before."""
    lines = [
        reader.say(
            "card.comment", name=room.of(comment.name, NAME_MAX), at=comment.at,
            comment=room.words(comment.text, COMMENT_MAX, multiline=False),
        )
        for comment in view.comments
    ]  # fmt: skip
    if view.references:
        lines.append(reader.say("card.references", count=view.references))
    for side, title in OFFER_TITLES.items():
        theirs = [offer for offer in view.similar if offer.side == side][:OFFERS_MAX]
        if theirs:
            lines.append(reader.say(title))
            lines.extend(_offer(offer, reader, room) for offer in theirs)
    return lines


def _offer(offer: OfferLine, reader: Reader, room: Room) -> Rich:
    return reader.say(
        f"card.offer_{offer.verdict}", number=offer.number, unit=room.of(offer.by_unit, NAME_MAX),
        at=offer.answered_at, covered=offer.covered, reasons=list(offer.reasons[:IDS_MAX]), last=offer.last,
        outcome=Text(f"outcome.{offer.outcome}") if offer.outcome else None,
    )  # fmt: skip
