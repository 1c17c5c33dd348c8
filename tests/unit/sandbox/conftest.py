"""A sandbox, a desk to talk to it, and an aiogram bot, for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiogram import Bot

from sandbox.chat_page.server import Sandbox
from sandbox.sample import sample
from tests.e2e.conversation import Conversation
from tests.unit.sandbox.echo_bot import bot_for


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    """The sample world on a free port."""
    async with Sandbox(world=sample.world(), clock=tmp_path / "clock") as running:
        yield running


@pytest.fixture
async def desk(sandbox: Sandbox) -> AsyncIterator[Conversation]:
    """The control API."""
    async with Conversation(sandbox.base_url) as conversation:
        yield conversation


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    """The bot's side."""
    async with bot_for(sandbox.base_url, sandbox.token) as client:
        yield client
