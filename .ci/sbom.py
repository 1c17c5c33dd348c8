"""Writes build/sbom.json: what a desk consists of when it runs, in CycloneDX 1.6.

The packages are those that ``crossbeat`` needs, directly or through others, in the versions that are installed here
(make sees to it that they are those of constraints.txt); tools of tests and checks are not part of a desk. The same
packages give the same file, byte for byte.
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from importlib.metadata import Distribution, distribution
from pathlib import Path

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense, LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
OURS = "crossbeat"


def normal(name: str) -> str:
    """A package's name as it is compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def needed(found: Distribution, extras: frozenset[str] = frozenset()) -> dict[str, frozenset[str]]:
    """What a package asks for on this machine: name, extras of it."""
    wanted: dict[str, frozenset[str]] = {}
    for line in found.requires or ():
        one = Requirement(line)
        marks = [{"extra": extra} for extra in (extras or {""})]
        if one.marker is None or any(one.marker.evaluate(mark) for mark in marks):
            wanted[normal(one.name)] = wanted.get(normal(one.name), frozenset()) | frozenset(one.extras)
    return wanted


def closure() -> dict[str, set[str]]:
    """Every package of a running desk, with the names of those that it needs itself."""
    edges: dict[str, set[str]] = {}
    todo = [(OURS, frozenset[str]())]
    seen = set(todo)
    while todo:
        name, extras = todo.pop()
        wanted = needed(distribution(name), extras)
        edges.setdefault(name, set()).update(wanted)
        new = set(wanted.items()) - seen
        seen |= new
        todo += sorted(new)
    return edges


def component(name: str) -> Component:
    """A package with its version, where it comes from and under which licence."""
    about = distribution(name).metadata
    version = about["Version"]
    kind = ComponentType.APPLICATION if name == OURS else ComponentType.LIBRARY
    purl = PackageURL("pypi", None, name, version)
    made = Component(name=name, version=version, type=kind, purl=purl, bom_ref=str(purl))
    if expression := about.get("License-Expression"):
        made.licenses.add(LicenseExpression(expression))
    elif said := _licence(about.get("License") or "", about.get_all("Classifier") or []):
        made.licenses.add(DisjunctiveLicense(name=said))
    return made


def _licence(field: str, classifiers: list[str]) -> str:
    """What an older package says of its licence; not the whole text, which some put there."""
    named = [line.rpartition(" :: ")[2] for line in classifiers if line.startswith("License :: ")]
    return ", ".join(named) or ("" if len(field) > 100 else field.strip())


def bom() -> str:
    """The bill of materials as JSON."""
    edges = closure()
    parts = {name: component(name) for name in sorted(edges)}
    made = Bom(components=[part for name, part in parts.items() if name != OURS])
    made.metadata.component = parts[OURS]
    for name, wanted in edges.items():
        made.register_dependency(parts[name], [parts[one] for one in wanted])
    plain = json.loads(JsonV1Dot6(made).output_as_string())
    del plain["metadata"]["timestamp"]  # else no two are alike
    plain.pop("serialNumber", None)
    content = json.dumps(plain, sort_keys=True)
    plain["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, content)}"
    return json.dumps(plain, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> int:
    out = ROOT / "build" / "sbom.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(bom(), encoding="utf-8")
    parts = json.loads(out.read_text("utf-8"))["components"]
    sys.stdout.write(f"{out.relative_to(ROOT)}: {len(parts)} packages\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
