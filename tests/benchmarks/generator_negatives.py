"""Earlier requests that look like the query's and are not: the hard negatives."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from stdnum.iso7064 import mod_11_2

from tests.benchmarks.generator_world import GIVEN, HOMOPHONES, Thing, World

Make = Callable[[World, Thing], Thing | None]


def _other_person(world: World, thing: Thing, **changes: object) -> Thing:
    """Another person with this one's name, and all else of its own unless told."""
    stranger = replace(world.person(), name=thing.name)
    if "cn_id" not in stranger.ids:
        stranger = replace(
            stranger,
            ids={"cn_id": world.id_number(), **{k: v for k, v in stranger.ids.items() if k == "phone"}},
        )
    return replace(stranger, **changes)  # type: ignore[arg-type]


def same_name_other_id(world: World, thing: Thing) -> Thing | None:
    return _other_person(world, thing) if thing.kind == "person" else None


def id_one_digit_valid(world: World, thing: Thing) -> Thing | None:
    """The same name, and an ID that differs in one digit and its check digit."""
    own = thing.ids.get("cn_id")
    if own is None:
        return None
    while True:
        at = world.rng.choice((6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16))
        body = own[:at] + world.rng.choice("0123456789") + own[at + 1 : 17]
        try:
            born = date(int(body[6:10]), int(body[10:12]), int(body[12:14]))
        except ValueError:
            continue
        if body != own[:17] and 1900 < born.year < 2020:
            break
    other = _other_person(world, thing)
    return replace(other, ids={**other.ids, "cn_id": body + str(mod_11_2.calc_check_digit(body))})


def twin(world: World, thing: Thing) -> Thing | None:
    """Born the same day in the same county, numbered next, named alike, living together, one telephone."""
    own = thing.ids.get("cn_id")
    if own is None or len(thing.name) < 2:
        return None
    order = (int(own[14:17]) + world.rng.choice((1, 2))) % 1000
    body = f"{own[:14]}{order:03d}"
    ids = {**thing.ids, "cn_id": body + str(mod_11_2.calc_check_digit(body))}
    return replace(thing, key=world.key(), name=_sibling(world, thing.name), ids=ids)


def _sibling(world: World, name: str) -> str:
    given = world.rng.choice([c for c in GIVEN if c not in name])
    return name[:-1] + given


def relative(world: World, thing: Thing) -> Thing | None:
    """Shares telephone and address."""
    if thing.kind != "person" or "phone" not in thing.ids:
        return None
    return replace(
        thing,
        key=world.key(),
        name=thing.name[0] + world.rng.choice(GIVEN) + world.rng.choice(GIVEN),
        ids={"cn_id": world.id_number(), "phone": thing.ids["phone"]},
    )


def same_mask(world: World, thing: Thing) -> Thing | None:
    """The same name and the same first six and last four, another birthday."""
    own = thing.ids.get("cn_id")
    if own is None:
        return None
    while True:
        body = own[:6] + f"{world.born():%Y%m%d}" + own[14:17]
        if body != own[:17] and str(mod_11_2.calc_check_digit(body)) == own[17]:
            break
    other = _other_person(world, thing)
    number = body + own[17]
    shown = number if world.rng.random() < 0.5 else number[:6] + "*" * 8 + number[14:]
    return replace(other, ids={**other.ids, "cn_id": shown})


def homophone(world: World, thing: Thing) -> Thing | None:
    places = [i for i, c in enumerate(thing.name) if c in HOMOPHONES]
    if thing.kind != "person" or not places:
        return None
    at = world.rng.choice(places)
    other = _other_person(world, thing)
    return replace(other, name=thing.name[:at] + HOMOPHONES[thing.name[at]] + thing.name[at + 1 :])


def other_number(world: World, thing: Thing) -> Thing | None:
    """Another plate, telephone or card of the same owner."""
    if thing.kind not in ("vehicle", "phone", "account"):
        return None
    fresh = world.thing(thing.kind)
    return replace(thing, key=world.key(), ids=fresh.ids)


def number_one_away(world: World, thing: Thing) -> Thing | None:
    """A plate, telephone or card one character away, of the same owner or of another."""
    if thing.kind not in ("vehicle", "phone", "account"):
        return None
    kind, value = next(iter(thing.ids.items()))
    places = [i for i, c in enumerate(value) if c.isdigit() and i > 1]
    at = world.rng.choice(places)
    digit = world.rng.choice([d for d in "0123456789" if d != value[at]])
    name = thing.name if world.rng.random() < 0.5 else world.name()
    return replace(thing, key=world.key(), name=name, ids={kind: value[:at] + digit + value[at + 1 :]})


#: Other things that look like the query's.
OTHER_THINGS: dict[str, Make] = {
    "same name, other ID": same_name_other_id,
    "ID one digit away": id_one_digit_valid,
    "twin": twin,
    "relative, same phone": relative,
    "same name, same mask": same_mask,
    "homophone": homophone,
    "other number of owner": other_number,
    "number one character away": number_one_away,
}


SAME_OFFICER = "same officer's telephone"
#: So many people's rows hold one officer's telephone number.
ROWS_OF_AN_OFFICER = 12


def same_officer(world: World) -> tuple[list[Thing], Thing]:
    """Rows of one officer, whose telephone number stands with each of their people; and a namesake of the first of
    them, of whom no more is known than the name and, again, the officer's number."""
    phone = world.phone()
    people = []
    while len(people) < ROWS_OF_AN_OFFICER:
        one = world.person()
        if all(one.name != known.name for known in people):
            people.append(replace(one, ids={**one.ids, "phone": phone}))
    namesake = replace(world.person(), name=people[0].name, ids={"phone": phone})
    return people, namesake


def stranger_in_case(world: World, thing: Thing, rng: random.Random) -> Thing:
    """Somebody else; the request has the query's case."""
    return world.thing(thing.kind)
