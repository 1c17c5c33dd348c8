"""Fleets of processes on databases of their own, on one PostgreSQL server for all tests here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest

from tests.e2e.desk import Desk
from tests.e2e.forks import LEASE_VARIABLE
from tests.e2e.replicas.fleet import Fleet
from tests.e2e.replicas.round_robin import RoundRobin
from tests.integration import postgresql

THREE = 3


@pytest.fixture(scope="session")
def polling_fleet(
    postgresql_databases: postgresql.Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Fleet]:
    """Processes of which one polls; what earlier tests asked is there."""
    fleet = Fleet(tmp_path_factory.mktemp("polling"), url=postgresql_databases.new(template="template0"))
    with _running(fleet):
        yield fleet


@pytest.fixture(scope="session")
def balancer() -> Iterator[RoundRobin]:
    made = RoundRobin(seed=20261201)
    yield made
    made.stop()


@pytest.fixture(scope="session")
def webhook_fleet(
    postgresql_databases: postgresql.Databases, balancer: RoundRobin, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Fleet]:
    """Processes that updates are posted to, each to a random one."""
    telegram = {"mode": "webhook", "webhook_url": balancer.url}
    folder = tmp_path_factory.mktemp("webhook")
    url, long = postgresql_databases.new(template="template0"), {LEASE_VARIABLE: "120"}  # nobody is killed
    fleet = Fleet(folder, url=url, env=long, telegram=telegram)
    with _running(fleet, balancer):
        yield fleet


@pytest.fixture
async def polling(polling_fleet: Fleet) -> AsyncIterator[tuple[Desk, Fleet]]:
    """The desk that three polling processes are."""
    await asyncio.to_thread(polling_fleet.fill_up, THREE)
    async with Desk(polling_fleet) as desk:
        yield desk, polling_fleet


@pytest.fixture
async def posted_to(webhook_fleet: Fleet, balancer: RoundRobin) -> AsyncIterator[tuple[Desk, Fleet]]:
    """The desk that three processes behind one webhook are."""
    await asyncio.to_thread(webhook_fleet.fill_up, THREE)
    balancer.targets = webhook_fleet.hooks()
    async with Desk(webhook_fleet) as desk:
        yield desk, webhook_fleet


@contextmanager
def _running(fleet: Fleet, balancer: RoundRobin | None = None) -> Iterator[None]:
    try:
        fleet.fill_up(THREE)
        if balancer is not None:
            balancer.targets = fleet.hooks()
        asyncio.run(_furnish(fleet))
        yield
    finally:
        fleet.close()


async def _furnish(fleet: Fleet) -> None:
    async with Desk(fleet) as desk:
        await desk.furnish()
