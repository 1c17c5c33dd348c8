"""Operations of several units: the group of one, who takes part, until when; and which requests are tagged with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.models import Base, Id

OPEN = "ended_at IS NULL"


class Operation(Base):
    """It has one group, and ends by itself. A group has one at a time."""

    __tablename__ = "operations"
    __table_args__ = (Index("uq_operations_open", "chat_id", unique=True, info={"where": OPEN}),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("chats.id"))
    at: Mapped[datetime]
    ends_at: Mapped[datetime]  # the end of its last day
    told_at: Mapped[datetime | None]  # when it was said that it is about to end
    ended_at: Mapped[datetime | None]
    sealed: Mapped[bytes]  # {"name": …, "units": {unit: [state, whose word, when]}}
    mac: Mapped[bytes | None] = mapped_column(LargeBinary(16))  # see :mod:`storage.tables.covered`


class OperationRequest(Base):
    """It is what digests and figures are made from. What an operation's group sees by a tag stands in the request
    itself, sealed and under its checksum (:attr:`workflow.kernel.body.Body.tagged`): a row that is put here by hand
    shows nothing."""

    __tablename__ = "operation_requests"
    __table_args__ = (Index("ix_operation_requests_operation_id", "operation_id"),)
    request_id: Mapped[int] = mapped_column(
        Id, ForeignKey("requests.id"), primary_key=True, autoincrement=False
    )
    operation_id: Mapped[int] = mapped_column(Id, ForeignKey("operations.id"))
