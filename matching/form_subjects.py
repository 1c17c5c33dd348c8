"""Whom and what a request is about: names and numbers in any order become subjects.

``张三 320583… 138…；李四 320583…`` are two persons, ``苏E12345 车主李四`` is one car with its owner,
``张三，男，汉族，身份证：320583…`` is one person. A new subject begins

- at a new line, ``；`` or ``;``, where a name follows, or a number of a kind that the one before has;
- at a name, where the one before has its own number and this one has too;
- at another resident ID, and among numbers without a name at each number of the same kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from matching.form_labels import KIND_OF, split_label
from matching.identifiers import find, identify
from matching.names import clean
from matching.normalise import fold
from matching.values import Identifier, Subject

#: More subjects than this are not taken apart; their text stays with the field.
MAX_SUBJECTS = 300
#: A name of more Han characters than this is a description.
LONGEST_NAME = 12

_KIND_OF_NUMBER = {
    "cn_id": "person",
    "passport": "person",
    "uscc": "company",
    "plate": "vehicle",
    "phone": "phone",
    "imei": "phone",
    "bank_card": "account",
    "account": "account",
}
_SEGMENT = re.compile(r"[\n；;]")
_WORD_BREAK = re.compile(r"([,，、|/()（）\[\]【】:：。]+)")
_LABELS = "|".join(
    sorted((re.escape(label) for label in KIND_OF if not label.isascii()), key=len, reverse=True)
)
#: Words that announce a number, with what stands between: 身份证号：, 手机为, ID:, phone no.
_LABEL = re.compile(
    rf"(?:{_LABELS})(?:号码|号)?(?:\s*[:：为是]|(?=[\s\d*]|$))"
    r"|(?<![a-z])(?:id|phone|mobile|tel|plate|passport|card|account|imei|qq|name)(?:\s?(?:no\.?|number|card))?"
    r"(?:\s*[:：#]|(?![a-z]))",
    re.IGNORECASE,
)
_ONE_WORD = re.compile(r"\w+")
_ENDS_IN_NUMBER = re.compile(rf"(?:{'|'.join(map(re.escape, KIND_OF))})$")
_ATTRIBUTE = re.compile(
    r"男性?|女性?|[\u4e00-\u9fff]{1,5}族|.*(?:出生|生于|岁|住址|户籍地?|人氏?|无业|务工|学历|文化)|(?:性别|民族|住|现住|籍贯).*"
    r"|male|female|and|.*(?:银行|信用社|支行|营业部)|和|及|与|等|的|系|其|尾号|号码?|见附件",
    re.IGNORECASE,
)
#: Words before the name of somebody who has to do with a car, a phone or a household.
_OWNER = re.compile(
    r"(?P<role>车主|驾驶人|驾驶员|司机|所有人|使用人|机主|户主|户名|开户人|持卡人|(?<![a-z])(?:owner|driver))"
    r"(?:[:： ]|为|是)*(?=.)",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"(?:公司|集团|工厂|厂|商行|商店|超市|酒店|宾馆|银行|合作社|经营部|事务所|中心|\b(?:ltd|inc|llc|co))\.?$",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_PERSON = re.compile(r"[\u3400-\u9fff*·]{2,4}|[\u3400-\u9fff]{1,10}·[\u3400-\u9fff·]{1,12}")
_DIGITS = re.compile(r"[\d*]{4}")
_RUN = re.compile(r"[\u4e00-\u9fff]?[A-Za-z0-9*]{5,}")
_DIGIT = re.compile(r"[0-9*]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Subjects:
    """The subjects of a text, and the numbers in it that are of no kind that we know, as written."""

    found: tuple[Subject, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(kw_only=True, slots=True)
class _Open:
    """A subject that is still being read."""

    name: str = ""
    ids: list[Identifier] = field(default_factory=list)

    def has(self, kind: str) -> bool:
        return any(known.kind == kind for known in self.ids)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Name:
    """A word that may be a name; ``sure``: of a person's or a company's shape; ``listed``: after 、;
    ``role``: of the owner (车主) of what the numbers are."""

    text: str
    sure: bool
    listed: bool = False
    role: bool = False


_Token = _Name | Identifier


def read_subjects(text: str, *, kind: str = "") -> Subjects:
    """Read one subject field. ``kind`` is what its label says (车辆: vehicle), "" where it says nothing."""
    opened: list[_Open] = []
    unread: list[str] = []
    for at, segment in enumerate(_SEGMENT.split(text)):
        if len(opened) >= MAX_SUBJECTS:
            break
        tokens = _tokens(segment, kind, unread)
        # 住址：…, or a label that nobody knows: its numbers may be the subject's, its words are no names.
        named = at == 0 or not _is_remark(segment)
        kept = [token for token in tokens if named or isinstance(token, Identifier)]
        _read_segment(kept, opened, numbered=_DIGITS.search(segment) is not None)
    if not opened and (whole := clean(text)):
        opened.append(_Open(name=whole))
    return Subjects(found=tuple(_closed(subject, kind) for subject in opened), unread=tuple(unread))


def _is_remark(segment: str) -> bool:
    """Whether a line has a label that announces neither a name nor a number."""
    labelled = split_label(segment)
    if labelled is None or not _ONE_WORD.fullmatch(labelled.written):
        return False
    return not (_ENDS_IN_NUMBER.search(labelled.label) or _OWNER.match(segment.strip()))


def _read_segment(tokens: list[_Token], opened: list[_Open], *, numbered: bool) -> None:
    for at, token in enumerate(tokens):
        current = opened[-1] if opened else None
        if isinstance(token, Identifier):
            if current is None or _begins(token, current, first=at == 0):
                opened.append(_Open(ids=[token]))
            elif all(known.value != token.value for known in current.ids):
                current.ids.append(token)
        elif current is None or (at == 0 and not (token.role and not current.name)):
            opened.append(_Open(name=token.text))
        elif not current.name:
            current.name = token.text
        elif _is_another(token, current, tokens[at + 1] if at + 1 < len(tokens) else None, numbered=numbered):
            opened.append(_Open(name=token.text))


def _begins(number: Identifier, current: _Open, *, first: bool) -> bool:
    """Whether a number is of another subject than the one being read."""
    if not current.has(number.kind) or any(known.value == number.value for known in current.ids):
        return False
    return first or not current.name or number.kind == "cn_id"


def _is_another(name: _Name, current: _Open, after: _Token | None, *, numbered: bool) -> bool:
    """Whether a second name is of another subject, not a remark on the one being read (厨师, 昆山人)."""
    if not numbered:
        return name.sure
    if current.ids and isinstance(after, Identifier):
        return True
    # 张三、李四 3205…: the number must not go to 张三.
    return (
        name.sure and name.listed and (isinstance(after, Identifier) or (after is not None and after.listed))
    )


def _tokens(segment: str, kind: str, unread: list[str]) -> Iterator[_Token]:
    """Names and numbers of a segment in their order; numbers of no known kind go to ``unread``."""
    at = 0
    found = find(segment)
    numbered = any(number.identifier.kind != "case" for number in found)
    for number in found:
        yield from _words(segment[at : number.start], kind, unread, numbered=numbered)
        if number.identifier.kind != "case":
            yield number.identifier
        at = number.end
    yield from _words(segment[at:], kind, unread, numbered=numbered)


def _words(text: str, kind: str, unread: list[str], *, numbered: bool) -> Iterator[_Token]:
    glued = _OWNER.sub(r" \g<role>", fold(text))
    pieces = _WORD_BREAK.split(_LABEL.sub(" ", glued))
    for part, divider in zip(pieces[::2], ["", *pieces[1::2]], strict=True):
        for word in _split_spaces(part.strip()):
            numbers = [run for run in _RUN.findall(word) if _DIGIT.search(run)]
            if numbers:
                known = _number(numbers[0], kind)
                if known is None:
                    unread.append(numbers[0])
                else:
                    yield known
            if name := _name(_RUN.sub(_blank, word).strip(), kind, numbered=numbered):
                yield replace(name, listed="、" in divider)


def _blank(run: re.Match[str]) -> str:
    """A number is no part of a name; a long word may be."""
    return " " if _DIGIT.search(run.group()) else run.group()


def _split_spaces(part: str) -> list[str]:
    """The words of a part: Latin names keep their spaces, and so does a Han name spelled out (张 三)."""
    words = part.split()
    if not _HAN.search(part) or (len(words) > 1 and len("".join(words)) <= 4 and min(map(len, words)) == 1):
        return [part] if part else []
    return words


def _number(text: str, kind: str) -> Identifier | None:
    card = text.startswith("62") and len(text) in (16, 19)  # a slip in it, or its shape alone would do
    for asked in (None, "plate" if kind == "vehicle" else "bank_card" if card else None):
        known = identify(asked, text)
        # Ten digits alone are rather a telephone number that lost one than a passport.
        plain_digits = known.kind == "passport" and text.isdigit()
        if known.kind not in ("", "case") and known.state != "other" and not plain_digits:
            return known
    return None


def _name(word: str, kind: str, *, numbered: bool) -> _Name | None:
    role = _OWNER.match(word)
    owner = word[role.end() :] if role else word
    # 白色大众 beside a plate describes the car; only its owner is a name.
    if kind == "vehicle" and numbered and not role:
        return None
    name = fold(owner) if _COMPANY.search(owner) else clean(owner)
    if not name or _ATTRIBUTE.fullmatch(name) or not any(c.isalpha() or c == "*" for c in name):
        return None
    if _HAN.search(name):
        sure = _COMPANY.search(name) is not None or _PERSON.fullmatch(name) is not None
        if not sure and len(name) > LONGEST_NAME:
            return None
    else:
        sure = len(name) > 2
        if len(name) < 2:
            return None
    return _Name(text=name, sure=sure, role=role is not None)


def _closed(subject: _Open, kind: str) -> Subject:
    return Subject(kind=kind or _kind(subject), name=subject.name, ids=tuple(subject.ids))


def _kind(subject: _Open) -> str:
    if subject.name:
        company = _COMPANY.search(subject.name) or (subject.has("uscc") and not subject.has("cn_id"))
        return "company" if company else "person"
    return next((told for number, told in _KIND_OF_NUMBER.items() if subject.has(number)), "person")
