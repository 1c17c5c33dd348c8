"""What needs the word of somebody of the asking unit before it goes out: requests of some types, and 特急 beyond so
many a day of one person.

Until then its row names no asked unit (:attr:`workflow.kernel.body.Body.withheld_from` does), so that whatever goes by
that, a list, a right, a figure, a group, comes upon it for the asking unit alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from matching.form.fields import FIELD_OF
from matching.form.labels import split_label
from matching.identifiers.identifiers import find
from storage.queries import registered
from storage.tables.models import Request
from workflow.kernel.actions import Action
from workflow.kernel.body import Body
from workflow.kernel.errors import Refused
from workflow.kernel.masked import harmless
from workflow.kernel.states import State
from workflow.kernel.tx import Tx
from workflow.organisation import rights

DAY = timedelta(hours=24)
#: Kinds of numbers by which people call each other.
_TO_CALL = frozenset({"phone", "email"})
#: Fields that may change when somebody has approved: none of them says whom it is about, what is asked, or why.
FREE = frozenset({"note", "contact", "case", "due", "urgency", "confidential"})


async def needed(
    tx: Tx, *, type_: str, urgency: str, asker_id: int | None, origin_key: str | None = None
) -> bool:
    """Whether what somebody asks waits for approval. ``origin_key``: of the post that asks, which does not count
    among those that were asked before it."""
    if needed_by_type(tx, type_):
        return True
    return urgency == "flash" and await flash_full(tx, asker_id, but_not=origin_key)


def needed_by_type(tx: Tx, type_: str) -> bool:
    rule = tx.policy.types.get(type_)
    return rule is not None and rule.approve


async def flash_full(tx: Tx, asker_id: int | None, *, but_not: str | None = None) -> bool:
    """Whether somebody has asked 特急 as often in a day as they may without being asked why."""
    most = tx.policy.flash_per_day
    if not most:
        return False
    since = tx.sent - DAY
    asked = await registered.posts_asked(tx.session, asker_id=asker_id, urgency="flash", since=since)
    if len(asked - {but_not}) >= most:
        return True
    changes = await registered.changes_to_asked(
        tx.session, asker_id=asker_id, since=since, actions=(Action.EDIT, Action.COMPLETE, Action.PUT_ANEW)
    )
    # One that was made less pressing by an edit has rung all the same.
    calmed = {
        key for key, said in changes if tx.sealer.unseal("events", said).get("urgency_before") == "flash"
    }
    return len((asked | calmed) - {but_not}) >= most


def brings(before: Body, after: Body) -> bool:
    """Whether the words of a request name somebody, or a number, that those of ``before`` did not: whoever approved
    that has approved nothing about them. Whom to call about it is no subject, whose telephone may change."""
    return names_others(before, after.text)


def names_others(body: Body, text: str) -> bool:
    """Whether a text names somebody, or a number, that the words of a request do not."""
    known = [subject.name for subject in body.subjects]
    known += [word for subject in body.subjects for one in subject.ids for word in (one.raw, one.value)]
    said = {line.strip() for line in body.text.splitlines()}
    return any(_names_others(line, known) for line in text.splitlines() if line.strip() not in said)


def check_adds(tx: Tx, request: Request, text: str, *, has_files: bool) -> None:
    """The asking side's words to a request that was approved go out as they are said. Raises :class:`Refused` for those
    that name somebody else, and for a file, which nobody can look into: whoever approved has not seen them."""
    if rights.acts_for(tx.who, request) not in (request.from_unit_id, None) or rights.is_handler(
        tx.who, request
    ):
        return
    body = Body.of(request, tx.sealer)
    if not body.approved:
        return
    if has_files:
        raise Refused("error.file_approved", number=request.number)
    if names_others(body, text):
        raise Refused("error.words_bring", number=request.number)


def _names_others(line: str, known: Sequence[str]) -> bool:
    labelled = split_label(line)
    if labelled is not None and FIELD_OF.get(labelled.label) == "contact":
        return any(one.identifier.kind not in _TO_CALL for one in find(line))
    for word in filter(None, known):
        line = line.replace(word, "")
    return not harmless(line)


def is_withheld(request: Request) -> bool:
    """Whether a request of ours has not gone out: it waits, or nobody approved it and it can be put anew."""
    return request.state in (State.PENDING, State.UNAPPROVED)
