"""Requests: how one is found, who may touch it, and how its change is written down with its consequences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from storage import chats as chat_rows
from storage import requests as rows
from storage.models import Request, Unit
from workflow import people, rights
from workflow.deadlines import replan
from workflow.errors import Refused
from workflow.record import record
from workflow.states import after
from workflow.text import Text, t
from workflow.work import LANE_TALK, LANE_URGENT, Tx

_TWO_PARTS = re.compile(r"^#?(?:r_)?([A-Z0-9]{1,12})(\d{2})[-_–—](\d{1,9})$", re.IGNORECASE)
_COUNTER = re.compile(r"^#?(\d{1,9})$")

COUNTER_DIGITS = 4


def number_of(code: str, year: int, counter: int) -> str:
    """``KS26-0042``: asking unit's code, year, running number."""
    return f"{code}{year % 100:02d}-{counter:0{COUNTER_DIGITS}d}"


def link(number: str) -> str:
    """``/r_KS26_0042``: a command that can be tapped in a chat."""
    return "/r_" + number.replace("-", "_")


def looks_like_number(text: str) -> bool:
    return bool(_TWO_PARTS.match(text) or _COUNTER.match(text))


async def find(tx: Tx, text: str, *, example: str) -> Request:
    """The request that somebody names: ``KS26-0042``, ``ks26_42``, ``/r_KS26_0042``, or just ``42``.

    Raises :class:`Refused` where there is none, or several.
    """
    text = unicodedata.normalize("NFKC", text).strip().lstrip("/")
    if not text:
        raise Refused("error.number_missing", example=example)
    full = _TWO_PARTS.match(text)
    if full:
        code, year, counter = full.groups()
        request = await rows.by_number(tx.session, number_of(code.upper(), int(year), int(counter)))
        if request is not None:
            return request
    elif only := _COUNTER.match(text):
        units = set(tx.who.units) | {u.id for u in await chat_rows.units_of(tx.session, tx.where.chat_id)}
        found = await rows.ending_with(tx.session, f"{int(only[1]):0{COUNTER_DIGITS}d}", sorted(units))
        if len(found) == 1:
            return found[0]
        if found:
            raise Refused(
                "error.number_ambiguous",
                given=text,
                numbers="、".join(r.number or "" for r in found),
                example=example,
            )
    raise Refused("error.number_unknown", given=text[:40], example=example)


async def by_id(tx: Tx, request_id: int) -> Request:
    request = await tx.session.get(Request, request_id)
    if request is None:
        raise Refused("error.button_old")
    return request


async def access(tx: Tx, request: Request, action: str) -> Request:
    """The request, if the actor may do this to it as it stands. Raises :class:`Refused`.

    Rights first: an outsider learns nothing about a request's state, nor that it exists.
    """
    denied = rights.may(tx.who, action, request)
    if denied is not None:
        if rights.may(tx.who, "see", request) is not None:
            raise Refused("denied.outsider", number=request.number)
        raise Refused(denied.key, **await _facts(tx, request))
    if after(request.state, action) is None and action not in ("see", "full", "audit"):
        raise Refused("error.state", action=t(f"action.{action}"), **await _facts(tx, request))
    return request


async def _facts(tx: Tx, request: Request) -> dict[str, Any]:
    """What a refusal may say about a request to somebody who may see it."""
    to_unit = await tx.session.get(Unit, request.to_unit_id) if request.to_unit_id else None
    from_unit = await tx.session.get(Unit, request.from_unit_id) if request.from_unit_id else None
    handler = await people.name_by_id(tx, request.handler_id) if request.handler_id else ""
    return {
        "number": request.number,
        "state": t(f"state.{request.state}"),
        "unit": to_unit.name if to_unit else "",
        "from_unit": from_unit.name if from_unit else "",
        "handler": handler,
        "holder": t("holder", name=handler) if handler else None,
    }


async def apply(
    tx: Tx,
    request: Request,
    action: str,
    /,
    *,
    why: str = "",
    detail: dict[str, Any] | None = None,
    **values: Any,
) -> str:
    """Do ``action``: change the row under its guard, write the event, replan, refresh all cards.

    Gives back the state before. Raises :class:`Refused` when somebody else was first.
    """
    before = request.state
    state = after(before, action)
    if state is None:
        raise Refused("error.state", action=t(f"action.{action}"), **await _facts(tx, request))
    if not await rows.change(tx.session, request, before=before, state=state, **values):
        await tx.session.refresh(request)
        raise Refused("error.too_late", **await _facts(tx, request))
    await record(tx, request, action, before=before, after=state, why=why, **(detail or {}))
    await replan(tx, request)
    await show(tx, request)
    return before


@dataclass(frozen=True, kw_only=True, slots=True)
class Sides:
    """The chats of a request."""

    asking: int | None  # where it was posted
    asked: tuple[int, ...]  # the asked unit's groups

    @property
    def all(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys((*((self.asking,) if self.asking else ()), *self.asked)))


async def sides(tx: Tx, request: Request) -> Sides:
    asked = await chat_rows.of_unit(tx.session, request.to_unit_id) if request.to_unit_id else ()
    return Sides(asking=request.chat_id, asked=tuple(chat.id for chat in asked))


def lane_of(request: Request) -> int:
    return LANE_URGENT if request.urgency == "flash" else LANE_TALK


async def show(tx: Tx, request: Request) -> None:
    """Queue the card in every chat where it stands or belongs. Ten changes in a second are one edit."""
    chats = dict.fromkeys([*(await sides(tx, request)).all, *await rows.card_chats(tx.session, request.id)])
    for chat_id in chats:
        at_home = chat_id == request.chat_id
        await tx.queue(
            "card", chat_id=chat_id, request_id=request.id, purpose="card", lane=lane_of(request),
            thread_id=request.thread_id if at_home else None,
            reply_to=request.message_id if at_home else None,
            coalesce_key=f"card:{request.id}:{chat_id}",
        )  # fmt: skip


async def tell(
    tx: Tx,
    request: Request,
    text: Text,
    chats: Iterable[int | None],
    *,
    ask: bool = False,
    purpose: str = "notice",
    buttons: Any = (),
    lane: int | None = None,
    once: str | None = None,
) -> None:
    """Say something about a request in chats: under its card where there is one."""
    for chat_id in dict.fromkeys(c for c in chats if c is not None):
        card = await rows.card_post(tx.session, request.id, chat_id)
        at_home = chat_id == request.chat_id
        await tx.say(
            text, chat_id=chat_id, request_id=request.id, purpose=purpose, ask=ask, buttons=buttons,
            thread_id=request.thread_id if at_home else card.thread_id if card else None,
            reply_to=card.message_id if card else request.message_id if at_home else None,
            lane=lane_of(request) if lane is None else lane,
            once=f"{once}:{chat_id}" if once else None,
        )  # fmt: skip


def mention(name: str, telegram_id: int | None) -> Text:
    """A name that rings at the person's phone."""
    return t("mention", name=name, id=telegram_id) if telegram_id else t("plain", text=name)
