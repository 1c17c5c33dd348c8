"""Fields that a type of request has of its own, as a post names them: their lines are taken out of it before the rest
is read, so that nothing of them is taken for anything else."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from matching.form.labels import is_ours, label_of, split_label
from matching.form.marker import tidy
from matching.text.normalise import fold

#: A label inside a line, behind what divides: 性别：男；金额：5000.
_INSIDE = re.compile(r"(?:^|(?<=[\s；;，,|]))[^\s；;，,|:：。【\[]{1,16}\s*[:：]")
_BRACKETED = re.compile(r"^\W*[【\[](?P<label>[^】\]\n]{1,20})[】\]]\s*[:：]?\s*(?P<value>.*)$")
_ENDS = " \t；;，,|"
_SIGNS = re.compile(r"[\W_]+")


def cut_out(text: str, labels: Collection[str]) -> tuple[str, list[tuple[str, str]]]:
    """(the rest, each label with what stands under it, in order). ``labels``: folded, as :func:`label_of` gives them. A
    line without a label goes on with the field above it. Where none of them is in the text, it stays as it is."""
    folded = _SIGNS.sub("", fold(text).lower())
    if not any(label in folded for label in labels):
        return text, []
    rest: list[str] = []
    found: list[tuple[str, list[str]]] = []
    goes_on = False
    for line in tidy(text).split("\n"):
        for label, words in _pieces(line, labels):
            if label is not None and label in labels:
                found.append((label, [words]))
                goes_on = True
            elif label is None and goes_on:
                found[-1][1].append(words)
            else:
                rest.append(words)
                goes_on = False
    said = [(label, "\n".join(lines).strip()) for label, lines in found]
    return "\n".join(rest), said


def _pieces(line: str, labels: Collection[str]) -> Iterator[tuple[str | None, str]]:
    """A line as the fields that it holds: (label, None for none; the value of a field of the type's own, else the whole
    piece)."""
    bracketed = _BRACKETED.match(line)
    if bracketed and (label := label_of(bracketed["label"])) in labels:
        yield label, bracketed["value"]
        return
    whole = split_label(line)
    begins = whole is not None and whole.label in labels
    within = len(line) - len(line.split(":" if "：" not in line else "：", 1)[-1]) if begins else 0
    starts = [
        m.start() for m in _INSIDE.finditer(line, within)
        if (label := label_of(m.group().rstrip(" :："))) in labels or (is_ours(label) and m.start() > 0)
    ]  # fmt: skip
    if begins:
        starts = [0, *starts]  # its label may have spaces in it, or a number before it
    edges = [*(start for start in starts if start > 0), len(line)]
    own_inside = any((one := split_label(line[start:])) and one.label in labels for start in starts)
    if not own_inside:
        yield (None if whole is None else whole.label), line
        return
    for start, end in zip([0, *edges], edges, strict=False):
        piece = line[start:end].strip(_ENDS)
        labelled = split_label(piece)
        if labelled is not None and labelled.label in labels:
            yield labelled.label, labelled.value
        elif piece:
            yield (labelled.label if labelled else ""), piece
