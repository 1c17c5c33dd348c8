"""``/new 户籍``: the last form of that type is opened again, with its subject empty.

What belongs to one case alone (subject, case, period, deadline, note) is not taken over, nor a reason in which the
person or the number of then stands.
"""

from __future__ import annotations

from matching.words.choose_words import squeeze
from storage.queries import requests as rows
from storage.tables.models import Unit
from workflow.kernel.body import Body
from workflow.kernel.tx import Tx
from workflow.organisation import units

#: Fields that are asked alike again and again, with the label that each is written under.
TAKEN_OVER = {"reason": "事由", "basis": "依据", "contact": "联系人"}


async def last_form(tx: Tx, own: Unit, text: str) -> str:
    """The post that the name of a type stands for: the actor's last of that type. "" where ``text`` says more than a
    type, or there is none."""
    key = tx.policy.type_names.get(squeeze(text)) if text.strip() else None
    if key is None:
        return ""
    last = await rows.last_of_type(tx.session, asker_id=tx.who.person_id, unit_id=own.id, type_key=key)
    if last is None:
        return ""
    body = Body.of(last, tx.sealer)
    asked = await units.by_id(tx, last.to_unit_id)
    lines = [text.strip()]
    if asked is not None and asked.retired_at is None and asked.id != own.id:
        lines.append(f"致：{asked.name}")
    for name, label in TAKEN_OVER.items():
        said = "；".join(body.said(name).split("\n")).strip()
        if said and not _speaks_of(said, body):
            lines.append(f"{label}：{said}")
    return "\n".join(lines) if len(lines) > 1 else ""


def _speaks_of(said: str, body: Body) -> bool:
    """Whether words name a subject of then, or a number of theirs."""
    told = squeeze(said)
    names = [squeeze(s.name) for s in body.subjects if s.name]
    numbers = [squeeze(value) for s in body.subjects for i in s.ids for value in (i.value, i.raw) if value]
    return any(word and word in told for word in (*names, *numbers))
