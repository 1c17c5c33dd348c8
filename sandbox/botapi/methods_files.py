"""Sending files and handing them out again."""

import secrets
from collections.abc import Callable
from copy import deepcopy

from sandbox.botapi.methods import Call, bot_method
from sandbox.botapi.outgoing import check_markup, new_message, target_of, text_of
from sandbox.world.errors import ApiError, bad_request
from sandbox.world.media import Upload, document_content, photo_content
from sandbox.world.model import Json
from sandbox.world.render import file_json, message_json
from sandbox.world.world import World

DOWNLOAD_LIMIT = 20 * 1024 * 1024
UPLOAD_LIMIT = 50 * 1024 * 1024
ALBUM_SIZES = range(2, 11)
_MAKERS: dict[str, Callable[[World, Upload], Json]] = {"document": document_content, "photo": photo_content}


def _content(call: Call, kind: str, value: str) -> Json:
    """The message field for an upload (`attach://name`) or for the id of a file sent before."""
    name = value.removeprefix("attach://")
    upload = call.uploads.get(name)
    if upload is not None:
        if len(upload.data) > UPLOAD_LIMIT:
            raise ApiError(413, "Request Entity Too Large")
        if not upload.data:
            raise bad_request("file must be non-empty")
        return _MAKERS[kind](call.world, upload)
    if value.startswith("attach://"):
        raise bad_request("can't parse file: attached file not found")
    if value.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    content = call.world.file_contents.get(value)
    if content is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if kind not in content:
        raise bad_request(f"can't use file of type {next(iter(content)).title()} as {kind.title()}")
    return deepcopy(content)


@bot_method("sendDocument", "sendPhoto")
async def send_file(call: Call) -> Json:
    """https://core.telegram.org/bots/api#senddocument, #sendphoto"""
    kind = "photo" if call.method == "sendPhoto" else "document"
    target = target_of(call.world, call.params)
    text, entities = text_of(call.world, call.params, caption=True)
    markup = check_markup(call.params.get("reply_markup"))
    content = _content(call, kind, call.params[kind])
    message = new_message(
        call.world, target, call.params, text=text, entities=entities, content=content, markup=markup
    )
    return message_json(message)


@bot_method("sendMediaGroup")
async def send_media_group(call: Call) -> list[Json]:
    """https://core.telegram.org/bots/api#sendmediagroup: two to ten documents, or two to ten photos."""
    media = call.params["media"]
    if len(media) not in ALBUM_SIZES:
        raise bad_request("group send failed: there must be 2-10 items")
    kinds = {item["type"] for item in media}
    if len(kinds) > 1 or not kinds <= set(_MAKERS):
        raise bad_request("document can't be mixed with other media types")
    target = target_of(call.world, call.params)
    parts = [
        (_content(call, item["type"], item["media"]), text_of(call.world, item, caption=True))
        for item in media
    ]
    album = str(secrets.randbits(50))
    return [
        message_json(
            new_message(
                call.world, target, call.params, text=text, entities=entities, content=content, album=album
            ),
        )
        for content, (text, entities) in parts
    ]


@bot_method("getFile")
async def get_file(call: Call) -> Json:
    """https://core.telegram.org/bots/api#getfile: up to 20 MB."""
    file = call.world.files.get(call.params["file_id"])
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.data) > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return file_json(file) | {"file_path": file.path}
