"""``python -m bot``: the same as ``crossbeat``."""

import sys

from bot.cli import main

sys.exit(main())
