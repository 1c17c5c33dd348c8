"""Telegram's numbers, each with its source.

"FAQ" is https://core.telegram.org/bots/faq, "API" is https://core.telegram.org/bots/api.
"""

from __future__ import annotations

from datetime import timedelta

# -- Sending: FAQ, "My bot is hitting limits, how do I avoid this?" -------------------------------------

CHAT_INTERVAL_SECONDS = 1.0  # "avoid sending more than one message per second" in one chat
CHAT_BURST = 3  # "short bursts that go over this limit": so many at once in a quiet chat
GROUP_MESSAGES = 20  # "not able to send more than 20 messages per minute" to one group
GROUP_WINDOW_SECONDS = 60.0
BOT_MESSAGES = 30  # "more than about 30 messages per second" in all
BOT_WINDOW_SECONDS = 1.0
MARGIN_SECONDS = 0.03  # for clocks that are not quite the same
LOOK_AGAIN_SECONDS = 0.05  # while as many calls as a window allows are still under way
#: So many 429s of different chats within the window mean that the bot, not a chat, is too fast.
BOT_PAUSE_AFTER = 3
BOT_PAUSE_WINDOW_SECONDS = 10.0

# -- Messages: API, sendMessage, sendPhoto, sendMediaGroup, InlineKeyboardButton ------------------------

TEXT_UNITS = 4096  # UTF-16 units, after entities parsing
CAPTION_UNITS = 1024
ALBUM_FILES = 10  # 2 to 10 in sendMediaGroup

# -- Receiving: API, getUpdates ------------------------------------------------------------------------

UPDATES_PER_CALL = 100  # "Values between 1-100 are accepted"
#: Seconds that getUpdates waits for something to come; Telegram itself answers after at most 50.
POLL_SECONDS = 30
#: More than the wait, so that an answer on its way is not cut off.
POLL_CLIENT_SECONDS = POLL_SECONDS + 15
UPDATES_KEPT = timedelta(hours=24)  # "will not be kept longer than 24 hours"
#: "If there are no new updates for at least a week, then identifier of the next update will be chosen
#: randomly": an offset this old might confirm what was never seen.
OFFSET_GOOD_FOR = timedelta(days=6)
WEBHOOK_CONNECTIONS = 40  # setWebhook, max_connections: 1-100, 40 by default
