"""Files of messages: kept with what they belong to, and passed to the other side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from matching.form.papers import Says, is_shaped
from storage.queries import files as file_rows
from storage.queries import posts as post_rows
from storage.tables.models import File, Request
from storage.tables.words import LineKind, PostPurpose
from workflow.kernel.tx import Tx
from workflow.organisation.groups import topic_of

SCANS = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".bmp", ".tif", ".tiff", ".pdf")
#: Albums arrive as several messages; what comes within this time goes out together.
TOGETHER = timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class FileIn:
    """A file that came with a message."""

    kind: str
    file_id: str
    unique_id: str
    name: str = ""
    media_group: str | None = None
    size: int | None = None  # bytes, where that is said
    mime: str = ""
    width: int | None = (
        None  # pixels, where it is to be seen; of a small picture of it, where that alone is known
    )
    height: int | None = None
    says: Says = Says.NOTHING  # what is said beside it
    private: bool = False  # a picture of somebody's identity document: no group is sent it
    message_id: int | None = None  # that brought it, where it is not the one at hand

    @property
    def pictures(self) -> bool:
        """Whether it is a picture, or a document that may be the scan of one."""
        if self.kind != "document":
            return self.kind == "photo"
        return self.mime.startswith("image/") or self.name.lower().endswith(SCANS)

    @property
    def shaped(self) -> bool:
        return self.pictures and is_shaped(self.width, self.height)


async def keep(tx: Tx, files: Sequence[FileIn], **home: int | None) -> bool:
    """The files of the message, and those of its album that came before it; ``home``: whose they are. Whether any
    is new to them: a message that is edited brings its file again."""
    if not files:
        return False
    albums = {file.media_group for file in files if file.media_group}
    of_albums = await file_rows.of_albums(tx.session, tx.where.chat_id or 0, albums)
    loose = [file for file in of_albums if home_of(file) == NOWHERE]
    at_home = await file_rows.at_home(tx.session, home)
    known = {_known_by(tx, file) for file in (*loose, *at_home)}
    new = [file for file in files if (file.message_id or tx.where.message_id, file.unique_id) not in known]
    tx.session.add_all([row_of(tx, file, **home) for file in new])
    for file in loose:
        for name, value in home.items():
            setattr(file, name, value)
    await tx.session.flush()
    return bool(new or loose)


def _known_by(tx: Tx, file: File) -> tuple[int | None, str]:
    """The message that brought a file, and which of its files it is: by an edit it may have become another."""
    return file.message_id, str(tx.sealer.unseal("files", file.sealed)["unique_id"])


def row_of(tx: Tx, file: FileIn, **home: Any) -> File:
    """A file of the message at hand, unless it says of which; ``home``: whose it is."""
    plain: dict[str, Any] = {"file_id": file.file_id, "unique_id": file.unique_id, "name": file.name}
    told = {"says": int(file.says), "shaped": file.shaped, PRIVATE: file.private}
    return File(
        kind=file.kind,
        at=tx.now,
        media_group=file.media_group,
        chat_id=tx.where.chat_id,
        message_id=file.message_id or tx.where.message_id,
        sealed=tx.sealer.seal("files", plain | {name: value for name, value in told.items() if value}),
        **home,
    )


def copy_of(file: File, **home: int) -> File:
    """The same file for another request; ``home``: whose it is."""
    return File(
        kind=file.kind,
        sealed=file.sealed,
        at=file.at,
        chat_id=file.chat_id,
        message_id=file.message_id,
        media_group=file.media_group,
        **home,
    )


async def send(tx: Tx, request: Request, chats: Iterable[int]) -> None:
    """Files go to the other side, protected against forwarding: what of them a chat is sent, and what is
    kept for people's private chats, :mod:`workflow.notices.files_shown` decides when they are sent.

    A little later, and as one line, so that an album goes out together.
    """
    for chat_id in chats:
        card = await post_rows.card_of(tx.session, request.id, chat_id)
        at_home = chat_id == request.chat_id
        topic = request.thread_id if at_home else await topic_of(tx, chat_id, request)
        await tx.queue(
            LineKind.FILES,
            chat_id=chat_id,
            request_id=request.id,
            purpose=PostPurpose.FILES,
            not_before=tx.now + TOGETHER,
            thread_id=card.thread_id if card and not at_home else topic,
            reply_to=card.message_id if card else None,
            coalesce_key=f"files:{request.id}:{chat_id}",
        )


async def album_is_known(tx: Tx, chat_id: int | None, album: str | None) -> bool:
    """Whether an earlier item of this album belongs to something of ours."""
    if album is None or chat_id is None:
        return False
    return any(home_of(file) != NOWHERE for file in await file_rows.of_albums(tx.session, chat_id, {album}))


NOWHERE = (None, None, None)
PRIVATE = "private"  # in what is sealed of a file: see :attr:`FileIn.private`


def home_of(file: File) -> tuple[int | None, int | None, int | None]:
    """Of which request, answer, draft a file is."""
    return file.request_id, file.answer_id, file.draft_id
