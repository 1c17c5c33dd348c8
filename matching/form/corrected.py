"""Who corrects themselves: 查苏E12345，说错了，是苏E12346. What was said last is proposed, and asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from matching.identifiers.identifiers import Found
from matching.identifiers.values import Subject
from matching.words.correcting import CORRECTS


def put_last(found: Sequence[Subject], low: str, known: Iterable[Found]) -> tuple[Subject, ...] | None:
    """The subjects without the numbers that a later one of their kind puts right; None where nothing is corrected.
    ``low``: the folded text in lower case, in which ``known`` are the numbers."""
    cue = CORRECTS.search(low)
    if cue is None:
        return None
    places = [(f.start > cue.start(), f.identifier) for f in known]
    after = {one.value for behind, one in places if behind}
    kinds = {one.kind for behind, one in places if behind}
    gone = {one.value for behind, one in places if not behind and one.kind in kinds} - after
    if not gone:
        return None
    pairs = [(was, replace(was, ids=tuple(i for i in was.ids if i.value not in gone))) for was in found]
    kept = [one for was, one in pairs if one.ids or not was.ids]
    lost = [one.name for was, one in pairs if was.ids and not one.ids and one.name]
    if len(lost) == len(kept) == 1 and not kept[0].name:  # the number alone was wrong
        return (replace(kept[0], name=lost[0], kind="person"),)
    return tuple(kept)
