"""What somebody looked up, worded for the chat in which they asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from handlers.replies.duty import week_words
from handlers.replies.figures import FIGURES
from handlers.replies.rows import purpose_rows, rows_of, say_list
from handlers.replies.shared import say_notes
from handlers.replies.times import say_times
from workflow.kernel import pressed
from workflow.kernel.carried import Press, carry
from workflow.kernel.pressed import LIST, Under
from workflow.kernel.text import Button, Text, t
from workflow.kernel.tx import Tx
from workflow.kernel.words import DraftKind, PostPurpose
from workflow.lookup.time_views import DueTimes
from workflow.lookup.trail_views import AuditPage, TrailLine, TrailWanted, WhyAudit
from workflow.lookup.unit_views import DutyFile, MemberLine, Members, Roster, UnitCard
from workflow.lookup.views import (
    Digest,
    Help,
    LedgerWanted,
    Lesson,
    ListPage,
    RequestLine,
    Shown,
    Verified,
    Welcome,
    WhichRequest,
    WhyExport,
    WhyLook,
    WhyTrace,
)
from workflow.notices.sending import send_digest, send_in_full, send_ledger, send_made, send_trail
from workflow.notices.telling import link, notify_card_again
from workflow.notices.watches import Watch

WHY = {"subject": "subject.why", "case": "case.why"}


async def say_page(tx: Tx, page: ListPage) -> None:
    """The first page in a message, another one in its place. What is listed stands in the purpose of the message, so
    that it can be looked up anew."""
    told = _list(page) if page.pages else _none(page)
    purpose = f"{LIST}:{page.again}:{page.page}"
    if page.turned:
        await pressed.change(tx, Under(purposes=(LIST,)), told, _turns(page), purpose=purpose)
    elif page.pages:
        await tx.say(told, buttons=_turns(page), purpose=purpose)
    else:
        await tx.say(told)
    if page.notes:
        await say_notes(tx, page.notes)


def _none(page: ListPage) -> Text:
    return t(f"{page.kind}.none", **({"unit": page.unit} if page.unit is not None else {}))


def _list(page: ListPage) -> Text:
    parts = [
        t(
            section.title,
            lines=[line_words(line) for line in section.lines],
            count=section.count,
            **({"unit": section.unit} if section.unit is not None else {}),
        )
        for section in page.sections
    ]
    return t("list", parts=parts, page=page.page if page.pages > 1 else None, pages=page.pages)


def _turns(page: ListPage) -> list[list[Button]]:
    """One for each request on the page that has a number, and those that turn it."""
    ours = [
        Button(label=t("plain", text=line.number), data=carry(Press.SHOW, line.request_id))
        for section in page.sections
        for line in section.lines
        if line.ours
    ]
    rows = rows_of(ours)
    turns = [
        Button(label=t("plain", text=label), data=carry(Press.PAGE, to, *page.again.split(":")))
        for label, to in ((f"‹ {page.page - 1}", page.page - 1), (f"{page.page + 1} ›", page.page + 1))
        if 1 <= to <= page.pages
    ]
    return [*rows, turns] if turns else rows


def line_words(line: RequestLine) -> Text:
    """One request in a list."""
    return t(
        "list.late" if line.late else "list.line",
        number=line.number,
        state=t(f"state.{line.state}"),
        type=line.type,
        from_unit=line.from_unit,
        to_unit=line.to_unit,
        subject=t("list.purged", at=line.purged_at) if line.purged_at else line.subject,
        reason=line.reason,
        due=line.due,
        left=line.left,
        link=link(line.number if line.ours else ""),
        handler=line.handler,
    )


def turned_words(page: ListPage | AuditPage) -> Text:
    return t("list.turned", page=page.page)


async def ask_which(tx: Tx, which: WhichRequest) -> None:
    if which.again:
        return
    buttons = [
        [Button(label=t("plain", text=line.number), data=carry(Press.HELD, which.draft_id, line.request_id))]
        for line in which.lines
    ]
    lines = [line_words(line) for line in which.lines]
    told = t("ask.which", action=t(f"action.{which.action}"), lines=lines)
    await tx.say(told, buttons=buttons, draft_id=which.draft_id, purpose="choose")


async def show(tx: Tx, shown: Shown) -> None:
    """The whole of it to the private chat of who reads it, as it stands when it is sent; else the card here."""
    if shown.full:
        await send_in_full(tx, shown.request_id, offered=shown.offered, purpose=shown.purpose)
    elif shown.line is not None:
        pointed = t("show.here", line=line_words(shown.line))
        await notify_card_again(tx, shown.request_id, pointed, anew=shown.purged)


async def ask_why(tx: Tx, why: WhyLook) -> None:
    """One button for each purpose; with what the answer is offered to, for that is by which right it is read."""
    offered = (why.offered.request_id, why.offered.side) if why.offered is not None else ()
    told = t("look.why", number=why.number or None)
    buttons = purpose_rows(why.purposes, lambda key: carry(Press.LOOK, why.request_id, key, *offered))
    await tx.say(told, buttons=buttons, request_id=why.request_id, purpose=PostPurpose.LOOK)


async def ask_why_all(tx: Tx, why: WhyTrace) -> None:
    """The same, before all about a subject or a case is looked for."""
    buttons = purpose_rows(why.purposes, lambda key: carry(Press.TRACE, why.draft_id, key))
    await tx.say(t(WHY[why.kind], value=why.value), buttons=buttons, purpose=PostPurpose.LOOK)


async def ask_why_export(tx: Tx, why: WhyExport) -> None:
    """The same, before a unit's ledger is given out."""
    buttons = purpose_rows(why.purposes, lambda key: carry(Press.LEDGER_GIVE, why.unit_id, key))
    await tx.say(t("export.why", unit=why.unit), buttons=buttons, purpose=PostPurpose.LOOK)


async def say_ledger(tx: Tx, wanted: LedgerWanted) -> None:
    """It is made when it is sent, to the private chat."""
    await send_ledger(tx, wanted.unit_id)
    if not tx.where.private:
        await tx.say(t("export.sent"))


async def say_audit(tx: Tx, page: AuditPage) -> None:
    """The first page in a message, another one in its place; with a button that gives all of it as a file."""
    head = t(f"audit.{page.by}", of=page.of, page=page.page if page.on or page.page > 1 else None)
    if not page.lines:
        told = t("audit.none", head=head, on=t("audit.on") if page.on else None)
    else:
        lines = [_trail_line(line, numbered=page.by != "request") for line in page.lines]
        told = t("audit.page", head=head, lines=lines, more=t("audit.more") if page.more else None)
    buttons = _audit_buttons(page)
    purpose = f"{LIST}:{DraftKind.AUDIT}:{page.kept}:{page.page}"
    await say_list(tx, told, buttons, purpose=purpose, turned=page.turned)


def _audit_buttons(page: AuditPage) -> list[list[Button]]:
    """Back and on, and the file; none where there is nothing to turn or to take."""
    if not page.kept or not (page.lines or page.on or page.page > 1):
        return []
    turns = [
        Button(label=t("plain", text=label), data=carry(Press.PAGE, to, DraftKind.AUDIT, page.kept))
        for label, to, there in (
            (f"‹ {page.page - 1}", page.page - 1, page.page > 1),
            (f"{page.page + 1} ›", page.page + 1, page.on),
        )
        if there
    ]
    file = [Button(label=t("button.audit_file"), data=carry(Press.AUDIT_FILE, page.kept))]
    return [turns, file] if turns else [file]


def _trail_line(line: TrailLine, *, numbered: bool) -> Text:
    return t(
        "audit.line",
        at=line.at,
        number=(line.number if numbered else "") or None,
        action=t(f"history.{line.action}"),
        purpose=line.purpose or None,
        whom=t("audit.some_value") if line.value else line.person or None,
        name=f"{line.unit} {line.name}".strip() or "—",
    )


async def ask_why_audit(tx: Tx, why: WhyAudit) -> None:
    """For which purpose, before what was found in the record is given out."""
    buttons = purpose_rows(why.purposes, lambda key: carry(Press.AUDIT_GIVE, why.kept, key))
    head = t(f"audit.{why.by}", of=why.of, page=None)
    await tx.say(t("audit.why", head=head), buttons=buttons, purpose=PostPurpose.LOOK)


async def say_trail(tx: Tx, wanted: TrailWanted) -> None:
    """It is made when it is sent, to the private chat."""
    await send_trail(tx, wanted.kept)
    if not tx.where.private:
        await tx.say(t("audit.sent"))


async def say_verified(tx: Tx, verified: Verified) -> None:
    broken = verified.broken
    if broken is None:
        await tx.say(t("verify.good", count=verified.checked))
    else:
        number = broken.number or f"#{broken.chain}"
        await tx.say(t("verify.broken", number=number, seq=broken.seq, why=broken.why))


async def say_watch(tx: Tx, watch: Watch) -> None:
    await tx.say(watch.words())


async def say_digest(tx: Tx, digest: Digest) -> None:
    await send_digest(tx, digest.view)


async def say_members(tx: Tx, members: Members) -> None:
    await tx.say(t("members", unit=members.unit, lines=[_member(one) for one in members.lines]))


def _member(one: MemberLine) -> Text:
    return t(
        f"members.{one.standing}",
        name=one.name,
        username=f"@{one.username}" if one.username else "",
        role=t(f"role.{one.role}"),
        since=one.since,
        until=one.until,
    )


async def say_roster(tx: Tx, roster: Roster) -> None:
    lines = [
        t("roster.line", name=one.name, role=t(f"role.{one.role}"), count=one.count) for one in roster.lines
    ]
    none = t("roster.none", unit=roster.unit, example="/role @user handler")
    who = t("roster", unit=roster.unit, lines=lines) if lines else none
    await tx.say(t("roster.and_duty", duty=week_words(roster.week), who=who) if roster.week else who)


async def say_duty_file(tx: Tx, made: DutyFile) -> None:
    """To the private chat: a file has the names of colleagues."""
    await send_made(tx, made.name, made.content, caption=t("duty.file", unit=made.unit, count=made.count))
    if not tx.where.private:
        await tx.say(t("duty.file_sent"))


async def say_unit(tx: Tx, unit: UnitCard) -> None:
    await tx.say(
        t(
            "unit",
            name=unit.name,
            code=unit.code,
            aliases=list(unit.aliases),
            by_desk=t("unit.by_desk") if unit.by_desk else None,
            above=" › ".join(unit.above) or "—",
            below=list(unit.below) or "—",
            groups=list(unit.groups) or "—",
        )
    )


async def say_welcome(tx: Tx, welcome: Welcome) -> None:
    if welcome.units:
        await tx.say(t("help.start", unit=list(welcome.units), example=welcome.example))
    elif welcome.admin:
        bind, role = f"/bind {welcome.code}", "/role @user liaison"
        await tx.say(t("help.start_admin", bind=bind, role=role))
    else:
        await tx.say(t("help.start_nobody", example=welcome.example))


async def say_help(tx: Tx, help_: Help) -> None:
    extra = [t("help.handler")] * help_.handles + [t("help.approver")] * help_.approves
    extra += [t("help.liaison")] * help_.leads + [t("help.looking")] * help_.looks
    extra += [t("help.admin")] * help_.admin
    await tx.say(t("help.private" if help_.alone else "help.group", example=help_.example, extra=extra))


async def say_lesson(tx: Tx, lesson: Lesson) -> None:
    parts = [t("train.head"), t("train.ask", example=lesson.example), t("train.follow")]
    parts += [t("train.answer")] * lesson.handles + [t("train.lead")] * lesson.leads
    await tx.say(t("train", parts=[*parts, t("train.safe")]))


SAY: dict[type, Callable[[Tx, Any], Awaitable[None]]] = {
    ListPage: say_page,
    WhichRequest: ask_which,
    Shown: show,
    WhyLook: ask_why,
    WhyTrace: ask_why_all,
    DueTimes: say_times,
    WhyExport: ask_why_export,
    LedgerWanted: say_ledger,
    AuditPage: say_audit,
    WhyAudit: ask_why_audit,
    TrailWanted: say_trail,
    Verified: say_verified,
    **FIGURES,
    Digest: say_digest,
    Watch: say_watch,
    Members: say_members,
    Roster: say_roster,
    DutyFile: say_duty_file,
    UnitCard: say_unit,
    Welcome: say_welcome,
    Help: say_help,
    Lesson: say_lesson,
}
TOAST: dict[type, Callable[[Any], Text]] = {
    ListPage: turned_words,
    AuditPage: turned_words,
    Shown: lambda shown: t("toast.reply"),
    WhyLook: lambda why: t("toast.reply"),
}
