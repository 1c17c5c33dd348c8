"""A post's lines as labelled ones, in whatever way its labels are written: with a colon or without, in brackets,
numbered, bulleted, several in a line, run together, in tables."""

from __future__ import annotations

import re
from itertools import pairwise

from matching.form.fields import FIELD_OF, FREE
from matching.form.labels import KIND_OF, REMARK_LABELS, is_until, label_of, may_label, split_label
from matching.form.tables import without_tables
from matching.identifiers.identifiers import find

#: Labels that are also words: only as a line's own, never inside one.
_SPACED = re.compile(r"\s*(?P<label>[^\s:：,，、;；]{1,16})[^\S\n]+(?P<value>\S.*)")
_INLINE = re.compile(r"(?:^|(?<=[\s；;，,|。]))[^\s；;，,|:：。]{1,16}\s*[:：]")
_BRACKETS = re.compile(
    r"^[^\w【\[〔〖「『<《(（]*[【\[〔〖「『<《](?P<label>[^】\]〕〗」』>》\n]{1,14})[】\]〕〗」』>》]\s*[:：﹕∶︰꞉]?\s*(?P<value>.*)$"
)
#: More than the number of an item.
_SAYS = re.compile(r"[^\W\d]|\d{3}|\*")
_PAIR = re.compile(r"[【〖〔\[](?P<label>[^】〗〕\]：:\n]{1,10})[：:](?P<value>[^】〗〕\]\n]+)[】〗〕\]]")
_OPEN = re.compile(r"[【\[〔〖「『<《]")
_DASHES = re.compile(r"\s[-–—=]")
#: Not the words of a link: [链接](https://…).
_BRACKETED = re.compile(r"[【〖〔\[](?P<label>[^】〗〕\]\n]{1,14})[】〗〕\]](?!\()")
_OTHER_BRACKETS = re.compile(r"^[^\w【]*【([\u4e00-\u9fff]{2,6})】[ :：]*(?=\S)")
_DASH = re.compile(
    r"^\s*(?P<label>[A-Za-z][A-Za-z ]{1,20}|[\u4e00-\u9fff]{1,8})\s[-–—=]{1,2}\s(?P<value>\S.*)$"
)
_BULLET = re.compile(r"^\s*(?:[-*•●▪◦‣·>]\s+|[-*+]\s+(?=\*\*))(?:\[[ xX]?\]\s*)?")
_BOLD = re.compile(r"\*\*([^*\n]{1,20}?)(\s*[:：]?\s*)\*\*")
#: Labels that may stand without anything between them and what they say; 致 only where it is not in another word.
_GLUED = re.compile(
    r"(?P<label>(?<![\u4e00-\u9fff])类型|协作单位|接收单位|主送单位|协查单位|受理单位|发往|(?<![导以一招所引极精])致(?![使电死伤残命富辞敬])|协查对象|查询对象|被查人员|被查人|对象|"
    r"当事人|嫌疑人|姓名|(?:公民)?身份证(?:号码|号)?|手机号码?|车牌(?:号码|号)?|银行卡号?|案件编号|案号|简要案情|事由|案由|法律依据|依据|办结时限|反馈时限|时限|"
    r"期限|截止时间|截止日期|截止|查询期间|起止时间|期间|时段|紧急程度|备注|联系人|联系电话|承办人)"
)
#: Fields in whose words no number of the subject can stand.
_WITHOUT_NUMBERS = frozenset({"type", "to", "period", "urgency", "due"})
#: A letter in sentences has words in it that are labels elsewhere: 请协助查询嫌疑人陈志远…，请于12月1日前反馈.
_SENTENCE = re.compile(
    r"请(?:予以?|贵|你|于|在)?(?:协助|协查|帮|查询|核实|核查|调取|配合)|(?:帮忙|麻烦|烦请|劳烦)|[,，]请?[于在].{1,12}前"
)
#: Part of what a kind of request is called: company check: 9132….
_OF_A_TYPE = frozenset({"check"})
#: What is required, under which a deadline stands as often as not.
_ASKED_OF_ALL = frozenset({"要求", "反馈要求", "回复要求", "办理要求"})
#: Words of a deadline that are in sentences as well.
_OF_DUE = frozenset({"due", "deadline"})
#: A line of nothing but what slashes divide: 户籍/昆山/张三/3205…/诈骗/3天.
_PIECE = r"(?!\d{1,4}(?:[/\s-]|$))[^/\s:：]{1,40}"  # and no piece of a date
_SLASHED = re.compile(rf"^[\s/]*{_PIECE}(?:\s?/\s?{_PIECE}){{3,}}[\s/]*$")
#: A number that its line's end cuts in two.
_CUT = re.compile(
    r"(?<![\dXx*])(?P<a>\d[\d ]{2,16}\d)(?P<b>(?:[ \t]*\n[ \t]*\d[\d ]{0,13}[Xx]?){1,3})(?=[ \t]*(?:\n|$))"
)
#: So many different fields run together make a text of labels out of a sentence.
_GLUED_FIELDS = 3


def lines_of(text: str) -> list[str]:
    """The lines of a post (already tidied), each with one label at the most, and a colon after it."""
    plain = [_plain(line) for line in _CUT.sub(_whole_number, text).split("\n")]
    plain = [line.replace("/", " ") if _SLASHED.match(line) else line for line in plain]
    whole = "|" in plain[0] or "\t" in plain[0]  # a table with nothing above it
    lines = without_tables(plain) if whole else [plain[0], *without_tables(plain[1:])]
    lines = _with_colons([_dashed(line) if _DASHES.search(line) else line for line in _unbracketed(lines)])
    result: list[str] = []
    for at, line in enumerate(lines):
        labelled = split_label(line)
        field = labelled.field if labelled else ""
        number = labelled.number_kind if labelled else ""
        pieces = _apart(line) if at == 0 or number or (field and field not in FREE) else [line]
        result.extend(one for piece in pieces for one in _numbers_apart(piece))
    return result


def _whole_number(cut: re.Match[str]) -> str:
    """320583 and below it 198811020478, where together they are one number, and neither is alone."""
    joined = "".join(cut[0].split())
    kinds = {
        one.identifier.kind for one in find(joined) if one.identifier.state == "valid" and one.start == 0
    }
    alone = any(one.identifier.state == "valid" for piece in cut[0].split("\n") for one in find(piece))
    return joined if kinds & {"cn_id", "bank_card"} and not alone else cut[0]


def _plain(line: str) -> str:
    """The line without the signs that only make it look so: bullets, bold, quotes, code."""
    line = line.replace("`", "")
    return (
        _BOLD.sub(r"\1\2", _BULLET.sub("", line))
        if line[:8].strip()[:1] in "-*•●▪◦‣·>+"
        else _BOLD.sub(r"\1\2", line)
    )


def _unbracketed(lines: list[str]) -> list[str]:
    """The lines with colons in place of the brackets around labels, and of 【要求】 among those that are known."""
    lines = [piece for line in lines for piece in _pairs_apart(line)]
    if not any(map(_BRACKETED.search, lines)):
        return [_bracketed(line) if _OPEN.search(line) else line for line in lines]
    apart = [piece for line in lines for piece in _brackets_apart(line)]
    put = [_bracketed(piece) for piece in apart]
    return [_OTHER_BRACKETS.sub(r"\1：", line) for line in put] if put != apart else put


def _pairs_apart(line: str) -> list[str]:
    """【致：常州】【车牌：苏D7L22M】 as a line for each, where the words before the colons are known."""
    pairs = [*_PAIR.finditer(line)] if "：" in line or ":" in line else []
    if not pairs or not all(_is_known(label_of(pair["label"])) for pair in pairs):
        return [line]
    rest = _PAIR.sub("", line).strip()
    return [*([rest] if rest else []), *(f"{pair['label']}：{pair['value']}" for pair in pairs)]


def _brackets_apart(line: str) -> list[str]:
    """【协查单位】昆山【姓名】张三 as a line for each label that is known."""
    starts = [m.start() for m in _BRACKETED.finditer(line) if m.start() and _is_known(label_of(m["label"]))]
    edges = [0, *starts, len(line)]
    return [line[a:b].strip(" \t；;，,|") for a, b in pairwise(edges)] if starts else [line]


def _is_known(label: str) -> bool:
    return label in FIELD_OF or label in KIND_OF or label in REMARK_LABELS


def _bracketed(line: str) -> str:
    """【对象】张三 as 对象：张三."""
    found = _BRACKETS.match(line)
    if found is None:
        return line
    if not found["value"] and FIELD_OF.get(label_of(found["label"])) == "subject":
        return found["label"]  # 【车辆信息】 by itself is rather what is asked for
    label = label_of(found["label"])
    return f"{found['label']}：{found['value']}" if _is_known(label) else line


def _dashed(line: str) -> str:
    """unit - Changzhou as unit：Changzhou."""
    found = _DASH.match(line)
    return f"{found['label']}：{found['value']}" if found and may_label(label_of(found["label"])) else line


def _with_colons(lines: list[str]) -> list[str]:
    """The lines of a post with colons after the labels that stand without: 对象 张三, and 对象张三 where most do."""
    if len(_apart(lines[0])) > 1 or any((labelled := split_label(line)) and labelled.field for line in lines):
        return [lines[0], *(_spaced(line, among_others=True) for line in lines[1:])]
    spaced = [lines[0], *(_spaced(line, among_others=False) for line in lines[1:])]
    if len({labelled.field for line in spaced if (labelled := split_label(line)) and labelled.field}) > 1:
        return spaced
    return _glued(lines)


def _spaced(line: str, *, among_others: bool) -> str:
    """A line whose first word is a label. Among lines with colons 致 and "to" may begin a sentence."""
    found = _SPACED.match(line)
    if found is None or split_label(line) is not None:
        return line
    label = label_of(found["label"])
    if among_others and label in _OF_DUE and is_until(found["value"]):  # due 明天, and not: due to a quarrel
        return f"{found['label']}：{found['value']}"
    if label in KIND_OF:  # 车牌 苏E7K218
        known = any(
            one.start <= found.start("value") for one in find(line) if one.identifier.kind == KIND_OF[label]
        )
        return f"{found['label']}：{found['value']}" if known and not label.isascii() else line
    if label not in FIELD_OF or (among_others and (len(label) < 2 or label.isascii())):
        return line
    return f"{found['label']}：{found['value']}"


def _glued(lines: list[str]) -> list[str]:
    """户籍证明致昆山对象王海波身份证3412…事由诈骗时限三天, as it is dictated; only where enough of it is labels."""
    found = [[*_GLUED.finditer(line)] for line in lines]
    fields = {FIELD_OF.get(label_of(m["label"])) for marks in found for m in marks} - {None}
    if len(fields) < _GLUED_FIELDS or any(_SENTENCE.search(line) for line in lines):
        return lines
    result: list[str] = []
    for line, marks in zip(lines, found, strict=True):
        edges = [*(m.start() for m in marks), len(line)]
        if line[: edges[0]].strip() or not marks:
            result.append(line[: edges[0]])
        for mark, end in zip(marks, edges[1:], strict=True):
            value = line[mark.end() : end].strip(" ,，;；、。")
            result.append(f"{mark['label']}：{value.removeprefix('为').removeprefix('是')}")
    return result


def _apart(line: str) -> list[str]:
    """What stands in one line under several labels, as a line each."""
    starts = [m.start() for m in _INLINE.finditer(line) if _opens_inside(label_of(m.group().rstrip(" :：")))]
    edges = [0, *(start for start in starts if start > 0), len(line)]
    pieces = [line[a:b].strip(" \t；;，,|") for a, b in pairwise(edges)]
    return [piece for piece in pieces if _SAYS.search(piece)] or [""]


def _numbers_apart(line: str) -> list[str]:
    """致：昆山 卡号：6228… as two lines: what a unit, a time or a type is said to be has no number of the subject."""
    labelled = split_label(line)
    if labelled is None or labelled.field not in _WITHOUT_NUMBERS:
        return [line]
    found = _INLINE.finditer(line)
    starts = [m.start() for m in found if m.start() and label_of(m.group().rstrip(" :：")) in KIND_OF]
    edges = [0, *starts, len(line)]
    return [piece for a, b in pairwise(edges) if (piece := line[a:b].strip(" \t；;，,|"))]


def _opens_inside(label: str) -> bool:
    return (label in FIELD_OF and label not in _OF_A_TYPE) or label in _ASKED_OF_ALL
