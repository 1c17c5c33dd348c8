"""Which requests name a number or a person, for who looks into their record."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence

from matching.masking.masking import mask, mask_name
from matching.text.normalise import compact
from matching.words import names
from storage.queries import trails as rows
from workflow.kernel.actions import Right
from workflow.kernel.body import Body
from workflow.kernel.tx import Actor, Tx
from workflow.lookup.search import mentions, wanted
from workflow.organisation import rights, units
from workflow.reuse import reuse

NAMED_MOST = 200  # requests, those that share most with what was asked and the newest
NOT_COMPARED_MOST = (
    1000  # of what is not in the match index (cancelled, declined, answered by reuse): the newest
)
MOST = 400  # requests in all, the newest: each of them gets an event when what was found is taken away
AT_ONCE = 100  # between which others' messages get their turn
_LESS = frozenset({"masked", "partial", "length"})  # than a whole number
FEWEST = 2  # characters of a name
LONGEST = 40


def names_somebody(words: str) -> bool:
    """Whether these are numbers and names, rather than a slip in the number of a request."""
    asked = wanted(words)
    return bool(asked.identifiers) or (
        bool(asked.words) and not any(map(str.isdigit, words)) and _is_name(words)
    )


def _is_name(words: str) -> bool:
    letters = sum(map(str.isalpha, words))
    return letters >= FEWEST and len(words) <= LONGEST and "*" not in words and len(compact(words)) == letters


def unmistakable(words: str) -> str:
    """What is asked about, in one spelling: a whole number, or a name; "" for what could be several people's: a mask, a
    part of a number, one that cannot be right, two things at once."""
    asked = wanted(words)
    if not asked.identifiers:
        return f"name:{names.clean(words)}" if names_somebody(words) else ""
    one, *others = asked.identifiers
    whole = one.state not in _LESS and "*" not in one.value
    return f"{one.kind}:{one.value}" if whole and not others and not asked.words else ""


def masked(words: str) -> str:
    """What is asked about, as it is said back."""
    found = wanted(words).identifiers
    return mask(found[0]) if found else mask_name(words)


def says_it(value: str) -> Callable[[Body], bool]:
    """What tells whether a request names it. A masked number that fits counts: it may be the one."""
    asked = wanted(value)
    if asked.identifiers:
        return lambda body: mentions(asked, body, number="")
    return lambda body: any(names.relation(value, subject.name) == "eq" for subject in body.subjects)


async def named_by(tx: Tx, actor: Actor, value: str) -> tuple[list[int], bool]:
    """The requests that name it, of those whose record somebody may see, the newest first; and whether there may be
    more. By the index, however old; and, of what is not compared with others, among the newest: an exercise as well,
    which would else be the way to ask about somebody unseen."""
    near = None if actor.admin else await _near(tx, actor)
    keys = tx.engine.keys(wanted(value).record(), reuse.key_hash(tx))
    compared = await rows.compared(tx.session, keys, near, limit=NAMED_MOST)
    by_them = await rows.answered_by_compared(tx.session, keys, near, limit=NAMED_MOST)
    others = await rows.not_compared(tx.session, near, limit=NOT_COMPARED_MOST)
    drills = await rows.drills(tx.session, near, limit=NOT_COMPARED_MOST)
    near_it = await _perhaps(tx, [*others, *drills], value)
    says, ids = says_it(value), list[int]()
    for request in await rows.requests_of(tx.session, {*compared, *by_them, *near_it}):
        if rights.may(actor, Right.AUDIT, request) is None and says(Body.of(request, tx.sealer)):
            ids.append(request.id)
    more = NAMED_MOST in (len(compared), len(by_them)) or NOT_COMPARED_MOST in (len(others), len(drills))
    return sorted(ids, reverse=True)[:MOST], more or len(ids) > MOST


async def _perhaps(tx: Tx, others: Sequence[tuple[int, bytes]], value: str) -> list[int]:
    """Of some requests and what is sealed of them those that may name it: told without taking each apart, which takes
    ten times as long."""
    could = _could_say(value)
    ids = []
    for count, (request_id, sealed) in enumerate(others, 1):
        if could(tx.sealer.unseal_bytes("requests", sealed)):
            ids.append(request_id)
        if count % AT_ONCE == 0:
            await asyncio.sleep(0)
    return ids


def _could_say(value: str) -> Callable[[bytes], bool]:
    numbers = [one.value.encode() for one in wanted(value).identifiers]
    if numbers:  # as it is kept; or masked; or said in escapes
        return lambda plain: any(sign in plain for sign in (*numbers, b"*", b"\\u"))
    return lambda plain: any(
        names.relation(value, name) == "eq" for _, name, _ in json.loads(plain)["subjects"]
    )


async def _near(tx: Tx, actor: Actor) -> list[int]:
    """The units that somebody looks over."""
    return [unit.id for unit in await units.current(tx) if rights.looks_over(actor, unit.id)]
