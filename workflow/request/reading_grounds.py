"""On which ground a request presses, and its case or why it has none: picked from closed lists, or written as one of
them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from matching.form.form import Form
from matching.identifiers import cases, mentions
from matching.identifiers.values import TypeRule
from matching.words.choose import choose
from matching.words.choose_words import squeeze
from workflow.kernel.carried import key_of
from workflow.kernel.masked import seen
from workflow.kernel.policy import Policy
from workflow.kernel.problems import Choice, Problem
from workflow.kernel.text import Text, t

#: What stands before the reason why there is no case, by the language of the desk.
NO_CASE = {"zh": "无案件：", "en": "No case: "}
FEWEST_OF_CASE = 4  # digits of a case number


@dataclass(frozen=True, kw_only=True, slots=True)
class Grounded:
    """The form with its ground and its case as they are to be kept, and what is still to be said of them."""

    form: Form
    problems: tuple[Problem, ...] = ()


def grounded(
    form: Form, *, rule: TypeRule | None, urgency: str, policy: Policy, chosen: Mapping[str, Any]
) -> Grounded:
    """The law wants a ground of what presses most (Directive (EU) 2023/977, art. 4(3)); a type may want one always,
    and its case."""
    form, wrong = _ground(form, policy, chosen, needed=urgency == "flash" or bool(rule and rule.ground))
    problems = [] if wrong is None else [wrong]
    if rule is not None and rule.case:
        form, wrong = _case(form, policy, chosen)
        problems += [] if wrong is None else [wrong]
    return Grounded(form=form, problems=tuple(problems))


def named(words: str, listed: Sequence[str]) -> str | None:
    """Which of a closed list is written: by its words, nearly them, or its place in the list; None for none."""
    words = words.strip()
    if words.isascii() and words.isdigit():
        return listed[int(words) - 1] if len(words) < 3 and 0 < int(words) <= len(listed) else None
    return choose(words, {one: [one] for one in listed}, by_likeness=False).key if words else None


def _ground(
    form: Form, policy: Policy, chosen: Mapping[str, Any], *, needed: bool
) -> tuple[Form, Problem | None]:
    listed = policy.grounds
    if not listed:
        return form, None
    form = _told_apart(form, listed)
    picked = chosen.get("ground")
    if (written := named(form.ground, listed)) is not None:
        return replace(form, ground=written), None
    if not needed:
        return form, None
    if picked in listed:
        return replace(form, ground=picked), None
    choices = tuple(_choice("ground", one) for one in listed)
    said = form.ground.strip()
    key = "problem.ground" if said else "missing.ground"
    text = t(key, **({"given": seen(said, form.subjects)} if said else {}), grounds=_numbered(listed))
    return form, Problem(field="ground", text=text, choices=choices)


def _told_apart(form: Form, listed: Sequence[str]) -> Form:
    """理由 is written for the one and for the other: a line of the reason that is one of the list is the ground, and
    what is none of it, and all there is of a reason, is the reason."""
    names = {squeeze(one): one for one in listed}
    if not form.ground:
        lines = form.reason.split("\n")
        found = next((line for line in lines if squeeze(line) in names), None)
        if found is None:
            return form
        reason = "\n".join(line for line in lines if line != found)
        return replace(form, ground=names[squeeze(found)], reason=reason)
    if not form.reason and named(form.ground, listed) is None:
        return replace(form, reason=form.ground, ground="")
    return form


def _case(form: Form, policy: Policy, chosen: Mapping[str, Any]) -> tuple[Form, Problem | None]:
    """A case number in its field or in the reason; else why there is none."""
    said = form.case.strip()
    because = cases.none_because(said) if said else None
    if because is not None and because:
        why = named(because, policy.no_case) or because
        return replace(form, case=NO_CASE[policy.language] + why), None
    if because is None and (_has_number(said) or (not said and mentions.case_of(form.reason))):
        return form, None
    if chosen.get("no_case") in policy.no_case:
        return replace(form, case=NO_CASE[policy.language] + str(chosen["no_case"])), None
    choices = tuple(_choice("no_case", one) for one in policy.no_case)
    if because is not None:
        text = t("problem.no_case", grounds=_numbered(policy.no_case))
    elif said:
        text = t("problem.case_number", given=seen(said, form.subjects))
    else:
        text = t("missing.case_or_why")
    return form, Problem(field="case", text=text, choices=choices)


def _has_number(said: str) -> bool:
    return sum(map(str.isdigit, cases.normal(said))) >= FEWEST_OF_CASE


def _choice(name: str, one: str) -> Choice:
    label = t("choice.no_case" if name == "no_case" else "plain", text=one)
    return Choice(label=label, name=name, value=key_of(one))


def _numbered(listed: Sequence[str]) -> list[Text]:
    return [t("ground.numbered", number=number, text=one) for number, one in enumerate(listed, 1)]
