"""The tables that may stand in the configuration several times: units, groups, types of requests, rungs of the
ladder, agreements, duty, routes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from bot.settings.fields import (
    Afters,
    Code,
    DurationOrNever,
    Ints,
    Kept,
    PositiveDuration,
    SpanOrNone,
    Texts,
    TimeOfDay,
    Zone,
    longer_than_nothing,
    tables,
    worded_options,
)
from matching.form.fields import KEYS as FIELD_KEYS
from matching.identifiers.values import OwnKind
from matching.text.span import Span
from storage.tables.words import Handling
from workflow.kernel.ladder import Held, Stage

Language = Literal["zh", "en"]
if TYPE_CHECKING:
    Required = str
else:
    Required = Literal[FIELD_KEYS]  # those of a post, whatever they are
StandardCode = Annotated[str, Field(pattern=r"^[0-9A-Za-z._-]{0,32}$")]
#: So many as one message has buttons for, each short enough for one.
Papers = Annotated[Texts, Field(max_length=12)]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


class UnitEntry(Section):
    code: Code
    name: str = Field(min_length=1, max_length=200)
    aliases: Texts = ()
    parent: str = ""
    kind: str = Field(default="police", min_length=1, max_length=32)
    standard_code: StandardCode = ""
    chats: Ints = ()
    remote: bool = False


class ChatEntry(Section):
    id: int
    units: Texts = ()
    purpose: Literal["desk", "shared"] | None = None
    topics: dict[str, int] = {}
    language: Language | None = None
    timezone: Zone | None = None
    digest_at: TimeOfDay | None = None


class TypeField(Section):
    key: str = Field(pattern=r"^[a-z][a-z0-9_]{0,19}$")
    labels: dict[Language, str] = Field(min_length=1)
    kind: OwnKind = OwnKind.TEXT
    required: bool = False
    options: Annotated[tuple[dict[Language, str], ...], BeforeValidator(worded_options)] = ()


class RequestType(Section):
    key: str = Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")
    labels: dict[Language, str] = {}
    aliases: Texts = ()
    require: tuple[Required, ...] = ("subject", "reason")
    about: Literal["person", "vehicle", "phone", "account", "company", "none"] = "person"
    same: tuple[Literal["subject", "case", "period"], ...] = ("subject",)
    fresh_for: PositiveDuration = "180d"  # type: ignore[assignment]
    standard_code: StandardCode = ""
    handling: Handling = Handling.H1
    approve: bool = False
    keep_for: Kept = ""
    ground: bool = False
    case: bool = False
    papers: Papers = ()
    time: SpanOrNone = ""  # type: ignore[assignment]
    remote_time: SpanOrNone = ""  # type: ignore[assignment]
    fields: Annotated[tuple[TypeField, ...], BeforeValidator(tables)] = ()

    @field_validator("time", "remote_time")
    @classmethod
    def _some_time(cls, value: Span | None) -> Span | None:
        return value if value is None else longer_than_nothing(value)


class LadderRung(Section):
    to: Stage
    after: Afters = ("0m",)  # type: ignore[assignment]
    repeat: DurationOrNever = ""  # type: ignore[assignment]
    times: int | None = Field(default=None, ge=1, le=1000)
    hours: Held = Held.QUIET

    @field_validator("to", mode="before")
    @classmethod
    def _to(cls, to: Any) -> Any:
        if to not in [*Stage]:
            raise ValueError(f"{to!r} is no rung: there are {', '.join(Stage)}, in this order")
        return to

    @field_validator("hours", mode="before")
    @classmethod
    def _hours(cls, hours: Any) -> Any:
        if hours not in [*Held]:
            raise ValueError(
                f"{hours!r} are no hours: quiet (not in quiet_hours), work (in working hours) or any"
            )
        return hours

    @field_validator("after", mode="before")
    @classmethod
    def _after(cls, after: Any) -> Any:
        return [after] if isinstance(after, str) and "[" not in after and "," not in after else after


class SharingEntry(Section):
    name: str = ""
    units: Texts = ()
    types: Texts = ()


class DutyEntry(Section):
    unit: str
    persons: Texts = ()
    times: str = ""
    turn: Literal["", "day", "week"] = ""
    since: date | None = None


class RouteEntry(Section):
    to: str
    types: Texts = ()
    words: Texts = ()
