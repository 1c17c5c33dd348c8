"""What the process counts while it runs; :mod:`web.metrics` shows it to Prometheus.

Plain numbers, so that nothing of Prometheus is loaded before somebody asks.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

#: Upper ends of the buckets of a duration, in seconds.
BUCKETS = (
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1.0,
    2.5,
    5.0,
    10.0,
    30.0,
    60.0,
    300.0,
    3600.0,
)


@dataclass(slots=True)
class Histogram:
    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))  # the last: longer than all
    total: float = 0.0

    def observe(self, seconds: float) -> None:
        self.counts[bisect_left(BUCKETS, seconds)] += 1
        self.total += seconds

    def cumulative(self) -> list[tuple[str, int]]:
        """``(upper end, how many were at most that long)``, the last without an end."""
        found, sum_ = [], 0
        for end, count in zip((*map(str, BUCKETS), "+Inf"), self.counts, strict=True):
            sum_ += count
            found.append((end, sum_))
        return found


@dataclass(slots=True)
class Meters:
    leads: bool = False  # of several processes one polls and sends
    received: int = 0  # updates that were new
    handled: int = 0
    aside: int = 0
    sent: Counter[int] = field(default_factory=Counter)  # messages, by lane
    send_failures: Counter[str] = field(default_factory=Counter)  # by what the error meant
    refusals: int = 0  # 429
    handle: Histogram = field(default_factory=Histogram)  # an update, from its claim to its commit
    send: Histogram = field(default_factory=Histogram)  # a call of a channel
    wait: Histogram = field(default_factory=Histogram)  # a line, from its commit to the call
    match: Histogram = field(default_factory=Histogram)
