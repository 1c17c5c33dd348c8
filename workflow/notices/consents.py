"""How a unit has last decided whether another one may have its answers of a type. It stands beside the question, so
that who is asked knows; it decides nothing: each request is asked about anew (ADR 27)."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import datetime

import structlog

from storage.database.seal import SealBroken
from storage.queries import desk
from storage.tables.batch import PUT_DESK
from storage.tables.models import Request
from workflow.kernel.carried import key_of
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.organisation import people

log = structlog.get_logger(__name__)

FAMILY = "consent:"  # how the keys of these values of the desk begin


def remember(tx: Tx, giver: int | None, request: Request, *, given: bool) -> None:
    """The unit that gave an answer has decided for a request of another one. The last decision alone is kept; all of
    them stand in the record."""
    key = _key(giver, request)
    plain = {"key": key, "given": given, "at": tx.now.isoformat(), "person": tx.who.person_id}
    tx.batch.add(PUT_DESK, {"key": key, "value": b64encode(tx.sealer.seal("desk", plain)).decode()})


async def last(tx: Tx, giver: int, request: Request) -> Text | None:
    """What was decided last for the asking unit and the type of a request, when and by whom; None where nothing was,
    and where somebody set it by hand."""
    key = _key(giver, request)
    kept = await desk.value(tx.session, key)
    if kept is None:
        return None
    try:
        plain = tx.sealer.unseal("desk", b64decode(kept))
    except (SealBroken, ValueError) as error:
        log.error("consent_unreadable", key=key, why=str(error))
        return None
    if plain["key"] != key:
        log.error("consent_unreadable", key=key, why="it is another one's")
        return None
    return t(
        "consent.given" if plain["given"] else "consent.withheld",
        at=datetime.fromisoformat(plain["at"]).astimezone(tx.policy.zone).date(),
        by=await people.name_by_id(tx, plain["person"]),
    )


def _key(giver: int | None, request: Request) -> str:
    return f"{FAMILY}{giver}:{request.from_unit_id}:{key_of(request.type)}"
