"""Misbehaviour on demand: the next N calls of a method fail in a chosen way."""

import fnmatch
from dataclasses import asdict, dataclass, field

from sandbox.world.errors import ApiError, SandboxError
from sandbox.world.model import Json

KINDS = ("error", "slow", "drop_before", "drop_after", "garbage", "lost_after")
"""error: the given answer without any effect. slow: waits, then works. drop_before/drop_after: the connection
is cut before/after the effect. garbage: an answer that is no JSON, without effect. lost_after: an error after
the effect, as a gateway's 502 can be."""

_WORDS = {
    400: "Bad Request: chat not found",
    401: "Unauthorized",
    403: "Forbidden: bot was kicked from the supergroup chat",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    429: "Too Many Requests: retry after {retry_after}",
    500: "Internal Server Error",
    502: "Bad Gateway",
    504: "Gateway Timeout",
}


@dataclass(kw_only=True)
class Fault:
    """One rule; `times` counts down, -1 stays until removed."""

    kind: str = "error"
    method: str = "*"
    chat: int | None = None
    times: int = 1
    after: int = 0
    code: int = 500
    description: str | None = None
    retry_after: int | None = None
    migrate_to_chat_id: int | None = None
    seconds: float = 0.0
    hits: int = field(default=0)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise SandboxError(f"a fault is one of {', '.join(KINDS)}, not {self.kind}")

    def matches(self, method: str, chat: int | None) -> bool:
        """Whether this rule is about a call of `method` (`*` and `send*` work) to `chat`."""
        if self.times == 0 or (self.chat is not None and self.chat != chat):
            return False
        return fnmatch.fnmatchcase(method.lower(), self.method.lower())

    def error(self) -> ApiError:
        """The answer that the bot gets."""
        parameters: Json = {}
        if self.retry_after is not None:
            parameters["retry_after"] = self.retry_after
        if self.migrate_to_chat_id is not None:
            parameters["migrate_to_chat_id"] = self.migrate_to_chat_id
        words = self.description or _WORDS.get(self.code, "Internal Server Error")
        return ApiError(self.code, words.format(retry_after=self.retry_after), parameters)


class Faults:
    """The rules in force, first come first served."""

    def __init__(self) -> None:
        self._rules: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Puts a rule at the end of the queue."""
        if fault.retry_after is not None and fault.code == 500:
            fault.code = 429
        if fault.migrate_to_chat_id is not None and fault.code == 500:
            fault.code = 400
            fault.description = fault.description or (
                "Bad Request: group chat was upgraded to a supergroup chat"
            )
        self._rules.append(fault)

    def clear(self) -> None:
        """Back to good behaviour."""
        self._rules.clear()

    def take(self, method: str, chat: int | None) -> Fault | None:
        """The rule that this call falls under, used up by one; None when there is none."""
        for rule in self._rules:
            if not rule.matches(method, chat):
                continue
            if rule.after > 0:
                rule.after -= 1
                continue
            rule.hits += 1
            if rule.times > 0:
                rule.times -= 1
            return rule
        return None

    def as_json(self) -> list[Json]:
        """All rules with how often each was hit."""
        return [asdict(rule) for rule in self._rules]
