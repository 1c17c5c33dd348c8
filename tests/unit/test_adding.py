"""``docs/adding.md`` is true: what it says is done in a copy of the source, and what was added works there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.patience import ENOUGH

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/adding.md").read_text(encoding="utf-8")
LINES = (ROOT / "tests/channels/lines.py").read_text(encoding="utf-8")
PRODUCT = ("bot", "handlers", "web", "workflow", "matching", "storage", "sandbox")
COPIED = (*PRODUCT, "tests", "pyproject.toml")
MOST = 5  # product files of one addition
ZH, EN = "handlers/views/locales/zh.po", "handlers/views/locales/en.po"

#: What becomes of a file's text; of "" where there is no file yet.
Edit = Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class Addition:
    """One section of the page, followed. ``use``: tests that need what was added."""

    section: str
    edits: Mapping[str, Edit]
    use: str


def behind(anchor: str, added: str) -> Edit:
    """Put ``added`` behind the one line that is ``anchor``."""

    def edit(text: str) -> str:
        assert text.count(f"\n{anchor}\n") == 1, anchor
        return text.replace(f"\n{anchor}\n", f"\n{anchor}\n{added}\n")

    return edit


def before(anchor: str, added: str) -> Edit:
    """Put ``added`` before the one line that begins with ``anchor``."""

    def edit(text: str) -> str:
        assert text.count(f"\n{anchor}") == 1, anchor
        return text.replace(f"\n{anchor}", f"\n{added}\n{anchor}")

    return edit


def at_end(added: str) -> Edit:
    return lambda text: f"{text.rstrip()}\n\n\n{added}\n"


def worded(**entries: str) -> Edit:
    """Entries of a catalogue; ``__`` stands for the dot of a key."""
    lines = [f'msgid "{key.replace("__", ".")}"\nmsgstr "{said}"\n' for key, said in entries.items()]
    return lambda text: "\n".join([f"{text.rstrip()}\n", *lines])


def both(*edits: Edit) -> Edit:
    def edit(text: str) -> str:
        for one in edits:
            text = one(text)
        return text

    return edit


ACTION = Addition(
    section="An action",
    edits={
        "workflow/kernel/actions.py": both(
            behind('    DELAY = "delay"', '    SHELVE = "shelve"'),
            behind(
                "ACTIONS: dict[Action, Row] = {",
                """    Action.SHELVE: Row(
        who=Who.ASKED_HANDLERS,
        by_asked=True,
        moves=_stays(_ACCEPTED),
        why=True,
        card={Side.ASKED: {_ACCEPTED: (2, 0)}},
        lists={Section.OWED: (_ACCEPTED,)},
        command=True,
        menu=True,
        chinese=("搁置",),
        in_hand=True,
    ),""",
            ),
        ),
        "workflow/actions/answering.py": at_end(
            '''async def shelve(work: Work, ref: Ref, why: str) -> Done:
    """``/shelve N why``: put aside for now."""
    async with work.write() as tx:
        example = "/shelve KS26-0042 等待鉴定结论"
        request = await access_request(tx, ref, Action.SHELVE, example=example)
        why = need(why, "error.why_shelve", request, example)
        await keep_comment(tx, request, Action.SHELVE, why)
        await do_action(tx, request, Action.SHELVE)
        return await tx.conclude(done(request, Action.SHELVE))'''
        ),
        "handlers/doing.py": behind(
            "DOING: dict[Action, By] = {",
            "    Action.SHELVE: By(said=lambda w, ref, why, files: answering.shelve(w, ref, why)),",
        ),
        ZH: worded(
            action__shelve="搁置", button__shelve="搁置", done__shelve="{number} 已搁置", history__shelve="搁置",
            menu__shelve="搁置：/shelve KS26-0042 原因", ask__shelve="{who} 请回复：{number} 为何搁置",
            error__why_shelve="{number} 搁置请写明原因，例如：{example}",
        ),
        EN: worded(
            action__shelve="shelve", button__shelve="Shelve", done__shelve="{number} is shelved",
            history__shelve="shelved", menu__shelve="shelve: /shelve KS26-0042 why",
            ask__shelve="{who} reply: why is {number} shelved?",
            error__why_shelve="Say why {number} is shelved: {example}",
        ),
    },
    use='''
@pytest.mark.parametrize("said", ["/shelve WX26-0001 等鉴定", "/搁置 等鉴定", "#搁置 WX26-0001 等鉴定"])
async def test_an_added_action_is_done_by_a_command_a_word_and_a_hashtag(scene: Scene, said: str) -> None:
    await scene.says(11, FORM)
    await scene.says(21, "/accept WX26-0001", chat=KS)
    await scene.says(21, said, chat=KS)
    assert "shelve" in await scene.actions(await scene.request("WX26-0001"))


async def test_the_button_of_an_added_action_asks_for_its_words(scene: Scene) -> None:
    await scene.says(11, FORM)
    await scene.says(21, "/accept WX26-0001", chat=KS)
    await scene.presses(21, "搁置")
    await scene.replies(21, scene.last("为何搁置", chat=KS), "等鉴定")
    assert "shelve" in await scene.actions(await scene.request("WX26-0001"))
    await scene.says(11, "/shelve WX26-0001 我来", chat=KS)
    assert (await scene.actions(await scene.request("WX26-0001"))).count("shelve") == 1
''',
)  # fmt: skip

COMMAND = Addition(
    section="A command",
    edits={
        "workflow/lookup/helping.py": both(
            behind("from __future__ import annotations", "\nfrom dataclasses import dataclass"),
            at_end(
                '''@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """As whom somebody is known."""

    name: str


async def who_am_i(work: Work) -> Known:
    """``/whoami``: as whom the reader is known."""
    async with work.write() as tx:
        return await tx.conclude(Known(name=tx.who.name))'''
            ),
        ),
        "handlers/replies/lookups.py": both(
            behind(
                "from workflow.kernel.tx import Tx",
                "from workflow.lookup.helping import Known",
            ),
            before(
                "SAY: dict",
                """async def say_known(tx: Tx, known: Known) -> None:
    await tx.say(t("help.whoami", name=known.name))


""",
            ),
            behind("    Help: say_help,", "    Known: say_known,"),
        ),
        "handlers/table.py": behind(
            "    **dict(_of_actions()),",
            '    "whoami": Named(does=lambda w, c: helping.who_am_i(w), menu=_EVERYBODY, chinese=("我是谁",)),',
        ),
        ZH: worded(menu__whoami="我是谁：/whoami", help__whoami="您是{name}"),
        EN: worded(menu__whoami="who am I: /whoami", help__whoami="You are {name}"),
    },
    use="""
@pytest.mark.parametrize("said", ["/whoami", "/我是谁"])
async def test_an_added_command_is_understood(scene: Scene, said: str) -> None:
    await scene.says(11, said)
    assert scene.last("您是林小满", chat=WX)
""",
)

ROLE = Addition(
    section="A role",
    edits={
        "storage/tables/words.py": behind('    SUPERVISOR = "supervisor"', '    WATCHER = "watcher"'),
        "storage/migrations/versions/9999_watcher.py": lambda _: '''"""Who only watches."""

from alembic import op

revision = "9999"
down_revision = "LAST"
ROLES = "role IN ('officer', 'handler', 'liaison', 'supervisor', 'approver'%s)"


def upgrade() -> None:
    with op.batch_alter_table("memberships") as table:
        table.drop_constraint(op.f("ck_memberships_role"), type_="check")
        table.create_check_constraint(op.f("ck_memberships_role"), ROLES % ", 'watcher'")


def downgrade() -> None:
    op.execute("UPDATE memberships SET role = 'officer' WHERE role = 'watcher'")
    with op.batch_alter_table("memberships") as table:
        table.drop_constraint(op.f("ck_memberships_role"), type_="check")
        table.create_check_constraint(op.f("ck_memberships_role"), ROLES % "")
'''.replace("LAST", max(path.name[:4] for path in (ROOT / "storage/migrations/versions").glob("[0-9]*.py"))),
        "workflow/kernel/roles.py": behind(
            "ROLES: dict[Role, Row] = {",
            '    Role.WATCHER: Row(chinese=("观察员",), by_liaison=True, looks=True),',
        ),
        ZH: worded(role__watcher="观察员"),
        EN: worded(role__watcher="watcher"),
    },
    use="""
async def test_an_added_role_is_given_and_may_what_its_row_says(scene: Scene) -> None:
    await scene.says(22, "/role @meng 观察员", chat=KS)
    assert scene.last("观察员", chat=KS)
    await scene.says(11, FORM)
    await scene.says(24, "/accept WX26-0001", chat=KS)
    assert (await scene.request("WX26-0001")).state == "open"
    await scene.says(24, "/inbox", chat=24)
    assert scene.last("WX26-0001", chat=24)
""",
)

REMINDER = Addition(
    section="A kind of reminder",
    edits={
        "storage/tables/words.py": behind(
            '    BEFORE = "before"  # it is due soon', '    HALFWAY = "halfway"'
        ),
        "workflow/deadlines/kinds.py": both(
            behind(
                "    return request.accept_by",
                """

def _halfway(request: Clocked, policy: Policy, stage: int, due: datetime) -> datetime | None:
    return request.asked_at + (due - request.asked_at) / 2""",
            ),
            behind("KINDS: dict[ReminderKind, Row] = {", "    ReminderKind.HALFWAY: Row(when=_halfway),"),
        ),
    },
    use="""
async def test_an_added_reminder_is_planned_and_said(scene: Scene) -> None:
    await scene.says(11, FORM)
    await scene.says(21, "/accept WX26-0001", chat=KS)
    scene.pass_time(hours=36.2)
    await reminders.run(scene.work())
    assert "remind" in await scene.actions(await scene.request("WX26-0001"))
""",
)

FIELD = Addition(
    section="A field",
    edits={
        "matching/form/fields.py": both(
            before(
                '    Field(\n        key="basis"',
                '    Field(key="place", one_text=True, free=True, labels="案发地点 place 案发地 crimescene"),',
            ),
            behind('    basis: str = ""', '    place: str = ""'),
        ),
        "workflow/kernel/fields.py": before(
            '    Field(key="basis"',
            '    Field(key="place", text=True, shown="matter", searched=True, ledger="place"),',
        ),
        "storage/ledger/fields.py": before(
            '    LedgerField(key="basis"',
            '    LedgerField(key="place", label="案发地点", prose=True, joined="\\n", dispensable=True),',
        ),
        ZH: worded(
            field__place="案发地点", card__place="📍 {place}", missing__place="案发地点：在哪里？",
            guided__place="在哪里？",
        ),
        EN: worded(
            field__place="place", card__place="📍 {place}", missing__place="Place: where was it?",
            guided__place="Where was it?",
        ),
    },
    use="""
PLACED = FORM + "\\n案发地点：观前街"


async def test_an_added_field_is_read_kept_shown_searched_edited_required_and_given_out(scene: Scene) -> None:
    await scene.says(11, PLACED)
    body = Body.of(await scene.request("WX26-0001"), scene.store.sealer)
    assert body.said("place") == "观前街"
    assert "核实" in body.said("reason")
    assert scene.last("📍 观前街", chat=KS)
    await scene.says(11, "/find 观前街", chat=11)
    assert scene.last("WX26-0001", chat=11)
    await scene.says(21, "/return WX26-0001 哪条街？", chat=KS)
    await scene.replies(11, scene.last("哪条街", chat=WX), "案发地点：平江路")
    assert scene.last("📍 平江路", chat=KS)
    rule = RequestType(key="x", require=("place",))
    assert fields_missing(read("户籍证明"), rule.require) == ["place"]
    assert (label_of("place"), column_of("案发地点")) == ("案发地点", "place")
    assert unflatten(flatten({"id": "1", "place": "观前街"})) == {"id": "1", "place": "观前街"}
""",
)  # fmt: skip

KIND = Addition(
    section="A kind of identifier",
    edits={
        "matching/words/kind_words.py": before(
            "}\n\n#: Keys of ``ids``", '    "ship": _words("imo号 船舶识别号 imo"),'
        ),
        "matching/identifiers/readers_papers.py": both(
            before(
                "PAPERS: tuple[Kind",
                '''def read_ship(text: str) -> Read:
    """The number of a ship (IMO A.1117): seven digits, the last a check."""
    token = compact(stars(text)).removeprefix("IMO")
    if "*" in token:
        return Read(token, "masked")
    if not token.isdigit() or len(token) != 7:
        return Read(token, "length" if token.isdigit() and 5 <= len(token) <= 9 else "other")
    good = sum(w * int(c) for w, c in zip(range(7, 1, -1), token, strict=False)) % 10 == int(token[6])
    return Read(token, "valid" if good else "damaged")

''',
            ),
            before(
                '    Kind(key="vin"',
                '    Kind(key="ship", read=read_ship, about="vehicle", decides=True, digits=True,\n'
                '         chinese="船舶识别号"),',
            ),
        ),
        "storage/ledger/columns.py": before('    "ids.account"', '    "ids.ship": "船舶识别号",'),
        ZH: worded(kind__ship="船舶识别号"),
        EN: worded(kind__ship="ship"),
    },
    use="""
async def test_an_added_kind_is_read_masked_packed_and_written(scene: Scene) -> None:
    [subject] = read("户籍证明\\n致：昆山\\n对象：船舶识别号9074729\\n事由：核实").subjects
    [number] = subject.ids
    assert (number.kind, number.value, number.state) == ("ship", "9074729", "valid")
    assert find("IMO号：9074728")[0].identifier.state == "damaged"
    assert "07472" not in mask(number)
    assert packing.unpack(packing.pack(Record(id="1", subjects=(subject,)))).subjects[0].ids[0].kind == "ship"
    assert column_of(label_of("subjects.0.ids.ship")) == "subjects.0.ids.ship"
    await scene.says(11, FORM.replace("对象：", "对象：船舶识别号9074729 "))
    assert scene.last("船舶识别号 90", chat=KS)
""",
)

CHANNEL = Addition(
    section="A channel",
    edits={
        "bot/notes/__init__.py": lambda _: '"""Notes: lines of text in rooms."""\n\n__all__ = ["channel"]\n',
        "bot/notes/channel.py": lambda _: (
            LINES.replace('NAME, PLACE = "lines", 1', 'NAME, PLACE = "notes", 2').replace(
                "from datetime import datetime", "from datetime import UTC, datetime\nfrom typing import Any"
            )
            + "\n\ndef made(settings: Any) -> Entry:\n"
            + "    lines = Lines(now=datetime.now(UTC))\n    lines.opens(settings.room)\n    return entry(lines)\n"
        ),
        "bot/settings/model.py": both(
            before("class Settings(", 'class Notes(Section):\n    room: str = ""\n\n'),
            behind("    telegram: Telegram = Telegram()", "    notes: Notes = Notes()"),
        ),
        "bot/app.py": both(
            behind(
                "            channel.entry(self.bot, pace=pace, veil=self.veil),",
                "            notes.made(self.settings.notes),",
            ),
            before("from bot.outbox.faults", "from bot.notes import channel as notes"),
        ),
    },
    use="""
async def test_an_added_channel_is_served_beside_the_first(store: Store) -> None:
    app = App(Settings(telegram={"token": "1:x"}, notes={"room": "值班室"}))
    app.store, app.bot = store, Bot("1:x")
    app._assemble()
    assert [entry.name for entry in app.channels] == ["telegram", "notes"]
    notes = app.channels["notes"].receiver
    assert await app.inbox.keep([notes.writes("林", "/help", room="值班室")], channel="notes") == 1
    running = asyncio.create_task(app.inbox.run())
    async with asyncio.timeout(20):
        while not app.meters.handled:
            await asyncio.sleep(0.01)
    await app.inbox.stop(within=5)
    await running
    await app.outbox.stop(asyncio.create_task(app.outbox.run()), within=5)
    assert notes.rooms["值班室"].said()
""",
)

#: Tests that fail where something does not follow from its table.
HELD_BY = (
    "tests/unit/test_tables.py",
    "tests/unit/workflow/test_fields.py",
    "tests/unit/matching/test_kinds.py",
)
ADDITIONS = (ACTION, COMMAND, ROLE, REMINDER, FIELD, KIND, CHANNEL)
BEGINNING = '''"""What was added is used."""

import asyncio

import pytest
from aiogram import Bot

from bot.app import App
from bot.settings.entries import RequestType
from bot.settings.model import Settings
from matching.compare import packing
from matching.form.form import fields_missing, read
from matching.identifiers.identifiers import find
from matching.identifiers.values import Record
from matching.masking.masking import mask
from storage.database.engine import Store
from storage.ledger.columns import column_of, flatten, label_of, unflatten
from tests.integration.workflow.scene import FORM, KS, WX, Scene
from workflow.kernel.body import Body
from workflow.scheduled import reminders

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
'''


def of_section(title: str) -> str:
    """A section of the page."""
    found = re.search(rf"^## {re.escape(title)}$(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None, f"the page has no section {title}"
    return found[1]


def files_of(title: str) -> list[str]:
    """The files that the table of a section names."""
    rows = [line.split("|")[1] for line in of_section(title).splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`([\w./-]+)`", row)]


def is_named(path: str, named: list[str]) -> bool:
    return any(path == name or (name.endswith("/") and path.startswith(name)) for name in named)


@pytest.mark.parametrize("addition", ADDITIONS, ids=lambda addition: addition.section)
def test_the_page_names_the_files_that_an_addition_changes(addition: Addition) -> None:
    named = files_of(addition.section)
    assert len(named) == len(addition.edits) <= MOST
    assert [path for path in addition.edits if not is_named(path, named)] == []
    assert all(path.partition("/")[0] in PRODUCT for path in addition.edits)


def test_every_section_of_the_page_is_followed_here() -> None:
    assert set(re.findall(r"^## (.*)$", PAGE, re.MULTILINE)) == {addition.section for addition in ADDITIONS}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source to which one of each was added."""
    folder = tmp_path_factory.mktemp("added")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(ROOT / name, folder / name)
    for addition in ADDITIONS:
        for path, edit in addition.edits.items():
            file = folder / path
            file.parent.mkdir(exist_ok=True)
            file.write_text(edit(file.read_text(encoding="utf-8") if file.exists() else ""), encoding="utf-8")
    uses = "\n".join(addition.use for addition in ADDITIONS)
    (folder / "tests/integration/workflow/test_added.py").write_text(BEGINNING + uses, encoding="utf-8")
    return folder


def test_what_was_added_works_and_nothing_else_was_needed(copy: Path) -> None:
    tests = [*HELD_BY, "tests/integration/workflow/test_added.py"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", *tests],
        cwd=copy,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        capture_output=True,
        text=True,
        check=False,
        timeout=4 * ENOUGH,
    )
    said = done.stdout[-4000:] + done.stderr[-1000:]
    assert done.returncode == 0, said
    assert "skipped" not in said
