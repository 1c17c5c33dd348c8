"""Three tables of fields, for what is read, what is kept and shown, and what a ledger holds: a field is in all."""

from __future__ import annotations

from dataclasses import fields

import pytest

from bot.settings.entries import RequestType
from handlers.views.catalogue import LANGUAGES, has, wording
from matching.form.fields import FIELD_OF, KEYS, SINGLE, Form
from matching.form.form import fields_missing, merge, read, read_for
from storage.database.seal import Sealer
from storage.ledger.fields import COLUMNS
from storage.tables.models import Request
from workflow.kernel.body import Body
from workflow.kernel.fields import BY_KEY, COMPARED, EDITED, FIELDS, ON_CARD, TEXTS, Field
from workflow.kernel.parts import Part
from workflow.organisation.audience import What

SEALER = Sealer(bytes(32))
OF_KEY = pytest.mark.parametrize("key", KEYS)
OF_TEXT = pytest.mark.parametrize("key", TEXTS)
OF_FIELD = pytest.mark.parametrize("one", FIELDS, ids=lambda one: str(one.key))


def label_of(key: str) -> str:
    return next(label for label, field in FIELD_OF.items() if field == key)


def test_what_is_read_is_kept() -> None:
    assert set(KEYS) <= set(BY_KEY)
    assert set(TEXTS) <= set(SINGLE) <= {one.name for one in fields(Form)}


@OF_KEY
def test_a_field_is_read_under_its_label(key: str) -> None:
    form = read(f"户籍证明\n{label_of(key)}：张三")
    assert key in form.labels
    assert form.raw[key].endswith("张三")


@OF_TEXT
def test_a_text_is_read_completed_and_missed(key: str) -> None:
    form = read(f"户籍证明\n{label_of(key)}：先前")
    assert getattr(form, key) == "先前"
    assert getattr(merge(form, read_for("后来", key)), key) == "后来"
    assert fields_missing(read("户籍证明"), [key]) == [key]
    assert not fields_missing(form, [key])


@OF_TEXT
def test_a_text_is_sealed_with_the_request_and_comes_back(key: str) -> None:
    body = Body(texts={key: "说了这个"}, parts=(Part(text="说了这个"),))
    assert Body.of(Request(sealed=body.seal(SEALER)), SEALER) == body
    assert body.said(key) == "说了这个"


def test_what_was_sealed_before_there_was_a_field_says_nothing_of_it() -> None:
    plain = SEALER.unseal("requests", Body(texts={"reason": "核实"}).seal(SEALER))
    del plain["contact"]
    body = Body.of(Request(sealed=SEALER.seal("requests", plain)), SEALER)
    assert (body.said("contact"), body.said("reason")) == ("", "核实")


@OF_FIELD
def test_a_field_lies_in_one_place(one: Field) -> None:
    assert one.text + bool(one.column) + (one.key in ("subject", "period")) == 1
    assert not one.column or one.column in Request.__table__.columns


@OF_FIELD
def test_a_field_has_its_words_in_both_languages(one: Field) -> None:
    for language in LANGUAGES:
        assert has(f"field.{one.key}", language)
        if one in ON_CARD:
            assert f"{{{one.key}}}" in wording(f"card.{one.key}", language)
        if one.key in KEYS:
            assert has(f"missing.{one.key}", language)
            assert has(f"guided.{one.key}", language)


@OF_FIELD
def test_a_field_is_shown_as_something_whose_reach_is_known(one: Field) -> None:
    assert one.shown in {"", "whole", *What}
    assert not one.text or one.shown, "a text that no card shows is read by nobody"
    assert one.shown != "whole" or not one.text, "what people write is shown as its reader may read it"


@OF_FIELD
def test_a_field_has_a_column_in_a_ledger(one: Field) -> None:
    assert one.ledger in {"subjects", *COLUMNS} or one.key == "confidential"


@OF_KEY
def test_a_type_of_request_may_require_any_field(key: str) -> None:
    assert RequestType(key="x", require=(key,)).require == (key,)


def test_what_a_type_is_the_same_by_is_looked_at_again_when_it_changes() -> None:
    same = RequestType.model_json_schema()["properties"]["same"]["items"]["enum"]
    assert set(same) <= COMPARED


def test_only_whom_a_request_is_for_cannot_be_edited() -> None:
    assert {one.key for one in FIELDS} - {one.key for one in EDITED} == {"to"}
