"""Types of request that a row names by the code that other systems know them by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matching.compare.engine import Engine
from workflow.kernel.policy import Policy


def types_by_code(policy: Policy) -> Mapping[str, str]:
    """Folded code -> key of the type."""
    return {code.casefold(): key for key, code in policy.standard_types.items()}


def type_named(row: Mapping[str, Any], engine: Engine, codes: Mapping[str, str]) -> Any:
    """The type that a row names, where it names none of ours the one whose code it has."""
    said = row.get("type")
    if not codes or engine.resolve_type(str(said or "")):
        return said
    given = (str(row.get(name) or "").strip().casefold() for name in ("type", "type_code"))
    return next((codes[code] for code in given if code in codes), said)
