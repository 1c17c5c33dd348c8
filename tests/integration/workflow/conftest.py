from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from aiogram import Bot

from bot.settings import Settings
from matching.engine import Engine
from storage.engine import Store
from tests.integration.workflow.scene import Scene, Toasts


@pytest.fixture
async def scene(store: Store, now: datetime) -> Scene:
    """Wuxi, Kunshan (below Suzhou) and Changzhou, with people, at nine on a Tuesday morning."""
    settings = Settings(telegram={"admins": [1001]}, locale={"timezone": "Asia/Shanghai"})  # type: ignore[arg-type]
    policy = settings.policy("crossbeat_bot")
    assert policy.zone == ZoneInfo("Asia/Shanghai") and policy.nudge_every == timedelta(hours=1)
    session = Toasts()
    bot = Bot("42:TEST", session=session)
    made = Scene(store=store, policy=policy, engine=Engine(policy.types), now=now, bot=bot, session=session)
    await made.prepare()
    return made
