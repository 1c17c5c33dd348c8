"""Reads a structured post: the marker that makes it a request, and its ``label: value`` lines.

Reading is by text alone: which unit 昆山 is, or when 周五 is, is settled by those who know the units and
the time (:mod:`matching.choose`, :mod:`matching.when`). Nothing that was written is lost: what has no label
of its own continues the field above it, and what stands above the first label is the type or the lead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from types import MappingProxyType
from typing import Literal

from matching.form_labels import (
    FIELD_OF,
    FIELDS,
    REMARK_LABELS,
    Labelled,
    UnknownLabel,
    label_of,
    split_label,
    subject_kind,
    unknown_label,
)
from matching.form_marker import Marker, marker, tidy
from matching.form_subjects import read_subjects
from matching.normalise import fold
from matching.values import Subject

__all__ = ["Form", "Marker", "UnknownLabel", "fields_missing", "looks_like_request", "marker", "merge"]
__all__ += ["read", "read_for", "urgency"]

Urgency = Literal["flash", "urgent", "normal"]

#: So many different known labels make a message look like a request.
LIKELY_FIELDS = 3
#: Unknown labels are asked about up to this many; the text of all of them is kept.
MAX_UNKNOWN = 20

#: So many lines of numbers are searched for a name that is missing; more are a list.
MOST_NUMBER_LINES = 8

#: Fields of one text each, named alike in :class:`Form`.
_SINGLE = ("case", "period", "reason", "basis", "urgency", "due", "note", "contact")
_NAME_LABELS = ("姓名", "name")
#: Fields whose text is free, so that a label inside a line of theirs is only a word.
_FREE = frozenset({"reason", "note", "basis", "contact"})
_DIVIDER = re.compile(r"[、,，;；\n]+")
_SPACED = re.compile(r"\s*(?P<label>\S{1,16})[^\S\n]+(?P<value>\S.*)")
_INLINE = re.compile(r"(?:^|(?<=[\s；;，,|]))[^\s；;，,|:：]{1,16}\s*[:：]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A post as it was read. Texts are as written, without invisible characters, "" where nothing was said.

    ``labels`` are the fields that had a label; ``lead`` is what stood above the first label and is no type;
    ``unread`` are numbers in the subjects of no kind that we know.
    """

    type_text: str = ""
    to: tuple[str, ...] = ()
    subjects: tuple[Subject, ...] = ()
    case: str = ""
    period: str = ""
    reason: str = ""
    basis: str = ""
    urgency: str = ""
    due: str = ""
    note: str = ""
    contact: str = ""
    unknown: tuple[UnknownLabel, ...] = ()
    labels: frozenset[str] = frozenset()
    lead: str = ""
    unread: tuple[str, ...] = ()
    raw: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(kw_only=True, slots=True)
class _Block:
    """Lines of one label."""

    field: str
    kind: str
    lines: list[str]

    def text(self) -> str:
        return "\n".join(self.lines).strip()


@dataclass(kw_only=True, slots=True)
class _Post:
    """A post while its lines are read, one after the other."""

    blocks: list[_Block] = field(default_factory=list)
    first: str = ""
    lead: list[str] = field(default_factory=list)
    unknown: dict[str, UnknownLabel] = field(default_factory=dict)

    def opens(self, labelled: Labelled, line: str) -> bool:
        """Begin the block of a line's label; False if the line only continues what is above."""
        if labelled.label in _NAME_LABELS and self._lacks_name():
            self.blocks[-1].lines[-1] += f" {labelled.value}"
        elif labelled.field:
            kind = subject_kind(labelled.label)
            self.blocks.append(_Block(field=labelled.field, kind=kind, lines=[labelled.value]))
        elif labelled.number_kind and not self.blocks:
            self.blocks.append(_Block(field="subject", kind="", lines=[line.strip()]))
        else:
            return False
        return True

    def _lacks_name(self) -> bool:
        """Whether numbers alone stand above (身份证：… before 姓名：…), so that the name is theirs."""
        above = self.blocks[-1] if self.blocks else None
        if above is None or above.field != "subject" or len(above.lines) > MOST_NUMBER_LINES:
            return False
        found = read_subjects(above.text()).found
        return len(found) == 1 and not found[0].name

    def goes_on(self, line: str, labelled: Labelled | None, *, first: bool) -> None:
        """Keep a line without a label of ours with what is above it, and note what its label may be."""
        if labelled and not first and (told := self._unknown(labelled)):
            self.unknown.setdefault(told.label, told)
        if self.blocks:
            self.blocks[-1].lines.append(line)
        elif first:
            self.first = line.strip()
        else:
            self.lead.append(line)

    def _unknown(self, labelled: Labelled) -> UnknownLabel | None:
        if len(self.unknown) >= MAX_UNKNOWN:
            return None
        # 身份证号 tells more of a subject, 联系电话 of a note: they are known where something is above them.
        if self.blocks and (labelled.number_kind or labelled.label in REMARK_LABELS):
            return None
        return unknown_label(labelled)

    def form(self) -> Form:
        """What has been read."""
        texts: dict[str, str] = {}
        for block in self.blocks:
            if text := block.text():
                texts[block.field] = f"{texts[block.field]}\n{text}" if block.field in texts else text
        subjects = [read_subjects(b.text(), kind=b.kind) for b in self.blocks if b.field == "subject"]
        lead = [self.first] if "type" in texts else []
        return Form(
            type_text=texts.get("type", self.first),
            to=tuple(filter(None, map(str.strip, _DIVIDER.split(texts.get("to", ""))))),
            subjects=tuple(subject for block in subjects for subject in block.found),
            unread=tuple(number for block in subjects for number in block.unread),
            unknown=tuple(self.unknown.values()),
            labels=frozenset(block.field for block in self.blocks),
            lead="\n".join([*lead, *self.lead]).strip(),
            raw=MappingProxyType(texts),
            **{name: texts.get(name, "") for name in _SINGLE},
        )


def looks_like_request(text: str) -> bool:
    """Whether lines of a message have labels of at least three different fields."""
    fields = set()
    for line in tidy(text).split("\n"):
        if (labelled := split_label(line)) and labelled.field and labelled.value:
            fields.add(labelled.field)
            if len(fields) >= LIKELY_FIELDS:
                return True
    return False


def read(text: str) -> Form:
    """Read a post, without its marker. The first line, if it has no label, is the type."""
    post = _Post()
    for at, line in enumerate(_lines(tidy(text))):
        labelled = split_label(line)
        if labelled is None or not post.opens(labelled, line):
            post.goes_on(line, labelled, first=at == 0)
    return post.form()


def read_for(text: str, field: str) -> Form:
    """Read a reply that was asked for one field: with labels as a post, else as the value of that field."""
    form = read(text)
    if form.labels or field not in FIELDS:
        return form
    return _Post(blocks=[_Block(field=field, kind="", lines=[tidy(text)])]).form()


def merge(old: Form, new: Form) -> Form:
    """The draft ``old`` completed by the reply ``new``: what the reply names replaces what the draft had.

    Subjects without their label are added; an unlabelled first line is the type only if there was none.
    """
    raw = {**old.raw, **{name: new.raw[name] for name in new.labels if name in new.raw}}
    changes = {name: getattr(new, name) for name in new.labels if name in _SINGLE}
    if "to" in new.labels:
        changes["to"] = new.to
    if "subject" in new.labels:
        changes |= {"subjects": new.subjects, "unread": new.unread}
    elif new.subjects:
        changes |= {"subjects": old.subjects + new.subjects, "unread": old.unread + new.unread}
    if "type" in new.labels or not old.type_text:
        changes["type_text"] = new.type_text or old.type_text
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
    said |= {name: getattr(form, name) for name in _SINGLE}
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


def _lines(text: str) -> list[str]:
    """The lines, and what stands in one line under several labels as a line each.

    The first line may hold the whole post (#协作 户籍证明 致：昆山 对象：张三); later ones are taken apart
    only after a label whose value is no prose.
    """
    lines: list[str] = []
    for at, line in enumerate(_with_colons(text.split("\n"))):
        labelled = split_label(line)
        field = labelled.field if labelled else ""
        lines.extend(_apart(line) if at == 0 or (field and field not in _FREE) else [line])
    return lines


def _with_colons(lines: list[str]) -> list[str]:
    """The lines of a post written without any colon (对象 张三), with colons after its labels."""
    if any((labelled := split_label(line)) and labelled.field for line in lines):
        return lines
    spaced = [_SPACED.match(line) for line in lines]
    fields = {FIELD_OF.get(label_of(m["label"])) for m in spaced if m} - {None}
    if len(fields) < 2:
        return lines
    return [
        f"{m['label']}：{m['value']}" if m and label_of(m["label"]) in FIELD_OF else line
        for m, line in zip(spaced, lines, strict=True)
    ]


def _apart(line: str) -> list[str]:
    starts = [m.start() for m in _INLINE.finditer(line) if label_of(m.group().rstrip(" :：")) in FIELD_OF]
    edges = [0, *(start for start in starts if start > 0), len(line)]
    pieces = [line[a:b].strip(" \t；;，,|") for a, b in pairwise(edges)]
    return [piece for piece in pieces if piece] or [""]
