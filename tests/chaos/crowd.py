"""Officers, handlers and liaisons who write and press whatever the state of the bot; nobody waits for it."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tests.e2e.cast import CHAT_IDS, CZ, KS, WX
from tests.e2e.conversation import Said
from tests.e2e.desk import Desk
from tests.e2e.posts import NUMBER, form, somebody


@dataclass(frozen=True, kw_only=True)
class Posted:
    """A request as it was written: by its origin it is found again."""

    chat: int
    message: int
    groups: tuple[str, ...]
    """Where its cards must stand."""

    @property
    def origin(self) -> str:
        return f"{self.chat}:{self.message}"


class Crowd:
    def __init__(self, desk: Desk, dice: random.Random) -> None:
        self.desk, self.dice = desk, dice
        self.posted: list[Posted] = []
        self.tokens: list[str] = []
        self._numbers: list[str] = []
        self._answered: set[str] = set()

    async def post(self) -> None:
        """One of three officers asks one of two units."""
        who = self.dice.choice([self.desk.lin, self.desk.zhou, self.desk.he])
        to, group = self.dice.choice([("昆山", KS), ("昆山", KS), ("常州", CZ)])
        # Longer than the clock is moved while the bot is away: a time that has passed by then is refused in words.
        due = self.dice.choice(["8天", "12天", "20天"])
        said = await who.says(form(somebody(), to=to, due=due))
        self.posted.append(Posted(chat=said.chat, message=said.id, groups=(WX, group)))

    async def act(self) -> None:
        """Something is done to a request that people have seen: words that name it, or a button of its card."""
        await self._look()
        if not self._numbers:
            return
        number = self.dice.choice(self._numbers[-12:])
        do = self.dice.choice(
            [self._answer, self._answer, self._accept, self._comment, self._ask, self._press]
        )
        await do(number)

    async def _look(self) -> None:
        """The numbers that stand in the group by now."""
        seen = {
            found[0]
            for said in await self.desk.bot_messages(WX, "→", "/r_")
            if (found := NUMBER.search(said.text)) is not None
        }
        self._numbers = sorted(seen)

    def _token(self) -> str:
        """Words by which an act is recognised in the books."""
        token = f"字第{len(self.tokens):05}号"
        self.tokens.append(token)
        return token

    async def _answer(self, number: str) -> None:
        """Mostly the oldest that waits for one: where nobody does, each day brings more reminders than the last."""
        waiting = [one for one in self._numbers if one not in self._answered]
        if waiting and self.dice.random() < 0.8:
            number = waiting[0]
        self._answered.add(number)
        for who in (self.desk.shen, self.desk.su):
            await who.says(f"/answer {number} 已核实，{self._token()}")

    async def _accept(self, number: str) -> None:
        await self.desk.gu.says(f"/accept {number}")

    async def _comment(self, number: str) -> None:
        card = await self._card(number)
        if card is not None:
            await self.desk.lin.replies(card, f"请尽快，{self._token()}")

    async def _ask(self, number: str) -> None:
        await self.desk.he.says(
            self.dice.choice([f"/nudge {number}", f"/show {number}", "/mine", f"/close {number}"])
        )

    async def _press(self, number: str) -> None:
        """A button of the asked unit's card; nobody waits for what it does."""
        for said in await self.desk.bot_messages(KS, number, "→"):
            labels = [button for button in said.buttons if button.startswith(("受理", "退回", "转派"))]
            if labels:
                await self.desk.gu.presses(self.dice.choice(labels), on=said, wait=0)
                return

    async def _card(self, number: str) -> Said | None:
        cards = await self.desk.bot_messages(WX, number, "→", "/r_")
        return cards[-1] if cards else None

    @property
    def groups(self) -> dict[str, int]:
        return CHAT_IDS
