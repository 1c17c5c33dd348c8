"""Webhook mode: only with the secret, stored before confirmed, the same conversation."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.e2e.cast import KS
from tests.e2e.conftest import OpenDesk
from tests.e2e.posts import form, somebody
from tests.patience import ENOUGH
from tests.ports import kept_port

SECRET = "a-secret-of-the-test"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
def port() -> Iterator[int]:
    """Where Telegram is told to post to, before the desk listens there, and while it is away."""
    with kept_port() as kept:
        yield kept


async def test_updates_come_by_webhook_and_only_with_the_secret(open_desk: OpenDesk, port: int) -> None:
    desk = await open_desk(
        telegram={
            "mode": "webhook",
            "webhook_url": f"http://127.0.0.1:{port}/hook",
            "webhook_secret": SECRET,
        },
        web={"listen": f"127.0.0.1:{port}"},
    )
    asked = await desk.asks(desk.lin)
    await desk.accepted(asked)
    update = {"update_id": 999_999_999, "message": {}}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=ENOUGH) as telegram:
        missing = await telegram.post("/hook", json=update)
        wrong = await telegram.post("/hook", json=update, headers={HEADER: "guessed"})
        nonsense = await telegram.post("/hook", content=b"<xml/>", headers={HEADER: SECRET})
        huge = await telegram.post("/hook", content=b" " * 1_100_000, headers={HEADER: SECRET})
        nested = await telegram.post("/hook", content=b"[" * 100_000, headers={HEADER: SECRET})
        health = await telegram.get("/healthz")
        ready = await telegram.get("/readyz")
        metrics = await telegram.get("/metrics")
    assert (missing.status_code, wrong.status_code) == (403, 403)
    assert (nonsense.status_code, nested.status_code, huge.status_code) == (400, 400, 413)
    assert (health.status_code, ready.status_code) == (200, 200)
    assert "crossbeat" in metrics.text
    desk.running.expect("webhook_not_an_update", "webhook_too_long")
    assert not desk.running.process.events("update_without_id")


async def test_what_waits_while_the_webhook_is_away_comes_later(open_desk: OpenDesk, port: int) -> None:
    desk = await open_desk(
        telegram={"mode": "webhook", "webhook_url": f"http://127.0.0.1:{port}"},
        web={"listen": f"127.0.0.1:{port}"},
    )
    await desk.kill()
    post = await desk.lin.says(form(somebody()))
    await desk.start()
    card = await desk.bot_replied(post, "→", since=0)
    await desk.bot_said(card.text.split()[1], chat=KS, since=0)
    info = desk.running.sandbox.api.webhook
    assert info.url.endswith("/telegram"), "a webhook has a path of its own"
