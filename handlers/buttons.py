"""Pressed buttons. What one carries can be forged, so every action checks again."""

from __future__ import annotations

from handlers.doing import DOING, IN_HAND, Pressed, pressed
from handlers.incoming import ButtonPress
from handlers.replies.replies import toast
from workflow.actions import (
    alerts,
    answering,
    attesting,
    checking,
    closing,
    declining,
    delaying,
    handling,
    merging,
    operations,
    snoozing,
    tagging,
    upward,
)
from workflow.intake import choosing, in_hand, intake
from workflow.kernel.actions import Action
from workflow.kernel.carried import Carried, Press, as_number
from workflow.kernel.errors import Refused
from workflow.kernel.pressed import Names, check
from workflow.kernel.text import Text
from workflow.ledger import in_chat
from workflow.lookup import (
    lists,
    looking,
    pressed_again,
    several,
    sharing,
    showing,
    tracing,
    trail_file,
    window,
)
from workflow.notices.offers_shown import OfferedTo
from workflow.organisation import binding, members, onlookers
from workflow.organisation.work import Work
from workflow.request import drafts
from workflow.request.posts import about
from workflow.reuse import giving, reusing


async def _set(work: Work, p: Carried) -> object:
    field, value = p.words(2)
    return await choosing.choose(work, p.id, field, value)


async def _page(work: Work, p: Carried) -> object:
    kind, argument = p.words(2)
    return await lists.turn(work, p.id, kind, as_number(argument))


async def _inbox(work: Work, p: Carried) -> object:
    does, *more = p.args or ("",)
    arg = more[0] if len(more) == 1 else ""
    if does == Action.ACCEPT:
        return await several.act(work, p.id, Action.ACCEPT)
    if does == "to":
        return await several.act(work, p.id, Action.ASSIGN, arg)
    return await window.press(work, p.id, does, arg)


async def _look(work: Work, p: Carried) -> object:
    key, *to = p.args or ("",)
    if not to:
        return await looking.look(work, p.id, key)
    request_id, side = p.words(3)[1:]
    return await looking.look(work, p.id, key, OfferedTo(request_id=as_number(request_id), side=side))


def _listed(p: Carried) -> int | None:
    """In which list it stands; none in those of an older version."""
    return as_number(p.args[0]) if p.args else None


async def _held(work: Work, p: Carried) -> object:
    return await in_hand.choose(work, p.id, p.number, IN_HAND)


#: What a button does, and what it names (:func:`workflow.kernel.pressed.check`).
BUTTONS: dict[Action | Press, tuple[Pressed, Names]] = {
    **{action: (pressed(action), "request") for action in DOING},
    Press.ASSIGN_TO: (lambda w, p: handling.assign(w, p.id, p.number), "request"),
    Press.REDIRECT: (lambda w, p: upward.redirect(w, p.id, p.number), "request"),
    Press.PAPERS: (lambda w, p: checking.mark(w, p.id, p.word), "request"),
    Press.PAPERS_DONE: (lambda w, p: checking.settle(w, p.id, p.word), "request"),
    Press.UNTIL: (lambda w, p: delaying.choose(w, p.id, p.word), "draft"),
    Press.LATER: (lambda w, p: snoozing.snooze(w, p.id, p.word), "request"),
    Press.GROUND: (lambda w, p: declining.choose(w, p.id, p.word), "draft"),
    Press.MERGED: (lambda w, p: merging.send(w, p.id, p.word), "request"),
    Press.WITHOUT: (lambda w, p: answering.answer_without(w, p.id), "draft"),
    Press.NOT_SAME: (lambda w, p: reusing.not_same(w, request=p.id, source=p.number), "request"),
    Press.APART: (lambda w, p: giving.set_apart(w, request=p.id, source=p.number), "request"),
    Press.SHOW: (lambda w, p: showing.show_one(w, p.id), "request"),
    Press.LOOK: (_look, "request"),
    Press.TRACE: (lambda w, p: tracing.pick(w, p.id, p.word), "other"),
    Press.PAGE: (_page, "other"),
    Press.INBOX: (_inbox, "other"),
    Press.REGISTER: (lambda w, p: intake.register_offer(w, p.id), "draft"),
    Press.DISMISS: (lambda w, p: drafts.dismiss(w, p.id), "draft"),
    Press.SET: (_set, "draft"),
    Press.ROUTE: (lambda w, p: choosing.route(w, p.id, p.number), "draft"),
    Press.HELD: (_held, "draft"),
    Press.NOTE_LOOK: (lambda w, p: sharing.look(w, p.id, p.args[0] if p.args else ""), "other"),
    Press.NOTE_BACK: (lambda w, p: sharing.withdraw(w, p.id), "other"),
    Press.ALERT_TO: (lambda w, p: alerts.choose(w, p.id, p.word), "draft"),
    Press.SEEN: (lambda w, p: alerts.seen(w, p.id, p.number), "other"),
    Press.ALERT_LOOK: (lambda w, p: alerts.look(w, p.id, p.args[0] if p.args else ""), "other"),
    Press.ALERT_BACK: (lambda w, p: alerts.withdraw(w, p.id), "other"),
    Press.JOIN_OPERATION: (lambda w, p: operations.answer(w, p.id, p.number, joins=True), "other"),
    Press.STAY_OUT: (lambda w, p: operations.answer(w, p.id, p.number, joins=False), "other"),
    Press.TAG: (lambda w, p: tagging.tag(w, p.id, p.number), "request"),
    Press.UNTAG: (lambda w, p: tagging.tag(w, p.id, None), "request"),
    Press.LET_IN: (lambda w, p: members.decide_join(w, p.id, approve=True), "other"),
    Press.TURN_AWAY: (lambda w, p: members.decide_join(w, p.id, approve=False), "other"),
    Press.BELONGS: (lambda w, p: attesting.confirm(w, p.id, listed=_listed(p)), "other"),
    Press.GONE: (lambda w, p: attesting.dismiss(w, p.id, listed=_listed(p)), "other"),
    Press.NEXT_LIST: (lambda w, p: attesting.go_on(w, p.id), "other"),
    Press.BIND: (lambda w, p: binding.bind_by_id(w, p.id), "other"),
    Press.CLOSE_INTO: (lambda w, p: closing.ask_by_id(w, p.id, p.number), "other"),
    Press.CLOSE_UNIT: (lambda w, p: closing.close(w, p.id), "other"),
    Press.AUDIT_FILE: (lambda w, p: trail_file.ask(w, p.id), "other"),
    Press.AUDIT_GIVE: (lambda w, p: trail_file.give(w, p.id, p.word), "other"),
    Press.LEDGER_GIVE: (lambda w, p: showing.export_for(w, p.id, p.word), "other"),
    Press.LEDGER_TAKE: (lambda w, p: in_chat.take_in(w, p.id), "other"),
    Press.LEDGER_CORRECT: (lambda w, p: in_chat.take_in(w, p.id, update=True), "other"),
    Press.LEDGER_COLUMN: (lambda w, p: in_chat.choose(w, p.id, p.number), "other"),
    Press.LEDGER_HEADER: (lambda w, p: in_chat.choose_header(w, p.id, p.number), "other"),
    Press.LEDGER_UNDO: (lambda w, p: in_chat.take_back(w, p.id), "other"),
    Press.LEDGER_DROP: (lambda w, p: in_chat.drop(w, p.id), "other"),
}


async def on_button(press: ButtonPress, work: Work) -> Text:
    """Do what a button says; gives back the toast. Raises :class:`Refused`."""
    if press.place is None or press.place.message_id is None:
        raise Refused("error.button_old")
    if press.place.public:
        await onlookers.in_public(work, meant=False)
        raise Refused("denied.public")
    carried = Carried.unpack(press.data)
    if carried.does not in BUTTONS:
        raise Refused("error.button_old")
    do, names = BUTTONS[carried.does]
    stands = await about(work, press.place.chat_id, press.place.message_id, ours=press.says)
    check(names, carried.numbers, stands)
    try:
        result = await do(work, carried)
    except Refused:  # as a rule because the message shows what is no longer so
        await pressed_again.draw(work, stands)
        raise
    if carried.does not in (Press.PAGE, Press.INBOX):
        await pressed_again.draw(work, stands)
    return result if isinstance(result, Text) else toast(result)
