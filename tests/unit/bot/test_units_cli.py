"""``crossbeat units --toml`` prints a configuration that says what the desk has."""

from __future__ import annotations

import tomllib

from bot.commands.units_cli import _line, as_toml
from bot.settings.entries import UnitEntry
from bot.settings.policy import units_of
from workflow.organisation.setup import UnitSpec
from workflow.organisation.tree import Here

HERE = [
    Here(
        spec=UnitSpec(code="SZ", name="苏州市公安局", aliases=("苏州", 'a "b" \\ c')),
        by_desk=False,
        closed=False,
    ),
    Here(spec=UnitSpec(code="FY", name="苏州法院", kind="court", parent="SZ"), by_desk=True, closed=False),
    Here(spec=UnitSpec(code="KS", name="昆山市公安局", parent="SZ"), by_desk=True, closed=True, into="SZ"),
]
ENTRIES = [UnitEntry(code="SZ", name="旧名", remote=True, standard_code="320500000000", chats=(-1001,))]


def test_what_is_printed_reads_back_as_what_the_desk_has() -> None:
    from bot.settings.model import Settings

    read = tomllib.loads(as_toml(HERE, ENTRIES))
    settings = Settings(**read)
    assert units_of(settings) == [one.spec for one in HERE if not one.closed]
    first = settings.units[0]
    assert (first.remote, first.standard_code, first.chats) == (True, "320500000000", (-1001,))


def test_a_line_says_by_what_a_unit_is_so_and_who_took_over() -> None:
    assert [_line(one) for one in HERE] == [
        "SZ\t苏州市公安局\t-\tconfiguration\n",
        "FY\t苏州法院\tSZ\tcommand\n",
        "KS\t昆山市公安局\tSZ\tcommand\tclosed\tSZ\n",
    ]
