"""Answers that concern no request."""

from __future__ import annotations

from workflow.errors import Refused
from workflow.text import Button, Text
from workflow.work import Work


async def say(work: Work, text: Text) -> None:
    """Answer the message at hand, and nothing else."""
    async with work.write() as tx:
        await tx.say(text)


async def refuse(work: Work, refused: Refused) -> None:
    """Tell why not. What the use case had begun is rolled back by now."""
    sender, work.sender = work.sender, None  # nobody is enrolled by a refusal
    try:
        async with work.write() as tx:
            buttons: tuple[tuple[Button, ...], ...] = refused.buttons
            await tx.say(refused.text, buttons=buttons)
    finally:
        work.sender = sender
