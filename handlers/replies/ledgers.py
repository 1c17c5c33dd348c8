"""A ledger that an admin has sent: how it is understood, and what became of its rows, with the report as a file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from workflow.kernel import pressed
from workflow.kernel.carried import Press, carry
from workflow.kernel.pressed import Under
from workflow.kernel.text import Button, Text, t
from workflow.kernel.tx import Tx
from workflow.kernel.words import PostPurpose
from workflow.ledger.account import Account, SheetTold
from workflow.ledger.in_chat import LedgerDropped, LedgerLooked, LedgerTaken, LedgerUnclear, LedgerUndone

_UNDER = Under(purposes=(PostPurpose.LEDGER,))
SHOWN_NAMES, SHOWN_LETTERS = 5, 10  # of a header, in a button
SHOWN_REJECTS, SHOWN_COLUMNS, SHOWN_SHEETS = 5, 40, 12  # in the message itself


async def say_looked(tx: Tx, looked: LedgerLooked) -> None:
    await pressed.close(tx, _UNDER)
    account = looked.account
    takes = account.counts["taken"] > 0
    sheets = [_sheet(one) for one in account.sheets[:SHOWN_SHEETS]]
    asks = any(sheet.ignored or sheet.nobodys for sheet in account.sheets) or not takes
    told = t(
        "ledger.preview",
        name=looked.name,
        sheets=sheets,
        nothing=None if takes else t("ledger.nothing"),
        perhaps=t("ledger.perhaps") if looked.perhaps else None,
        how=t("ledger.how") if asks else None,
        **_told(account),
    )
    await tx.say(told, buttons=_buttons(looked), purpose=PostPurpose.LEDGER)
    await _give_report(tx, account)


async def say_unclear(tx: Tx, unclear: LedgerUnclear) -> None:
    await pressed.close(tx, _UNDER)
    which = t("ledger.which_header") if unclear.rows else None
    told = t("ledger.unclear", name=unclear.name, why=unclear.why, which=which, how=t("ledger.how"))
    await tx.say(told, buttons=_header_buttons(unclear), purpose=PostPurpose.LEDGER)


async def say_taken(tx: Tx, taken: LedgerTaken) -> None:
    await pressed.close(tx, _UNDER)
    number = taken.import_id
    told = t("ledger.result", name=taken.name, number=number, undo=number, **_told(taken.account))
    back = [[Button(label=t("button.ledger_undo"), data=carry(Press.LEDGER_UNDO, number))]] if number else ()
    await tx.say(told, buttons=back, purpose=PostPurpose.LEDGER)
    await _give_report(tx, taken.account)


async def say_dropped(tx: Tx, dropped: LedgerDropped) -> None:
    await pressed.close(tx, _UNDER, t("ledger.dropped", name=dropped.name))


async def say_undone(tx: Tx, undone: LedgerUndone) -> None:
    await pressed.close(tx, _UNDER)
    await tx.say(
        t(
            "ledger.undone",
            number=undone.import_id,
            gone=undone.gone,
            restored=undone.restored or None,
            stay=undone.stay or None,
            names=list(undone.names) or None,
        )
    )


def _buttons(looked: LedgerLooked) -> Sequence[Sequence[Button]]:
    """Taking in what is new, correcting what is on file, where there is either; what unknown columns may hold."""
    number, rows = looked.number, []
    if looked.account.counts["taken"]:
        rows.append([Button(label=t("button.ledger_take"), data=carry(Press.LEDGER_TAKE, number))])
    if count := looked.account.correctable:
        label = t("button.ledger_correct", count=count)
        rows.append([Button(label=label, data=carry(Press.LEDGER_CORRECT, number))])
    if rows:
        rows[0].append(Button(label=t("button.ledger_drop"), data=carry(Press.LEDGER_DROP, number)))
    for place, one in enumerate(looked.perhaps):
        label = t("button.ledger_column", header=one.column, field=one.label)
        rows.append([Button(label=label, data=carry(Press.LEDGER_COLUMN, number, place))])
    return rows


def _header_buttons(unclear: LedgerUnclear) -> Sequence[Sequence[Button]]:
    """Each row that may be the header, with its first names; and that there is none."""
    several = len({sheet for sheet, _, _ in unclear.rows}) > 1
    rows = []
    for place, (sheet, line, names) in enumerate(unclear.rows):
        key = "button.ledger_header" if line else "button.ledger_no_header"
        shown = [name[:SHOWN_LETTERS] for name in names[:SHOWN_NAMES]]
        label = t(key, sheet=sheet if several else None, line=line, names=shown)
        rows.append([Button(label=label, data=carry(Press.LEDGER_HEADER, unclear.number, place))])
    if rows:
        rows.append([Button(label=t("button.ledger_drop"), data=carry(Press.LEDGER_DROP, unclear.number))])
    return rows


def _sheet(sheet: SheetTold) -> Text:
    columns = [
        t("ledger.column", header=header, field=field) for header, field in sheet.columns[:SHOWN_COLUMNS]
    ]
    ignored = "; ".join(sheet.ignored[:SHOWN_COLUMNS]) or None
    return t(
        "ledger.sheet",
        name=sheet.name,
        row=sheet.header_row,
        count=sheet.taken,
        columns=columns,
        ignored=ignored,
        notes=list(sheet.notes) or None,
        nobodys=t("ledger.nobodys") if sheet.nobodys else None,
    )


def _told(account: Account) -> dict[str, Any]:
    left = [t("ledger.left_out", name=name, why=why) for name, why in account.left_out[:SHOWN_SHEETS]]
    rejects = [
        t("ledger.reject", sheet=sheet, line=line, why=why)
        for sheet, line, why in account.rejects[:SHOWN_REJECTS]
    ]
    doubtful = [
        t("ledger.doubted", sheet=sheet, line=line, kinds=list(kinds))
        for sheet, line, kinds in account.doubted[:SHOWN_REJECTS]
    ]
    doubts = t("ledger.doubtful", count=account.doubtful, rows=doubtful) if account.doubtful else None
    updated = account.counts["updated"] or None
    return dict(account.counts) | {
        "left": left or None, "rejects": rejects or None, "doubts": doubts, "updated": updated,
    }  # fmt: skip


def _taken(account: Account) -> int:
    return account.counts["taken"] + account.counts["updated"]


async def _give_report(tx: Tx, account: Account) -> None:
    await tx.give("ledger-report.json", account.report, caption=t("ledger.report"))


SAY: dict[type, Callable[[Tx, Any], Awaitable[None]]] = {
    LedgerLooked: say_looked,
    LedgerTaken: say_taken,
    LedgerDropped: say_dropped,
    LedgerUnclear: say_unclear,
    LedgerUndone: say_undone,
}
TOAST: dict[type, Callable[[Any], Text]] = {
    LedgerLooked: lambda _: t("ledger.toast_looked"),
    LedgerUnclear: lambda _: t("ledger.toast_looked"),
    LedgerTaken: lambda taken: t("ledger.toast_taken", count=_taken(taken.account)),
    LedgerUndone: lambda undone: t("ledger.toast_undone", count=undone.gone + undone.restored),
    LedgerDropped: lambda _: t("ledger.toast_dropped"),
}
