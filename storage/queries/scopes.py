"""Of which requests somebody may hear, as a condition of a query and as a question about one request."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select

from storage.tables.models import Request
from storage.tables.operations import OperationRequest

#: A condition over requests; ``a | b`` is either of two.
Which = ColumnElement[bool]


def lies_with(unit_ids: Collection[int]) -> Which:
    """What one of these units is asked for."""
    return Request.to_unit_id.in_(unit_ids)


def only(ids: Collection[int]) -> Which:
    """Just these requests."""
    return Request.id.in_(ids)


def tagged(operation_id: int) -> Which:
    """What is tagged with an operation."""
    return Request.id.in_(
        select(OperationRequest.request_id).where(OperationRequest.operation_id == operation_id)
    )


@dataclass(frozen=True, slots=True)
class Scope:
    """Requests from or to the units of ``desk``, and those between two units of ``all``."""

    desk: frozenset[int]
    all: frozenset[int]
    operation: int | None = None  #: of a group of one: what is tagged with it, and nothing else

    @classmethod
    def of(cls, *unit_ids: int) -> Scope:
        """All that is from or to these units."""
        return cls(desk=frozenset(unit_ids), all=frozenset(unit_ids))

    def holds(self, from_unit: int | None, to_unit: int | None) -> bool:
        return (
            from_unit in self.desk or to_unit in self.desk or (from_unit in self.all and to_unit in self.all)
        )

    @property
    def either(self) -> Which:
        """Every request of the scope."""
        if self.operation is not None:
            return tagged(self.operation)
        beside = self.all - self.desk
        if not beside:
            return or_(self.received, self.sent)
        between = and_(Request.from_unit_id.in_(self.all), Request.to_unit_id.in_(self.all))
        return or_(self.received, self.sent, between) if self.desk else between

    @property
    def received(self) -> Which:
        return Request.to_unit_id.in_(self.desk)

    @property
    def sent(self) -> Which:
        return Request.from_unit_id.in_(self.desk)
