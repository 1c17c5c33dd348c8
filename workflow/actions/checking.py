"""Checking an incoming request against the papers that its type wants (公安机关办理刑事案件程序规定, art. 347, 348): an
act of its own, in the record."""

from __future__ import annotations

from dataclasses import replace

from storage.tables.models import Request
from workflow.actions.answering import do_return
from workflow.kernel.actions import Action
from workflow.kernel.body import Body, Checked
from workflow.kernel.errors import Refused
from workflow.kernel.results import Done, PapersToCheck, done
from workflow.kernel.tx import Tx
from workflow.organisation.work import Work
from workflow.request.requests import Ref, access_request, do_action

EXAMPLE = "/check KS26-0042"
OPEN, THERE, WANTING = "-", "y", "n"  # of a paper, as the button carries it


async def show(work: Work, ref: Ref) -> PapersToCheck:
    """``/check N`` or 核对材料: the papers of its type, each to be said by a tap whether it is there."""
    async with work.write() as tx:
        request, papers = await _access(tx, ref)
        return await tx.conclude(_to_check(request, papers, OPEN * len(papers)))


async def mark(work: Work, request_id: int, marks: str) -> PapersToCheck:
    """A tap on one of them. ``marks``: what holds then, one sign for each."""
    async with work.write() as tx:
        request, papers = await _access(tx, request_id)
        _check_marks(papers, marks, done=False)
        return await tx.conclude(replace(_to_check(request, papers, marks), turned=True))


async def settle(work: Work, request_id: int, marks: str) -> Done:
    """All is said: it stands in the record who has checked it, when, and what is wanting. Where something is, the
    request goes back to its asker with the list."""
    async with work.write() as tx:
        request, papers = await _access(tx, request_id)
        _check_marks(papers, marks, done=True)
        wanting = tuple(paper for paper, mark in zip(papers, marks, strict=True) if mark == WANTING)
        checked = Checked(at=tx.now, by=tx.who.person_id, wanting=wanting)
        sealed = replace(Body.of(request, tx.sealer), checked=checked).seal(tx.sealer)
        await do_action(
            tx,
            request,
            Action.CHECK,
            sealed=sealed,
            detail={"papers": list(papers), "wanting": list(wanting)},
        )
        if not wanting:
            return await tx.conclude(done(request, Action.CHECK))
        await do_return(tx, request, tx.policy.papers_wanting + "、".join(wanting))
        return await tx.conclude(done(request, Action.RETURN))


async def _access(tx: Tx, ref: Ref) -> tuple[Request, tuple[str, ...]]:
    """The request, if the actor may check it, and the papers. Raises :class:`Refused` where its type wants none."""
    request = await access_request(tx, ref, Action.CHECK, example=EXAMPLE)
    rule = tx.policy.types.get(request.type)
    if rule is None or not rule.papers:
        raise Refused("error.no_papers", number=request.number)
    return request, rule.papers


def _check_marks(papers: tuple[str, ...], marks: str, *, done: bool) -> None:
    """Raises :class:`Refused` for what no button of ours carries: the configuration may have changed."""
    known = {THERE, WANTING} if done else {THERE, WANTING, OPEN}
    if len(marks) != len(papers) or not set(marks) <= known:
        raise Refused("error.button_old")


def _to_check(request: Request, papers: tuple[str, ...], marks: str) -> PapersToCheck:
    return PapersToCheck(request_id=request.id, number=request.number or "", papers=papers, marks=marks)
