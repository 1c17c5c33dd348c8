"""The pictures of a message, with what is said beside them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from handlers.incoming import Posted
from matching.form.marker import marker, tidy
from matching.form.papers import Says, is_paper, says
from workflow.actions.pictures import do_move
from workflow.organisation.work import Work


def judged(post: Posted, work: Work) -> Posted:
    """The post, its files with what its words, a file's name and what it replies to say of them. Where one may be a
    picture of an identity document, the work at hand looks after it, whatever becomes of the message."""
    if not work.policy.move_identity_photos or not any(file.pictures for file in post.files):
        return post
    text, username = tidy(post.text), work.policy.bot_username
    marked = marker(text, bot_username=username)
    beside = says(text if marked is None else marked.rest)
    if post.reply is not None and not post.reply.opens_topic:
        beside = max(beside, says(post.reply.text, caption=False))
    files = []
    for file in post.files:
        said = max(beside, says(file.name.replace("_", " "))) if file.pictures else Says.NOTHING
        files.append(replace(file, says=said, private=is_paper(said, shaped=file.shaped)))
    # One without a word of its own may be of an album that has one.
    if any(file.pictures and (file.says or file.media_group) for file in files):
        work.besides = partial(do_move, files=tuple(files))
    return replace(post, files=tuple(files))
