"""What is doubtful about the subjects of a post, for the officer to say: slips, guesses, and whose a number is."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from matching.form.form import Form
from matching.identifiers.values import Identifier, Subject
from matching.masking.masking import mask, mask_name
from matching.text.normalise import compact
from workflow.kernel.problems import Choice, Problem
from workflow.kernel.text import Text, t

MAX_SUBJECTS = 50  # of one request: more are a list, which belongs into a file


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """The subjects as they are to be kept, and what must be said first."""

    subjects: tuple[Subject, ...]
    problems: tuple[Problem, ...] = ()


def check(form: Form, chosen: Mapping[str, Any]) -> Checked:
    """``chosen``: what was tapped: numbers that were confirmed (``repair``) or meant as written (``as_written``),
    pairs that are right (``pairs``), slips that are none (``anyway``)."""
    if len(form.subjects) > MAX_SUBJECTS:
        text = t("problem.too_many", count=len(form.subjects), most=MAX_SUBJECTS)
        return Checked(subjects=form.subjects[:MAX_SUBJECTS], problems=(Problem(field="subject", text=text),))
    subjects = tuple(
        replace(subject, ids=tuple(_decided(number, chosen) for number in subject.ids))
        for subject in form.subjects
    )
    problems = [*_pairs(form, chosen), *_guesses(form, subjects)]
    if not chosen.get("anyway"):
        problems += [problem for s in subjects for number in s.ids if (problem := _slip(number)) is not None]
    return Checked(subjects=subjects, problems=tuple(problems))


def settled(form: Form, chosen: Mapping[str, Any]) -> Form:
    """The form with those numbers that were said to be the subject's (``theirs``) among its subjects, and those that
    are the writer's (``mine``) in its contact."""
    subjects, contact = list(form.subjects), [form.contact]
    for one in form.whose:
        if _who(one) in chosen.get("mine", ()):
            contact.append(_as_written(one))
        elif _who(one) in chosen.get("theirs", ()):
            alone = not one.name and len(subjects) == 1
            if alone:
                subjects[0] = replace(subjects[0], ids=(*subjects[0].ids, *one.ids))
            else:
                subjects.append(replace(one, kind="person" if one.name else "phone"))
    return replace(form, subjects=tuple(subjects), contact="\n".join(filter(None, contact)))


def whose(form: Form, chosen: Mapping[str, Any]) -> list[Problem]:
    """A number that may be the subject's, or that of whoever writes: nobody guesses, it is asked."""
    problems = []
    for place, one in enumerate(form.whose):
        if _who(one) not in (*chosen.get("mine", ()), *chosen.get("theirs", ())):
            given = " ".join(filter(None, (mask_name(one.name), *map(mask, one.ids))))
            value = _place(place, one)
            choices = (
                Choice(label=t("button.theirs"), name="theirs", value=value),
                Choice(label=t("button.mine"), name="mine", value=value),
            )
            problems.append(Problem(field="subject", text=t("problem.whose", given=given), choices=choices))
    return problems


def _place(at: int, one: Subject) -> int:
    """Of a doubtful number, for a button: as in :func:`_numbered`."""
    return at * 256 + zlib.crc32(_who(one).encode()) % 256


def _who(one: Subject) -> str:
    return "|".join([one.name, *(number.value for number in one.ids)])


def _as_written(one: Subject) -> str:
    return " ".join(filter(None, (one.name, *(number.raw or number.value for number in one.ids))))


def confirmed(form: Form, name: str, value: str) -> str | list[str] | None:
    """What a tap on a button of :func:`check` confirms, to be kept in ``chosen``: a number, or the pairs; None for a
    button that is about something else than what the post says by now."""
    if name == "pairs":
        return proposal(form.subjects) if form.unsure else None
    if not value.isascii() or not value.isdigit():
        return None
    if name in ("theirs", "mine"):
        return next((_who(one) for at, one in enumerate(form.whose) if str(_place(at, one)) == value), None)
    return next((one.value for place, one in _numbered(form) if str(place) == value), None)


def proposal(subjects: Sequence[Subject]) -> list[str]:
    """Who is proposed to have which numbers, to tell whether it is still what was confirmed."""
    return ["|".join([subject.name, *(i.value for i in subject.ids)]) for subject in subjects]


def _numbered(form: Form) -> list[tuple[int, Identifier]]:
    """The guessed numbers under a number of their own for a button: their place, and eight bits of what they are, so
    that a button from before an edit confirms nothing else. (More bits would tell what a mask hides.)"""
    guessed = [i for subject in form.subjects[:MAX_SUBJECTS] for i in subject.ids if i.guessed]
    return [(at * 256 + zlib.crc32(i.value.encode()) % 256, i) for at, i in enumerate(guessed)]


def _decided(number: Identifier, chosen: Mapping[str, Any]) -> Identifier:
    if number.guessed and number.value in chosen.get("repair", ()):
        return replace(number, guessed=False)
    if number.guessed and number.value in chosen.get("as_written", ()):
        return replace(number, guessed=False, value=compact(number.raw), state="damaged")
    return number


def _guesses(form: Form, subjects: Sequence[Subject]) -> list[Problem]:
    """Letters where digits belong: what they could be is proposed, and kept only when somebody says so."""
    open_ones = {i.value for subject in subjects for i in subject.ids if i.guessed}
    problems = []
    for place, number in _numbered(form):
        if number.value in open_ones:
            yes = Choice(label=t("button.repair", given=mask(number)), name="repair", value=place)
            no = Choice(label=t("button.as_written"), name="as_written", value=place)
            text = t(
                "problem.guessed", kind=t(f"kind.{number.kind}"), given=mask(number), changed=_changed(number)
            )
            problems.append(Problem(field="subject", text=text, choices=(yes, no)))
    return problems


def _changed(number: Identifier) -> list[Text]:
    """Which signs were read as others."""
    written = compact(number.raw)
    if len(written) != len(number.value):
        return []
    pairs = enumerate(zip(written, number.value, strict=True), start=1)
    return [t("problem.guessed_at", place=at, was=was, now=now) for at, (was, now) in pairs if was != now]


def _pairs(form: Form, chosen: Mapping[str, Any]) -> list[Problem]:
    if not form.unsure or chosen.get("pairs") == proposal(form.subjects):
        return []
    lines = [
        t("problem.pair", name=mask_name(subject.name) or None, ids=[mask(i) for i in subject.ids] or None)
        for subject in form.subjects
    ]
    yes = Choice(label=t("button.pairs"), name="pairs", value=1)
    return [
        Problem(
            field="subject",
            text=t("problem.corrected" if form.corrected else "problem.pairs", pairs=lines),
            choices=(yes,),
        )
    ]


def _slip(number: Identifier) -> Problem | None:
    """A wrong check digit or length is most often a slip; the officer may insist, for papers can be wrong too."""
    if number.guessed or number.state not in ("damaged", "length"):
        return None
    kind, given = t(f"kind.{number.kind}"), mask(number)
    if number.state == "length":
        text = t("problem.length", kind=kind, given=given, count=len(number.value))
    elif number.kind == "cn_id":
        text = t("problem.damaged_cn_id", kind=kind, given=given)
    else:
        text = t("problem.damaged", kind=kind, given=given)
    insist = Choice(label=t("button.anyway"), name="anyway", value=1)
    return Problem(field="subject", text=text, choices=(insist,), soft=True)
