"""What the audit says of an answer, or of none; what stands in the bill of materials."""

from __future__ import annotations

import importlib.util
import json
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]


def loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


AUDIT = loaded("audit")
SOUND: dict[str, Any] = {"name": "alpha", "version": "1.0", "vulns": []}
WEAK: dict[str, Any] = {
    "name": "beta", "version": "2.0", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["2.1"]}],
}  # fmt: skip
UNKNOWN: dict[str, Any] = {"name": "gamma", "skip_reason": "Dependency not found on PyPI"}


def judged(*packages: dict[str, Any], required: bool = False) -> tuple[int, str]:
    code, lines = AUDIT.judge(json.dumps({"dependencies": packages}), required=required)
    return code, "\n".join(lines)


def test_sound_packages_pass_with_their_number() -> None:
    assert judged(SOUND, SOUND) == (0, "audit: 2 packages asked about, 0 known weaknesses")


def test_a_known_weakness_fails_and_says_what_mends_it() -> None:
    code, said = judged(SOUND, WEAK)
    assert code == 1
    assert "beta 2.0 has PYSEC-2026-1; mended in 2.1" in said


@pytest.mark.parametrize("answer", ["", "Traceback", "[]", "{}", '{"dependencies": []}', None])
def test_no_answer_is_said_and_fails_only_where_one_is_required(answer: str | None) -> None:
    """A mirror without advisories answers for every package that it does not know it."""
    answer = json.dumps({"dependencies": [UNKNOWN]}) if answer is None else answer
    assert AUDIT.judge(answer, required=False)[0] == 0
    code, [line] = AUDIT.judge(answer, required=True)
    assert code == 1
    assert "NOT DONE" in line and "0 known weaknesses" not in line


def test_packages_that_were_not_asked_about_are_named() -> None:
    assert judged(SOUND, UNKNOWN)[0] == 0
    code, said = judged(SOUND, UNKNOWN, required=True)
    assert code == 1
    assert "NOT ASKED ABOUT: gamma" in said


def test_the_bill_of_materials_holds_what_runs_in_the_pinned_versions_and_no_tools() -> None:
    pytest.importorskip("cyclonedx", reason="make check installs it")
    sbom = loaded("sbom")
    text = sbom.bom()
    assert text == sbom.bom(), "the same packages give the same file"
    bill = json.loads(text)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["name"] == "crossbeat"
    parts = {part["name"]: part["version"] for part in bill["components"]}
    pinned = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text("utf-8").split())
    of_name = {sbom.normal(name): found for name, found in pinned.items()}
    assert parts.items() <= of_name.items()
    assert {"aiogram", "cryptography", "sqlalchemy", "pydantic-core", "h11"} <= parts.keys()
    assert not {"pytest", "ruff", "mypy", "cyclonedx-python-lib", "crossbeat"} & parts.keys()
    assert parts["cryptography"] == version("cryptography")
    known = {part["bom-ref"] for part in [*bill["components"], bill["metadata"]["component"]]}
    for edge in bill["dependencies"]:
        assert {edge["ref"], *edge.get("dependsOn", ())} <= known
