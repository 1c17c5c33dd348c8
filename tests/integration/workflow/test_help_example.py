"""The example of /start and /help registers as it is written, whatever the desk's first type requires."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers import menu
from matching.identifiers.values import OwnField, OwnKind, TypeRule
from tests.integration.workflow.scene import WX, Scene

OFFICER = 11


def first_type(scene: Scene, **rule: object) -> None:
    """The desk's first type is of this kind."""
    household = next(iter(scene.policy.types.values()))
    changed: TypeRule = replace(household, **rule)  # type: ignore[arg-type]
    scene.policy = replace(scene.policy, types={changed.key: changed})


@pytest.mark.parametrize("about", ["person", "vehicle", "phone", "account", "company", "none"])
@pytest.mark.parametrize("command", ["/help", "/start", "/train"])
async def test_the_example_registers_whatever_it_is_about(scene: Scene, about: str, command: str) -> None:
    needs = ("reason",) if about == "none" else ("subject", "case", "period", "reason", "basis")
    first_type(scene, about=about, require=needs)
    await _registers(scene, command, "#协作", "时限：3天")


async def test_the_example_has_the_fields_that_its_type_has_of_its_own(scene: Scene) -> None:
    own = [
        OwnField(
            key=kind.value, labels={"zh": f"专项{kind.value}", "en": f"own {kind.value}"}, kind=kind, required=True,
            options=({"zh": "甲", "en": "one"}, {"zh": "乙", "en": "two"}) if kind is OwnKind.CHOICE else (),
        )
        for kind in OwnKind
    ]  # fmt: skip
    first_type(scene, fields=tuple(own), case=True)
    await _registers(scene, "/train", "#协作", "时限：3天")


async def test_a_lesson_is_as_long_as_its_readers_role(scene: Scene) -> None:
    for who, told in ((OFFICER, False), (21, True), (22, True)):
        await scene.says(who, "/train", chat=who)
        assert ("**" not in scene.said[-1].text) and ("3 办理" in scene.said[-1].text) is told
        assert ("4 联络员" in scene.said[-1].text) is (who == 22)
    await scene.says(OFFICER, "/培训")
    assert "3 办理" in scene.said[-1].text, "others read it there"


async def test_the_english_example_registers_too(scene: Scene) -> None:
    await scene.says(OFFICER, "/lang en")
    await _registers(scene, "/help", "#request", "due: 3 days")


async def _registers(scene: Scene, command: str, begins: str, ends: str) -> None:
    await scene.says(OFFICER, command)
    text = scene.said[-1].text
    example = text[text.index(begins) : text.index(ends) + len(ends)]
    await scene.says(OFFICER, example)
    request = await scene.request("WX26-0001")
    assert request.state == "open"
    assert "💡" not in scene.last("WX26-0001", "→", chat=WX).text, "and there is nothing to look at again"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("who", "named"),
    [(OFFICER, set()), (21, set()), (22, {"/audit", "/watch", "/attest"}), (25, {"/audit", "/watch"})],
    ids=["officer", "handler", "liaison", "supervisor"],
)
async def test_help_names_what_those_read_who_look_over_a_unit(
    scene: Scene, who: int, named: set[str], language: str
) -> None:
    await scene.says(who, f"/lang {language}", chat=who)
    await scene.says(who, "/help", chat=who)
    text = scene.said[-1].text
    assert {word for word in ("/audit", "/watch", "/attest") if word in text} == named


def test_a_menu_holds_what_its_readers_may_use() -> None:
    menus = {where: set(names) for where, names in menu.SCOPES.items()}
    looking = {"inbox", "overdue", "stats", "report", "digest", "members", "roster", "unit"}
    assert looking <= menus["group"], "handlers and supervisors are no administrators of their group"
    assert looking | {"new", "mine", "export", "role", "accept", "answer"} <= menus["private"]
    assert not {"bind", "unbind"} & menus["private"], "they are about a group"
    assert all(len(names) == len(set(names)) <= 100 for names in menu.SCOPES.values())
