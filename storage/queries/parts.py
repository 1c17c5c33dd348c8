"""Queries about parts: what a request was split into, and what a part is of. None of them decides who may."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.locked import LOCKED
from storage.tables.models import Request

#: What no part has, and every part has: told by its number (:mod:`workflow.kernel.numbers`), which its checksum covers.
IS_PART: ColumnElement[bool] = and_(Request.number.is_not(None), Request.number.like("%-%-%"))
#: Of a part: the number of its whole. Of anything else no number at all: KS26.
NUMBER_OF_WHOLE: ColumnElement[str] = func.rtrim(func.rtrim(Request.number, "0123456789"), "-")
#: By whole numbers alone, each a step into the index that makes them unique.
_OF_NUMBERS = (
    select(Request).where(Request.number.in_(bindparam("numbers", expanding=True))).order_by(Request.id)
)


async def with_numbers(
    session: AsyncSession, numbers: Sequence[str], *, lock: bool = False
) -> Sequence[Request]:
    """The requests of these numbers, in the order in which they came to be; ``lock``: held, and as they stand by
    then."""
    query = _OF_NUMBERS
    if lock:
        query = query.with_for_update(**LOCKED).execution_options(populate_existing=True)
    return (await session.scalars(query, {"numbers": list(numbers)})).all()
