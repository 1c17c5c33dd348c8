"""What the parts of a request have answered, as one draft: put before whoever has the whole, in private, and sent by
nobody but them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from storage.queries import answers as answer_rows
from storage.queries import files as file_rows
from storage.queries import parts as rows
from storage.queries import requests
from storage.tables.models import Answer, File, Person, Request
from storage.tables.words import Handling, PostPurpose
from workflow.kernel.actions import Action, Right
from workflow.kernel.carried import Press, carry
from workflow.kernel.numbers import is_part, numbers_of_parts, whole_of
from workflow.kernel.outcomes import FOUND, NOTHING, PARTLY, PICKED, named
from workflow.kernel.states import WAITING, WITH_ASKED, State
from workflow.kernel.text import Button, Text, t
from workflow.kernel.tx import Actor, Tx
from workflow.notices.cards import text_of
from workflow.notices.telling import lane_of, sides, tell
from workflow.organisation import rights, units
from workflow.organisation.audience import actor_by_person
from workflow.organisation.owning import handling_of
from workflow.record.record import record

_IN = (State.ANSWERED, State.CLOSED)
#: A reply to the draft is the answer in other words.
MERGE = f"{PostPurpose.ASK}:{Action.MERGE}"
#: What stands for an answer of nothing but files, which go with it.
_FILES = "📎"


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """A part that was answered, and how it stands."""

    part: Request
    unit: str
    answers: tuple[Answer, ...]
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Merged:
    """What the parts of a request say together."""

    given: tuple[Given, ...]
    out: tuple[Request, ...]  # that are not answered yet
    not_given: tuple[Request, ...]  # that were declined
    handling: Handling | None  # the strictest under which one of them was given
    files: tuple[File, ...]

    @property
    def text(self) -> str:
        """Each answer with the unit that gave it."""
        return "\n\n".join(f"【{one.unit}】{one.text}" for one in self.given)

    @property
    def fingerprint(self) -> str:
        """Of what is said, for a button: what was looked at is what is sent."""
        said = "\x00".join([self.text, *(str(a.id) for one in self.given for a in one.answers)])
        return blake2b(said.encode(), digest_size=6).hexdigest()

    @property
    def suggested(self) -> tuple[str, ...]:
        """:data:`PICKED`, the one first that the outcomes of the parts come to; in their order where one has none."""
        outcomes = {one.part.outcome for one in self.given}
        if None in outcomes or not outcomes:
            return PICKED
        likely = outcomes.pop() if len(outcomes) == 1 and not self.not_given else PARTLY
        likely = NOTHING if likely == NOTHING else FOUND if likely == FOUND else PARTLY
        return tuple(dict.fromkeys((likely, *PICKED)))


async def load(tx: Tx, request: Request, *, lock: bool = False) -> Merged | None:
    """What the parts of a request have answered; None for what was not split, or has no part left. ``lock``: the parts
    are held; their request is, by then, and nobody who holds one waits for another."""
    if request.number is None or is_part(request.number):
        return None
    found = await rows.with_numbers(tx.session, numbers_of_parts(request.number), lock=lock)
    own = [
        part for part in found if part.from_unit_id == request.to_unit_id
    ]  # not of a unit that has passed it on
    parts = [part for part in own if part.state != State.CANCELLED]
    if not parts:
        return None
    given = [one for part in parts if part.state in _IN and (one := await _given(tx, part)) is not None]
    answers = [(one.part, answer) for one in given for answer in one.answers]
    files = [
        file
        for part, answer in answers
        for file in await file_rows.of_request(tx.session, part.id, answer.id)
    ]
    return Merged(
        given=tuple(given),
        out=tuple(part for part in parts if part.state in WAITING),
        not_given=tuple(part for part in parts if part.state == State.DECLINED),
        handling=max((handling_of(tx, part, answer) for part, answer in answers), default=None),
        files=tuple(files),
    )


async def strictest(tx: Tx, request: Request, said: Handling | None) -> Handling | None:
    """What may be done with an answer: as was said of it, and no more than with what it was made of."""
    made_of = await load(tx, request)
    return max(filter(None, (said, made_of.handling if made_of is not None else None)), default=None)


async def _given(tx: Tx, part: Request) -> Given | None:
    standing = await answer_rows.standing(tx.session, part.id)
    if not standing or part.purged_at is not None:
        return None
    texts = [text for one in standing if (text := text_of(tx, "answers", one.answer))]
    return Given(
        part=part,
        unit=await units.name_of(tx, standing[-1].answer.unit_id),
        answers=tuple(one.answer for one in standing),
        text="\n".join(texts) or _FILES,
    )


async def notify_if_all_in(tx: Tx, part: Request) -> bool:
    """Where nothing is out any more of what a part belongs to, its desk can answer. Who split it gets the draft, for
    all of that was delivered to them as it came; where it was not, or they cannot be told in private, the desk hears
    that there is one. Whether this part was delivered with it."""
    number = whole_of(part.number)
    request = await requests.by_number(tx.session, number) if number is not None else None
    merged = await load(tx, request) if request is not None and request.state in WITH_ASKED else None
    if request is None or merged is None or merged.out or not merged.given:
        return False
    askers = {one.part.asker_id for one in merged.given}
    person = await tx.session.get(Person, askers.pop()) if len(askers) == 1 else None
    reader = await actor_by_person(tx, person.id) if person is not None else None
    chat_id = person.open_chat if person is not None else None
    if reader is None or chat_id is None or not may_merge(reader, request, merged):
        told = t("merge.ready", number=request.number)
        await tell(tx, request, told, (await sides(tx, request)).asked)
        return False
    await _say_draft(tx, request, merged, chat_id)
    if any(one.part.id == part.id for one in merged.given):
        await _note_delivered(tx, part, reader)
    return True


def may_merge(reader: Actor, request: Request, merged: Merged) -> bool:
    """Whether somebody may answer the whole, and read all that it would say."""
    reads = all(rights.may(reader, Right.FULL, one.part) is None for one in merged.given)
    return reads and rights.may(reader, Action.MERGE, request) is None


async def put_draft(tx: Tx, request: Request, merged: Merged, *, chat_id: int) -> None:
    """The draft, whole, into the private chat of who acts, and may merge; recorded as theirs in what each part says."""
    await _say_draft(tx, request, merged, chat_id)
    for one in merged.given:
        await _note_delivered(tx, one.part, tx.who)


async def _note_delivered(tx: Tx, part: Request, reader: Actor) -> None:
    caused = {} if tx.who.person_id == reader.person_id else {"by": tx.who.person_id}
    await record(
        tx, part, "delivered", actor=reader, person=reader.person_id, ground="asker", number=part.number,
        **caused,
    )  # fmt: skip


async def _say_draft(tx: Tx, request: Request, merged: Merged, chat_id: int) -> None:
    await tx.say(
        t(
            "merge.draft",
            number=request.number,
            outcomes=[_how(one) for one in merged.given],
            out=[await _named(tx, part) for part in merged.out] or None,
            not_given=[await _named(tx, part) for part in merged.not_given] or None,
            handling=t(f"handling.{merged.handling}") if merged.handling is not None else None,
            files=len(merged.files) or None,
            text=merged.text,
        ),
        chat_id=chat_id,
        buttons=_buttons(request, merged),
        request_id=request.id,
        lane=lane_of(request),
        purpose=MERGE,
    )


def _how(one: Given) -> Text:
    return t("merge.outcome", unit=one.unit, outcome=named(one.part.outcome), number=one.part.number)


async def _named(tx: Tx, part: Request) -> Text:
    return t("part.named", number=part.number, unit=await units.name_of(tx, part.to_unit_id))


def _buttons(request: Request, merged: Merged) -> Sequence[Sequence[Button]]:
    if not merged.given:
        return ()
    key = "button.merge_without" if merged.out else "button.merge_send"
    return ((Button(label=t(key), data=carry(Press.MERGED, request.id, merged.fingerprint)),),)
