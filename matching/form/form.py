"""Reads a structured post: the marker that makes it a request, and its ``label: value`` lines.

Reading is by text alone: which unit 昆山 is, or when 周五 is, is settled by those who know the units and
the time (:mod:`matching.words.choose`, :mod:`matching.dates.when`). Nothing that was written is lost: what has no label
of its own continues the field above it, and what stands above the first label is the type or the lead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal

from matching.form import confidential
from matching.form.fields import KEYS, SINGLE, Form, UnknownLabel
from matching.form.labels import KIND_OF, Labelled, split_label
from matching.form.lines import lines_of
from matching.form.marker import Marker, marker, tidy
from matching.form.post import Block, Post
from matching.text.normalise import fold

__all__ = ["Form", "Marker", "UnknownLabel", "fields_missing", "looks_like_request", "marker", "merge"]
__all__ += ["read", "read_for", "urgency"]

Urgency = Literal["flash", "urgent", "normal"]

#: So many different known labels make a message look like a request.
LIKELY_FIELDS = 3
#: A line that is longer says more than how urgent it is.
LONGEST_HASTE = 6


def looks_like_request(text: str) -> bool:
    """Whether lines of a message have labels of at least three different fields."""
    fields = set()
    for line in lines_of(tidy(text)):
        if (labelled := split_label(line)) and labelled.field and labelled.value:
            fields.add(labelled.field)
            if len(fields) >= LIKELY_FIELDS:
                return True
    return False


def read(text: str) -> Form:
    """Read a post, without its marker. The first line, if it has no label, is the type."""
    post = Post()
    text, secret = confidential.cut_out(tidy(text))
    lines = [(line, split_label(line)) for line in lines_of(text)]
    shaped = any(labelled is not None and labelled.field for _, labelled in lines)
    for at, (line, found) in enumerate(lines):
        labelled = _as_haste(line) if found is None and at and shaped else found
        # …王海波（身份证号：3412…）…: in a sentence, and above the first label, that colon opens no line of its own
        sentence = labelled is not None and labelled.label not in KIND_OF and not labelled.field
        if labelled is None or (sentence and (at == 0 or not shaped)) or not post.opens(labelled, line):
            post.goes_on(line, labelled, first=at == 0)
    return replace(post.form(), confidential=secret)


def _as_haste(line: str) -> Labelled | None:
    """A line of nothing but 急 or 特急 says how urgent it is, whatever stands above it."""
    word = line.strip(" \t。.!！")
    short = len(word) <= LONGEST_HASTE and urgency(word) is not None
    return Labelled(label="紧急程度", written=word, value=word) if short else None


def read_for(text: str, field: str) -> Form:
    """Read a reply that was asked for one field: with labels as a post, else as the value of that field."""
    form = read(text)
    if form.labels or field not in KEYS:
        return form
    text, secret = confidential.cut_out(tidy(text))
    said = Post(blocks=[Block(field=field, kind="", lines=[text])]).form()
    return replace(said if text.strip() else form, confidential=secret)


def merge(old: Form, new: Form) -> Form:
    """The draft ``old`` completed by the reply ``new``: what the reply names replaces what the draft had.

    Subjects without their label are added; an unlabelled first line is the type only if there was none.
    """
    raw = {**old.raw, **{name: new.raw[name] for name in new.labels if name in new.raw}}
    changes: dict[str, Any] = {name: getattr(new, name) for name in new.labels if name in SINGLE}
    if "to" in new.labels:
        changes["to"] = new.to
    if "subject" in new.labels:
        changes |= {"subjects": new.subjects, "unread": new.unread, "left": new.left, "unsure": new.unsure}
        changes["corrected"] = new.corrected
    elif new.subjects:
        changes |= {"subjects": old.subjects + new.subjects, "unread": old.unread + new.unread}
        changes |= {"left": old.left + new.left, "unsure": old.unsure or new.unsure}
        changes["corrected"] = old.corrected or new.corrected
    if "type" in new.labels or not old.type_text:
        changes["type_text"] = new.type_text or old.type_text
    if new.confidential is not None:
        changes["confidential"] = new.confidential
    return replace(
        old,
        **changes,
        labels=old.labels | new.labels,
        lead="\n".join(filter(None, (old.lead, new.lead))),
        unknown=new.unknown,
        raw=MappingProxyType(raw),
    )


def fields_missing(form: Form, require: Sequence[str]) -> list[str]:
    """Which of the required fields (keys as in ``require`` of a request type) say nothing, in that order."""
    said = {"type": form.type_text, "to": form.to, "subject": form.subjects}
    said |= {name: getattr(form, name) for name in SINGLE}
    return [name for name in require if not said.get(name)]


def urgency(text: str) -> Urgency | None:
    """The urgency that a word names, in either language; None for no such word, or for several."""
    folded = _URGENCY_NOISE.sub(" ", fold(text).lower())
    if not folded.strip():
        return None
    named = {_URGENCY.get(word) for word in folded.split()}
    return named.pop() if len(named) == 1 else None


_URGENCY_NOISE = re.compile(r"[\s!.。,，、()（）*]+|程度|级别?|件|处理|办理|的")
_URGENCY_WORDS: dict[Urgency, str] = {
    "flash": "特急 特急件 十万火急 非常紧急 特别紧急 紧急紧急 最急 flash immediate critical",
    "urgent": "加急 急 紧急 急件 较急 比较急 urgent high asap",
    "normal": "普通 普 一般 正常 平 平件 常规 不急 不紧急 normal routine ordinary low",
}
_URGENCY = {word: key for key, words in _URGENCY_WORDS.items() for word in words.split()}
