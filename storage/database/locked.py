"""How the row of a request is held by whoever changes it."""

from __future__ import annotations

from typing import Any, Final

#: For `with_for_update`: no other can change the request, but rows that only name it (of another request that was
#: answered from it, of a line in a queue) can be written. PostgreSQL looks such a name up by a lock of its own, for
#: which a plain FOR UPDATE makes it wait: two who change requests that name each other would wait for ever.
#: Who means to delete the row holds it with a plain one. SQLite has one writer and needs neither.
LOCKED: Final[dict[str, Any]] = {"key_share": True}
