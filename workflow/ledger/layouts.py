"""How a person explained the columns of a ledger's header: kept for the next file that has the same."""

from __future__ import annotations

from collections.abc import Mapping

from storage.queries import imports as import_rows
from workflow.kernel.tx import Tx


async def remembered(tx: Tx, layout: str) -> dict[str, str]:
    """The columns of a layout as they were explained; empty for one that nobody has explained."""
    sealed = await import_rows.layout(tx.session, layout)
    return dict(tx.sealer.unseal("layouts", sealed)) if sealed is not None else {}


async def remember(tx: Tx, layout: str, given: Mapping[str, str]) -> None:
    """Keep what was said of a layout, with what was said of it before."""
    known = await remembered(tx, layout) | dict(given)
    await import_rows.keep_layout(tx.session, layout, at=tx.now, sealed=tx.sealer.seal("layouts", known))
