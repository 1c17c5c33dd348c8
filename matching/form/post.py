"""A post while its lines are read: which field each belongs to, and what comes of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from matching.form.fields import SINGLE, Form, UnknownLabel
from matching.form.labels import REMARK_LABELS, Labelled, subject_kind, unknown_label
from matching.form.subject_tokens import MAX_SUBJECTS
from matching.form.subjects import Subjects, read_subjects
from matching.identifiers.callers import callers, is_called
from matching.identifiers.identifiers import find, scan
from matching.text.normalise import listed
from matching.words.call_words import ANYBODYS, MAY_CALL, OWN_LABEL
from matching.words.common_english import COMMON_ENGLISH
from matching.words.kind_words import NAMES, OWNERS
from matching.words.names import clean
from matching.words.surnames import is_person

#: Unknown labels are asked about up to this many; the text of all of them is kept.
MAX_UNKNOWN = 20

#: So many lines of numbers are searched for a name that is missing; more are a list.
MOST_NUMBER_LINES = 8

#: Labels whose value may be the name of whom the numbers above are.
_NAME_LABELS = NAMES | OWNERS
_CORRECTIONS = frozenset({"更正", "纠正", "改正", "勘误", "correction"})
_OF_A_DUE = re.compile(r"时限|期限|截止|[天时日号周]前|\d\s?[天小工]|deadline|due")
_SIGNS_BEFORE = re.compile(r"^[^\w+(*]+")
_MANY_DIGITS = re.compile(r"\d{5}")
_LABEL_WORDS = re.compile(r"[a-z]+")
_DIVIDER = re.compile(r"[、,，;；\n]+|\s(?:和|及|与|and|&)\s|(?<=[局队所处科院委支])(?:和|及|与)")


@dataclass(kw_only=True, slots=True)
class Block:
    """Lines of one label."""

    field: str
    kind: str
    lines: list[str]
    label: str = ""

    def text(self) -> str:
        return "\n".join(self.lines).strip()


@dataclass(kw_only=True, slots=True)
class Post:
    """A post while its lines are read, one after the other."""

    blocks: list[Block] = field(default_factory=list)
    first: str = ""
    lead: list[str] = field(default_factory=list)
    unknown: dict[str, UnknownLabel] = field(default_factory=dict)

    def opens(self, labelled: Labelled, line: str) -> bool:
        """Begin the block of a line's label; False if the line only continues what is above."""
        if not labelled.field and OWN_LABEL.fullmatch(labelled.label):  # 我的手机：…, call me: …
            self._aside(line)
        elif labelled.label in _NAME_LABELS and self._lacks_name():
            self.blocks[-1].lines.append(line.strip())
        elif labelled.label in _UNITS and self._of("subject"):  # 单位：… below a person: where they work
            return False
        elif labelled.label in _CONTENT and labelled.value:  # sentences, in whatever words
            self.lead.append(labelled.value)
        elif labelled.field:
            self._begin(labelled.field, labelled.label, labelled.value)
        elif labelled.number_kind:
            self._number(labelled, line.strip())
        else:
            return False
        return True

    def _begin(self, name: str, label: str, value: str) -> None:
        kind = subject_kind(label)
        # 户名：…, 车主：… keep their word: it says whose name that is.
        text = f"{label} {value}" if label in _ROLES else value
        self.blocks.append(Block(field=name, kind=kind, lines=[text], label=label))

    def _aside(self, line: str) -> None:
        """Keep a line that says whom to call; what follows it goes on with what is above it."""
        contact = Block(field="contact", kind="", lines=[line.strip()])
        self.blocks.insert(
            max(0, len(self.blocks) - 1) if self._goes_on_above() else len(self.blocks), contact
        )

    def _goes_on_above(self) -> bool:
        return bool(self.blocks) and self.blocks[-1].field != "contact"

    def _of(self, name: str) -> Block | None:
        """The last block, if it is of this field."""
        return self.blocks[-1] if self.blocks and self.blocks[-1].field == name else None

    def _number(self, labelled: Labelled, line: str) -> None:
        """身份证号：… tells more of a subject. A telephone number below something else is rather the officer's."""
        subject = next((block for block in reversed(self.blocks) if block.field == "subject"), None)
        if contact := self._of("contact"):
            if labelled.number_kind == "phone":
                contact.lines.append(line)
                return
        elif block := self._of("subject"):
            block.lines.append(line)
            return
        if labelled.label in _TO_CALL and subject is None:
            self.blocks.append(Block(field="contact", kind="", lines=[line]))
        elif subject is None:
            self.blocks.append(Block(field="subject", kind="", lines=[line]))
        elif labelled.label in _SOMEBODYS_PHONE:
            self.blocks.append(Block(field="contact", kind="", lines=[line]))
        else:
            subject.lines.append(line)

    def _lacks_name(self) -> bool:
        """Whether numbers alone stand above (身份证：… before 姓名：…), so that the name is theirs."""
        above = self._of("subject")
        if above is None or len(above.lines) > MOST_NUMBER_LINES:
            return False
        found = read_subjects(above.text(), kind=above.kind).found
        return len(found) == 1 and not found[0].name

    def goes_on(self, line: str, labelled: Labelled | None, *, first: bool) -> None:
        """Keep a line without a label of ours: with what is above it, or, where it has a label, as a note."""
        if first:
            self.first = line.strip()
            return
        if labelled and labelled.label in _CORRECTIONS and (block := self._corrected(labelled.value)):
            block.lines.append(line.strip())  # it is asked what stands
        elif labelled and (told := self._unknown(labelled)) is not None:
            if told.taken:
                self._begin(told.field, told.closest, labelled.value)
            elif self._says_who(labelled.value):
                self._begin("subject", "", labelled.value)
            else:
                self.blocks.append(Block(field="note", kind="", lines=[line.strip()]))
            self.unknown.setdefault(told.label, told)
        elif labelled and self.blocks and labelled.label in REMARK_LABELS:
            if not (self._of("subject") or self._of("note")):
                self.blocks.append(Block(field="note", kind="", lines=[]))
            self.blocks[-1].lines.append(line.strip())
        elif self.blocks and MAY_CALL.search(line) and is_called(line, scan(line)):
            self._aside(line)
        elif self.blocks and self.blocks[-1].field in _ENDED_BY_A_NUMBER and self._is_somebody(line):
            self._begin("subject", "", _SIGNS_BEFORE.sub("", line))
        elif self.blocks:
            self.blocks[-1].lines.append(line)
        else:
            self.lead.append(line)

    def _is_somebody(self, line: str) -> bool:
        """Whether a line is nothing but somebody's number and name, of whom nothing was said yet: 3205… 张三 below a
        reason."""
        if _MANY_DIGITS.search(line) is None or any(block.field == "subject" for block in self.blocks):
            return False
        read = read_subjects(_SIGNS_BEFORE.sub("", line))
        numbers = [number for one in read.found for number in one.ids]
        whole = all(n.kind in _OF_SUBJECTS and n.state in ("valid", "damaged") for n in numbers)
        return bool(numbers) and whole and not (read.left or read.unread or read.remarks or read.contact)

    def _corrected(self, value: str) -> Block | None:
        """Of what a line says that something else is right: 更正：身份证应为…, 更正：时限5天."""
        name = "subject" if any(one.identifier.kind != "case" for one in find(value)) else ""
        name = name or ("due" if _OF_A_DUE.search(value) else "")
        return next((block for block in reversed(self.blocks) if block.field == name), None)

    def _says_who(self, value: str) -> bool:
        """Whether what stands under an unknown label has the number of somebody, of whom nothing was said yet."""
        if any(block.field == "subject" for block in self.blocks):
            return False
        found = [one.identifier for one in find(value)]
        return any(one.kind in _OF_SUBJECTS and one.state in ("valid", "damaged") for one in found)

    def _unknown(self, labelled: Labelled) -> UnknownLabel | None:
        if (
            self._of("subject")
            and is_person(clean(labelled.written))
            and not _is_english(labelled.written.lower())
        ):
            return None  # 李秀英：3205…
        if not self.blocks or len(self.unknown) >= MAX_UNKNOWN or labelled.label in REMARK_LABELS:
            told = (
                unknown_label(labelled) if not self.blocks and labelled.label not in REMARK_LABELS else None
            )
            return told if told is not None and told.taken else None
        return unknown_label(labelled)

    def _share_calls(self) -> None:
        """Of two 联系电话 the one right below the subject is the subject's, the other that of whoever writes."""
        calls = [at for at, block in enumerate(self.blocks) if block.label in ANYBODYS]
        if len(calls) > 1 and calls[0] and self.blocks[calls[0] - 1].field == "subject":
            said = self.blocks.pop(calls[0])
            self.blocks[calls[0] - 1].lines += [
                f"{said.label}：{line}" for line in said.lines[:1]
            ] + said.lines[1:]

    def form(self) -> Form:
        """What has been read."""
        self._share_calls()
        blocks = [block for block in self.blocks if block.field == "subject"]
        subjects = [read_subjects(block.text(), kind=block.kind) for block in blocks[:MAX_SUBJECTS]]
        texts, called = _without_calls(_texts(self.blocks))
        said = {
            "note": _joined(_beside(subjects), texts.get("note", "")),
            "contact": texts.get("contact", ""),
        }
        said["contact"] = _joined(said["contact"], *called, *(block.contact for block in subjects))
        lead = [self.first] if "type" in texts else []
        single: dict[str, Any] = {name: texts.get(name, "") for name in SINGLE} | said
        return Form(
            type_text=texts.get("type", self.first),
            to=tuple(filter(None, map(str.strip, _DIVIDER.split(texts.get("to", ""))))),
            subjects=tuple(subject for block in subjects for subject in block.found),
            unread=tuple(number for block in subjects for number in block.unread),
            left=tuple(word for block in subjects for word in block.left),
            unsure=any(block.unsure for block in subjects),
            corrected=any(block.corrected for block in subjects),
            unknown=tuple(self.unknown.values()),
            labels=frozenset(block.field for block in self.blocks),
            lead="\n".join([*lead, *self.lead]).strip(),
            raw=MappingProxyType(texts),
            free="\n".join([self.first, *self.lead]).strip(),
            **single,
        )


def _is_english(label: str) -> bool:
    """Whether a label is words of English, of which no name is made: case ref."""
    return label.isascii() and any(word in COMMON_ENGLISH for word in _LABEL_WORDS.findall(label))


def _texts(blocks: Sequence[Block]) -> dict[str, str]:
    """What was written under each field."""
    texts: dict[str, str] = {}
    for block in blocks:
        if text := block.text():
            texts[block.field] = f"{texts[block.field]}\n{text}" if block.field in texts else text
    return texts


def _without_calls(texts: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """The texts without what those that are read as units or times say of whom to call; and that."""
    called: list[str] = []
    for name in _WITHOUT_CALLS & texts.keys():
        text = texts[name]
        for start, end in reversed(callers(text, scan(text))):
            called.append(text[start:end].strip(" ,，、"))
            text = f"{text[:start]} {text[end:]}"
        texts[name] = text.strip(" ,，、;；\n") if text != texts[name] else text
    return texts, called


def _joined(*texts: str) -> str:
    return "\n".join(text for text in texts if text)


def _beside(blocks: Sequence[Subjects]) -> str:
    """What stood with the subjects and is neither a name nor a number of theirs: it is kept as a note."""
    lines = []
    for block in blocks:
        words = [*block.remarks, *block.left, *block.unread]
        names = [subject.name for subject in block.found if subject.name]
        if words:
            lines.append((f"{names[0]}：" if len(names) == 1 else "") + "；".join(dict.fromkeys(words)))
    return "\n".join(lines)


#: What is said under these ends where a line is nothing but somebody's number.
_ENDED_BY_A_NUMBER = frozenset({"type", "to", "reason", "urgency", "due", "period"})
#: Fields in whose words nobody is called.
_WITHOUT_CALLS = frozenset({"to", "due", "period", "urgency"})
#: Where a subject works, below it; else whom the request is for.
_UNITS = frozenset({"单位", "承办单位"})
_ROLES = OWNERS
#: Labels of a letter's text.
_CONTENT = frozenset({"内容", "主要内容", "具体内容", "正文", "content", "text", "message"})
#: Numbers that nobody writes of the officer in charge.
_OF_SUBJECTS = frozenset({"cn_id", "plate", "bank_card", "uscc", "passport", "permit", "vin"})
#: Whom to call: never the number that is asked about.
_TO_CALL = listed("联系方式 办公电话")
#: A telephone number that nobody said to be the subject's, below something else than the subject.
_SOMEBODYS_PHONE = listed(
    "电话 电话号码 联系方式 座机 固定电话 办公电话 tel telephone phone phonenumber phoneno 号码"
)
