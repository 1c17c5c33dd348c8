"""Telegram among the channels: the first of them, whose groups keep their own numbers."""

from __future__ import annotations

from aiogram import Bot

from bot.channels.registry import Entry
from bot.telegram.governor import Governor
from bot.telegram.receiver import Receiver
from bot.telegram.sender import Sender
from storage.tables.numbers import FIRST
from storage.tables.veil import CLEAR, Veil


def entry(bot: Bot, *, pace: Governor, veil: Veil = CLEAR) -> Entry:
    return Entry(name=FIRST, place=0, receiver=Receiver(bot, veil), sender=Sender(bot, veil), pace=pace)
