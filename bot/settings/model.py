"""The configuration: ``config.toml``, then the environment (``CROSSBEAT_SECTION__KEY``).

A key that is not known is an error that names it, and all errors are told at once.
:func:`bot.settings.file.load` reads it; here is what may stand in it.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.settings.entries import (
    ChatEntry,
    DutyEntry,
    LadderRung,
    Language,
    RequestType,
    RouteEntry,
    Section,
    SharingEntry,
    UnitEntry,
)
from bot.settings.faults import (
    duty_faults,
    ground_faults,
    kept_faults,
    ladder_faults,
    own_field_faults,
    purpose_faults,
    retention_faults,
    reveal_faults,
    route_faults,
    sharing_faults,
    topic_faults,
    twice,
    unit_faults,
    word_faults,
)
from bot.settings.fields import (
    Befores,
    Dates,
    Duration,
    DurationOrNever,
    Durations,
    Hours,
    HttpUrl,
    Ints,
    Listen,
    PositiveDuration,
    SpanField,
    Texts,
    TimeOfDay,
    TimeOfDayOrNever,
    Zone,
    longer_than_nothing,
    tables,
)
from bot.settings.request_types import CONDITION_WORDS, DEFAULT_PURPOSES, DEFAULT_TYPES
from matching.text.span import Span
from storage.database.ciphers import Cipher

T = TypeVar("T")
KEY_FILE = "crossbeat.key"
INSTEAD = ("after_due", "repeat_every", "escalate_after")  # of what ``[[ladder]]`` takes the place
LONGEST_WATCH = 92  # days


def _fine(value: T, faults: list[str]) -> T:
    if faults:
        raise ValueError("\n".join(faults))
    return value


class Telegram(Section):
    token: SecretStr = SecretStr("")
    api_base: HttpUrl = "https://api.telegram.org"
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: HttpUrl = ""
    webhook_secret: SecretStr = SecretStr("")
    admins: Ints = ()
    ops_chat: int | None = None
    chat_interval: Duration = "1s"  # type: ignore[assignment]
    stop_timeout: PositiveDuration = "20s"  # type: ignore[assignment]

    @field_validator("token")
    @classmethod
    def _token(cls, value: SecretStr) -> SecretStr:
        left, colon, right = value.get_secret_value().partition(":")
        if value.get_secret_value() and not (left.isdecimal() and colon and right and " " not in right):
            raise ValueError("is not a bot token: @BotFather gives one like 123456:ABC-DEF…")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value()  # https://core.telegram.org/bots/api#setwebhook
        if len(text) > 256 or not all(c.isascii() and (c.isalnum() or c in "_-") for c in text):
            raise ValueError("has 1 to 256 characters out of A-Z, a-z, 0-9, _ and -")
        return value

    @field_validator("ops_chat", mode="before")
    @classmethod
    def _ops_chat(cls, value: Any) -> Any:
        return None if value in ("", 0, "0") else value


class Storage(Section):
    url: str = "sqlite+aiosqlite:///crossbeat.db"
    key_file: str = ""
    months: str = ""
    cipher: Cipher = Cipher.AES

    @field_validator("url")
    @classmethod
    def _url(cls, value: str) -> str:
        from sqlalchemy.exc import ArgumentError

        from storage.database.engine import normal_url

        try:
            return normal_url(value).render_as_string(hide_password=False)
        except ArgumentError:
            raise ValueError('is no database address: write "sqlite+aiosqlite:///crossbeat.db"') from None

    @property
    def key_path(self) -> Path:
        """The key file: as configured, else beside the SQLite database, else in the working directory."""
        if self.key_file:
            return Path(self.key_file)
        from storage.database.address import file_of

        database = file_of(self.url)
        return database.parent / KEY_FILE if database is not None else Path(KEY_FILE)

    @property
    def months_path(self) -> Path | None:
        """The file of the keys of months; None: the desk has none. A bare name lies beside the key file."""
        if not self.months:
            return None
        path = Path(self.months)
        return self.key_path.parent / path if path.parent == Path() else path


class Web(Section):
    listen: Listen = "127.0.0.1:8643"

    @property
    def host(self) -> str:
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        return int(self.listen.rpartition(":")[2])


class Locale(Section):
    language: Language = "zh"
    timezone: Zone = "Asia/Shanghai"
    calendar: str = "CN"


class CalendarDays(Section):
    holidays: Dates = ()
    workdays: Dates = ()


class Deadlines(Section):
    flash: SpanField = "8h"  # type: ignore[assignment]
    urgent: SpanField = "3d"  # type: ignore[assignment]
    normal: SpanField = "7d"  # type: ignore[assignment]
    accept_share: float = Field(default=0.25, gt=0, lt=1)

    @field_validator("flash", "urgent", "normal")
    @classmethod
    def _some(cls, value: Span) -> Span:
        return longer_than_nothing(value)


class Reminders(Section):
    before_due: Befores = ("25%",)  # type: ignore[assignment]
    after_due: Durations = ("0m", "4h", "24h")  # type: ignore[assignment]
    repeat_every: PositiveDuration = "24h"  # type: ignore[assignment]
    escalate_after: Duration = "24h"  # type: ignore[assignment]
    ack_holds: Duration = "1h"  # type: ignore[assignment]
    alert_again: Durations = ("1h", "4h", "24h")  # type: ignore[assignment]
    quiet_hours: Hours = "22:00-07:00"  # type: ignore[assignment]
    tick: PositiveDuration = "5s"  # type: ignore[assignment]


#: As ``picture`` names them, from Monday on.
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Digest(Section):
    at: TimeOfDay = "08:30"  # type: ignore[assignment]
    when_empty: bool = False
    picture: Literal["", "mon", "tue", "wed", "thu", "fri", "sat", "sun"] = "mon"
    theme: Literal["light", "dark"] = "light"


class People(Section):
    enrol: Literal["auto", "approve"] = "approve"
    attest_every: DurationOrNever = "30d"  # type: ignore[assignment]
    attest_within: PositiveDuration = "7d"  # type: ignore[assignment]

    @field_validator("attest_every")
    @classmethod
    def _attest_every(cls, length: timedelta | None) -> timedelta | None:
        if length is not None and length < timedelta(days=1):
            raise ValueError('must be a day or more, or "" for never')
        return length


class Protection(Section):
    answers_in_groups: Literal["outcome", "masked"] = "outcome"
    delete_posts: bool = False
    move_identity_photos: bool = True
    purposes: Texts = DEFAULT_PURPOSES
    reveal_for: DurationOrNever = "1h"  # type: ignore[assignment]
    offers_per_day: int = Field(default=30, ge=0)
    posts_per_minute: int = Field(default=30, ge=0)
    flash_per_day: int = Field(default=5, ge=0)

    @field_validator("purposes")
    @classmethod
    def _purposes(cls, purposes: tuple[str, ...]) -> tuple[str, ...]:
        return _fine(purposes, purpose_faults(purposes))

    @field_validator("reveal_for")
    @classmethod
    def _reveal_for(cls, length: timedelta | None) -> timedelta | None:
        return _fine(length, reveal_faults(length))


class Grounds(Section):
    """Closed lists; None: as :mod:`bot.settings.request_types` has them in the language of the desk."""

    urgency: Texts | None = None
    decline: Texts | None = None
    no_case: Texts | None = None

    @field_validator("urgency", "decline", "no_case")
    @classmethod
    def _listed(cls, listed: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return listed if listed is None else _fine(listed, ground_faults(listed))


class Requests(Section):
    autoclose_after: PositiveDuration = "7d"  # type: ignore[assignment]
    reopen_within: Duration = "30d"  # type: ignore[assignment]
    nudge_every: Duration = "1h"  # type: ignore[assignment]
    draft_for: PositiveDuration = "3d"  # type: ignore[assignment]
    files_in_groups: bool = True


class Retention(Section):
    purge_after: DurationOrNever = ""  # type: ignore[assignment]
    review_after: DurationOrNever = "180d"  # type: ignore[assignment]
    keep_at_least: Duration = "180d"  # type: ignore[assignment]


#: How often something happens before a supervisor is told of it; 0: it is not looked for.
Often = Annotated[int, Field(ge=0, le=10_000)]


class Watch(Section):
    at: TimeOfDayOrNever = "08:00"  # type: ignore[assignment]
    days: int = Field(default=7, ge=1, le=LONGEST_WATCH)
    night: Hours = "22:00-06:00"  # type: ignore[assignment]
    no_case: Often = 3
    at_night: Often = 3
    colleagues: Often = 1
    one_subject: Often = 3
    many_subjects: Often = 20
    flash: Often = 5
    no_ground: Often = 1
    late: Often = 1
    declined: Often = 1
    conditions: Often = 1
    condition_words: Texts = CONDITION_WORDS
    returned: Often = 2
    reveals: Often = 3
    exports: Often = 1

    @field_validator("one_subject", "many_subjects")
    @classmethod
    def _several(cls, often: int) -> int:
        if often == 1:
            raise ValueError("is 2 at the least, or every request would be one; 0: it is not looked for")
        return often

    @field_validator("condition_words")
    @classmethod
    def _words(cls, listed: tuple[str, ...]) -> tuple[str, ...]:
        return _fine(listed, word_faults(listed))


class Log(Section):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"


class Sandbox(Section):
    clock: str = ""


#: By which other systems know a unit or a type of request: GA/T 380, or the platform's own.


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        validate_default=True,
        env_prefix="CROSSBEAT_",
        env_nested_delimiter="__",
        enable_decoding=False,  # fields reads lists: commas as well as JSON
    )

    telegram: Telegram = Telegram()
    storage: Storage = Storage()
    web: Web = Web()
    locale: Locale = Locale()
    calendar: CalendarDays = CalendarDays()
    deadlines: Deadlines = Deadlines()
    reminders: Reminders = Reminders()
    digest: Digest = Digest()
    people: People = People()
    protection: Protection = Protection()
    grounds: Grounds = Grounds()
    requests: Requests = Requests()
    retention: Retention = Retention()
    watch: Watch = Watch()
    log: Log = Log()
    sandbox: Sandbox = Sandbox()
    units: Annotated[tuple[UnitEntry, ...], BeforeValidator(tables)] = ()
    chats: Annotated[tuple[ChatEntry, ...], BeforeValidator(tables)] = ()
    request_types: Annotated[tuple[RequestType, ...], BeforeValidator(tables)] = ()
    ladder: Annotated[tuple[LadderRung, ...], BeforeValidator(tables)] = ()
    sharing: Annotated[tuple[SharingEntry, ...], BeforeValidator(tables)] = ()
    duty: Annotated[tuple[DutyEntry, ...], BeforeValidator(tables)] = ()
    routes: Annotated[tuple[RouteEntry, ...], BeforeValidator(tables)] = ()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings  # what the file says comes in as init

    @field_validator("retention")
    @classmethod
    def _retention(cls, retention: Retention, info: ValidationInfo) -> Retention:
        requests = info.data.get("requests") or Requests()
        return _fine(retention, retention_faults(retention.purge_after, requests.reopen_within))

    @field_validator("units")
    @classmethod
    def _units(cls, units: tuple[UnitEntry, ...]) -> tuple[UnitEntry, ...]:
        return _fine(units, unit_faults([(unit.code, unit.parent) for unit in units]))

    @field_validator("chats")
    @classmethod
    def _chats(cls, chats: tuple[ChatEntry, ...], info: ValidationInfo) -> tuple[ChatEntry, ...]:
        codes = {unit.code for unit in info.data["units"]} if "units" in info.data else None
        faults = [f"chat {id_} is listed twice" for id_ in twice([chat.id for chat in chats])]
        for chat in chats:
            unknown = [code for code in chat.units if codes is not None and code not in codes]
            faults += [f"chat {chat.id} names a unit that is not in [[units]]: {code!r}" for code in unknown]
        return _fine(chats, faults)

    @field_validator("request_types")
    @classmethod
    def _types(cls, types: tuple[RequestType, ...], info: ValidationInfo) -> tuple[RequestType, ...]:
        faults = [f"the type {key!r} is listed twice" for key in twice([entry.key for entry in types])]
        types = types or tuple(RequestType(**entry) for entry in DEFAULT_TYPES)
        reopen = (info.data.get("requests") or Requests()).reopen_within
        faults += kept_faults([(entry.key, entry.keep_for) for entry in types], reopen)
        for entry in types:
            named = [(one.key, tuple(one.labels.values()), one.kind, one.options) for one in entry.fields]
            faults += own_field_faults(entry.key, named)
        topics = [(chat.id, tuple(chat.topics)) for chat in info.data.get("chats", ())]
        return _fine(types, faults + topic_faults(topics, {entry.key for entry in types}))

    @field_validator("ladder")
    @classmethod
    def _ladder(cls, ladder: tuple[LadderRung, ...], info: ValidationInfo) -> tuple[LadderRung, ...]:
        deadlines, reminders = info.data.get("deadlines"), info.data.get("reminders")
        if not ladder or deadlines is None or reminders is None:
            return ladder
        set_too = [name for name in INSTEAD if name in reminders.model_fields_set]
        times = {name: getattr(deadlines, name) for name in ("flash", "urgent", "normal")}
        return _fine(ladder, ladder_faults(ladder, times, set_too))

    @field_validator("duty")
    @classmethod
    def _duty(cls, duty: tuple[DutyEntry, ...], info: ValidationInfo) -> tuple[DutyEntry, ...]:
        if "units" not in info.data:
            return duty
        return _fine(duty, duty_faults(duty, {unit.code for unit in info.data["units"]}))

    @field_validator("routes")
    @classmethod
    def _routes(cls, routes: tuple[RouteEntry, ...], info: ValidationInfo) -> tuple[RouteEntry, ...]:
        if "units" not in info.data or "request_types" not in info.data:  # they are wrong themselves
            return routes
        codes = [unit.code for unit in info.data["units"]]
        types = [entry.key for entry in info.data["request_types"]]
        return _fine(routes, route_faults([(r.to, r.types) for r in routes], codes, types))

    @field_validator("sharing")
    @classmethod
    def _sharing(cls, sharing: tuple[SharingEntry, ...], info: ValidationInfo) -> tuple[SharingEntry, ...]:
        if "units" not in info.data or "request_types" not in info.data:
            return sharing
        codes = [unit.code for unit in info.data["units"]]
        types = [entry.key for entry in info.data["request_types"]]
        return _fine(sharing, sharing_faults([(s.units, s.types) for s in sharing], codes, types))
