"""What a change of the key must know: every column and every use of the key, looked up in the models and the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import BigInteger, LargeBinary

from storage.copies.rekey import sealed_tables
from storage.tables.covered import SIGNED
from storage.tables.models import Base
from storage.tables.monthly import JOB, MONTHS
from storage.tables.renumbering import VEIL_BEFORE
from workflow.keeping.rekey import KEYED, SEALED_FAMILIES, SEALED_VALUES

ROOT = Path(__file__).parents[3]
OURS = ("bot", "handlers", "web", "workflow", "storage")

#: Bytes that no key made: hashes of what is shown, and of the record, which a change must leave alone.
PLAIN_BYTES = {
    ("posts", "shown"),
    ("requests", "event_head"),
    ("events", "prev"),
    ("events", "hash"),
    ("day_seals", "prev"),
    ("day_seals", "hash"),
    ("day_seals", "signature"),  # by a key of its own, which is sealed
}
#: Tables without a sealed value whose rows have a checksum; the others' follow their sealed values.
ALSO_MACED = {"accounts", "counters"}
#: What the key makes besides sealed values. A new one must be made anew by workflow/keeping/rekey.py, then named here.
KEYED_HASHES = {"username"}  # Sealer.key(sort, …): people.username_key
HASHES = {"match keys"}  # Sealer.hashing(purpose): match_keys.key
#: What the two above, checksums of rows and the seals are made with.
IN_THE_SEALER = {"keyed hashes", "purpose", "mac {place}", "seal {place}"}


def calls(name: str, *, but: tuple[str, ...] = ("seal.py",)) -> Iterator[ast.Call]:
    """Every call of a method of that name in our code."""
    for package in OURS:
        for path in (ROOT / package).rglob("*.py"):
            if path.name in but:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr == name
                ):
                    yield node


def of_sealer(name: str) -> set[str]:
    """The first arguments of a method of the sealer's, as they are written."""
    found = set()
    for call in calls(name):
        assert isinstance(call.func, ast.Attribute)
        if ast.unparse(call.func.value).endswith(("sealer", "old", "new")):
            found.add(ast.unparse(call.args[0]).strip("'"))
    return found


def columns() -> Iterator[tuple[str, str]]:
    for table in Base.metadata.tables.values():
        yield from ((table.name, column.name) for column in table.columns)


def test_every_column_of_bytes_is_sealed_anew_or_is_no_key_s_work() -> None:
    of_bytes = {
        (table, name)
        for table, name in columns()
        if isinstance(Base.metadata.tables[table].c[name].type, LargeBinary)
    }
    sealed = {(table.name, "sealed") for table in sealed_tables()}
    maced = {(table, "mac") for table in {*SIGNED, *ALSO_MACED}}
    assert of_bytes == sealed | maced | PLAIN_BYTES


def test_every_column_of_keyed_hashes_is_made_anew() -> None:
    hashes = {
        (table, name)
        for table, name in columns()
        if (name == "key" or name.endswith("_key"))
        and isinstance(Base.metadata.tables[table].c[name].type, BigInteger)
    }
    assert hashes == KEYED


def test_every_sealed_table_has_one_column_as_its_key() -> None:
    assert all(len(table.primary_key.columns) == 1 for table in sealed_tables())


def test_every_use_of_the_key_in_the_code_is_known() -> None:
    assert of_sealer("key") == KEYED_HASHES
    assert of_sealer("hashing") == HASHES
    assert of_sealer("secret") == set()


def test_nothing_is_sealed_for_another_place_than_a_table_or_the_desk_s_mark() -> None:
    places = of_sealer("seal") | of_sealer("seal_bytes")
    named = {place for place in places if place not in ("table.name", "place")}
    assert named - {"desk"} == {table.name for table in sealed_tables()}
    in_desk = [call for call in calls("seal") if ast.unparse(call.args[0]).strip("'") == "desk"]
    kept_as_sealed = {VEIL_BEFORE}  # the veil, moved as it lies
    made_anew = {MONTHS, JOB}  # by the change itself
    assert len(in_desk) == len(SEALED_VALUES - kept_as_sealed) + len(SEALED_FAMILIES) + len(made_anew), (
        "a sealed value of the desk that rekey does not know"
    )


def test_the_sealer_derives_nothing_else_from_the_key() -> None:
    tree = ast.parse((ROOT / "storage" / "database" / "seal.py").read_text(encoding="utf-8"))
    made = {"secret": 0, "hashing": 0, "derived": 1}  # which of their arguments says what for
    purposes = {
        ast.unparse(node.args[made[node.func.attr]]).removeprefix("f").strip("'")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in made
    }
    assert purposes == IN_THE_SEALER
