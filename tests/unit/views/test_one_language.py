"""Who reads one language is not answered in another: what is said comes from the catalogue of the reader."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import handlers
import workflow
from handlers.views.catalogue import catalogue

HAN = re.compile("[\u3400-\u9fff]")
ROOTS = [Path(handlers.__file__).parent, Path(workflow.__file__).parent]
#: Files that hold what people type, in both languages, or shapes of it; nothing in them is said.
READ = frozenset({
    "handlers/hashtags.py", "handlers/table.py", "handlers/typed.py", "handlers/units.py",
    "workflow/actions/drilling.py", "workflow/figures/periods.py",
    "workflow/actions/alerts.py", "workflow/actions/operations.py", "workflow/actions/split_words.py",
    "workflow/intake/tapped.py", "workflow/intake/templates.py",
    "workflow/kernel/actions.py", "workflow/kernel/openings.py", "workflow/kernel/outcomes.py",
    "workflow/kernel/roles.py",
    "workflow/ledger/explaining.py",
    "workflow/lookup/sharing.py", "workflow/lookup/window_words.py",
    "workflow/actions/closing.py", "workflow/organisation/reshaping.py",
    "workflow/organisation/binding.py", "workflow/organisation/places.py",
    "workflow/organisation/duty/commands.py", "workflow/organisation/duty/reading.py",
    "workflow/organisation/duty/setting.py", "workflow/organisation/duty/standing_in.py",
    "workflow/request/drafts.py", "workflow/request/reading.py", "workflow/request/reading_grounds.py",
    "workflow/request/reading_own.py",
})  # fmt: skip
#: A plate, which begins with the sign of its province, whoever writes it.
PLATE = "苏E12345"
#: What makes a text for people, and what is handed on to one.
SAYING = frozenset({"t", "Text", "Refused", "worded", "need", "access_request"})


def _strings(tree: ast.AST) -> Iterator[ast.Constant]:
    """The string constants of a tree but for docstrings, which stand alone."""
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node


def _files() -> Iterator[tuple[str, ast.Module]]:
    for root in ROOTS:
        for path in sorted(root.rglob("*.py")):
            yield str(path.relative_to(root.parent)), ast.parse(path.read_text("utf-8"))


@pytest.mark.parametrize("key", [key for key in catalogue("zh") if key.startswith("example.")])
def test_an_example_that_holds_words_has_them_in_each_language(key: str) -> None:
    in_words = bool(HAN.search(catalogue("zh")[key]))
    assert in_words == (catalogue("zh")[key] != catalogue("en")[key])


def test_chinese_stands_in_code_only_where_it_is_read() -> None:
    held = {
        name for name, tree in _files()
        for node in _strings(tree) if HAN.search(node.value.replace(PLATE, ""))
    }  # fmt: skip
    assert held - READ == set(), "texts for people stand in the catalogues"
    assert READ - held == set(), "nothing is read there any more"


def test_no_text_is_given_chinese_words_by_the_code() -> None:
    found = [
        (name, node.lineno)
        for name, tree in _files()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) in SAYING
        for node in _strings(call)
        if HAN.search(node.value)
    ]
    assert found == []
