"""What is sent in the place of files that the channel does not take together, or not at all."""

from __future__ import annotations

from dataclasses import replace

from handlers.views.outgoing import Files, Say
from handlers.views.rich import Rich, joined


def one_by_one(out: Files) -> list[Files]:
    """The calls that send an album's files singly: it is refused as a whole for one of them."""
    return [
        replace(out, files=(file,), caption=Rich() if number else out.caption)
        for number, file in enumerate(out.files)
    ]


def words_instead(out: Files) -> Say:
    """What is said in the place of the one file that the channel does not take."""
    said = joined("\n", [words for words in (out.caption, out.files[0].refused) if words])
    return Say(text=said, protect=out.protect, lasts=out.lasts)
