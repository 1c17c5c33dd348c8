"""Offices of units among those that a post is addressed to: what is asked of a station is asked of its unit."""

from __future__ import annotations

from dataclasses import replace

from matching.form.form import Form
from matching.words.offices import of_another, place_of_office, unit_of_office
from workflow.organisation.units import Units


def of_units(form: Form, units: Units) -> Form:
    """The form with the unit in place of each of its offices, which are kept as a note. A station that is a unit
    itself stays, and so does what may be either."""
    meant = [(given, units.choose(given).key) for given in form.to]
    if all(key is not None for _, key in meant):
        return form
    known = {key for _, key in meant if key is not None}
    to: list[str] = []
    offices: list[str] = []
    for given, key in meant:
        unit = key or unit_of_office(given, units.options)
        place = None if unit else place_of_office(given)
        if place is not None and len(known) == 1 and not of_another(place, units.options):
            unit = next(iter(known))  # Huaqiao Police Station, Kunshan
        to.append(given if unit is None or unit == key else unit)
        if unit is not None and key is None:
            offices.append(given)
    if not offices:
        return form
    return replace(form, to=tuple(dict.fromkeys(to)), note="\n".join(filter(None, (form.note, *offices))))
