"""Everything that reads what people write, or words it, as functions of one text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from bot.channels.channel import Address
from bot.settings.model import Settings
from bot.settings.policy import policy_of
from bot.telegram.limits import TEXT_UNITS
from bot.telegram.sender import method, pieces
from handlers.views.card import card
from handlers.views.outgoing import Say
from handlers.views.reader import clean
from handlers.views.rich import words
from matching.compare import rows
from matching.dates import period, when
from matching.form import form, papers
from matching.identifiers import cases, identifiers
from matching.identifiers.values import Identifier, Subject
from matching.masking import masking
from matching.words import choose, names
from storage.tables.models import Unit
from workflow.kernel.body import Part
from workflow.kernel.fields import ON_CARD
from workflow.kernel.masked import seen
from workflow.notices.cards_view import CardView, CommentLine, SubjectLine
from workflow.organisation.units import Units
from workflow.request.reading import understand

NOW = datetime(2026, 12, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
UNITS = (("KS", "昆山市公安局", ("昆山", "Kunshan PSB")), ("WX", "无锡市公安局", ("无锡", "Wuxi PSB")))
#: Fifty subjects, the most of one request, in whose names a hostile text may be rich.
SUBJECTS = tuple(
    Subject(name=name, ids=(Identifier(kind="phone", value=f"138{number:08}", state="valid"),))
    for number, name in enumerate(["Chan Tai Man", "王佳人", "Mohammed bin Ali", "陈望舒", "Wang Haibo"] * 10)
)


@cache
def _units() -> Units:
    listed = [
        Unit(id=number, code=code, name=name, aliases=list(aliases), kind="police", parent_id=None)
        for number, (code, name, aliases) in enumerate(UNITS, start=1)
    ]
    return Units(all=listed)


@cache
def _policy() -> Any:
    return policy_of(Settings(), "desk_bot")


def _post(before: str) -> Callable[[str], object]:
    def understood(text: str) -> object:
        part = Part(text=(before + text)[:4096])
        return understand([part], policy=_policy(), units=_units(), own=2, sent=NOW, now=NOW)

    return understood


def _card(text: str) -> object:
    view = CardView(
        number="KS26-0042", type_labels={"zh": text}, from_unit=text, to_unit=text, urgency="normal",
        state="answered", asked_at=NOW, asker=text, subjects=(SubjectLine(name=text, ids=(("phone", text),)),),
        matter={one.key: text for one in ON_CARD}, answer=text, outcome="found", closed_why=text,
        comments=(CommentLine(name=text, text=text, at=NOW),),
    )  # fmt: skip
    worded, rows = card(view, language="zh", zone=NOW.tzinfo or ZoneInfo("UTC"), now=NOW, most=TEXT_UNITS)
    return method(Say(text=worded, rows=rows), Address(chat_id=1, native_id="1"))


def _parts(text: str) -> object:
    said = pieces(Say(text=words(clean(text, multiline=True, limit=20_000))))
    return [method(part, Address(chat_id=1, native_id="1")) for part in said]


FORM = "#协作 户籍证明\n致：昆山\n事由：核实\n"
READERS: dict[str, Callable[[str], object]] = {
    "a post": _post("#协作 "),
    "a post's subject": _post(FORM + "对象："),
    "a post's reason": _post("#协作 户籍证明\n致：昆山\n对象：陈望舒 320583199204080027\n事由："),
    "a post's deadline": _post(FORM + "对象：陈望舒\n时限："),
    "a post's period": _post(FORM + "对象：陈望舒\n期间："),
    "a deadline": lambda text: when.read_due(text, now=NOW),
    "a period": lambda text: period.read_period(text, today=NOW.date()),
    "a case": cases.normal,
    "a name": lambda text: names.relation(text, "王佳人"),
    "a row's words": lambda text: rows.record_from_words(text, str),
    "a choice": lambda text: choose.find_in(text, {code: (name, *also) for code, name, also in UNITS}),
    "identifiers": identifiers.find,
    "what is said of a picture": papers.says,
    "a completion": lambda text: form.read_for(text, "subject"),
    "a mask": lambda text: masking.mask_text(text, SUBJECTS),
    "a refusal": lambda text: seen(text, SUBJECTS),
    "a card": _card,
    "parts of a long message": _parts,
}
