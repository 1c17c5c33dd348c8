"""Reading the configuration, and saying everything that is wrong with it in one go."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import SettingsError as SourceError

from bot.settings.faults import unit_faults
from bot.settings.model import Settings

PREFIX = "CROSSBEAT_"
DEFAULT_PATH = Path("config.toml")
#: The key itself, for those who keep it out of files; read by :mod:`bot.app`, not by the settings.
KEY_VARIABLE = "CROSSBEAT_KEY"
#: The key that is to take its place, for ``crossbeat rekey``.
NEW_KEY_VARIABLE = "CROSSBEAT_NEW_KEY"
#: Not settings: the keys, and what the test suite and the fail points are told.
NOT_SETTINGS = (KEY_VARIABLE, NEW_KEY_VARIABLE, "CROSSBEAT_TEST_")
#: Lists of tables come from the environment as a whole: CROSSBEAT_UNITS='[{"code": "KS", …}]'.
WHOLE = ("units", "chats", "request_types", "sharing", "ladder")


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    key: str  # e.g. "telegram.mode", "units[2].code", or the name of an environment variable
    message: str

    def __str__(self) -> str:
        return f"{self.key}: {self.message}" if self.key else self.message


class SettingsRefused(Exception):
    """The configuration cannot be used; ``faults`` says all that is wrong with it."""

    def __init__(self, faults: list[Fault], path: Path | None = None) -> None:
        self.faults = faults
        self.path = path
        where = f"{path}: " if path else ""
        super().__init__(where + "; ".join(map(str, faults)))


def load(path: Path | None = None) -> Settings:
    """The settings from a TOML file and the environment.

    Without ``path`` it is ``config.toml`` of the working directory, if there is one. Raises
    :class:`SettingsRefused` with all faults.
    """
    file = path or (DEFAULT_PATH if DEFAULT_PATH.exists() else None)
    values = _read(file) if file else {}
    faults = _unknown_variables()
    try:
        settings = Settings(**values)
    except ValidationError as error:
        faults += [fault for details in error.errors() for fault in _faults(details)]
        if any(fault.key.startswith("units[") for fault in faults):  # the tree was not looked at
            faults += _tree_faults(values.get("units"))
    except SourceError as error:  # a list or a table in the environment that is not JSON
        faults.append(Fault(key="environment", message=f"{error}; write lists and tables as JSON"))
    if faults:
        raise SettingsRefused(faults, file)
    return settings


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        raise SettingsRefused([Fault(key="", message=f"there is no configuration file {path}")]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsRefused([Fault(key="", message=f"{path} cannot be read: {error}")]) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsRefused([Fault(key="", message=f"{path} is not TOML: {error}")], path) from None


def _unknown_variables() -> list[Fault]:
    """``CROSSBEAT_…`` names that no section answers to; pydantic-settings passes over them in silence."""
    faults = []
    for name in sorted(os.environ):
        if not name.upper().startswith(PREFIX) or name.upper().startswith(NOT_SETTINGS):
            continue
        section, _, key = name.upper().removeprefix(PREFIX).lower().partition("__")
        if section not in Settings.model_fields or bool(key) is (section in WHOLE):
            known = [f"{PREFIX}{name}__".upper() for name in Settings.model_fields]
            close = get_close_matches(f"{PREFIX}{section}__".upper(), known, n=1)
            hint = f"; did you mean {close[0]}…?" if close else f"; write {PREFIX}SECTION__KEY"
            faults.append(Fault(key=name, message=f"is not a known setting{hint}"))
    return faults


def _faults(details: ErrorDetails) -> list[Fault]:
    key = _dotted(details["loc"])
    if details["type"] == "extra_forbidden":
        close = get_close_matches(str(details["loc"][-1]), _names_beside(details["loc"]), n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        return [Fault(key=key, message=f"is not a known key{hint}")]
    if details["type"] == "missing":
        return [Fault(key=key, message="is missing")]
    if details["type"] == "value_error":
        return [Fault(key=key, message=line) for line in str(details["ctx"]["error"]).splitlines()]
    return [Fault(key=key, message=_lower(details["msg"].removeprefix("Input ")))]


def _tree_faults(units: Any) -> list[Fault]:
    tables = [unit for unit in units if isinstance(unit, dict)] if isinstance(units, list) else []
    pairs = [(str(unit.get("code")), str(unit.get("parent", ""))) for unit in tables]
    return [Fault(key="units", message=message) for message in unit_faults(pairs)]


def _dotted(loc: tuple[int | str, ...]) -> str:
    text = ""
    for part in loc:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _names_beside(loc: tuple[int | str, ...]) -> list[str]:
    """The keys that are known where the unknown one stands."""
    model: type[BaseModel] | None = Settings
    for part in loc[:-1]:
        if isinstance(part, str) and model is not None:
            model = _model_of(model.model_fields[part].annotation) if part in model.model_fields else None
    return list(model.model_fields) if model is not None else []


def _model_of(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for arg in get_args(annotation) if (found := _model_of(arg))), None)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
