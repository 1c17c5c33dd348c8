"""Of which requests somebody may hear, as a condition of a query and as a question about one request."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select

from storage.queries.parts import IS_PART
from storage.tables.models import Request
from storage.tables.operations import OperationRequest

#: A condition over requests; ``a | b`` is either of two.
Which = ColumnElement[bool]


def lies_with(unit_ids: Collection[int]) -> Which:
    """What one of these units is asked for."""
    return Request.to_unit_id.in_(unit_ids)


def of_type(key: str) -> Which:
    """What is asked of one type."""
    return Request.type == key


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
        """Every request of the scope, and every part of one: what is open, and late, with whom."""
        if self.operation is not None:
            return tagged(self.operation)
        to, of = Request.to_unit_id.in_(self.desk), Request.from_unit_id.in_(self.desk)
        beside = self.all - self.desk
        if not beside:
            return or_(to, of)
        between = and_(Request.from_unit_id.in_(self.all), Request.to_unit_id.in_(self.all))
        return or_(to, of, between) if self.desk else between

    @property
    def received(self) -> Which:
        """As it is counted: one request is one, however many parts it was done in. A part is one for the unit that
        is asked for it, where what it is part of is none of the scope's."""
        return and_(Request.to_unit_id.in_(self.desk), or_(~IS_PART, Request.from_unit_id.not_in(self.desk)))

    @property
    def sent(self) -> Which:
        """As it is counted: a part is asked for another's request, and none of one's own."""
        return and_(Request.from_unit_id.in_(self.desk), ~IS_PART)

    @property
    def exchanged(self) -> Which:
        """What is counted between the units of a group that is nobody's desk."""
        return and_(self.either, ~IS_PART)
