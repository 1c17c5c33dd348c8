"""Tables in a post: pasted from a spreadsheet, a document or a chat, or written in Markdown, as labelled lines.

A table of people becomes one line of the subject's field for each row; a table of fields and what they say becomes
``label：value`` lines. Serial numbers and headings are neither people nor their numbers.
"""

from __future__ import annotations

import re

from matching.form.fields import FIELD_OF
from matching.form.labels import KIND_OF, REMARK_LABELS, label_of, split_label
from matching.text.normalise import listed
from matching.words.kind_words import NAMES, OWNERS

_PIPES = re.compile(r"^\s*\|?.*\|.*$")
_RULE = re.compile(r"^[\s|:\-—–+=]+$")
_WIDE_GAP = re.compile(r"\t+|\s{2,}|　+")
_COMMA = re.compile(r"[,，]")
_ANY_GAP = re.compile(r"[\s　]+")
_SERIAL = listed("序号 序 编号 no 号 num index 行号 项次")
#: Headings of the two columns of a table of fields.
_HEADINGS = listed(
    "字段 内容 项目 说明 名称 填写 填写内容 信息 值 要素 field value item content label key detail "
    "details description"
)
#: So many columns of other fields than a person's make a table of requests.
_LEAST_OF_A_REQUEST = 2
#: More cells than this are no table of people.
MOST_COLUMNS = 12


def without_tables(lines: list[str]) -> list[str]:
    """The lines, with those of tables put as labelled lines."""
    result: list[str] = []
    at = 0
    while at < len(lines):
        rows, end = _rows(lines, at)
        if (put := _table(rows)) is not None:
            result += put
            at = end
            continue
        taken, end = _column(lines, at)
        if taken:
            result += taken
            at = end
            continue
        result.append(lines[at])
        at += 1
    return result


def _rows(lines: list[str], start: int) -> tuple[list[list[str]], int]:
    """The rows of a table that begins at a line, and where it ends; none where no table begins. Its heading may stand
    behind the label of the field: 对象：序号 姓名 身份证号."""
    labelled = split_label(lines[start])
    heading = labelled.value if labelled is not None and labelled.field == "subject" else lines[start]
    for divided in (_by_pipes, _by_tabs, _by_commas, _by_spaces):
        first = divided(heading, None)
        if first is None:
            continue
        rows, at = [first], start + 1
        if not _may_head(
            first
        ):  # looked at before the rows below it, so that no line is read again and again
            continue
        while at < len(lines):
            if divided is _by_pipes and _RULE.match(lines[at]) and lines[at].strip():
                at += 1
                continue
            row = divided(lines[at], len(first))
            if row is None:
                break
            rows.append(row)
            at += 1
        if len(rows) > 1:
            return rows, at
    return [], start


def _by_pipes(line: str, columns: int | None) -> list[str] | None:
    if not _PIPES.match(line) or line.count("|") < 2 - ("\t" in line) or _RULE.match(line):
        return None
    cells = [cell.strip(" *`") for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]
    return cells if 1 < len(cells) <= MOST_COLUMNS and columns in (None, len(cells)) else None


def _by_tabs(line: str, columns: int | None) -> list[str] | None:
    if "\t" not in line:
        return None
    cells = [cell.strip() for cell in line.rstrip("\n").split("\t")]
    if columns is None:
        return cells if 1 < len(cells) <= MOST_COLUMNS else None
    while len(cells) > columns and not cells[-1]:
        cells.pop()
    return [*cells, *[""] * (columns - len(cells))] if len(cells) <= columns else None


def _by_commas(line: str, columns: int | None) -> list[str] | None:
    """Columns of a text file: only below a line of nothing but headings."""
    if _COMMA.search(line) is None:
        return None
    cells = [cell.strip() for cell in _COMMA.split(line.strip())]
    if columns is None:
        return cells if 1 < len(cells) <= MOST_COLUMNS and all(map(_is_heading, cells)) else None
    return cells if len(cells) == columns else None


def _by_spaces(line: str, columns: int | None) -> list[str] | None:
    """Columns that the chat has turned into spaces: only below a line of nothing but headings."""
    if columns is None:
        cells = [cell for cell in _WIDE_GAP.split(line.strip()) if cell]
        if len(cells) < 2 or not all(map(_is_heading, cells)):
            cells = [cell for cell in _ANY_GAP.split(line.strip()) if cell]
        good = 1 < len(cells) <= MOST_COLUMNS and all(map(_is_heading, cells))
        return cells if good and any(_column_of(cell) in ("name", "number") for cell in cells) else None
    for gap in (_WIDE_GAP, _ANY_GAP):
        cells = [cell for cell in gap.split(line.strip()) if cell]
        if len(cells) == columns:
            return cells
    # The last cells of a row may be empty, and then nothing shows it.
    filled = 1 < len(cells) < columns and any(map(str.isdigit, line)) and split_label(line) is None
    return [*cells, *[""] * (columns - len(cells))] if filled else None


def _column_of(heading: str) -> str:
    """What a column of people's tables holds: serial, name, number, remark; "" for something else."""
    label = label_of(heading) or heading.strip().lower()
    if label in _SERIAL or heading.strip() == "#":
        return "serial"
    if label in NAMES or label in OWNERS or FIELD_OF.get(label) == "subject":
        return "name"
    if label in KIND_OF or FIELD_OF.get(label) == "contact":
        return "number"
    return "remark" if label in REMARK_LABELS or FIELD_OF.get(label) == "note" else ""


def _is_heading(cell: str) -> bool:
    return bool(_column_of(cell))


def _table(rows: list[list[str]]) -> list[str] | None:
    if len(rows) < 2:
        return None
    heading, *body = rows
    if len(heading) == 2 and all(label_of(cell) in _HEADINGS for cell in heading):
        return [f"{name}：{value}" if name else value for name, value in body]
    if len(heading) == 2 and all(_is_field(name) for name, _ in rows[:2]):
        return [f"{name}：{value}" if name else value for name, value in rows]
    if (whole := _requests(heading, body)) is not None:
        return whole
    columns = [_column_of(cell) for cell in heading]
    if not all(columns) or ("name" not in columns and "number" not in columns):
        return None
    return _people(heading, columns, body)


def _requests(heading: list[str], body: list[list[str]]) -> list[str] | None:
    """A table of which each column is a field (协作单位, 事项, 姓名, 案由): what all rows say alike as labelled lines,
    the people below it; None where rows say other things, and so are several requests."""
    fields = [_other_field(cell) for cell in heading]
    if len({name for name in fields if name}) < _LEAST_OF_A_REQUEST or not all(map(_may_stand, heading)):
        return None
    said = [
        f"{title}：{cells[0]}" for title, field, *cells in zip(heading, fields, *body, strict=True) if field
    ]
    if any(len(set(cells)) > 1 for field, *cells in zip(fields, *body, strict=True) if field):
        return None
    rest = [at for at, field in enumerate(fields) if not field]
    columns = [_column_of(heading[at]) for at in rest]
    people = (
        _people([heading[at] for at in rest], columns, [[row[at] for at in rest] for row in body])
        if rest
        else []
    )
    return [*said, *people]


def _other_field(cell: str) -> str:
    """The field of a column, where it is none of a person."""
    field = FIELD_OF.get(label_of(cell), "")
    return "" if field in ("subject", "note", "contact") else field


def _may_stand(cell: str) -> bool:
    return bool(_other_field(cell) or _column_of(cell))


def _is_field(cell: str) -> bool:
    label = label_of(cell)
    return label in FIELD_OF or label in KIND_OF


def _may_head(cells: list[str]) -> bool:
    """Whether a row can be the first of a table that we read: headings, or a field and what it says."""
    if len(cells) == 2 and (_is_field(cells[0]) or all(label_of(cell) in _HEADINGS for cell in cells)):
        return True
    return all(map(_may_stand, cells))


def _people(heading: list[str], columns: list[str], body: list[list[str]]) -> list[str]:
    """A row of a table as a line: the name first, then each number under its word."""
    lines = []
    for row in body:
        names = [cell for cell, column in zip(row, columns, strict=True) if column == "name" and cell]
        rest = [
            f"{_word_for(title)}：{cell}"
            for cell, column, title in zip(row, columns, heading, strict=True)
            if column in ("number", "remark") and cell
        ]
        if names or rest:
            lines.append("，".join([*names, *rest]))
    return [f"对象：{lines[0]}", *lines[1:]] if lines else []


def _word_for(title: str) -> str:
    """The heading as a word before what a row says: in a row of one person a field's label is no field."""
    field = FIELD_OF.get(label_of(title))
    return "手机号" if field == "contact" else "其他情况" if field else title


def _column(lines: list[str], start: int) -> tuple[list[str], int]:
    """A table that came as one cell a line: its headings one below the other, then its cells."""
    at = start
    headings: list[str] = []
    while (
        at < min(len(lines), start + MOST_COLUMNS)
        and lines[at].strip()
        and _column_of(lines[at].strip()) not in ("", "remark")
    ):
        headings.append(lines[at].strip())
        at += 1
    columns = [_column_of(cell) for cell in headings]
    if len(headings) < 2 or "name" not in columns or "number" not in columns:
        return [], start
    cells: list[str] = []
    while at < len(lines) and lines[at].strip() and "：" not in lines[at] and ":" not in lines[at]:
        cells.append(lines[at].strip())
        at += 1
    if not cells or len(cells) % len(headings):
        return [], start
    size = len(headings)
    body = [cells[i : i + size] for i in range(0, len(cells), size)]
    return _people(headings, columns, body), at
