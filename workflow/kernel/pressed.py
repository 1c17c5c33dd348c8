"""What a press may change of the message that its button stands under.

The data of a button can be forged, and so can the message that a press names. So it is looked at what stands
there (``posts``), in this one place: a press on a message about something else does nothing, and a message is
only ever edited for what it is itself about. A card is never edited by a press; it is drawn anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from storage.queries import posts as post_rows
from storage.tables.models import Draft, Post, Request
from storage.tables.words import WAITING, LineKind, PostPurpose, State
from workflow.kernel.actions import Action
from workflow.kernel.errors import Refused
from workflow.kernel.text import Button, Text, t
from workflow.kernel.tx import Tx

#: What a button names: a request, a draft, or something that no message of ours is kept to be about.
Names = Literal["request", "draft", "other"]
#: Messages that ask for a tap and nothing else: what is tapped under them closes them. CLOSED: one that was.
PICK, CHOOSE, OUTCOME = PostPurpose.PICK, PostPurpose.CHOOSE, PostPurpose.OUTCOME
MARK = PostPurpose.MARK
#: Tells of an answer, with what its asker may do about it; drawn anew as the request goes its way.
ANSWERED = PostPurpose.ANSWERED
RELEASE, JOIN, LIST, CLOSED = PostPurpose.RELEASE, PostPurpose.JOIN, PostPurpose.LIST, PostPurpose.PICKED
#: Asks for the words of a decision about a text; and one about a text that was changed since.
ASKS_TO_REJECT, ASKED_BEFORE = f"{PostPurpose.ASK}:{Action.REJECT}", f"{PostPurpose.ASK}:before"
ATTEST = PostPurpose.ATTEST


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """What one of the bot's messages is about."""

    request_id: int | None
    draft_id: int | None
    purpose: str  # of PostPurpose, some with more behind a colon


@dataclass(frozen=True, kw_only=True, slots=True)
class Under:
    """Of which message a press may take the buttons away, or change the words."""

    request_id: int | None = None
    draft_id: int | None = None
    purposes: tuple[str, ...]

    def fits(self, post: Post | None) -> bool:
        """Whether that is what stands there."""
        return (
            post is not None
            and (post.request_id, post.draft_id) == (self.request_id, self.draft_id)
            and (post.purpose in self.purposes or post.purpose.partition(":")[0] in self.purposes)
        )

    def json(self) -> dict[str, Any]:
        return {"request": self.request_id, "draft": self.draft_id, "purposes": list(self.purposes)}

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Under:
        """The inverse of :meth:`json`."""
        return cls(request_id=plain["request"], draft_id=plain["draft"], purposes=tuple(plain["purposes"]))


def check(names: Names, numbers: Sequence[int], stands: About | None) -> None:
    """Raises :class:`Refused` where the pressed message is about another request or draft than its button.

    ``numbers``: all that the button names, the one that it is about first. ``stands``: what the message is about,
    None where that is not known (yet: a message can be pressed in the moment before it is noted).
    """
    if stands is None:
        return
    if names == "draft":
        fits = stands.draft_id == numbers[0]
    elif names == "request":
        fits = stands.draft_id is None and (stands.request_id is None or stands.request_id in numbers)
    else:
        fits = stands.draft_id is None and stands.request_id is None
    if not fits:
        raise Refused("error.button_old")


async def close(
    tx: Tx, under: Under, told: Text | None = None, *, left: Sequence[Sequence[Button]] = ()
) -> None:
    """Take the buttons from the pressed message, but for those ``left``, if it is what it should be. It says
    ``told`` from now on.

    It is looked at once more when the edit goes out: by then the message is noted, however fast somebody pressed.
    """
    if not tx.pressed or tx.where.message_id is None:
        return
    post = await post_rows.one(tx.session, tx.where.chat_id, tx.where.message_id)
    if post is not None and not under.fits(post):
        return
    if post is not None:
        post.purpose, under = CLOSED, replace(under, purposes=(CLOSED,))
    await _edit(tx, (tx.where.chat_id, tx.where.message_id), under, told, left)


async def close_once(tx: Tx, under: Under, told: Text) -> None:
    """The same, where what was asked for is given once: a second tap in a hurry gives it no second time. Raises
    :class:`Refused` for that."""
    if tx.pressed and tx.where.message_id is not None:
        post = await post_rows.one(tx.session, tx.where.chat_id, tx.where.message_id)
        if post is not None and post.purpose == CLOSED:
            raise Refused("error.button_old")
    await close(tx, under, told)


async def change(
    tx: Tx, under: Under, told: Text, buttons: Sequence[Sequence[Button]], *, purpose: str
) -> None:
    """The pressed message says something else from now on, with other buttons, if it is what it should be; and is for
    this ``purpose``."""
    if not tx.pressed or tx.where.message_id is None:
        return
    post = await post_rows.one(tx.session, tx.where.chat_id, tx.where.message_id)
    if post is not None and under.fits(post):
        post.purpose = purpose
    await _edit(tx, (tx.where.chat_id, tx.where.message_id), under, told, buttons)


async def turn(
    tx: Tx, post: Post, told: Text, buttons: Sequence[Sequence[Button]] = (), *, purpose: str
) -> None:
    """A message of ours about a draft asks for something else from now on, in its place; without a word of
    ``purpose`` that asks, it asks no more."""
    post.purpose = purpose
    await _edit(
        tx, (post.chat_id, post.message_id), Under(draft_id=post.draft_id, purposes=(purpose,)), told, buttons
    )


async def close_pickers(tx: Tx, *, request: Request | None = None, draft: Draft | None = None) -> None:
    """What was asked about a request or a draft has been answered some other way: its open questions lose their
    buttons. The pressed message is left to whoever was pressed there."""
    pressed = (tx.where.chat_id, tx.where.message_id) if tx.pressed else None
    purposes = (CHOOSE,) if draft is not None else _over(request)
    for post in await post_rows.pickers(
        tx.session,
        request_id=request.id if request else None,
        draft_id=draft.id if draft else None,
        purposes=purposes,
    ):
        if (post.chat_id, post.message_id) == pressed:
            continue
        post.purpose = CLOSED
        under = Under(request_id=post.request_id, draft_id=post.draft_id, purposes=(CLOSED,))
        await _edit(tx, (post.chat_id, post.message_id), under)


async def close_shown(tx: Tx, request: Request, *, but_in: int | None) -> None:
    """The full texts of a request that stand in chats say what was so: their buttons go, and what was asked under
    them is asked no more. ``but_in``: a chat that keeps them."""
    for post in await post_rows.pickers(
        tx.session, request_id=request.id, draft_id=None, purposes=(PostPurpose.FULL,)
    ):
        if post.chat_id != but_in:
            post.purpose = CLOSED
            under = Under(request_id=post.request_id, draft_id=post.draft_id, purposes=(CLOSED,))
            await _edit(tx, (post.chat_id, post.message_id), under)
    for post in await post_rows.pickers(
        tx.session, request_id=request.id, draft_id=None, purposes=(ASKS_TO_REJECT,)
    ):
        post.purpose = ASKED_BEFORE


async def take_back(tx: Tx, posts: Sequence[Post]) -> None:
    """What stands in these messages is not for those who read there (any more): they say so, and nothing else."""
    for post in posts:
        post.purpose = CLOSED
        under = Under(request_id=post.request_id, draft_id=post.draft_id, purposes=(CLOSED,))
        await _edit(tx, (post.chat_id, post.message_id), under, t("taken_back"))


def _over(request: Request | None) -> tuple[str, ...]:
    """What is no longer asked about a request as it stands."""
    if request is None or request.state in WAITING:
        return (PICK,)
    picked = request.state == State.CLOSED and request.outcome is not None
    return (PICK, RELEASE, OUTCOME) if picked else (PICK, RELEASE)


async def _edit(
    tx: Tx,
    message: tuple[int, int],
    under: Under,
    told: Text | None = None,
    left: Sequence[Sequence[Button]] = (),
) -> None:
    """``message``: its chat and its id."""
    chat_id, message_id = message
    await tx.queue(
        LineKind.EDIT,
        chat_id=chat_id,
        payload={
            "message_id": message_id,
            "text": told.json() if told is not None else None,
            "buttons": [[button.json() for button in row] for row in left],
            "under": under.json(),
        },
    )


async def post_to_edit(tx: Tx, chat_id: int, message_id: int, under: Under) -> Post | None:
    """Asked when an edit goes out: the message, if it is what it should be."""
    post = await post_rows.one(tx.session, chat_id, message_id)
    return post if under.fits(post) else None
