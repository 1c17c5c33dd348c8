"""``/metrics``: what Prometheus reads. Counters of this process, depths and ages from the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from storage.database.engine import Store
from storage.queries import desk, inbox, outbox, reminders, requests
from storage.tables.models import REQUEST_STATES
from web.meters import Histogram, Meters

if TYPE_CHECKING:
    from prometheus_client.core import Metric

LANES = {0: "urgent", 1: "talk", 2: "digest"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Depths:
    """What only the database knows."""

    inbox: int = 0
    inbox_age: float = 0.0  # seconds since the oldest waiting update arrived
    aside: int = 0
    outbox: dict[int, int] = field(default_factory=dict)
    outbox_age: float = 0.0
    outbox_failed: int = 0
    requests: dict[str, int] = field(default_factory=dict)
    reminder_lag: float = 0.0  # seconds since the oldest waiting reminder was due
    busy_retries: int = 0
    backup_age: float | None = None  # seconds since a backup was made; None: never


async def depths(store: Store, now: datetime) -> Depths:
    async with store.read() as session:
        waiting, lines = await inbox.counts(session), await outbox.counts(session)
        due, backup = await reminders.oldest_due(session), await desk.value(session, desk.BACKUP)
        return Depths(
            inbox=waiting.waiting,
            inbox_age=_age(waiting.oldest, now),
            aside=waiting.aside,
            outbox=lines.queued,
            outbox_age=_age(lines.oldest, now),
            outbox_failed=lines.failed,
            requests=await requests.state_counts(session),
            reminder_lag=_age(due, now),
            busy_retries=store.busy_retries,
            backup_age=(datetime.now(UTC) - datetime.fromisoformat(backup)).total_seconds()
            if backup
            else None,
        )


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since is not None else 0.0


class Metrics:
    def __init__(self, *, store: Store, meters: Meters, clock: Callable[[], datetime]) -> None:
        self._store, self._meters, self._clock = store, meters, clock

    async def answer(self, _request: Request) -> Response:
        from prometheus_client import CONTENT_TYPE_LATEST

        text = exposition(self._meters, await depths(self._store, self._clock()))
        return Response(text, media_type=CONTENT_TYPE_LATEST)


def exposition(meters: Meters, found: Depths) -> bytes:
    """All figures in Prometheus' text format."""
    from prometheus_client import PLATFORM_COLLECTOR, PROCESS_COLLECTOR, CollectorRegistry, generate_latest
    from prometheus_client.registry import Collector

    class Ours(Collector):
        def collect(self) -> Iterable[Metric]:
            yield from _gauges(meters, found)
            yield from _counters(meters, found)
            yield from _histograms(meters)

    registry = CollectorRegistry(auto_describe=False)
    for collector in (Ours(), PROCESS_COLLECTOR, PLATFORM_COLLECTOR):
        registry.register(collector)
    return generate_latest(registry)


def _gauges(meters: Meters, found: Depths) -> Iterable[Metric]:
    from prometheus_client.core import GaugeMetricFamily

    single = {
        "leads": ("1 in the process that polls and sends", float(meters.leads)),
        "inbox_depth": ("Updates that wait for handling", found.inbox),
        "inbox_oldest_seconds": ("Age of the oldest update that waits", found.inbox_age),
        "inbox_aside": ("Updates set aside after three failures", found.aside),
        "outbox_oldest_seconds": ("Age of the oldest message not sent yet", found.outbox_age),
        "outbox_failed": ("Messages given up", found.outbox_failed),
        "reminder_lag_seconds": ("How long the oldest waiting reminder has been due", found.reminder_lag),
    }
    for name, (words, value) in single.items():
        yield GaugeMetricFamily(f"crossbeat_{name}", words, value=value)
    if found.backup_age is not None:
        yield GaugeMetricFamily(
            "crossbeat_backup_age_seconds", "Since the last backup", value=found.backup_age
        )
    lanes = GaugeMetricFamily("crossbeat_outbox_depth", "Messages not sent yet, by lane", labels=["lane"])
    for lane, name in LANES.items():
        lanes.add_metric([name], found.outbox.get(lane, 0))
    yield lanes
    states = GaugeMetricFamily("crossbeat_requests", "Requests, by state", labels=["state"])
    for state in REQUEST_STATES:
        states.add_metric([state], found.requests.get(state, 0))
    yield states


def _counters(meters: Meters, found: Depths) -> Iterable[Metric]:
    from prometheus_client.core import CounterMetricFamily

    single = {
        "updates_received": ("Updates stored for the first time", meters.received),
        "updates_handled": ("Updates handled", meters.handled),
        "updates_set_aside": ("Updates set aside", meters.aside),
        "telegram_refusals": ("Answers 429 of Telegram", meters.refusals),
        "database_busy_retries": ("Writes that found another process writing", found.busy_retries),
    }
    for name, (words, value) in single.items():
        yield CounterMetricFamily(f"crossbeat_{name}", words, value=value)
    sent = CounterMetricFamily("crossbeat_messages_sent", "Messages sent or edited, by lane", labels=["lane"])
    for lane, name in LANES.items():
        sent.add_metric([name], meters.sent[lane])
    yield sent
    failures = CounterMetricFamily("crossbeat_send_failures", "Calls that failed, by kind", labels=["kind"])
    for kind, count in sorted(meters.send_failures.items()):
        failures.add_metric([kind], count)
    yield failures


def _histograms(meters: Meters) -> Iterable[Metric]:
    from prometheus_client.core import HistogramMetricFamily

    found: dict[str, tuple[str, Histogram]] = {
        "handle_seconds": ("An update, from its claim to its commit", meters.handle),
        "send_seconds": ("A call to Telegram that sends or edits", meters.send),
        "outbox_wait_seconds": ("A message, from its commit to the call", meters.wait),
        "match_seconds": ("A search for earlier requests", meters.match),
    }
    for name, (words, histogram) in found.items():
        yield HistogramMetricFamily(
            f"crossbeat_{name}", words, buckets=histogram.cumulative(), sum_value=histogram.total
        )
