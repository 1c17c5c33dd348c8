"""Something that is wrong with a desk, as ``crossbeat check`` says it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    error: bool
    where: str
    what: str

    def __str__(self) -> str:
        return f"{'error' if self.error else 'warning'}: {self.where}: {self.what}"


def error(where: str, what: str) -> Finding:
    return Finding(error=True, where=where, what=what)


def warning(where: str, what: str) -> Finding:
    return Finding(error=False, where=where, what=what)


def brief(failure: BaseException) -> str:
    """What an error says, on one line."""
    text = str(getattr(failure, "message", None) or getattr(failure, "orig", None) or failure)
    return text.splitlines()[0] if text else type(failure).__name__
