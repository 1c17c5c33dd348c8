"""Lines of the outbox that are files: what people attached, a ledger, a document that was made."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from handlers.views import picture
from handlers.views.catalogue import our_language
from handlers.views.job import Job, Line, payload_of, reader_of
from handlers.views.keys import keyboard
from handlers.views.outgoing import Can, Document, FileRef, Files, Outgoing, Say
from handlers.views.reader import Reader
from handlers.views.report import sheets
from handlers.views.rich import Rich
from workflow.figures.week import WeekView
from workflow.kernel.text import from_json, t
from workflow.kernel.words import LineKind
from workflow.lookup import exports, reports, trail_file
from workflow.lookup.trail_views import TrailLine
from workflow.notices.cards_view import FileLine
from workflow.notices.files_shown import load_files
from workflow.notices.words import place
from workflow.organisation import groups
from workflow.organisation.work import Work

UPLOAD_MAX = 50_000_000  # bytes of a document that is sent: what is larger is for the command line


async def files(job: Job) -> list[Outgoing]:
    """The files that the line names; where it names none, those of its request that are new to the chat."""
    tx, reader, chat_id = job.tx, job.reader, job.line.chat_id
    kept_back: list[Outgoing] = []
    if "files" in job.payload:
        caption = job.payload.get("caption")
        text = (await place(tx, chat_id, from_json(caption))).text if caption is not None else None
        named = tuple(
            _ref(file["kind"], file["file_id"], file.get("name") or "", reader)
            for file in job.payload["files"]
        )
    else:
        found = await load_files(tx, job.request_id, chat_id, since=job.line.created_at)
        of_answer = any(file.of_answer for file in found.sent)
        text = t("files.answer" if of_answer else "files.request", number=found.number)
        named = refs(found.sent, reader)
        if found.kept_back and not found.of_answer:
            told = reader.say("files.in_private", number=found.number, count=found.kept_back)
            kept_back = [Say(text=told, rows=keyboard([found.full], reader=reader))]
    if not named:
        return kept_back
    caption_ = reader.rich(text) if text is not None else Rich()
    return [Files(files=named, caption=caption_, protect=True), *kept_back]


def refs(files: Sequence[FileLine], reader: Reader) -> tuple[FileRef, ...]:
    return tuple(_ref(file.kind, file.file_id, file.name, reader) for file in files)


def _ref(kind: str, file_id: str, name: str, reader: Reader) -> FileRef:
    sort = "files.refused" if name else "files.refused_nameless"
    return FileRef(kind=kind, file_id=file_id, name=name, refused=reader.say(sort, name=name))


async def _for_one(line: Line, work: Work) -> tuple[dict[str, Any], Reader] | None:
    """What a line of a private chat asks for, and who reads it there; None where nothing is sent."""
    async with work.read() as tx:
        if not await groups.is_private(tx, line.chat_id):
            return None
        payload = await payload_of(tx, line)
        return None if payload is None else (payload, await reader_of(tx, line.chat_id))


async def export(line: Line, work: Work, can: Can) -> list[Outgoing]:
    """A unit's ledger, to one person in private. It is read in batches, so no transaction is held open."""
    found = await _for_one(line, work)
    if found is None:
        return []
    payload, reader = found
    if not can.files:
        return [Say(text=reader.say("export.no_files"))]
    made = await exports.make(
        work,
        unit_id=payload["unit_id"],
        person_id=payload["person_id"],
        chinese=our_language(reader.language) == "zh",
    )
    if made is None:
        return [Say(text=reader.say("export.denied"))]
    if len(made.content) > UPLOAD_MAX:
        return [Say(text=reader.say("export.too_large", unit=made.unit, count=made.rows))]
    caption = reader.say("export.file", unit=made.unit, count=made.rows)
    return [Document(name=made.name, content=made.content, caption=caption, protect=True)]


async def trail(line: Line, work: Work, can: Can) -> list[Outgoing]:
    """What somebody found in the record, to them in private."""
    found = await _for_one(line, work)
    if found is None:
        return []
    payload, reader = found
    if not can.files:
        return [Say(text=reader.say("audit.no_files"))]
    headers = [reader.plain(t(f"audit.column.{name}")) for name in trail_file.COLUMNS]
    made = await trail_file.make(
        work,
        kept=payload["kept"],
        person_id=payload["person_id"],
        headers=headers,
        worded=lambda one: _cells(one, reader),
    )
    if made is None:
        return [Say(text=reader.say("audit.denied"))]
    if len(made.content) > UPLOAD_MAX:
        return [Say(text=reader.say("audit.too_large", count=made.rows))]
    more = t("audit.not_all") if made.more else None
    caption = reader.say(f"audit.file.{made.by}", of=made.of, count=made.rows, more=more)
    return [Document(name=made.name, content=made.content, caption=caption, protect=True)]


def _cells(one: TrailLine, reader: Reader) -> list[str]:
    about = t("audit.some_value") if one.value else t("plain", text=one.person)
    return [
        one.at.astimezone(reader.zone).isoformat(timespec="seconds"),
        one.number,
        reader.plain(t(f"history.{one.action}")),
        one.purpose,
        one.unit,
        one.name,
        reader.plain(about),
    ]


async def report(line: Line, work: Work, can: Can) -> list[Outgoing]:
    """The figures of a year or a month, to one person in private."""
    found = await _for_one(line, work)
    if found is None:
        return []
    payload, reader = found
    if not can.files:
        return [Say(text=reader.say("report.no_files"))]
    made = await reports.make(
        work,
        unit_id=payload["unit_id"],
        person_id=payload["person_id"],
        period=payload["period"],
        tree=payload["tree"],
        worded=lambda one: sheets(one, reader),
    )
    if made is None:
        return [Say(text=reader.say("report.denied"))]
    caption = reader.say("report.file", unit=made.unit, period=made.period)
    return [Document(name=made.name, content=made.content, caption=caption)]


#: Made when it is sent, from what is read in several transactions.
MADE: dict[str, Callable[[Line, Work, Can], Awaitable[list[Outgoing]]]] = {
    LineKind.EXPORT: export,
    LineKind.TRAIL: trail,
    LineKind.REPORT: report,
}


async def week(job: Job) -> list[Outgoing]:
    """A unit's week as a picture: numbers, and names of units and types, that its group may see."""
    view = WeekView.from_json(job.payload["view"])
    if not job.can.files:
        return [Say(text=job.reader.say("week.no_files"))]
    drawn = await asyncio.to_thread(picture.week, view, reader=job.reader, theme=job.payload["theme"])
    caption = job.reader.say("week.caption", unit=view.unit)
    return [Document(name=f"week-{view.last:%Y-%m-%d}.png", content=drawn, caption=caption, picture=True)]


async def document(job: Job) -> list[Outgoing]:
    """A file that was made when it was decided, to one person in private."""
    if not await groups.is_private(job.tx, job.line.chat_id):
        return []
    if not job.can.files:
        return [Say(text=job.reader.say("export.no_files"))]
    payload = job.payload
    caption, content = job.reader.rich(from_json(payload["caption"])), payload["content"]
    if not isinstance(content, str):  # as an earlier version queued it
        content = json_worded(content, job.reader)
    return [Document(name=payload["name"], content=content.encode(), caption=caption, protect=True)]


def json_worded(value: dict[str, Any], reader: Reader) -> str:
    """JSON, its texts (:meth:`workflow.kernel.text.Text.json`) in the reader's words."""
    return json.dumps(_worded(value, reader), ensure_ascii=False, indent=1)


def _worded(value: Any, reader: Reader) -> Any:
    match value:
        case {"t": str(), "p": dict()}:
            return reader.plain(from_json(value))
        case dict():
            return {name: _worded(one, reader) for name, one in value.items()}
        case list():
            return [_worded(one, reader) for one in value]
    return value
