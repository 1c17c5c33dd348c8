"""The labels of a structured post, in both languages, and the field that each stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from matching.form.fields import FIELD_OF, UnknownLabel
from matching.text.normalise import fold, listed
from matching.text.spoken import sound
from matching.words.kind_words import ALIASES, NONE_OF_OURS, REMARKS, WORDS

_VEHICLE = re.compile("车|vehicle|car")
_COMPANY = re.compile("企业|公司|单位名称|company")

#: Labels of numbers of the subject above: 身份证号：… on a line of its own.
KIND_OF = {word: kind for kind, known in WORDS.items() for word in known.all if word not in FIELD_OF}
#: These only as a whole label: 学生证号 is another.
_WHOLE = {"证号": "cn_id"}
#: Labels that tell something about the subject above; kept with it.
REMARK_LABELS = (REMARKS | ALIASES | NONE_OF_OURS) - set(FIELD_OF) - set(KIND_OF)

_COLON = re.compile("[:：﹕∶︰꞉]")
_COLON_WITHIN = 48
_REMARK = re.compile(r"[(\[【〔].*?[)\]】〕]")
_LEADING = re.compile(r"^(?:[\W_①-⑳⑴-⒇]+|\(?[0-9一二三四五六七八九十]{1,2}\s?[.、)])+")
_NOT_WORD = re.compile(r"[\W_]+")
_ORDINAL = re.compile(r"([^\d一二三四五六七八九十]{2,})(?:\d{1,2}|[一二三四五六七八九十]{1,2})")
_ONE_WORD = re.compile(r"\w(?:\s?\w)*\s?(?:[(\[【〔].*)?")
_LETTERS = re.compile(r"[a-z \-']{2,20}|[\u3400-\u9fff]{2,8}")
#: Labels under which a deadline stands, a period, or when something happened.
_OF_A_TIME = listed(
    "时间 日期 要求 具体要求 办理要求 工作要求 反馈要求 回复要求 time date when whenneeded requirement requirements"
)
_LABEL_OF_TIME = {"period": "期间", "due": "时限"}
_DAY = (
    r"(?:\d{1,4}[年月日号./-]\d{0,2}|\d{1,2} ?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|"
    r"dec)[a-z]*|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* ?\d*)"
)
_STRETCH = re.compile(rf"{_DAY}[^,，。;；]{{0,12}}(?:至|到|—|–|~|-| to | until )[^,，。;；]{{0,6}}{_DAY}")
_UNTIL = re.compile(
    r"今[天日晚明]|明[天日早晚晨]|后天|[本下]?(?:周|星期|礼拜)[一二三四五六日天]|[天日号周月时点班晚晨午]前|之前|以前|[日天时周月]内|之内|"
    r"(?<![a-z])(?:by|before|within|today|tonight|tomorrow|next|monday|tuesday|wednesday|thursday|friday|eod|cob|asap)(?![a-z])"
)
#: From this likeness on (RapidFuzz, 0 to 100) an unknown label is asked about.
_LIKELY = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Labelled:
    """One line that begins with a word and a colon."""

    label: str  #: folded; "" is impossible
    written: str  #: as it was written
    value: str

    @property
    def field(self) -> str:
        """The field it stands for, "" if it is no label of ours."""
        return FIELD_OF.get(self.label, "")

    @property
    def number_kind(self) -> str:
        """The identifier kind that it announces, "" if none."""
        if self.label in _WHOLE:
            return _WHOLE[self.label]
        if self.label in KIND_OF or self.label in REMARK_LABELS:
            return KIND_OF.get(self.label, "")
        # 嫌疑人身份证号：… is as good: the longest end that is one.
        ends = (self.label[start:] for start in range(1, len(self.label) - 1))
        return next((KIND_OF[end] for end in ends if end in KIND_OF and not end.isascii()), "")


def split_label(line: str) -> Labelled | None:
    """The label and value of a line, None if it has no colon near its beginning.

    Numbering (``1、``), bullets, brackets (``【对象】``), remarks (``对象（姓名）``) and spaces do not count.
    """
    colon = _COLON.search(line, 0, _COLON_WITHIN)
    if colon is None:
        return None
    before = line[: colon.start()]
    label = label_of(before)
    if not label:
        return None
    if label not in FIELD_OF and (numbered := _ORDINAL.fullmatch(label)) and numbered[1] in FIELD_OF:
        label = numbered[1]  # 对象一：…
    return Labelled(label=label, written=before.strip(), value=line[colon.end() :].strip())


def label_of(text: str) -> str:
    """The folded form in which labels are known; "" when nothing is left of it."""
    return _label_of(text[: 2 * _COLON_WITHIN])


@lru_cache(maxsize=1024)  # one way after another to write a table or a label is tried on each line of a post
def _label_of(text: str) -> str:
    folded = _LEADING.sub("", fold(text).lower())
    bare = _NOT_WORD.sub("", _REMARK.sub("", folded))
    return bare or _NOT_WORD.sub("", folded)


def may_label(label: str) -> bool:
    """Whether a word announces a field, a number or a time, so that a dash may stand for its colon."""
    return label in FIELD_OF or label in KIND_OF or label in _OF_A_TIME


def is_ours(label: str) -> bool:
    """Whether a word announces anything that every post may have: a field, a number, a time, something about the
    subject above."""
    return may_label(label) or label in REMARK_LABELS


def subject_kind(label: str) -> str:
    """The kind of subject that a label says: vehicle, company, or "" where it leaves it open."""
    if FIELD_OF.get(label) != "subject":
        return ""
    return "vehicle" if _VEHICLE.search(label) else "company" if _COMPANY.search(label) else ""


def unknown_label(line: Labelled) -> UnknownLabel | None:
    """The line's label as an unknown one, with the known label that it resembles.

    None where it is no label at all: a web address, a time of day, a whole sentence.
    """
    if line.value.startswith("//") or not _LETTERS.fullmatch(line.label) or line.label.startswith("http"):
        return None
    if not line.label.isascii() and not _ONE_WORD.fullmatch(_LEADING.sub("", fold(line.written).lower())):
        return None  # 张三，住址：…
    if line.label in _OF_A_TIME and (time := _time_in(line.value)):
        return UnknownLabel(label=line.written, closest=_LABEL_OF_TIME[time], field=time, taken=True)
    closest = _closest(line.label)
    field = FIELD_OF.get(closest, "")
    return UnknownLabel(label=line.written, closest=closest, field=field, taken=_is_slip(line.label, closest))


def _time_in(value: str) -> str:
    """Which field a time is under a label that says no more than that it is one: a stretch from one day to another is
    a period, what says until when a deadline; "" for the time of something else."""
    low = fold(value).lower()
    return "period" if _STRETCH.search(low) else "due" if _UNTIL.search(low) else ""


def is_until(value: str) -> bool:
    """Whether words say until when: 明天, Friday 18:00, 3 days."""
    return (
        _time_in(value) == "due"
        or re.match(r"\d{1,3} ?(?:h|d|hours?|days?|个?工作日|天|小时)", value) is not None
    )


def _is_slip(label: str, closest: str) -> bool:
    """Whether a label can only be a slip of the closest one: of the same sound (事油, 时现), or one letter of a long
    word away, and alike to no label of another field."""
    if not closest:
        return False
    alike = [known for known in FIELD_OF if _is_slip_of(label, known)]
    return closest in alike and len({FIELD_OF[known] for known in alike}) == 1


def _is_slip_of(label: str, known: str) -> bool:
    if label.isascii() or known.isascii():
        return (
            len(known) >= 6 and label.isascii() and label[0] == known[0] and OSA.distance(label, known) == 1
        )
    shared = sum(x == y for x, y in zip(label, known, strict=False))
    return len(label) == len(known) >= 2 and shared > 0 and sound(label) == sound(known) != ""


@lru_cache(maxsize=1024)
def _closest(label: str) -> str:
    best, score = max(((known, _likeness(label, known)) for known in FIELD_OF), key=lambda pair: pair[1])
    return best if score >= _LIKELY else ""


def _likeness(label: str, known: str) -> float:
    """Alike in letters, or half in letters and half in sound: 事油 is typed for 事由, not for 事项."""
    if label.isascii() != known.isascii():
        return 0.0
    letters = fuzz.ratio(label, known)
    if label.isascii() or letters == 0.0:
        return letters
    return max(letters, (letters + fuzz.ratio(sound(label), sound(known))) / 2)
