"""``python -m bot``: the same as ``crossbeat``."""

import sys

from bot.commands.cli import main

sys.exit(main())
