"""What an imported row is called after its content was deleted."""

from __future__ import annotations

import hashlib

FORMER = "purged-"  # how the id of such a row begins


def former_id(secret: bytes, external_id: str) -> str:
    """The name that a row's id leaves behind. The id came from elsewhere and may itself be a name or a number of a
    person; a keyed hash still tells that the same row comes again."""
    named = external_id.encode("utf-8", "surrogatepass")
    return FORMER + hashlib.blake2b(named, key=secret, digest_size=8).hexdigest()
