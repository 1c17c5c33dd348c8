"""A small aiogram bot to try the sandbox with: `python -m tests.unit.sandbox.echo_bot URL TOKEN`."""

import asyncio
import sys

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import (
    BotCommand,
    CallbackQuery,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    ReplyParameters,
)
from aiogram.utils.formatting import Bold, Code, Text


class PlainSession(AiohttpSession):
    """Closes at once: aiogram waits a quarter of a second for TLS, which nothing here uses."""

    async def close(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()


def bot_for(base_url: str, token: str) -> Bot:
    """An aiogram bot that talks to a sandbox."""
    return Bot(token, session=PlainSession(api=TelegramAPIServer.from_base(base_url)))


def keyboard(link: str) -> InlineKeyboardMarkup:
    """Two buttons that call back and one that opens the private chat."""
    first = [
        InlineKeyboardButton(text="受理 Accept", callback_data="accept"),
        InlineKeyboardButton(text="详情 Alert", callback_data="alert"),
    ]
    return InlineKeyboardMarkup(
        inline_keyboard=[first, [InlineKeyboardButton(text="私聊 Private", url=link)]]
    )


async def started(message: Message, command: CommandObject) -> None:
    """Greets, and repeats the deep link's payload."""
    await message.answer(
        f"你好 {message.from_user.first_name if message.from_user else ''} {command.args or ''}"
    )


async def asked(message: Message) -> None:
    """Asks for a reply."""
    await message.reply("请回复", reply_markup=ForceReply(selective=True, input_field_placeholder="反馈内容"))


async def echoed(message: Message, bot: Bot) -> None:
    """Answers any text with a card."""
    me = await bot.me()
    body = Text(Bold("收到"), "\n", Code(message.text or message.caption or "（文件）"))
    await bot.send_message(
        message.chat.id,
        **body.as_kwargs(),
        message_thread_id=message.message_thread_id if message.is_topic_message else None,
        reply_parameters=ReplyParameters(message_id=message.message_id),
        reply_markup=keyboard(f"https://t.me/{me.username}?start=r_1"),
    )


async def pressed(query: CallbackQuery, bot: Bot) -> None:
    """Answers a press and changes the card."""
    await query.answer(f"已{query.data}", show_alert=query.data == "alert")
    if isinstance(query.message, Message) and query.data == "accept":
        await query.message.edit_text(f"已受理：{query.from_user.first_name}")


def dispatcher() -> Dispatcher:
    """All handlers."""
    routes = Dispatcher()
    routes.message.register(started, CommandStart())
    routes.message.register(asked, Command("ask"))
    routes.message.register(echoed, F.text | F.caption)
    routes.callback_query.register(pressed)
    return routes


async def main(base_url: str, token: str) -> None:
    """Polls until interrupted."""
    async with bot_for(base_url, token) as bot:
        await bot.set_my_commands([BotCommand(command="ask", description="请求回复 ask for a reply")])
        await dispatcher().start_polling(bot)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
