"""``/stats`` and ``/report``: each figure is what a plain recount of made-up histories finds, by the unit's clock."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from storage.queries.scopes import Scope
from storage.tables.models import Answer, Chat, Event, Membership, Person, Request, Unit
from tests.integration.workflow.scene import CZ, FORM, KS, WX, Scene
from workflow.figures import periods, thanks
from workflow.figures.counting import tally, within
from workflow.figures.report import Figures, figures_of
from workflow.kernel.body import Body
from workflow.lookup import unit_figures
from workflow.organisation import units
from workflow.scheduled import ticks

OFFICER, LIAISON_WX, HANDLER, LIAISON, OFFICER_KS, SUPERVISOR, ABOVE, OTHER = 11, 13, 21, 22, 24, 25, 31, 41
NEW_YORK = ZoneInfo("America/New_York")  # clocks are put on on 8 March 2026, and back on 1 November
NOW = datetime(2027, 1, 15, 12, tzinfo=UTC)
BACK = FORM.replace("昆山", "无锡")
OTHER_SUBJECT = FORM.replace("陈望舒 320583199204080027", "王五 11010519491231002X")


@dataclass(frozen=True)
class Lived:
    """A request as it went: minutes are counted from when it was asked, None: that did not happen."""

    asked: datetime
    asker: str
    asked_unit: str
    type: str
    urgency: str
    due: int
    approved: int | None
    answered: int | None
    reused: bool
    declined: int | None
    ground: str
    delayed: int | None
    rating: int | None

    def at(self, minutes: int | None) -> datetime | None:
        return self.asked + timedelta(minutes=minutes) if minutes is not None else None

    @property
    def out(self) -> datetime:
        return self.at(self.approved) or self.asked


MINUTES = st.integers(1, 60 * 24 * 60)
LIVED = st.builds(
    Lived,
    # Over the year's ends and the hours around midnight on which zones disagree.
    asked=st.integers(0, 400 * 24 * 12).map(lambda n: datetime(2025, 12, 20, tzinfo=UTC) + timedelta(minutes=5 * n)),
    asker=st.sampled_from(["WX", "CZ", "KS"]),
    asked_unit=st.sampled_from(["KS", "KS", "WX"]),
    type=st.sampled_from(["household", "vehicle"]),
    urgency=st.sampled_from(["normal", "urgent", "flash"]),
    due=st.integers(60, 60 * 24 * 10),
    approved=st.none() | st.integers(1, 1000),
    answered=st.none() | MINUTES,
    reused=st.booleans(),
    declined=st.none() | st.none() | MINUTES,
    ground=st.sampled_from(["", "甲", "乙"]),
    delayed=st.none() | MINUTES,
    rating=st.none() | st.integers(1, 5),
)  # fmt: skip


async def put(scene: Scene, lives: Sequence[Lived]) -> dict[str, int]:
    """The rows that these histories would have left; in the place of those that were there."""
    sealer = scene.store.sealer
    async with scene.store.write() as session:
        await session.execute(update(Answer).values(reused_from_id=None))
        for table in (Answer, Event, Request):
            await session.execute(delete(table))
        units = {unit.code: unit.id for unit in await session.scalars(select(Unit))}
        person = await session.scalar(select(Person.id).where(Person.chat_id == LIAISON))
        requests = []
        for number, one in enumerate(lives, start=1):
            state = "answered" if one.answered else "declined" if one.declined else "open"
            due = one.out + timedelta(minutes=one.due)
            request = Request(
                number=f"{one.asker}26-{number:04}", type=one.type, urgency=one.urgency, state=state,
                sealed=Body().seal(sealer),
                from_unit_id=units[one.asker], to_unit_id=units[one.asked_unit], asked_at=one.asked, due_at=due,
                first_due_at=due, rating=one.rating if one.answered else None, key_version=0,
            )  # fmt: skip
            session.add(request)
            requests.append(request)
        await session.flush()
        source: int | None = None
        for one, request in zip(lives, requests, strict=True):
            acts = (("go_out", one.approved), ("delay", one.delayed), ("decline", one.declined))
            for seq, (action, minutes) in enumerate(acts, start=1):
                if (at := one.at(minutes)) is not None:
                    said = sealer.seal("events", {"ground": one.ground})
                    event = Event(
                        chain=request.id, seq=seq, at=at, action=action, sealed=said, prev=b"", hash=b""
                    )
                    session.add(event)
            if (at := one.at(one.answered)) is not None:
                answer = Answer(
                    request_id=request.id, unit_id=units[one.asked_unit], person_id=person, at=at,
                    due_at=request.due_at,
                    reused_from_id=source if one.reused else None, sealed=sealer.seal("answers", {"text": ""}),
                )  # fmt: skip
                session.add(answer)
                await session.flush()
                source = source or answer.id
    return units


def reused(lives: Sequence[Lived]) -> dict[int, bool]:
    """Which answers are reused ones: of the first there is nothing to reuse."""
    answered = [one for one in lives if one.answered]
    return {id(one): one.reused and one is not answered[0] for one in answered}


def recount(
    lives: Sequence[Lived], units: dict[str, int], since: datetime, until: datetime
) -> dict[str, object]:
    """The same figures, plainly."""
    ours = [one for one in lives if one.asked_unit == "KS"]
    theirs = [one for one in lives if one.asker == "KS"]
    again = reused(lives)

    def there(at: datetime | None) -> bool:
        return at is not None and since <= at < until

    def answered(of: Sequence[Lived]) -> list[Lived]:
        return [one for one in of if there(one.at(one.answered))]

    own = [one for one in answered(ours) if not again[id(one)]]
    took = sorted(one.asked + timedelta(minutes=one.answered or 0) - one.out for one in own)
    late = [one for one in own if (one.at(one.answered) or since) > one.out + timedelta(minutes=one.due)]
    saved = timedelta()
    for type_ in ("household", "vehicle"):
        times = [
            one.asked + timedelta(minutes=one.answered or 0) - one.out for one in own if one.type == type_
        ]
        count = sum(again[id(one)] for one in answered(ours) if one.type == type_)
        if times:
            saved += count * timedelta(seconds=median(t.total_seconds() for t in times))
    declined = [one for one in ours if there(one.at(one.declined))]
    return {
        "received": Counter((units[one.asker], one.urgency != "normal") for one in ours if there(one.out)),
        "answered": Counter((units[one.asker], one.urgency != "normal") for one in answered(ours)),
        "declined": Counter((units[one.asker], one.ground) for one in declined),
        "late": Counter(units[one.asker] for one in late),
        "delayed": Counter(units[one.asker] for one in ours if there(one.at(one.delayed))),
        "owed": Counter(
            units[one.asker] for one in ours
            if not one.answered and not one.declined and there(one.out + timedelta(minutes=one.due))
            and one.out + timedelta(minutes=one.due) < NOW
        ),
        "sent": Counter((units[one.asked_unit], one.urgency != "normal") for one in theirs if there(one.out)),
        "sent_answered": Counter(units[one.asked_unit] for one in answered(theirs)),
        "sent_declined": Counter(units[one.asked_unit] for one in theirs if there(one.at(one.declined))),
        "own": len(own), "on_time": len(own) - len(late), "took": took, "saved": saved,
        "stars": [one.rating for one in answered(ours) if one.rating],
        "months": Counter(one.out.astimezone(NEW_YORK).strftime("%Y-%m") for one in ours if there(one.out)),
        "days_answered": Counter(
            (one.at(one.answered) or since).astimezone(NEW_YORK).date() for one in answered(ours)
        ),
    }  # fmt: skip


def told(figures: Figures) -> dict[str, object]:
    """A report in the shape of :func:`recount`."""
    received: Counter[tuple[int | None, bool]] = Counter()
    answered: Counter[tuple[int | None, bool]] = Counter()
    sent: Counter[tuple[int | None, bool]] = Counter()
    for one in figures.received:
        received += Counter({(one.party, True): one.received_urgent, (one.party, False): one.received_other})
        answered += Counter({(one.party, True): one.answered_urgent, (one.party, False): one.answered_other})
    for to in figures.sent:
        sent += Counter({(to.party, True): to.sent_urgent, (to.party, False): to.sent_other})
    return {
        "received": received, "answered": answered, "sent": sent,
        "declined": Counter({(one.party, one.ground): one.count for one in figures.refused}),
        "late": +Counter({one.party: one.late for one in figures.received}),
        "delayed": +Counter({one.party: one.delayed for one in figures.received}),
        "owed": +Counter({one.party: one.owed for one in figures.received}),
        "sent_answered": +Counter({to.party: to.answered for to in figures.sent}),
        "sent_declined": +Counter({to.party: to.declined for to in figures.sent}),
    }  # fmt: skip


async def test_a_report_counts_what_a_plain_recount_finds(scene: Scene) -> None:
    examples: list[tuple[list[Lived], int | None]] = []

    @settings(max_examples=60, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(LIVED, max_size=25), st.none() | st.integers(1, 12))
    def collect(lives: list[Lived], month: int | None) -> None:
        examples.append((lives, month))

    collect()
    scene.now = NOW
    for lives, month in examples:
        await compare(scene, lives, month)


async def compare(scene: Scene, lives: list[Lived], month: int | None) -> None:
    units = await put(scene, lives)
    period = periods.calendar("2026" if month is None else f"2026-{month:02}", NEW_YORK)
    assert period is not None
    since = datetime(2026, month or 1, 1, tzinfo=NEW_YORK)
    until = (
        datetime(2027, 1, 1, tzinfo=NEW_YORK)
        if month in (None, 12)
        else since.replace(month=(month or 1) + 1)
    )
    counted = recount(lives, units, since, until)
    async with scene.work().read() as tx:
        ours = Scope.of(units["KS"])
        figures = await figures_of(tx, ours, period)
        side = await tally(tx, ours.received, since, until)
    assert told(figures) == {name: counted[name] for name in told(figures)}, (lives, month)
    took, stars = counted["took"], counted["stars"]
    assert isinstance(took, list) and isinstance(stars, list)
    for answers in (figures.whole, side.answers):
        assert (answers.own, answers.on_time) == (counted["own"], counted["on_time"])
        if took:
            assert answers.median == timedelta(seconds=median(t.total_seconds() for t in took))
            assert sum(t <= answers.most_within for t in took if answers.most_within) * 5 >= len(took) * 4
            assert sum(t < answers.most_within for t in took if answers.most_within) * 5 < len(took) * 4
    assert side.saved == counted["saved"]
    assert figures.saved_hours == pytest.approx(side.saved.total_seconds() / 3600)
    assert (side.rated.count, side.rated.mean) == (len(stars), sum(stars) / len(stars) if stars else None)
    parts = {part.since.astimezone(NEW_YORK): part for part in figures.parts}
    assert sum(part.received for part in parts.values()) == side.new
    assert sum(part.answers.answered for part in parts.values()) == side.answers.answered
    if month is None:
        assert (
            +Counter({at.strftime("%Y-%m"): one.received for at, one in parts.items()}) == counted["months"]
        )
    else:
        days = +Counter({at.date(): one.answers.answered for at, one in parts.items()})
        assert days == counted["days_answered"]


def test_the_time_within_which_80_percent_were_answered_is_one_that_was_taken() -> None:
    times = [timedelta(hours=n) for n in range(1, 11)]
    assert within(times) == timedelta(hours=8)
    assert within(times[:1]) == timedelta(hours=1)
    assert within([]) is None


def test_a_month_has_its_days_whatever_the_clocks_do() -> None:
    march = periods.calendar("2026-03", NEW_YORK)
    assert march is not None
    assert len(march.parts) == 31 + 1
    assert sorted({(b - a).total_seconds() / 3600 for a, b in zip(
        [p.astimezone(UTC) for p in march.parts], [p.astimezone(UTC) for p in march.parts[1:]], strict=False
    )}) == [23, 24]  # fmt: skip


@pytest.mark.parametrize("text", ["2026", "2026年", "2026-11", "2026年11月", "2026/11", "2026.11", "2026 11"])
def test_a_year_or_a_month_is_read_as_it_is_written(text: str) -> None:
    found = periods.calendar(text, NEW_YORK)
    assert found is not None
    assert found.said == ("2026-11" if "11" in text else "2026")


@pytest.mark.parametrize("text", ["", "26", "2026-13", "2026-00", "1999", "9999", "7d", "昆山", "2026-11-01"])
def test_what_is_no_year_and_no_month_is_none(text: str) -> None:
    assert periods.calendar(text, NEW_YORK) is None


# --- as people ask for them -------------------------------------------------------------------------------------


async def ask(scene: Scene, who: int, words: str, *, chat: int | None = None) -> str:
    before = len(scene.said)
    await scene.says(who, words, chat=chat or who)
    return "\n".join(said.text for said in scene.said[before:])


async def test_stats_say_how_fast_how_old_how_liked_and_what_reuse_saved(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(
        OFFICER, FORM.replace("户籍证明", "车辆信息").replace("陈望舒 320583199204080027", "苏E12345")
    )
    scene.pass_time(days=2)
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    await scene.says(OFFICER, "/close WX26-0001")
    await scene.presses(OFFICER, "⭐ 5", chat=WX)
    await scene.says(12, FORM)
    await scene.presses(12, "复用", chat=WX)
    scene.pass_time(hours=1)
    text = await ask(scene, LIAISON, "/stats 30d")
    received = text.partition("📥")[2].partition("📤")[0]
    assert "自办 1，其中按最初时限办结 1（100 %）" in received
    assert "自办用时中位数：2 天；80 % 在 2 天 内" in received
    assert "待办时长：1 天内 0 · 1–3 天 1 · 3–7 天 0 · 7–30 天 0 · 30 天以上 0" in received
    assert "复用 1 件，省去等待约 2 天" in received
    assert "评价 5 星（1 件）" in received
    assert "没有可比的不计" in text


async def test_stats_by_type_name_each_that_was_answered(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(
        OFFICER, FORM.replace("户籍证明", "车辆信息").replace("陈望舒 320583199204080027", "苏E12345")
    )
    for number in (1, 2):
        scene.pass_time(hours=2)
        await scene.says(LIAISON, f"/answer WX26-000{number} 已核实", chat=KS)
    text = await ask(scene, LIAISON, "/stats 30d")
    lines = [line for line in text.splitlines() if line.startswith("• ")]
    assert any("：1 · 自办 1，按时 1，中位数 2 小时" in line for line in lines)
    assert any("：1 · 自办 1，按时 1，中位数 4 小时" in line for line in lines)


async def test_what_each_colleague_did_is_for_the_liaison_in_private_alone(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.presses(HANDLER, "受理")
    await scene.says(HANDLER, "/answer WX26-0001 已核实", chat=KS)
    scene.pass_time(hours=1)
    assert "顾一苇：自办 1，按时 1" in await ask(scene, LIAISON, "/stats 30d")
    for who, words, chat in (
        (LIAISON, "/stats 30d", KS),
        (SUPERVISOR, "/stats 30d", 25),
        (ABOVE, "/stats KS 30d", 31),
    ):
        told = await ask(scene, who, words, chat=chat)
        assert "自办 1" in told
        assert "顾一苇" not in told


async def test_a_tree_counts_what_lies_below_for_who_looks_over_all_of_it(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    assert "收到：新增 0" in await ask(scene, ABOVE, "/stats 7d")
    told = await ask(scene, ABOVE, "/stats 7d 含下级")
    assert "（含下级 1 个单位）" in told
    assert "收到：新增 1" in told
    assert "📥" not in await ask(scene, LIAISON, "/stats 苏州 tree"), "who is below does not look above"


async def test_stats_of_a_month_go_by_the_midnight_of_the_units_group(scene: Scene) -> None:
    """Half past midnight on 1 December in Shanghai is half past eleven on 30 November in New York."""
    scene.now = datetime(2026, 11, 30, 16, 30, tzinfo=UTC)
    await scene.says(OFFICER, FORM)
    assert "收到：新增 0" in await ask(scene, LIAISON, "/stats 2026-11")
    assert "2026-12（以 Asia/Shanghai 零点为界）" in (told := await ask(scene, LIAISON, "/stats 2026-12"))
    assert "收到：新增 1" in told
    async with scene.store.write() as session:
        (await session.get_one(Chat, KS)).timezone = "America/New_York"
    assert "收到：新增 1" in await ask(scene, LIAISON, "/stats 2026-11")
    assert "看不懂“2026-12”" in await ask(scene, LIAISON, "/stats 2026-12"), "it has not begun there"


def cells(content: bytes) -> dict[str, list[list[object]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


async def report(scene: Scene, who: int, words: str) -> dict[str, list[list[object]]]:
    """The workbook that somebody gets."""
    before = len(scene.documents)
    await scene.says(who, words, chat=who)
    assert len(scene.documents) == before + 1, scene.said[-1].text
    return cells(scene.documents[-1].content)


async def test_a_report_is_a_workbook_in_the_shape_of_article_18(scene: Scene) -> None:
    await scene.says(OFFICER, FORM.replace("时限", "紧急程度：加急\n时限"))
    await scene.says(OFFICER, OTHER_SUBJECT)
    await scene.says(OTHER, OTHER_SUBJECT, chat=CZ)
    await scene.says(LIAISON, BACK, chat=KS)
    await scene.says(HANDLER, "/delay WX26-0001 9天 等待", chat=KS)
    scene.pass_time(days=4)
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    await scene.says(LIAISON, "/decline WX26-0002 1. 查不到", chat=KS)
    made = await report(scene, LIAISON, "/report 2026")
    assert list(made) == ["概况", "a 发出", "b 收到与答复", "c 拒绝", "d 偏离时限", "逐月", "分类"]
    assert made["a 发出"][3:] == [["无锡市公安局", 0, 1, 1, 0, 0], ["合计", 0, 1, 1, 0, 0]]
    assert made["b 收到与答复"][3:] == [
        ["无锡市公安局", 1, 1, 2, 1, 0, 1], ["常州市公安局", 0, 1, 1, 0, 0, 0], ["合计", 1, 2, 3, 1, 0, 1],
    ]  # fmt: skip
    assert made["c 拒绝"][3:] == [["无锡市公安局", scene.policy.declines[0], 1], ["合计", None, 1]]
    assert made["d 偏离时限"][3:] == [
        ["无锡市公安局", 1, 1, 0], ["常州市公安局", 0, 0, 1], ["合计", 1, 1, 1],
    ]  # fmt: skip
    months = {row[0]: row[1:] for row in made["逐月"][3:]}
    assert months["2026-12"][:5] == [3, 1, 0, 1, 0]
    assert len(months) == 12 + 1
    assert made["概况"][0][0] == "昆山市公安局 · 2026 · 概况"


async def test_a_report_of_a_month_goes_day_by_day_and_in_english(scene: Scene) -> None:
    await scene.says(LIAISON, "/lang en", chat=LIAISON)
    await scene.says(OFFICER, FORM)
    scene.pass_time(days=1)
    made = await report(scene, LIAISON, "/report 2026-12")
    assert [row[:2] for row in made["By day"][3:]] == [
        ["2026-12-01 Tue", 1],
        ["2026-12-02 Wed", 0],
        ["Total", 1],
    ]


async def test_a_report_is_recorded_and_is_for_who_looks_over_the_unit(scene: Scene) -> None:
    for who in (OFFICER_KS, HANDLER, LIAISON_WX):
        assert (await ask(scene, who, "/report 2026 KS")).startswith("🚫")
    assert scene.documents == []
    await report(scene, SUPERVISOR, "/report 2026")
    await report(scene, ABOVE, "/report 2026-12 KS")
    await report(scene, ABOVE, "/report 2026 tree")
    async with scene.store.read() as session:
        sealed = await session.scalars(
            select(Event.sealed).where(Event.action == "report").order_by(Event.id)
        )
        found = [scene.store.sealer.unseal("events", one) for one in sealed]
    assert [(one["unit"], one["period"], one["tree"]) for one in found] == [
        ("KS", "2026", False), ("KS", "2026-12", False), ("SZ", "2026", True),
    ]  # fmt: skip


async def test_who_has_lost_the_right_meanwhile_gets_no_report(scene: Scene) -> None:
    await unit_figures.report(scene.acting(LIAISON, LIAISON), "2026")
    async with scene.store.write() as session:
        person = await session.scalar(select(Person.id).where(Person.chat_id == LIAISON))
        membership = await session.scalar(select(Membership).where(Membership.person_id == person))
        assert membership is not None
        membership.until = scene.now
    assert "您已无权查看该单位的报表" in [said.text for said in await scene.deliver()][-1]
    assert scene.documents == []


@pytest.mark.parametrize(
    ("words", "fault"),
    [("/report", "请写明年份或月份"), ("/report 2027", "“2027”不是已经开始的"), ("/report 2026-13", "“2026-13”不是"),
     ("/report 7d", "“7d”不是"), ("/report 火星", "找不到单位“火星”")],
)  # fmt: skip
async def test_a_report_of_no_time_is_refused_with_an_example(scene: Scene, words: str, fault: str) -> None:
    told = await ask(scene, LIAISON, words)
    assert fault in told
    assert told.rstrip().endswith("/report 2026")


async def test_in_a_group_a_report_goes_to_private(scene: Scene) -> None:
    await scene.says(LIAISON, "/start", chat=LIAISON)
    told = await ask(scene, LIAISON, "/report 2026", chat=KS)
    assert "稍后发到您的私聊" in told
    assert [document.name for document in scene.documents] == ["report-KS-2026.xlsx"]


# --- the picture of a week --------------------------------------------------------------------------------------


async def test_a_picture_of_the_week_is_drawn_on_demand(scene: Scene) -> None:
    assert "没有可画的" in await ask(scene, LIAISON, "/stats 图")
    await scene.says(OFFICER, FORM)
    scene.pass_time(hours=3)
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    for words, chat in (("/stats 图", LIAISON), ("/stats picture dark", KS)):
        before = len(scene.documents)
        assert "昆山市公安局" in await ask(scene, LIAISON, words, chat=chat)
        [drawn] = scene.documents[before:]
        assert drawn.picture
        assert drawn.content.startswith(b"\x89PNG")
    assert (await ask(scene, OFFICER_KS, "/stats 图")).startswith("🚫")


async def test_once_a_week_a_desk_gets_its_week_as_a_picture(scene: Scene) -> None:
    """The first of December 2026 is a Tuesday; the picture comes on Monday."""
    await scene.says(OFFICER, FORM)
    drawn: list[str] = []
    for _ in range(8):
        scene.pass_time(days=1)
        before = len(scene.documents)
        await ticks.digests(scene.work())
        await ticks.digests(scene.work())
        await scene.deliver()
        drawn += [f"{scene.now:%a}"] * len(scene.documents[before:])
    assert drawn == ["Mon", "Mon"], "one for the desk that asked, one for the desk that was asked"


async def test_who_helped_is_told_by_what_askers_closed_and_not_by_the_clock(scene: Scene) -> None:
    for form in (FORM, OTHER_SUBJECT):
        await scene.says(OFFICER, form)
    for number in (1, 2):
        await scene.says(LIAISON, f"/answer WX26-000{number} 已核实", chat=KS)
    await scene.says(OFFICER, "/close WX26-0001")
    scene.pass_time(days=8)
    await ticks.housekeeping(scene.work())
    assert (await scene.request("WX26-0002")).state == "closed", "by itself"
    async with scene.work().read() as tx:
        table = await thanks.table(tx, scene.now - timedelta(days=30), scene.now)
        assert [(await units.name_of(tx, one.unit_id), one.points) for one in table] == [("昆山市公安局", 1)]
