"""Every key of the code is worded in both languages, and nothing is worded that nobody says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

import pytest
from babel.messages.pofile import read_po

from handlers.menu import SCOPES
from handlers.views.card import DOTS
from handlers.views.catalogue import (
    LANGUAGES,
    LOCALES,
    catalogue,
    our_language,
    wording,
)
from handlers.views.picture import WORDS as WORDS_OF_PICTURE
from handlers.views.reader import LABEL
from handlers.views.report import COLUMNS as COLUMNS_OF_REPORT
from handlers.views.template import Node, Optional, Param, parsed
from matching.form.fields import KEYS
from matching.identifiers.values import OwnKind
from matching.words.kind_words import ID_KINDS
from storage.ledger.fields import COLUMNS
from storage.ledger.why import Cause
from storage.queries.tabs import Tab
from storage.tables.models import OFFER_VERDICTS, REQUEST_STATES, ROLES
from storage.tables.words import Handling, MisreadKind
from tests.unit.views.keys_in_code import Used, recorded, used
from workflow.actions.closing import ASKED
from workflow.actions.snoozing import LENGTHS
from workflow.kernel.actions import Action, Section, Who
from workflow.kernel.fields import FIELDS, ON_CARD
from workflow.kernel.ladder import Stage
from workflow.kernel.outcomes import PICKED
from workflow.kernel.states import TRANSITIONS
from workflow.lookup.time_views import DueBy
from workflow.lookup.trail_file import COLUMNS as COLUMNS_OF_AUDIT
from workflow.lookup.trails import By
from workflow.organisation.duty.commands import DOES
from workflow.organisation.owning import AUDITS
from workflow.organisation.reshaping import ACTS, ADD, ALIAS, CLOSE, MOVE, RENAME
from workflow.organisation.results import Belongs, Happened
from workflow.reuse.taking import OF_SOURCE

PLACEHOLDER = re.compile(r"\{([a-z_]+)(?::([a-z]+))?\}")
OPTIONAL = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
DUE_CODES = ("past", "unreadable", "far", "clash", "haste")
#: Keys that are made up at run time: what may follow their beginning.
MADE_UP: dict[str, Collection[str]] = {
    "action.": (*{action for _, action in TRANSITIONS}, "notarequest"),
    "attest.": tuple(Belongs),
    "answered.": ("outcome", "pick"),
    "corrected.": ("outcome", "pick"),
    "ask.": ("answer", "assign", "transfer", "correct", "withdraw", "return", "decline", "delay", "reopen", "complete",
            "reject", "later", "take_over"),
    "audit.": tuple(By),
    "audit.column.": COLUMNS_OF_AUDIT,
    "audit.file.": tuple(By),
    "bind.": ("desk", "shared"),
    "changed.": (ADD, RENAME, ALIAS, MOVE, CLOSE),
    "button.": (
        "accept", "answer", "check", "return", "decline", "assign", "transfer", "nudge", "reuse", "close", "reopen",
        "cancel", "delay", "complete", "rate", "full", "outcome",
        "correct", "withdraw", "ask", "approve", "reject", "snooze", "ack", "split", "merge",
        "take_over",
    ),
    "card.": tuple(one.key for one in ON_CARD),
    "card.offer_": OFFER_VERDICTS[:3],
    "card.why_": ("returned", "declined"),
    "done.": (*Action, "set_apart"),
    "denied.": tuple(who for who in Who if who is not Who.BY_ANSWER),
    "due.": tuple(Section),
    "due.more_": tuple(Section),
    "duration.": ("day", "hour", "minute"),
    "duty.": (
        "every", "mon_fri", "weekend", "workdays", "days_off", *(f"day_{n}" for n in range(7)),
    ),
    "duty.by_": ("day", "week"),
    "duty.done_": (*(set(DOES) - {"stand-in"}), "stand_in_person", "stand_in_unit", "stand_in_off"),
    "error.due_": DUE_CODES,
    "example.": (
        "alert", "answer", "ask", "bind_topic", "correct", "decline", "delay", "find", "hold", "inbox", "operation",
        "post", "reject", "reopen", "return", "share", "split", "unbind_topic", "who", "withdraw",
        ADD, RENAME, ALIAS, MOVE, CLOSE,
    ),
    "field.": (*(one.key for one in FIELDS), "text"),
    "guided.": KEYS,
    "handling.": tuple(Handling),
    "history.": (
        *ACTS, ASKED,
        "operation_add", "operation_until", "operation_join", "operation_decline", "operation_leave",
        *Action, *OF_SOURCE, *AUDITS, "register", "read", "export", "other", "removed", "unconfirmed", "turn_away",
    ),
    "kind.": ID_KINDS,
    "later.": LENGTHS,
    "ledger_field.": (*COLUMNS, "kind", "name"),
    "ledger_why.": tuple(Cause),
    "members.": ("line", "newcomer", "pending"),
    "menu.": tuple({name for names in SCOPES.values() for name in names}),
    "inbox.": ("out", "passed"),
    "inbox.asks_": ("filter", "pick", "assign", "outcome"),
    "inbox.do_": ("filter", "pick", "all", "clear", "back", "accept", "assign", "answer"),
    "inbox.none_": ("out", "passed", "narrowed"),
    "inbox.tab_": tuple(Tab),
    "misread.": tuple(MisreadKind),
    "missing.": KEYS,
    "offer.late_": ("got", "gave"),
    "operation.": tuple(Happened),
    "outcome.": (*PICKED, "unset"),
    "own.missing_": tuple(OwnKind),
    "pick.": PICKED,
    "problem.damaged_": ("cn_id",),
    "problem.due_": (*DUE_CODES, "several", "one"),
    "released.": ("whole", "part"),
    "reused.": tuple(
        f"{part}{end}" for part in ("whole", "part") for end in ("", "_agreed", "_elsewhere", "_by_release")
    ),
    "report.column.": {column for columns in COLUMNS_OF_REPORT.values() for column in columns}
    | {"unit", "below", "period", "zone", "made_at", "share", "saved", "rated"},
    "report.note.": ("counted", "on_time", "within", "saved", "first_answer", "clock"),
    "report.sheet.": set(COLUMNS_OF_REPORT) - {"parts"},
    "report.title.": set(COLUMNS_OF_REPORT) - {"parts"},
    "role.": (*ROLES, "none"),
    "state.": REQUEST_STATES,
    "stats.": ("between", "received", "sent"),
    "times.by.": tuple(DueBy),
    "times.reminder.": ("before", "after", *(stage for stage in Stage if stage is not Stage.DESK)),
    "urgency.": ("flash", "urgent", "normal"),
    "week.": (*WORDS_OF_PICTURE, "on_time", "median"),
    "week.age_": tuple("01234"),
}  # fmt: skip
#: Keys whose end is added at run time.
WITH_ENDING = {".none": ("inbox", "overdue", "find", "mine", "subject", "case")}
CONTRACT_LABELS = {
    "accept": ("受理", "Accept"), "answer": ("反馈", "Answer"), "return": ("退回", "Return"),
    "decline": ("拒绝", "Decline"), "assign": ("转派", "Assign"), "transfer": ("转办", "Transfer"),
    "nudge": ("催办", "Nudge"), "reuse": ("复用", "Reuse"), "close": ("办结", "Close"),
    "reopen": ("重开", "Reopen"), "cancel": ("撤销", "Cancel"), "correct": ("更正", "Correct"),
    "approve": ("批准", "Approve"), "reject": ("驳回", "Reject"),
    "release": ("用此答复", "Release"), "withhold": ("不提供", "Withhold"), "view": ("先看", "View"),
    "split": ("分办", "Split"),
}  # fmt: skip


def plain(words: str) -> str:
    """A wording without its marks, its parameters as they are written."""

    def said(nodes: Iterable[Node]) -> Iterator[str]:
        for node in nodes:
            match node:
                case Optional(_, inner):
                    yield from said(inner)
                case Param(name):
                    yield f"{{{name}}}"
                case _:
                    yield node.text

    return "".join(said(parsed(words)))


@pytest.fixture(scope="module")
def code() -> Used:
    return used()


def made_up_keys() -> set[str]:
    middles = {beginning + end for beginning, ends in MADE_UP.items() for end in ends}
    return middles | {start + ending for ending, starts in WITH_ENDING.items() for start in starts}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_of_the_code_is_worded(code: Used, language: str) -> None:
    entries = catalogue(language)
    missing = {key: where for key, where in code.keys.items() if key not in entries and key != LABEL}
    assert missing == {}
    assert made_up_keys() - set(entries) == set()


def test_every_beginning_of_a_made_up_key_is_declared_here(code: Used) -> None:
    undeclared = {beginning: where for beginning, where in code.prefixes.items() if beginning not in MADE_UP}
    assert undeclared == {}


def test_every_action_of_a_record_has_its_word() -> None:
    actions = recorded()
    assert {"register", "accept", "read", "remind"} <= actions
    assert {action for action in actions if f"history.{action}" not in catalogue("en")} == set()


def test_nothing_is_worded_that_nobody_says(code: Used) -> None:
    said = set(code.keys) | code.literals | made_up_keys() | {f"history.{action}" for action in recorded()}
    orphans = [key for key in catalogue("en") if key not in said]
    assert orphans == []


def test_both_languages_have_the_same_keys_and_placeholders() -> None:
    zh, en = catalogue("zh"), catalogue("en")
    assert set(zh) == set(en)
    different = [key for key in zh if set(PLACEHOLDER.findall(zh[key])) != set(PLACEHOLDER.findall(en[key]))]
    assert different == []


def test_every_placeholder_is_given_where_the_text_is_said(code: Used) -> None:
    entries = catalogue("en")
    wanting = []
    for key, given, where in code.params:
        needed = {name for name, _ in PLACEHOLDER.findall(OPTIONAL.sub("", entries.get(key, "")))}
        if "**" not in given and needed - given:
            wanting.append((key, needed - given, where))
    assert wanting == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_stands_twice_in_a_catalogue(language: str) -> None:
    lines = (LOCALES / f"{language}.po").read_text(encoding="utf-8").splitlines()
    twice = [line for line, count in Counter(x for x in lines if x.startswith("msgid ")).items() if count > 1]
    assert twice == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_is_read_as_it_is_written(language: str) -> None:
    with (LOCALES / f"{language}.po").open("rb") as file:
        entries = [entry for entry in read_po(file, locale=language, abort_invalid=True) if entry.id]
    assert len(entries) == len(catalogue(language))
    assert [entry.id for entry in entries if entry.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_wording_says_something_and_its_marks_and_brackets_close(language: str) -> None:
    for key, words in catalogue(language).items():
        assert parsed(words), key
        assert plain(words).strip(), key
        assert not re.search(r"\[\[|\]\]|\*\*|__|`", plain(words)), key
        parsed(OPTIONAL.sub("", words))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_wording_holds_a_channel_s_markup(language: str) -> None:
    text = (LOCALES / f"{language}.po").read_text(encoding="utf-8")
    assert re.findall(r"<[^>\n]*>|&[a-z#0-9]+;|tg://", text) == []


@pytest.mark.parametrize("words", ["**x", "x**", "`x", "[[x", "[[x]] [[", "x]]", "**[[x**]]", "[[**x]]**"])
def test_a_wording_that_does_not_close_is_an_error(words: str) -> None:
    with pytest.raises(ValueError, match="do not close"):
        parsed(words)


@pytest.mark.parametrize("action", CONTRACT_LABELS)
def test_a_button_begins_with_the_word_of_the_contract(action: str) -> None:
    zh, en = CONTRACT_LABELS[action]
    assert catalogue("zh")[f"button.{action}"].startswith(zh)
    assert catalogue("en")[f"button.{action}"].startswith(en)


@pytest.mark.parametrize("language", LANGUAGES)
def test_menu_descriptions_are_plain_and_of_telegrams_length(language: str) -> None:
    for key, words in catalogue(language).items():
        if key.startswith("menu."):
            assert 1 <= len(words) <= 256, key
            assert plain(words) == words, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_toasts_fit_an_alert(language: str) -> None:
    for key, words in catalogue(language).items():
        if key.startswith(("toast.", "done.", "denied.")):
            assert len(plain(words)) <= 160, key


def test_every_error_that_has_an_example_shows_it_ready_to_copy() -> None:
    for language in LANGUAGES:
        for key, words in catalogue(language).items():
            if key.startswith("error.") and "{example}" in words:
                assert "`{example}`" in words, (language, key)


def test_chinese_stands_in_the_chinese_catalogue_and_english_in_the_english_one() -> None:
    han = re.compile(r"[\u4e00-\u9fff]")
    bare = {
        "plain",
        "mention",
        "mine",
        "kind.imei",
        "kind.imsi",
        "kind.iccid",
        "format.time",
        "format.between",
        "digest.units",
        "example.bind_topic",
        "example.unbind_topic",
    }
    for key, words in catalogue("zh").items():
        if key in bare or not re.search(r"[A-Za-z]{3}", PLACEHOLDER.sub("", words)):
            continue
        assert han.search(words), key
    for key, words in catalogue("en").items():
        assert not han.search(words), key


def test_a_language_that_there_is_not_reads_english() -> None:
    assert our_language("zh-Hans") == "zh"
    assert our_language("de") == "en"
    assert our_language(None) == "en"
    assert wording("state.open", "de") == catalogue("en")["state.open"]


def test_every_state_has_its_dot() -> None:
    assert set(DOTS) == set(REQUEST_STATES)
