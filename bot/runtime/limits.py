"""How long things may take, how often they are tried, how many go on at once."""

from __future__ import annotations

from datetime import timedelta

SEND_SECONDS = 20.0  # after which a send counts as lost on the way
SEND_LEASE = timedelta(seconds=90)  # longer than a send and its waits; a dead sender's line comes back then
SEND_TRIES = 8  # of a line, before it is given up (429 and our own pauses do not count)
#: A failure counts against a line only when another message went through this shortly before.
OTHERS_PASS_SECONDS = 60.0
SENT_LATELY_SECONDS = 60.0  # what was sent before we came counts for so long
SENDS_AT_ONCE = 30  # chats served at the same time
HANDLE_LEASE = timedelta(seconds=60)
HANDLE_TRIES = 3  # of an update, before it is set aside
HANDLED_AT_ONCE = 16
CLAIMED_TOGETHER = (
    4  # while there is not room for so many, nobody looks for more: a look costs as much as for one
)
BACKOFF_FIRST_SECONDS = 1.0
BACKOFF_MOST_SECONDS = 60.0
BACKOFF_TRIES_SHOWN = 3  # network errors in a row before the log speaks of an outage
FALLBACK_SECONDS = 1.0  # how often the queues are looked at without being told
