"""`/api/…` for who looks after the world: chats and members, the clock, faults, and what the bot called."""

from typing import Annotated

from fastapi import APIRouter, Query

from sandbox.botapi.botapi import BotApi
from sandbox.botapi.faults import Fault
from sandbox.chat_page.page_forms import (
    BotForm,
    ChatForm,
    ClockForm,
    FaultForm,
    LimitsForm,
    Membership,
    NewChat,
    NewPerson,
    ReactionsForm,
    TopicForm,
    UpdateForm,
    UsernameForm,
)
from sandbox.world import people
from sandbox.world.errors import SandboxError
from sandbox.world.model import GROUP, SUPERGROUP, Chat, Json, Person
from sandbox.world.view import chat_view, clock_view, person_view
from sandbox.world.world import World


def create_chat(world: World, form: NewChat) -> Chat:
    """Adds a chat with its members and topics; the bot has been there already, no update tells of it."""
    members = {world.person(who).id: "member" for who in form.members}
    members |= {world.person(who).id: "administrator" for who in form.admins}
    if form.bot != "left":
        members[world.bot.id] = form.bot
    chat = Chat(
        id=form.id,
        type=form.type,
        title=form.title,
        title_en=form.title_en,
        username=form.username,
        unit=form.unit,
        is_forum=form.is_forum,
        members=members,
    )
    world.add_chat(chat)
    if form.type in (GROUP, SUPERGROUP):
        founder = next((world.people[one] for one in members if one != world.bot.id), world.bot)
        content = {f"{'super' if form.type == SUPERGROUP else ''}group_chat_created": True}
        world.service(chat, founder, content, announce=False)
        for name in form.topics:
            world.open_topic(chat, name, founder, announce=False)
    return chat


def router(world: World, api: BotApi) -> APIRouter:
    """The routes for tests and for the page's tools."""
    routes = APIRouter(prefix="/api")
    _add_people(routes, world)
    _add_chats(routes, world)
    _add_fate(routes, world, api)
    _add_records(routes, world, api)
    return routes


def _add_people(routes: APIRouter, world: World) -> None:
    @routes.post("/people")
    async def new_person(form: NewPerson) -> Json:
        return person_view(world.add_person(Person(**form.model_dump())))

    @routes.post("/members")
    async def membership(form: Membership) -> Json:
        chat, person = world.chat(form.chat), world.person(form.person)
        by = person if form.by is None else world.person(form.by)
        if person is world.bot and form.by is None:
            by = next((one for one in world.members(chat) if not one.is_bot), world.bot)
        chat.rights[person.id] = dict(form.rights)
        people.set_status(world, chat, person, form.status, by)
        return chat_view(chat, world.bot)

    @routes.post("/bot")
    async def change_bot(form: BotForm) -> Json:
        if form.reads_everything is not None:
            world.reads_everything = form.reads_everything
        return person_view(world.bot) | {"reads_everything": world.reads_everything}


def _add_chats(routes: APIRouter, world: World) -> None:
    @routes.post("/chats")
    async def new_chat(form: NewChat) -> Json:
        return chat_view(create_chat(world, form), world.bot)

    @routes.post("/migrate")
    async def migrate(form: ChatForm) -> Json:
        return chat_view(people.migrate(world, world.chat(form.chat)), world.bot)

    @routes.post("/delete-chat")
    async def delete_chat(form: ChatForm) -> Json:
        chat = world.chat(form.chat)
        chat.deleted = True
        world.chat_changed(chat)
        return {"ok": True}

    @routes.post("/reactions")
    async def reactions(form: ReactionsForm) -> Json:
        chat = world.chat(form.chat)
        chat.reactions_allowed = form.allowed
        return chat_view(chat, world.bot)

    @routes.post("/username")
    async def username(form: UsernameForm) -> Json:
        chat = world.chat(form.chat)
        chat.username = form.username
        world.chat_changed(chat)
        return chat_view(chat, world.bot)

    @routes.post("/topics")
    async def topics(form: TopicForm) -> Json:
        chat = world.chat(form.chat)
        by = world.members(chat)[0] if form.by is None else world.person(form.by)
        if form.topic is None:
            if not form.name or not chat.is_forum:
                raise SandboxError("a new topic needs a name and a forum")
            return {"topic": world.open_topic(chat, form.name, by).id}
        topic = chat.topics.get(form.topic)
        if topic is None:
            raise SandboxError("there is no such topic")
        people.change_topic(
            world, chat, topic, by=by, name=form.name, closed=form.closed, deleted=form.deleted
        )
        return {"topic": topic.id}


def _add_fate(routes: APIRouter, world: World, api: BotApi) -> None:
    @routes.get("/clock")
    async def clock() -> Json:
        return clock_view(world.clock)

    @routes.post("/clock")
    async def move_clock(form: ClockForm) -> Json:
        if form.offset is not None:
            world.clock.advance(form.offset - world.clock.offset)
        world.clock.advance(form.advance)
        view = clock_view(world.clock)
        world.feed.publish("clock", **view)
        return view

    @routes.get("/faults")
    async def faults() -> Json:
        return {"faults": api.faults.as_json()}

    @routes.post("/faults")
    async def add_fault(form: FaultForm) -> Json:
        values = form.model_dump()
        values["chat"] = None if form.chat is None else world.chat(form.chat).id
        api.faults.add(Fault(**values))
        return {"faults": api.faults.as_json()}

    @routes.delete("/faults")
    async def clear_faults() -> Json:
        api.faults.clear()
        return {"faults": []}

    @routes.post("/updates")
    async def change_updates(form: UpdateForm) -> Json:
        queue, ids = world.updates, []
        if form.inject is not None:
            ids.append(queue.inject(form.inject))
        if form.redeliver:
            ids += queue.redeliver(form.redeliver)
        if form.hold:
            queue.hold(form.hold)
        if form.release:
            queue.release()
        return {"update_ids": ids}

    @routes.post("/limits")
    async def enforce(form: LimitsForm) -> Json:
        api.limits.enforce = form.enforce
        return api.limits.as_json()


def _add_records(routes: APIRouter, world: World, api: BotApi) -> None:
    @routes.get("/updates")
    async def updates() -> Json:
        queue = world.updates
        return {
            "pending": queue.pending,
            "sent": len(queue.history),
            "webhook": queue.webhook_url,
            "next_id": queue.next_id,
        }

    @routes.get("/idle")
    async def idle(seconds: Annotated[float, Query(ge=0, le=60)] = 10.0) -> Json:
        return {"idle": await world.updates.idle(seconds)}

    @routes.get("/limits")
    async def limits() -> Json:
        return api.limits.as_json()

    @routes.get("/calls")
    async def calls(method: str | None = None, after: int = 0, chat: int | None = None) -> Json:
        found = [
            call
            for call in api.calls
            if call["seq"] > after
            and (method is None or call["method"].lower() == method.lower())
            and (chat is None or call["params"].get("chat_id") in (chat, str(chat)))
        ]
        return {"calls": found, "made": api.calls_made}
