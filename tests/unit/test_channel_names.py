"""One channel is named in its own folder, and where there is a reason; a reader of anything else need not know it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile("telegram", re.IGNORECASE)
#: Its folder; the package that simulates it; versions of the tables that had its numbers.
OWN = ("bot/telegram/", "sandbox/", "storage/migrations/versions/")
#: Why a file elsewhere may name it.
MAY = {
    "bot/app.py": "puts the process together, and so the channel into it",
    "bot/channels/channel.py": "points to its folder as the example of one",
    "bot/commands/check.py": "says what is wrong with its settings, by their keys",
    "bot/commands/cli.py": "loads its part of a library in time; the help of `try`",
    "bot/commands/try_it.py": "runs the sandbox, and sets its settings for that",
    "bot/settings/file.py": "an example of a key",
    "bot/settings/model.py": "its settings",
    "bot/settings/policy.py": "reads them: who runs the desk, where it is told of troubles",
    "matching/masking/accounts.py": "a word that people write before an account",
    "matching/words/common_english.py": "a word that people write",
    "matching/words/free_words.py": "a word that is in no name",
    "matching/words/kind_words.py": "a word that people write before an account",
    "storage/ledger/words.py": "a word in the headers of ledgers",
    "storage/tables/numbers.py": "which channel is the first, and why that matters",
    "web/health.py": "the name of a check that probes read",
    "web/metrics.py": "the name of a figure that dashboards read",
    "web/webhook.py": "where its platform posts to: header, path and setting are its own",
    "handlers/views/locales/en.po": "what is said of its limits to who meets them",
    "handlers/views/locales/zh.po": "the same",
}
PRODUCT = ("bot", "handlers", "matching", "sandbox", "storage", "web", "workflow")


def naming() -> set[str]:
    """The files that name it, but for its own."""
    files = [path for room in PRODUCT for end in ("*.py", "*.po") for path in (ROOT / room).rglob(end)]
    assert len(files) > 300
    named = {str(path.relative_to(ROOT)) for path in files if NAMED.search(path.read_text(encoding="utf-8"))}
    return {name for name in named if not name.startswith(OWN)}


def test_nothing_but_its_folder_names_the_first_channel_without_a_reason() -> None:
    assert naming() - MAY.keys() == set(), "say it without the name, or why it must be said"


def test_every_reason_is_still_needed() -> None:
    assert MAY.keys() - naming() == set()
