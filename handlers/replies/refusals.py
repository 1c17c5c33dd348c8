"""What a chat says where nothing was done."""

from __future__ import annotations

from workflow.kernel.errors import Refused
from workflow.kernel.pressed import PICK
from workflow.kernel.text import Text
from workflow.organisation.work import Work
from workflow.request.aside import say_aside


async def reply(work: Work, text: Text) -> None:
    """Answer the message at hand, and nothing else."""
    async with work.write() as tx:
        await tx.say(text)


async def refuse(work: Work, refused: Refused) -> None:
    """Tell why not. What the use case had begun is rolled back by now; who writes in a unit's group for the
    first time is made known all the same, so that a liaison can let them in. What they were asked for stays
    asked, where other words may do."""
    asked = work.asked
    async with work.write() as tx:
        if await say_aside(tx, refused.text):
            return
        if asked is not None and not refused.final and not refused.buttons:
            await tx.say(refused.text, ask=True, request_id=asked[0], purpose=f"ask:{asked[1]}")
            return
        purpose = PICK if refused.request_id is not None else "notice"
        await tx.say(refused.text, buttons=refused.buttons, request_id=refused.request_id, purpose=purpose)
