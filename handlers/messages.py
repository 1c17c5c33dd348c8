"""Messages: told apart by what they are, each handed to one workflow function."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence

from handlers import commands, pictures
from handlers.doing import CONTENT
from handlers.hashtags import action_of, as_answer, command_of, in_reply
from handlers.incoming import Announced, Edited, Posted
from handlers.replies import refusals
from handlers.typed import split
from matching.form.form import looks_like_request, marker
from matching.form.free import wishes
from matching.form.marker import tidy
from matching.form.whom import asks_whom
from workflow.actions import (
    albums,
    alerts,
    answering,
    correcting,
    declining,
    delaying,
    questions,
    talking,
)
from workflow.intake import edits, intake, offering
from workflow.kernel.actions import Action
from workflow.kernel.errors import Refused
from workflow.kernel.pressed import ASKED_BEFORE, About
from workflow.kernel.text import t
from workflow.kernel.words import PostPurpose
from workflow.ledger import in_chat
from workflow.lookup import answering_units, several, window_views
from workflow.notices.attachments import FileIn
from workflow.organisation import members, onlookers
from workflow.organisation.alerts import named as alert_of
from workflow.organisation.work import Work
from workflow.request import drafts, sources
from workflow.request.posts import about
from workflow.request.requests import is_number


async def on_message(post: Posted, work: Work) -> None:
    """Every message of a group or a private chat."""
    post = pictures.judged(post, work)
    text = tidy(post.text)
    username = work.policy.bot_username
    marked = marker(text, bot_username=username)
    words = marked.rest if marked is not None and marked.kind == "mention" else text
    command = commands.parse(words, bot_username=username)
    known = await _replied_to(post, work)
    if post.place.public:
        meant = marked is not None or command is not None or known is not None or _replies_to_us(post)
        await onlookers.in_public(work, meant=meant)
    elif (why := post.impersonal) is not None:
        _refuse_impersonal(post, why, meant=marked is not None or command is not None)
    elif post.forwarded and (marked is not None or command is not None):
        await _on_forwarded(post, work, words if marked is None else marked.rest, command is not None)
    elif (
        command is not None and (marked is None or marked.kind == "mention") and not _to_draft(command, known)
    ):
        await commands.do_command(work, post, *command, replied=known.request_id if known else None)
    elif known is not None and (marked is None or marked.kind == "mention" or known.draft_id is not None):
        await on_reply(post, work, text if marked is None else marked.rest, known, anew=marked is not None)
    elif marked is not None and marked.kind == "mention" and await _asks_whom(work, marked.rest):
        return
    elif marked is not None:
        await intake.post(work, marked.rest, post.files)
    else:
        await on_talk(post, work, text)


def _to_draft(command: tuple[str, str], known: About | None) -> bool:
    """``/cancel`` or ``/notarequest`` in reply to what was said about a draft means the draft; ``/ack`` in reply to an
    alert means that."""
    if command == ("ack", "") and known is not None and alert_of(known.purpose) is not None:
        return True
    return (
        command in (("cancel", ""), ("notarequest", "")) and known is not None and known.draft_id is not None
    )


def _refuse_impersonal(post: Posted, why: str, *, meant: bool) -> None:
    """Nobody in particular is told why they were not understood; a post that a channel passes on is not for
    us. Another bot that only replies is left alone: two bots could talk for ever."""
    if meant and not post.automatic:
        raise Refused(why)


async def _on_forwarded(post: Posted, work: Work, text: str, is_command: bool) -> None:
    """Forwarded words are somebody else's: a post is registered only when the one who forwards it says so,
    a command is not done."""
    if is_command:
        raise Refused("error.forwarded_command")
    await intake.offer_to_register(work, text, post.files)


async def _replied_to(post: Posted, work: Work) -> About | None:
    replied = post.reply
    if replied is None:
        return None
    ours = replied.text if replied.ours else ""
    return await about(work, post.place.chat_id, replied.message_id, ours=ours)


#: What was asked back about somebody's words -> what a reply to the question does.
ASKED_BACK: dict[str, Callable[[Work, int, str], Awaitable[object]]] = {
    delaying.KIND: delaying.say_again,
    declining.KIND: declining.say_again,
    answering.KIND: answering.say_again,
}


async def on_reply(post: Posted, work: Work, text: str, known: About, *, anew: bool) -> None:
    """A reply to something that is about a request or a draft; ``anew``: with a marker of its own."""
    files = post.files
    if known.draft_id is not None:
        await _on_reply_to_draft(work, known.draft_id, known.purpose, text, files, anew=anew)
        return
    if known.request_id is None:
        await _on_other_reply(post, work, text, known)
        return
    if known.purpose == ASKED_BEFORE:
        raise Refused("ask.before")
    text = text or post.besides
    if not text and not files and post.unkept:
        raise Refused("error.reply_kind")
    if post.album and not text and await albums.has_home(work, post.album):
        await albums.add_item(work, files)
        return
    found, rest = action_of(text) if known.purpose.startswith("ask:") else in_reply(text)
    action: str | None = found
    if action is None and known.purpose.startswith("ask:"):
        action = _asked_for(known, text)
        work.asked = (known.request_id, action)
    if action is None and (name := command_of(text)[0]) is not None:
        await commands.do_command(work, post, name, command_of(text)[1], replied=known.request_id)
        return
    await _act(work, known.request_id, action, rest.strip(), post)


async def _on_reply_to_draft(
    work: Work, draft_id: int, purpose: str, text: str, files: Sequence[FileIn], *, anew: bool
) -> None:
    field = purpose.partition(":")[2]
    if (say_again := ASKED_BACK.get(field)) is not None:
        await say_again(work, draft_id, text)
    elif field == window_views.SEVERAL:
        if drafts.withdraws(text):
            raise Refused("ask.dropped")
        await several.answer(work, draft_id, text, with_files=bool(files))
    else:
        await intake.add(work, draft_id, text, name=field, anew=anew, files=files)


async def _on_other_reply(post: Posted, work: Work, text: str, known: About) -> None:
    """A reply to something of ours that is about no request and no draft."""
    named = alert_of(known.purpose)
    if known.purpose == PostPurpose.LEDGER and text:
        await in_chat.explain(work, text)
    elif named is None or await alerts.replied(work, *named, text) is None:
        await on_talk(post, work, text)


def _asked_for(known: About, text: str) -> str:
    """The action that we asked about. Raises :class:`Refused` where the reply says no more than "never mind":
    it is no reason, and no answer."""
    if drafts.withdraws(text):
        raise Refused("ask.dropped")
    return known.purpose.partition(":")[2]


async def _act(work: Work, request_id: int, action: str | None, rest: str, post: Posted) -> None:
    files = post.files
    if action is None:
        await talking.comment(work, request_id, rest, files)
    elif action.startswith("why:"):
        await questions.explain(work, request_id, rest, files, to_chat=int(action.removeprefix("why:")))
    elif (said := CONTENT.get(Action(action))) is not None:
        await said(work, request_id, rest, files)
    else:
        await commands.act_on(work, post, action, rest, request_id)


async def on_talk(post: Posted, work: Work, text: str) -> None:
    """Not marked, not a command, not a reply about a request."""
    action, rest = action_of(text)
    if action is not None:
        await _on_hashtag(post, work, action, rest)
        return
    files = post.files
    if post.album and not text:
        if in_chat.ledger_among(work, files) and not await albums.has_home(work, post.album):
            raise Refused("ledger.one_at_a_time")
        await albums.add_item(work, files)
    elif post.place.private:
        await _on_private_talk(post, work, text)
    elif looks_like_request(text):
        await intake.offer_to_register(work, text, files)
    elif wishes(text) and asks_whom(text) is None:
        await offering.offer_unasked(work, text, files)
    elif _mentions_us(text, work) or _replies_to_us(post):
        raise Refused("error.not_understood")
    else:
        await members.noticed(work)


#: These name the earlier answer too.
_PAIRS = frozenset({Action.REUSE, Action.RELEASE, Action.WITHHOLD})


async def _on_hashtag(post: Posted, work: Work, action: str, rest: str) -> None:
    """``#反馈`` that replies to nothing here: to the request that it names, or to the card of another chat that it
    quotes. Raises :class:`Refused`, which says how, for one that names none."""
    if is_number(split(rest)[0]):
        await commands.do_command(work, post, action, rest, replied=None)
        return
    request_id = await _quoted(post, work)
    if request_id is None:
        second = " WX26-0007" if action in _PAIRS else ""
        raise Refused("error.hashtag_alone", example=f"/{action} KS26-0042{second}")
    await _act(work, request_id, action, rest, post)


async def _quoted(post: Posted, work: Work) -> int | None:
    """The request of a message of ours in another chat that a message replies to."""
    if post.quoted is None:
        return None
    known = await about(work, *post.quoted)
    return known.request_id if known is not None else None


async def _on_private_talk(post: Posted, work: Work, text: str) -> None:
    """In private, words without a reply are for the draft that waits for them; an admin's ledger without a word
    is none of its files, which would be seen in another unit's group."""
    waiting = await drafts.waiting_in(work, post.place.chat_id)
    ledger = in_chat.ledger_among(work, post.files)
    if ledger is not None and (waiting is None or not text):
        await in_chat.look(work, ledger)
    elif waiting is not None:
        await intake.add(work, waiting.draft_id, text, files=post.files)
    elif looks_like_request(text):
        await intake.offer_to_register(work, text, post.files)
    elif not await _asks_whom(work, text):
        raise Refused("error.private_talk")


async def _asks_whom(work: Work, text: str) -> bool:
    """谁有昆山的联系方式？ is answered as ``/who 昆山`` is; whether it was asked."""
    words = asks_whom(text)
    if words is None or not await answering_units.names_unit(work, words):
        return False
    await answering_units.who(work, words)
    return True


#: A user's name, from its @ to its end; at most 32 characters.
_MENTIONED = re.compile(r"@([A-Za-z0-9_]{1,64})", re.ASCII)


def _mentions_us(text: str, work: Work) -> bool:
    name = work.policy.bot_username.lower()
    return bool(name) and any(mentioned.lower() == name for mentioned in _MENTIONED.findall(text))


def _replies_to_us(post: Posted) -> bool:
    """A reply to a message of ours that is about no request; in a topic everything replies to its beginning."""
    return post.reply is not None and post.reply.ours and not post.reply.opens_topic


async def on_edit(edit: Edited, work: Work) -> None:
    """An edited message: a draft, a request or an answer follows it; a command does not."""
    post, by_hand = edit.post, edit.by_hand
    if post.place.public:
        await onlookers.in_public(work, meant=False)
        return
    if post.impersonal is not None:
        return
    post = pictures.judged(post, work)
    text = tidy(post.text)
    became = await sources.became(work)
    if became is not None and became.kind == "answer":
        words = as_answer(text, bot_username=work.policy.bot_username)
        await correcting.edited(work, became, words, by_hand=by_hand, files=post.files)
        return
    marked = marker(text, bot_username=work.policy.bot_username)
    if marked is None and commands.parse(text, bot_username=work.policy.bot_username) is not None:
        if not by_hand:  # a reaction or a link preview: nobody has changed it
            return
        raise Refused("error.edited_command")
    await edits.edited(
        work, marked=marked.rest if marked else None, text=text, sent_at=edit.first_sent, files=post.files,
        by_hand=by_hand,
    )  # fmt: skip


async def on_announced(post: Announced, work: Work) -> None:
    """A post in a channel: nobody in particular stands behind it."""
    text, username = tidy(post.text), work.policy.bot_username
    if marker(text, bot_username=username) or commands.parse(text, bot_username=username):
        await refusals.reply(work, t("error.channel_post"))
