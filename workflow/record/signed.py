"""Values of the desk that the record stands on, each with a keyed checksum: without the key none can be changed."""

from __future__ import annotations

from storage.database.seal import Sealer

DESK_HEAD = "record_head"  # where the desk's own chain ends
SEALED = "record_sealed"  # the newest day that is sealed
SIGNING_KEY = "signing_key"  # sealed itself
BY_HAND = "-"  # in the place of a checksum: what stood there before was set by hand
COVERED = "record_covers"  # since when the record covers content and authorship
GROUPS = "record_groups"  # since when it covers which groups belong to which units
ONCE = "record_once"  # since when events say which update brought them
VERIFIED = "record_verified"  # when the last look at all of it that came to its end was begun
ATTENDED = "belonging_seen"  # when it was last looked who has to be confirmed, and the desk ran
REMINDED = "belonging_reminded"  # who was asked about up to then was asked about a second time
COUNTED = "record_counted"  # up to which event they were counted, and how many there were
#: Those that a new key signs anew.
SIGNED_VALUES = frozenset({DESK_HEAD, SEALED, COVERED, GROUPS, ONCE, VERIFIED, COUNTED, ATTENDED, REMINDED})


def signed(sealer: Sealer, key: str, value: str) -> str:
    """The value as it stands under the key."""
    return f"{value}:{_checksum(sealer, key, value)}"


def read_signed(sealer: Sealer, key: str, kept: str) -> str | None:
    """The value that stands there; None where it was not written by a holder of the key."""
    value, _, checksum = kept.rpartition(":")
    return value if checksum == _checksum(sealer, key, value) else None


def read_counted(value: str) -> tuple[int, int]:
    """The id of the last event that was counted, and how many there were."""
    last, _, many = value.partition(":")
    return int(last), int(many)


def _checksum(sealer: Sealer, key: str, value: str) -> str:
    return sealer.mac("desk", f"{key}={value}".encode()).hex()
