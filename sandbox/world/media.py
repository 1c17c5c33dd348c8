"""Files that people or the bot send: kept in memory, described as photos or documents."""

import mimetypes
import struct
from dataclasses import dataclass

from sandbox.world.model import Json
from sandbox.world.render import file_json
from sandbox.world.world import World

ANY_TYPE = "application/octet-stream"
DEFAULT_SIZE = (800, 600)
PHOTO_TYPES = ("image/jpeg", "image/png", "image/webp")
THUMBNAIL_SIDE = 90


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file on its way in."""

    name: str
    data: bytes
    mime: str = ""
    as_document: bool = False

    @property
    def kind(self) -> str:
        """Its media type, guessed from the name when the sender did not say."""
        if self.mime not in ("", ANY_TYPE):
            return self.mime
        return mimetypes.guess_type(self.name)[0] or ANY_TYPE


def image_size(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG or JPEG; a usual size for anything else."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return int(width), int(height)
    if data[:2] == b"\xff\xd8":
        return _jpeg_size(data) or DEFAULT_SIZE
    return DEFAULT_SIZE


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return int(width), int(height)
        at += 2 + int(struct.unpack(">H", data[at + 2 : at + 4])[0])
    return None


def content_of(world: World, upload: Upload) -> Json:
    """Stores an upload and returns the message field for it: `photo` or `document`."""
    if upload.kind in PHOTO_TYPES and not upload.as_document:
        return photo_content(world, upload)
    return document_content(world, upload)


def photo_content(world: World, upload: Upload) -> Json:
    """A photo in two sizes, as Telegram makes several; both are the same bytes here."""
    width, height = image_size(upload.data)
    side = max(width, height, 1)
    sizes = [
        (max(1, width * THUMBNAIL_SIDE // side), max(1, height * THUMBNAIL_SIDE // side)),
        (width, height),
    ]
    photo = []
    for size in sizes:
        file = world.store_file(name=upload.name, mime=upload.kind, data=upload.data, folder="photos")
        photo.append(file_json(file) | {"width": size[0], "height": size[1]})
    return _remembered(world, {"photo": photo})


def document_content(world: World, upload: Upload) -> Json:
    """A document with its name and media type."""
    file = world.store_file(name=upload.name, mime=upload.kind, data=upload.data, folder="documents")
    described = file_json(file) | {"file_name": upload.name, "mime_type": upload.kind}
    return _remembered(world, {"document": described})


def _remembered(world: World, content: Json) -> Json:
    """Notes what a file id stands for, as it may be sent again by its id alone."""
    for described in content.values():
        for one in described if isinstance(described, list) else [described]:
            world.file_contents[one["file_id"]] = content
    return content
