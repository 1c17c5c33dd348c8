"""The search of a text for numbers of every kind: first those with a form of their own, then those that a word
announces, then what runs of digits are by their shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from matching.identifiers import cases
from matching.identifiers import search_forms as forms
from matching.identifiers.kind import Read
from matching.identifiers.kinds import READERS
from matching.identifiers.shapes import by_shape
from matching.identifiers.values import Identifier
from matching.words.marks import Mark, Says

#: So many pieces, divided by single separators, may make up one number (6222 0212 3456 7890 123).
MAX_PIECES = 6
#: So far apart, in characters, numbers may be in a list.
LIST_MOST = 6

Span = tuple[int, int, Identifier, Mark | None]


def as_kind(kind: str, read: Read) -> Identifier:
    return Identifier(kind=kind, value=read.value, state=read.state, guessed=read.guessed)


@dataclass(kw_only=True, slots=True)
class Search:
    """One text that is being searched; what has been taken is not read again."""

    text: str
    marks: Mapping[int, Mark]  #: by where what they announce begins
    spans: list[Span] = field(default_factory=list)
    foreign: list[tuple[int, int]] = field(default_factory=list)
    tails: list[Mark] = field(default_factory=list)  #: words that announce only the end of a number
    taken: bytearray = field(default_factory=bytearray)

    def run(self) -> None:
        self.taken = bytearray(len(self.text))
        self._deeds()
        self._cases()
        self._addresses()
        self._named()
        self._plates()
        self._papers()
        self._tails()
        self._numbers()

    def _take(self, start: int, end: int, identifier: Identifier | None) -> None:
        self.taken[start:end] = b"\x01" * (end - start)
        if identifier is not None:
            self.spans.append((start, end, identifier, self.marks.get(start)))

    def _free(self, start: int, end: int) -> bool:
        return not any(self.taken[start:end])

    def _deeds(self) -> None:
        if "号" not in self.text:
            return
        for deed in forms.DEED.finditer(self.text):
            if "字" not in deed.group():  # 苏(2021)刑字第12号 is a document
                self.foreign.append(deed.span())
                self._take(*deed.span(), None)

    def _cases(self) -> None:
        for found in forms.REGISTER.finditer(self.text):
            self._take(*found.span(), _case(found.group()))
        if "号" not in self.text:
            return
        for shape in (forms.COURT, forms.DOCUMENT):
            for found in shape.finditer(self.text):
                start = found.start()
                if prefix := forms.NOT_OF_A_NUMBER.match(found.group()):
                    start += prefix.end()
                if self._free(start, found.end()):
                    self._take(start, found.end(), _case(self.text[start : found.end()]))

    def _addresses(self) -> None:
        """What has a form of its own: mail, web, net and device addresses, wallets."""
        text = self.text
        if "@" in text:
            self._each(forms.EMAIL, "email")
        if "://" in text:
            self._each(forms.WEB, "domain")
        if ":" in text or "-" in text:
            self._each(forms.MAC, "mac")
        self._each(forms.WALLET, "wallet")
        if "." in text:
            self._each(forms.IP, "ip")
            for host in forms.HOST.finditer(text):
                known_end = host.group().rpartition(".")[2].lower() in forms.TOP
                if (known_end or self._says(host.start()) == "domain") and self._free(*host.span()):
                    self._take(*host.span(), as_kind("domain", READERS["domain"](host.group())))
        if text.count(":") > 2:
            self._each(forms.IP6, "ip")

    def _each(self, shape: re.Pattern[str], kind: str) -> None:
        for found in shape.finditer(self.text):
            if not self._free(*found.span()):
                continue
            mark = self.marks.get(found.start())
            if mark is not None and mark.says is Says.NONE:
                continue
            read = READERS[kind](found.group())
            if read.state in ("valid", "masked") or (
                self._says(found.start()) == kind and read.state != "other"
            ):
                self._take(*found.span(), as_kind(kind, read))

    def _says(self, start: int) -> str:
        mark = self.marks.get(start)
        return mark.kind if mark is not None and mark.says is Says.NUMBER else ""

    def _named(self) -> None:
        """Numbers that a word announces and whose signs no bare number has."""
        for start, mark in self.marks.items():
            if mark.says is not Says.NUMBER or start >= len(self.text) or self.taken[start]:
                continue
            shape = forms.AFTER.get(mark.kind)
            found = shape.match(self.text, start) if shape is not None else None
            if found is None:
                continue
            if mark.kind == "account":
                self._accounts(start, found, mark)
            else:
                value, end = found.group(), found.end()
                read = READERS[mark.kind](value)
                if read.state in ("valid", "masked", "partial", "length", "damaged") and self._free(
                    start, end
                ):
                    self._take(start, end, as_kind(mark.kind, read))

    def _accounts(self, start: int, found: re.Match[str] | None, mark: Mark) -> None:
        """One, or a list of several after one word."""
        while found is not None:
            value = found.group().rstrip(".-_* ")
            self._account(value, start, start + len(value), mark)
            divider = forms.LIST.match(self.text, start + len(value))
            if divider is None or divider.end() in self.marks:
                return
            start = divider.end()
            found = forms.ACCOUNT.match(self.text, start)
            if found is not None and (found.group().isdigit() or not any(map(str.isdigit, found.group()))):
                return  # digits may be a telephone number: that is for the other shapes to say

    def _account(self, value: str, start: int, end: int, mark: Mark) -> None:
        if not self._free(start, end) or forms.QUANTITY.match(self.text, end):
            return
        # 微信zhangsanfeng is one, QQ music is none.
        signs = any(c.isdigit() or c in "_*@" for c in value)
        plain = len(value) > 5 and (mark.colon or not mark.word.isascii())
        if len(value) < (4 if mark.colon else 5) or not (signs or plain):
            return
        known = by_shape(value, mark) if value.isalnum() else None
        known = known or as_kind("account", READERS["account"](value))
        if known.state != "other":
            self._take(start, end, known)

    def _plates(self) -> None:
        for shape in (forms.PLATE_POLICE, forms.PLATE):
            for found in shape.finditer(self.text):
                read = READERS["plate"](found.group())
                told = any(c.isdigit() or c == "*" for c in read.value)
                mark = self.marks.get(found.start())
                if mark is not None and mark.says is Says.NONE:
                    continue
                good = read.state in ("valid", "masked") or (read.state == "damaged" and len(read.value) < 9)
                if good and told and self._free(*found.span()):
                    self._take(*found.span(), as_kind("plate", read))

    def _papers(self) -> None:
        text = self.text
        if "(" not in text:
            return
        for found in forms.BRACKETED.finditer(text):
            mark = self.marks.get(found.start())
            named = mark is not None and mark.kind in ("permit", "cn_id") and mark.says is not Says.NONE
            read = READERS["permit"](found.group())
            own_check = found.group()[0].isalpha() and read.state == "valid"
            if (own_check or (named and read.state != "other")) and self._free(*found.span()):
                self._take(*found.span(), as_kind("permit", read))
        for found in forms.ABROAD_IN_BRACKETS.finditer(text):
            read = READERS["phone"](found.group().replace("(0)", ""))
            if not found.group().startswith("+86") and self._free(*found.span()):
                self._take(*found.span(), as_kind("phone", read))
        for found in forms.AREA_IN_BRACKETS.finditer(text):
            read = READERS["phone"](found.group())
            if read.state == "valid" and self._free(*found.span()):
                self._take(*found.span(), as_kind("phone", read))

    def _tails(self) -> None:
        """尾号6789 of a telephone, a card or an ID: a mask that leaves the end."""
        if "尾号" not in self.text and "位" not in self.text:
            return
        for tail in forms.TAIL.finditer(self.text):
            kind = next(
                (
                    kind
                    for word, kind in forms.TAIL_OF
                    if word in (tail["before"] or "") + (tail["after"] or "")
                ),
                "",
            )
            start, end = tail.span("digits")
            if kind and self._free(start, end):
                word = Mark(
                    says=Says.NUMBER,
                    kind=kind,
                    word="尾号",
                    start=tail.start(),
                    end=start,
                    value=start,
                    colon=True,
                )
                self.tails.append(word)
                read = READERS[kind]("*" * (forms.TAIL_SIZE[kind] - 4) + tail["digits"])
                self.taken[start:end] = b"\x01" * (end - start)
                self.spans.append((start, end, as_kind(kind, read), word))

    def _numbers(self) -> None:
        text, blocked = self.text, bytearray(self.taken)
        for days in forms.DAYS.finditer(text):
            blocked[slice(*days.span())] = b"\x01" * len(days.group())
        pieces = [p for p in self._pieces() if not any(blocked[slice(*p)])]
        at = 0
        before: tuple[int, Mark | None] = (0, None)
        while at < len(pieces):
            mark = self.marks.get(pieces[at][0]) or self._carried(before, pieces[at][0])
            last = self._lastas_kind(pieces, at)
            span = self._one(pieces[at : last + 1], mark)
            if span is None:
                at += 1
                continue
            start, end, identifier, count = span
            if identifier is None:
                self.foreign.append((start, end))
            self._take(start, end, identifier)
            before = (end, mark)
            at += count

    def _pieces(self) -> Iterator[tuple[int, int]]:
        """Runs of digits, letters and stars; one in which a word's number begins (IMEI86…) is two."""
        for piece in forms.PIECE.finditer(self.text):
            start, end = piece.span()
            for inner in range(start + 1, min(end, start + 24)):
                if inner in self.marks:
                    yield start, inner
                    start = inner
            yield start, end

    def _carried(self, before: tuple[int, Mark | None], start: int) -> Mark | None:
        """账号：…、…: the word before the first number of a list speaks for the next ones too, if less surely."""
        end, mark = before
        if (
            mark is None
            or not 0 < start - end <= LIST_MOST
            or not forms.LIST.fullmatch(self.text, end, start)
        ):
            return None
        return replace(mark, says=Says.PERHAPS) if mark.says is Says.NUMBER else mark

    def _lastas_kind(self, pieces: list[tuple[int, int]], at: int) -> int:
        last = at
        while (
            last + 1 < len(pieces)
            and last + 1 - at < MAX_PIECES
            and self._joined(pieces[last], pieces[last + 1])
            and pieces[last + 1][0] not in self.marks
        ):
            last += 1
        return last

    def _joined(self, piece: tuple[int, int], following: tuple[int, int]) -> bool:
        """Whether one separator only stands between the two."""
        gap = self.text[piece[1] : following[0]]
        return len(gap) == 1 and gap in " -·." and self.text[following[0]] != "+"

    def _one(
        self, pieces: list[tuple[int, int]], mark: Mark | None
    ) -> tuple[int, int, Identifier | None, int] | None:
        """The number that begins with the first piece, and how many pieces it takes; no identifier: it is foreign."""
        if mark is not None and mark.says is Says.NONE:
            count = len(pieces) if mark.colon else 1
            return pieces[0][0], pieces[count - 1][1], None, count
        # A whole number by itself is not the head of a longer one; else the longest reading wins.
        if len(pieces) > 1:
            alone = self._read(pieces[:1], mark)
            whole = alone is not None and alone[2].state in ("valid", "masked") and not alone[2].guessed
            if alone is not None and whole and alone[2].value[-1] != "*" and not _may_go_on(alone[2]):
                return (*alone, 1)
        readings = [(self._read(pieces[:count], mark), count) for count in range(len(pieces), 0, -1)]
        found = [(span, count) for span, count in readings if span is not None]
        for good in (True, False):  # 6222 0212 …: the longest, but none of a wrong length before a right one
            for span, count in found:
                if (span[2].state != "length") is good:
                    return (*span, count)
        return None

    def _read(self, pieces: list[tuple[int, int]], mark: Mark | None) -> tuple[int, int, Identifier] | None:
        token = "".join(self.text[start:end] for start, end in pieces)
        start, end = pieces[0][0], pieces[-1][1]
        known = sum(c.isdigit() for c in token)
        if not 5 <= len(token) <= 24 or known + token.count("*") < 5 or known < 2:
            return None
        if (
            len(pieces) > 1
            and min(end - start for start, end in pieces[:-1]) < 3
            and not token.startswith(("0", "+", "86"))
        ):
            return None  # a date or an amount: 2026-02-01, 1.250.000
        if (found := by_shape(token, mark)) is not None:
            return start, end, found
        glued = forms.GLUED.match(token)
        if glued and mark is None and (found := by_shape(token[glued.end() :])) is not None:
            return (start + glued.end(), end, found) if found.state in ("valid", "masked") else None
        return None


def _may_go_on(identifier: Identifier) -> bool:
    """Whether what is read may be the head of a longer number: QQ 1234 5678."""
    return identifier.kind in ("account", "officer_id", "permit") and identifier.value.isdigit()


def _case(text: str) -> Identifier:
    return Identifier(kind="case", value=cases.normal(text), state="valid")
