"""A ledger that an admin has sent: how it is understood, and what became of its rows, with the report as a file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from workflow.kernel import pressed
from workflow.kernel.carried import Press, carry
from workflow.kernel.pressed import Under
from workflow.kernel.text import Button, Text, t
from workflow.kernel.tx import Tx
from workflow.ledger.account import Account, SheetTold
from workflow.ledger.in_chat import LedgerDropped, LedgerLooked, LedgerTaken

PURPOSE = "ledger"
_UNDER = Under(purposes=(PURPOSE,))
SHOWN_REJECTS, SHOWN_COLUMNS, SHOWN_SHEETS = 5, 40, 12  # in the message itself


async def say_looked(tx: Tx, looked: LedgerLooked) -> None:
    account = looked.account
    takes = account.counts["taken"] > 0
    sheets = [_sheet(one) for one in account.sheets[:SHOWN_SHEETS]]
    nothing = None if takes else t("ledger.nothing")
    told = t("ledger.preview", name=looked.name, sheets=sheets, nothing=nothing, **_told(account))
    await tx.say(told, buttons=_buttons(looked.number) if takes else (), purpose=PURPOSE)
    await _give_report(tx, account)


async def say_taken(tx: Tx, taken: LedgerTaken) -> None:
    await pressed.close(tx, _UNDER)
    number = taken.import_id
    await tx.say(t("ledger.result", name=taken.name, number=number, undo=number, **_told(taken.account)))
    await _give_report(tx, taken.account)


async def say_dropped(tx: Tx, dropped: LedgerDropped) -> None:
    await pressed.close(tx, _UNDER, t("ledger.dropped", name=dropped.name))


def _buttons(number: int) -> Sequence[Sequence[Button]]:
    take_it = Button(label=t("button.ledger_take"), data=carry(Press.LEDGER_TAKE, number))
    leave_it = Button(label=t("button.ledger_drop"), data=carry(Press.LEDGER_DROP, number))
    return [[take_it, leave_it]]


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
        nobodys=t("ledger.nobodys") if sheet.nobodys else None,
    )


def _told(account: Account) -> dict[str, Any]:
    left = [t("ledger.left_out", name=name, why=why) for name, why in account.left_out[:SHOWN_SHEETS]]
    rejects = [
        t("ledger.reject", sheet=sheet, line=line, why=why)
        for sheet, line, why in account.rejects[:SHOWN_REJECTS]
    ]
    return dict(account.counts) | {"left": left or None, "rejects": rejects or None}


async def _give_report(tx: Tx, account: Account) -> None:
    await tx.give("ledger-report.json", account.report, caption=t("ledger.report"))


SAY: dict[type, Callable[[Tx, Any], Awaitable[None]]] = {
    LedgerLooked: say_looked,
    LedgerTaken: say_taken,
    LedgerDropped: say_dropped,
}
TOAST: dict[type, Callable[[Any], Text]] = {
    LedgerTaken: lambda taken: t("ledger.toast_taken", count=taken.account.counts["taken"]),
    LedgerDropped: lambda _: t("ledger.toast_dropped"),
}
