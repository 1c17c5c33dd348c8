"""A choice that was made about a draft, by a tap or in words: one of those that were offered, and no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matching.text.normalise import fold, listed
from storage.tables.models import Draft
from workflow.kernel.carried import meant
from workflow.kernel.errors import Refused
from workflow.kernel.labels import own_key
from workflow.kernel.policy import Policy
from workflow.kernel.problems import Choice, Problem
from workflow.kernel.tx import Tx
from workflow.notices.drafts import WIDE
from workflow.organisation import units
from workflow.request import drafts
from workflow.request.drafts import DraftBody
from workflow.request.reading_reason import SAID, reason_or_person
from workflow.request.reading_subjects import confirmed

#: What is picked from a list of the configuration.
CLOSED_LISTS: dict[str, Callable[[Policy], tuple[str, ...]]] = {
    "ground": lambda policy: policy.grounds,
    "no_case": lambda policy: policy.no_case,
}
#: Whole replies that say what a button would, by its name and, where several have that, its value.
_IN_WORDS = {
    ("mine", ""): listed(
        "我的 是我的 我自己的 我的电话 我的手机 我的号码 我的联系方式 mine my_number it's_mine it_is_mine"
    ),
    ("theirs", ""): listed("对象的 是对象的 他的 她的 嫌疑人的 被查人的 theirs his hers the_subject's"),
    ("said", "reason"): listed("事由 是事由 原因 是原因 reason the_reason"),
    ("said", "person"): listed("人 是人 是要查的人 要查的人 对象 被查人 person a_person it's_a_person"),
}


def in_words(problems: Sequence[Problem], text: str) -> Choice | None:
    """The one choice under these problems that a whole reply names."""
    said = "_".join(fold(text).lower().strip(" 。.!！").split())
    choices = [choice for problem in problems for choice in problem.choices]
    named = [
        one
        for one in choices
        if said in _IN_WORDS.get((one.name, ""), ()) or said in _IN_WORDS.get((one.name, str(one.value)), ())
    ]
    return named[0] if len(named) == 1 else None


async def do_choose(tx: Tx, draft: Draft, body: DraftBody, name: str, value: str) -> None:
    """What was tapped, kept in the draft."""
    if name == "to" and value.isascii() and value.isdigit() and len(value) < 19:
        unit = await units.by_id(tx, int(value))
        if unit is None or unit.retired_at is not None or unit.id == draft.unit_id:
            raise Refused("error.button_old")
        body.chosen["to"] = [unit.id]
    elif name == "type" and value in tx.policy.types:
        body.chosen["type"] = value
    elif name == "urgency" and value in tx.policy.time_to_answer:
        body.chosen["urgency"] = value
    elif name in CLOSED_LISTS:
        body.chosen[name] = meant(value, CLOSED_LISTS[name](tx.policy))
    elif name in WIDE or own_key(name) is not None:
        await _choose_offered(tx, draft, body, name, value)
    elif name == "said" and value in SAID:
        reading = await drafts.read(tx, body.parts, body.chosen, own=draft.unit_id or 0)
        if not reason_or_person(reading.form, body.chosen):
            raise Refused("error.button_old")
        body.chosen[SAID[value]] = [*body.chosen.get(SAID[value], ()), reading.form.reason]
    elif name in ("repair", "as_written", "pairs", "theirs", "mine"):
        reading = await drafts.read(tx, body.parts, body.chosen, own=draft.unit_id or 0)
        kept = confirmed(reading.form, name, value)
        if kept is None:
            raise Refused("error.button_old")
        body.chosen[name] = kept if isinstance(kept, list) else [*body.chosen.get(name, ()), kept]
    elif name == "anyway":
        body.chosen["anyway"] = True
    else:
        raise Refused("error.button_old")


async def _choose_offered(tx: Tx, draft: Draft, body: DraftBody, name: str, value: str) -> None:
    """One of those that the words of the draft could mean, or that are asked for, and no other."""
    body.chosen.pop(name, None)
    reading = await drafts.read(tx, body.parts, body.chosen, own=draft.unit_id or 0)
    choices = [choice for problem in reading.problems for choice in problem.choices if choice.name == name]
    if not any(choice.value == value for choice in choices):
        raise Refused("error.button_old")
    body.chosen[name] = value
