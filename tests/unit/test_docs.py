"""Documentation that cannot lag: commands, keys, buttons and links are looked up in it."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from bot.commands.cli import parser
from bot.settings.model import Settings
from handlers.table import COMMANDS

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def words(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def command_names() -> list[str]:
    actions = [a for a in parser()._actions if a.dest == "command"]
    return list(actions[0].choices or [])


@pytest.mark.parametrize("name", command_names())
def test_every_command_of_the_command_line_is_documented(name: str) -> None:
    assert f"`crossbeat {name}" in words("docs/commands.md")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_slash_command_is_documented(name: str) -> None:
    assert re.search(rf"`/{name}[ `]", words("docs/commands.md"))


@pytest.mark.parametrize("section", sorted(Settings.model_fields))
def test_every_key_is_in_the_example_and_in_the_docs(section: str) -> None:
    example = tomllib.loads(words("config.example.toml"))
    page = words("docs/configuration.md")
    field = Settings.model_fields[section]
    if section in (
        "units",
        "chats",
        "request_types",
        "sharing",
        "duty",
        "ladder",
        "routes",
    ):  # tables; some only as an example in a comment
        assert f"[[{section}]]" in words("config.example.toml")
        assert f"[[{section}]]" in page
        return
    assert section in example
    for key in field.annotation.model_fields:
        assert key in example[section], f"[{section}] {key} is not in config.example.toml"
        assert f"`{key}`" in page, f"[{section}] {key} is not in docs/configuration.md"


def test_the_example_configuration_is_valid() -> None:
    Settings(**tomllib.loads(words("config.example.toml")))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    dead = [
        target
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert not dead


@pytest.mark.parametrize(
    "page", sorted((ROOT / "docs" / "security").glob("*.md")), ids=lambda page: page.name
)
def test_the_tests_that_a_page_on_security_names_are_there(page: Path) -> None:
    """A control without its test is a promise."""
    there = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    named = set(re.findall(r"`(test_\w+\.py)`", page.read_text(encoding="utf-8")))
    assert named and named - there == set()


def test_the_index_of_the_site_names_every_page() -> None:
    named = set(re.findall(r"^[a-z][\w./-]*$", words("docs/index.md"), re.MULTILINE))
    pages = {path.relative_to(ROOT / "docs").with_suffix("") for path in (ROOT / "docs").rglob("*.md")}
    named_by_another = {page for page in pages if page.parts[0] == "adr" and page.name != "index"}
    assert named == {page.as_posix() for page in pages - named_by_another} - {"index"}


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_two_commands_of_the_readme_are_those_of_the_makefile(readme: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", words("Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", words(readme), re.MULTILINE))
    assert {"try", "test"} <= named <= targets
    assert "make test" in words(".ci/run")


def test_constraints_are_names_and_versions_only() -> None:
    lines = words("constraints.txt").splitlines()
    assert lines
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==[A-Za-z0-9.!+]+", line) for line in lines)


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    if not tracked:
        pytest.skip("not a git checkout")
    pattern = re.compile(r"/(?:home|Users)/[a-z]+/")
    texts = [ROOT / name for name in tracked if name.endswith((".py", ".md", ".toml", ".sh"))]
    assert not [path for path in texts if path.exists() and pattern.search(path.read_text(encoding="utf-8"))]
