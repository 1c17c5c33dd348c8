"""`/api/…`: what the chat page and the tests do in place of Telegram's people and of fate."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.datastructures import UploadFile

from sandbox.botapi.methods_chats import commands_for
from sandbox.chat_page.page_forms import Edit, MessageRef, Post, Press, Start, Who
from sandbox.chat_page.state import state_view
from sandbox.world import people, posting
from sandbox.world.errors import SandboxError
from sandbox.world.media import PHOTO_TYPES, Upload
from sandbox.world.model import Json, Message
from sandbox.world.posting import Draft
from sandbox.world.view import chat_view, message_view
from sandbox.world.world import World

KEEP_ALIVE_SECONDS = 15.0
LONGEST_WAIT_SECONDS = 60.0
MESSAGES_SHOWN = 200


def router(world: World, extra: Json) -> APIRouter:
    """The routes for people; `extra` is what the state also tells the page (units, examples, tour)."""
    routes = APIRouter(prefix="/api")
    _add_reading(routes, world, extra)
    _add_acting(routes, world)
    _add_following(routes, world)
    return routes


def _add_reading(routes: APIRouter, world: World, extra: Json) -> None:
    @routes.get("/state")
    async def state() -> Json:
        return state_view(world, extra)

    @routes.get("/messages")
    async def messages(
        chat: str, limit: int = MESSAGES_SHOWN, before: int | None = None, deleted: bool = False
    ) -> Json:
        of = world.chat(chat)
        found = [
            message
            for message in of.messages.values()
            if (deleted or not message.deleted) and (before is None or message.id < before)
        ]
        return {
            "chat": chat_view(of, world.bot),
            "messages": [message_view(message, world.bot) for message in found[-limit:]],
            "more": len(found) > limit,
        }

    @routes.get("/commands")
    async def commands(chat: str, person: str) -> Json:
        who = world.person(person)
        where = world.find_chat(chat) or world.private_chat(who)
        return {"commands": commands_for(world.commands, where, who)}

    @routes.get("/files/{file_id}")
    async def file(file_id: str) -> Response:
        stored = world.files.get(file_id)
        if stored is None:
            raise SandboxError("there is no such file")
        inline = stored.mime in PHOTO_TYPES
        mime = stored.mime if inline else "application/octet-stream"
        headers = {"x-content-type-options": "nosniff", "cache-control": "max-age=86400"}
        return Response(stored.data, media_type=mime, headers=headers)


async def read_post(request: Request) -> tuple[Post, list[Upload]]:
    """A message from JSON, or from a form with the JSON in `payload` and any number of `files`."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return Post.model_validate(await request.json()), []
    async with request.form(max_files=20) as form:
        post = Post.model_validate_json(str(form.get("payload", "{}")))
        uploads = [
            Upload(
                name=part.filename or "file",
                data=await part.read(),
                mime=part.content_type or "",
                as_document=post.as_documents,
            )
            for part in form.getlist("files")
            if isinstance(part, UploadFile)
        ]
    return post, uploads


def _draft(world: World, post: Post, uploads: list[Upload]) -> Draft:
    return Draft(
        text=post.text,
        reply_to=post.reply_to,
        thread=post.thread,
        files=uploads,
        album=post.album,
        anonymous=post.anonymous,
        forwarded_from=post.forwarded_from,
        as_channel=None if post.as_channel is None else world.chat(post.as_channel),
        automatic=post.automatic,
        content=post.content,
    )


def _add_acting(routes: APIRouter, world: World) -> None:
    @routes.post("/messages")
    async def post_message(request: Request) -> Json:
        post, uploads = await read_post(request)
        person = world.person(post.person)
        chat = world.find_chat(post.chat)
        if chat is None and post.chat == person.id:
            chat = world.private_chat(person)
        if chat is None:
            raise SandboxError(f"there is no chat {post.chat}")
        sent = posting.post(world, person, chat, _draft(world, post, uploads))
        views = [message_view(message, world.bot) for message in sent]
        return {"message": views[0], "messages": views}

    @routes.post("/edit")
    async def edit(body: Edit) -> Json:
        message = world.message(world.chat(body.chat), body.message)
        return {
            "message": message_view(
                people.edit(world, world.person(body.person), message, body.text), world.bot
            )
        }

    @routes.post("/touch")
    async def touch(body: MessageRef) -> Json:
        people.touch(world, world.message(world.chat(body.chat), body.message))
        return {"ok": True}

    @routes.post("/delete")
    async def delete(body: MessageRef) -> Json:
        people.delete(world, world.message(world.chat(body.chat), body.message))
        return {"ok": True}

    @routes.post("/press")
    async def press(body: Press) -> Json:
        message = world.message(world.chat(body.chat), body.message)
        data = body.data if body.data is not None else _data_of(message, body.label)
        waiting = people.press(world, world.person(body.person), message, data, forged=body.forged)
        try:
            answer = await asyncio.wait_for(asyncio.shield(waiting.answer), body.wait)
        except TimeoutError:
            return {"press": waiting.id, "answered": False}
        return {"press": waiting.id, "answered": True, **answer}

    @routes.post("/start")
    async def start(body: Start) -> Json:
        return {
            "message": message_view(people.start(world, world.person(body.person), body.payload), world.bot)
        }

    @routes.post("/block")
    async def block(body: Who) -> Json:
        people.block(world, world.person(body.person))
        return {"ok": True}

    @routes.post("/unblock")
    async def unblock(body: Who) -> Json:
        people.unblock(world, world.person(body.person))
        return {"ok": True}


def _data_of(message: Message, label: str | None) -> str:
    for button in people.buttons_of(message):
        if label is not None and button["text"].startswith(label) and "callback_data" in button:
            return str(button["callback_data"])
    raise SandboxError(f"there is no button {label} on this message")


def _add_following(routes: APIRouter, world: World) -> None:
    @routes.get("/seq")
    async def seq() -> Json:
        return {"seq": world.feed.last}

    @routes.get("/wait")
    async def wait(
        after: int, seconds: Annotated[float, Query(ge=0, le=LONGEST_WAIT_SECONDS)] = 10.0
    ) -> Json:
        events = await world.feed.wait(after, seconds)
        return {"events": events, "seq": world.feed.last}

    @routes.get("/events")
    async def events(request: Request, after: int | None = None) -> StreamingResponse:
        run, _, seen = request.headers.get("last-event-id", "").partition(":")
        if seen.isdigit():
            start = int(seen) if run == world.run else -1
        else:
            start = world.feed.last if after is None else after
        return StreamingResponse(
            _stream(world, start), media_type="text/event-stream", headers={"cache-control": "no-store"}
        )


async def _stream(world: World, seen: int) -> AsyncIterator[str]:
    yield "retry: 1000\n\n"
    if not world.feed.covers(seen):
        seen = world.feed.last
        yield _event(world, seen, {"seq": seen, "kind": "reload"})
    while not world.feed.closed:
        news = await world.feed.wait(seen, KEEP_ALIVE_SECONDS)
        if not news:
            yield ": still here\n\n"
        for event in news:
            seen = event["seq"]
            yield _event(world, seen, event)


def _event(world: World, seq: int, event: dict[str, Any]) -> str:
    return f"id: {world.run}:{seq}\ndata: {json.dumps(event, ensure_ascii=False, default=str)}\n\n"
