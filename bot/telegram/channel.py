"""Telegram among the channels: the first of them, whose chats keep their own numbers."""

from __future__ import annotations

from aiogram import Bot

from bot.channels.registry import Entry
from bot.telegram.governor import Governor
from bot.telegram.receiver import Receiver
from bot.telegram.sender import Sender
from storage.tables.numbers import FIRST


def entry(bot: Bot, *, pace: Governor) -> Entry:
    return Entry(name=FIRST, place=0, receiver=Receiver(bot), sender=Sender(bot), pace=pace)
