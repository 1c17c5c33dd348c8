"""How a person explained the columns of a ledger's header: kept for the next file that has the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from storage.queries import imports as import_rows
from workflow.kernel.tx import Tx


async def explained(tx: Tx) -> frozenset[str]:
    """The layouts that were explained: by them a header is found of which no name is known otherwise."""
    return await import_rows.layouts(tx.session)


async def remembered(tx: Tx, layout: str) -> dict[str, str]:
    """The columns of a layout as they were explained; empty for one that nobody has explained."""
    sealed = await import_rows.layout(tx.session, layout)
    return dict(tx.sealer.unseal("layouts", sealed)) if sealed is not None else {}


async def remember(tx: Tx, layouts: Sequence[str], given: Mapping[str, str], *, import_id: int) -> None:
    """Keep what was said of layouts by an import, beside what was said of them before. The import keeps what it
    has changed: taken back, it is no reason any more."""
    before = {layout: await remembered(tx, layout) for layout in layouts}
    for layout, known in before.items():
        await _keep(tx, layout, known | dict(given))
    one = await import_rows.by_id(tx.session, import_id)
    assert one is not None  # noqa: S101 (it has just been made)
    plain = tx.sealer.unseal("imports", one.sealed) | {"given": dict(given), "before": before}
    one.sealed = tx.sealer.seal("imports", plain)


async def forget(tx: Tx, import_id: int) -> None:
    """What an import said of layouts counts no more, but for what was said otherwise since."""
    one = await import_rows.by_id(tx.session, import_id)
    plain: dict[str, Any] = tx.sealer.unseal("imports", one.sealed) if one is not None else {}
    for layout, before in plain.get("before", {}).items():
        known = await remembered(tx, layout)
        for header, field in plain["given"].items():
            if known.get(header) == field:
                known.pop(header)
                known |= {header: before[header]} if header in before else {}
        await _keep(tx, layout, known)


async def _keep(tx: Tx, layout: str, known: Mapping[str, str]) -> None:
    if known:
        sealed = tx.sealer.seal("layouts", dict(known))
        await import_rows.keep_layout(tx.session, layout, at=tx.now, sealed=sealed)
    else:
        await import_rows.drop_layout(tx.session, layout)
