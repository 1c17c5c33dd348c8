"""Whether a post says that it is confidential: a line of its own (``保密``), a label (``密级：秘密``), or a word
beside its type in the first line (``户籍证明（保密）``).

Any level counts, whatever it is called: what is wrongly kept close costs an offer, what is not kept close tells
somebody. Only an express no (``密级：无``) says that it is not.
"""

from __future__ import annotations

import re

from matching.form.labels import label_of, split_label
from matching.text.normalise import fold

_WORDS = frozenset((
    "保密", "涉密", "秘密", "机密", "绝密", "内部保密", "保密件", "密件", "confidential", "secret", "classified",
))  # fmt: skip
_LABELS = frozenset((
    "密级", "保密", "保密级别", "保密等级", "涉密", "是否保密", "是否涉密", "confidential", "confidentiality",
    "classification",
))  # fmt: skip
_NO = frozenset((
    "否", "无", "不", "不是", "不保密", "不涉密", "非密", "非涉密", "普通", "一般", "公开", "no", "none", "n",
    "false", "0", "not", "public", "open", "unclassified", "normal",
))  # fmt: skip
_SIGNS = " \t#＃()（）[]【】〔〕*·•,，。.;；!！、:：-–—_🔐🔒"
_BETWEEN = re.compile(rf"[{re.escape(_SIGNS)}/]+")
#: Tried only where a row of signs begins: from each of them, a line of blanks took a second.
_BESIDE = re.compile(
    rf"(?<![\s({{\[（【〔])[\s({{\[（【〔]+(?:{'|'.join(sorted(_WORDS))})[)}}\]）】〕]*\s*$", re.IGNORECASE
)


def cut_out(text: str) -> tuple[str, bool | None]:
    """The text without what says so, and what it says; None where it says nothing of it."""
    kept: list[str] = []
    said: list[bool] = []
    for at, line in enumerate(text.split("\n")):
        found = _said(line)
        if found is not None:
            said.append(found)
        elif at == 0 and (beside := _BESIDE.search(line)) is not None:
            said.append(True)
            kept.append(line[: beside.start()])
        else:
            kept.append(line)
    return "\n".join(kept), (any(said) if said else None)


def _said(line: str) -> bool | None:
    """What a whole line says of it."""
    if _folded(line) in _WORDS:
        return True
    labelled = split_label(line)
    if labelled is None or label_of(labelled.label) not in _LABELS:
        return None
    words = _BETWEEN.split(_folded(labelled.value))
    return not all(word in _NO for word in words if word)


def _folded(text: str) -> str:
    return fold(text).lower().strip(_SIGNS)
