"""The story of the product on the chat page, as somebody walks it after `crossbeat try`."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from bot.commands.try_it import PLAYED
from tests.e2e.environment import ROOT
from tests.e2e.posts import form, somebody
from tests.e2e.process import Process
from tests.patience import ENOUGH

pytestmark = pytest.mark.browser
SCREENSHOTS = ROOT / "test-results"
WX, KS, SZ = "-1001700000001", "-1001700000002", "-1001700000003"
LIN, ZHOU, GU = "1101", "1102", "1201"
YEAR = f"{datetime.now(ZoneInfo('Asia/Shanghai')):%y}"  # of the numbers: these desks have the machine's time
DESKTOP, PHONE = (1280, 860), (390, 844)
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
Try = Callable[..., Awaitable[str]]


def _chromium() -> str:
    """The machine's Chromium; skips without one unless CROSSBEAT_TEST_BROWSER=required."""
    names = filter(None, (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"))
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None and os.environ.get("CROSSBEAT_TEST_BROWSER") != "required":
        pytest.skip("there is no Chromium on this machine")
    assert found is not None, "CROSSBEAT_TEST_BROWSER=required, but there is no Chromium"
    return found


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium without a window; `get_by_test_id` means `data-test`."""
    async with async_playwright() as playwright:
        playwright.selectors.set_test_id_attribute("data-test")
        expect.set_options(timeout=1_000 * ENOUGH)
        running = await playwright.chromium.launch(executable_path=_chromium(), args=ARGUMENTS)
        yield running
        await running.close()


@pytest.fixture
async def try_it(tmp_path: Path) -> AsyncIterator[Try]:
    """Starts `crossbeat try`; gives the address that it prints. It ends with 0 and leaves nothing behind."""
    started: list[Process] = []

    async def start(*arguments: str, wall: tuple[str, ...] = ("--empty",), forked: bool = True) -> str:
        process = Process(
            ["try", "--no-browser", "--port", "0", *wall, *arguments],
            cwd=tmp_path, env={"TMPDIR": str(tmp_path)}, ready="Crossbeat: ", forked=forked,
        )  # fmt: skip
        started.append(process)
        await asyncio.to_thread(process.wait_ready)
        if not wall:  # the page can be opened while the day is still being played
            assert PLAYED not in process.lines[: process.lines.index(process.ready_line or "") + 1]
        return process.web

    yield start
    for process in started:
        assert await asyncio.to_thread(process.stop) == 0
        assert not [line for line in process.lines if "Traceback" in line or "error" in line.lower()]
    assert os.listdir(tmp_path) == [], "it cleans up after itself"


class Walk:
    """A page with its console watched, and pictures taken on the way."""

    def __init__(self, page: Page, name: str) -> None:
        self.page, self.name, self.pictures, self.complaints = page, name, 0, list[str]()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)

    @classmethod
    async def open(cls, browser: Browser, address: str, name: str, size: tuple[int, int]) -> Walk:
        context = await browser.new_context(
            viewport={"width": size[0], "height": size[1]}, has_touch=size == PHONE, is_mobile=size == PHONE,
            device_scale_factor=2 if size == PHONE else 1, locale="zh-CN" if "zh" in name else "en-GB",
        )  # fmt: skip
        context.set_default_timeout(1_000 * ENOUGH)
        walk = cls(await context.new_page(), name)
        await walk.page.goto(address)
        await walk.page.wait_for_selector("body[data-ready]")
        return walk

    async def picture(self, what: str) -> None:
        SCREENSHOTS.mkdir(exist_ok=True)
        self.pictures += 1
        path = SCREENSHOTS / f"{self.name}-{self.pictures:02}-{what}.png"
        await self.page.screenshot(path=path, animations="disabled")

    def end(self) -> None:
        assert self.complaints == [], self.complaints

    async def speak_as(self, person: str) -> None:
        await self.page.get_by_test_id("speak-as").select_option(person)

    async def go_to(self, chat: str) -> None:
        await self.page.locator(f"[data-chat='{chat}']").click()

    async def say(self, text: str) -> None:
        await self.page.get_by_test_id("composer").fill(text)
        await self.page.get_by_test_id("send").click()

    async def post_example(self, which: str) -> None:
        await self.page.get_by_test_id("examples").locator("summary").click()
        await self.page.get_by_test_id(f"example-{which}").click()
        await self.page.get_by_test_id("send").click()

    def said(self, *words: str) -> Locator:
        """The newest message of the bot that holds all words."""
        found = self.page.get_by_test_id("bot-message")
        for word in words:
            found = found.filter(has_text=word)
        return found.last

    async def hears(self, *words: str, sees: bool = False) -> Locator:
        """Waits for a message; with ``sees`` until its end is on the screen without anybody scrolling."""
        message = self.said(*words)
        await expect(message).to_be_visible(timeout=10_000)
        if sees:
            await expect(message.get_by_test_id("text")).to_be_in_viewport(ratio=0.3)
        return message

    async def press(self, message: Locator, label: str) -> None:
        await message.get_by_test_id("inline-button").filter(has_text=label).first.click()


async def test_the_story_on_the_page_in_chinese(browser: Browser, try_it: Try) -> None:
    walk = await Walk.open(browser, await try_it(forked=False), "zh", DESKTOP)
    await walk.picture("opened")
    await walk.speak_as(LIN)
    await walk.go_to(WX)
    await walk.post_example("new")
    card = await walk.hears(f"WX{YEAR}-0001", "待受理", "320583********0027", sees=True)
    await walk.picture("posted")
    assert "陈望舒" not in await card.get_by_test_id("text").inner_text()

    await walk.speak_as(GU)
    await expect(walk.page.get_by_test_id("chat-title")).to_have_text("昆山协作群")
    card = await walk.hears(f"WX{YEAR}-0001", "待受理", sees=True)
    await walk.picture("asked")
    await walk.press(card, "受理")
    await expect(walk.said(f"WX{YEAR}-0001", "处置中", "顾一苇")).to_be_visible()
    await walk.press(walk.said(f"WX{YEAR}-0001", "处置中"), "反馈")
    await expect(walk.page.get_by_test_id("replying")).to_be_visible()
    await walk.picture("prompted")
    await walk.say("已核实，户籍地址：昆山市花桥镇示例路1号，电话 13812345678")
    await walk.hears(f"WX{YEAR}-0001", "已反馈")
    await walk.picture("answered")

    await walk.speak_as(ZHOU)
    await walk.go_to(WX)
    told = await walk.hears(f"WX{YEAR}-0001", "已反馈", "请核对后办结")
    assert "花桥镇" not in await told.get_by_test_id("text").inner_text()
    await walk.post_example("new")
    offer = await walk.hears(f"WX{YEAR}-0002", f"WX{YEAR}-0001", f"复用 WX{YEAR}-0001", sees=True)
    await walk.picture("offered")
    await walk.press(offer, f"复用 WX{YEAR}-0001")
    await walk.hears(f"WX{YEAR}-0002", "已反馈", "复用")
    await walk.picture("reused")
    await walk.post_example("known")
    await walk.hears(f"WX{YEAR}-0003", "复用 legacy-", sees=True)
    await walk.picture("offered-from-the-ledger")

    await walk.say(form(somebody(), due=None))
    await walk.hears(f"WX{YEAR}-0004", "待受理")
    await walk.page.get_by_test_id("clock-1d").click()
    await walk.hears("协作日报", sees=True)
    await walk.picture("a-day-later-asking")
    await walk.go_to(KS)
    await walk.hears(f"WX{YEAR}-0004", "已超期", "待本单位办理")
    await walk.picture("a-day-later-asked")
    await walk.go_to(SZ)
    await walk.hears(f"WX{YEAR}-0004", "督促", sees=True)
    await walk.picture("escalated")
    walk.end()


async def test_the_story_on_a_phone_in_english(browser: Browser, try_it: Try) -> None:
    walk = await Walk.open(browser, await try_it("--lang", "en"), "en-phone", PHONE)
    await walk.picture("opened")
    await walk.go_to(WX)
    await walk.speak_as(LIN)
    await walk.post_example("new")
    card = await walk.hears(f"WX{YEAR}-0001", "waiting", "320583********0027")
    await walk.picture("posted")
    await card.scroll_into_view_if_needed()

    await walk.speak_as(GU)
    card = await walk.hears(f"WX{YEAR}-0001", "waiting")
    await walk.press(card, "Accept")
    await walk.hears(f"WX{YEAR}-0001", "in hand")
    await walk.press(walk.said(f"WX{YEAR}-0001", "in hand"), "Answer")
    await expect(walk.page.get_by_test_id("replying")).to_be_visible()
    await walk.picture("prompted")
    await walk.say("Verified: registered in Huaqiao, phone 13812345678")
    answered = await walk.hears(f"WX{YEAR}-0001", "answered")
    assert "Huaqiao" not in await answered.get_by_test_id("text").inner_text()
    await walk.picture("answered")
    assert await walk.page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    walk.end()


async def test_a_phone_writes_several_lines_keeps_them_and_is_led_through(
    browser: Browser, try_it: Try
) -> None:
    walk = await Walk.open(browser, await try_it(), "zh-phone", PHONE)
    page = walk.page
    await walk.go_to(WX)
    await expect(page.get_by_test_id("welcome")).to_be_visible()
    await walk.picture("empty")
    await page.get_by_test_id("strip-go").click()
    composer = page.get_by_test_id("composer")
    await composer.press("End")
    await composer.press("Enter")
    await composer.press_sequentially("时限：3天")
    await page.reload()
    await page.wait_for_selector("body[data-ready]")
    await expect(composer).to_have_value(re.compile(r"加急\n时限：3天$"))
    await walk.picture("written")
    await page.get_by_test_id("send").click()
    await walk.hears(f"WX{YEAR}-0001", "待受理", sees=True)
    await expect(page.get_by_test_id("welcome")).to_have_count(0)
    await page.get_by_test_id("strip-next").click()
    await page.get_by_test_id("strip-go").click()
    await expect(page.get_by_test_id("chat-title")).to_have_text("昆山协作群")
    await expect(page.get_by_test_id("speak-as")).to_have_value(GU)
    await walk.picture("led")
    walk.end()


async def test_menus_close_commands_vanish_and_examples_are_copied(browser: Browser, try_it: Try) -> None:
    walk = await Walk.open(browser, await try_it(), "zh-hands", DESKTOP)
    page = walk.page
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.get_by_test_id("examples").locator("summary").click()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("examples")).not_to_have_attribute("open", "")
    await page.get_by_test_id("composer").press_sequentially("/help")
    await expect(page.get_by_test_id("suggestions")).to_be_visible()
    await page.get_by_test_id("send").click()
    told = await walk.hears("提出请求", sees=True)
    await expect(page.get_by_test_id("suggestions")).to_be_hidden()
    await told.locator("pre").click()
    await expect(page.get_by_test_id("toast").filter(has_text="已复制")).to_be_visible()
    assert (await page.evaluate("navigator.clipboard.readText()")).startswith("#协作 户籍证明\n致：")
    walk.end()


@pytest.mark.parametrize(
    ("language", "real_time", "overdue", "offered", "waiting", "digest"),
    [
        (
            "zh",
            "与现实时间一致",
            ("应于", "居住核查"),
            ("♻️", "复用"),
            ("机主信息", "待受理"),
            ("协作日报", "新增 3"),
        ),
        pytest.param(
            "en",
            "same as real time",
            ("Was due", "residence check"),
            ("♻️", "reuse"),
            ("phone subscriber", "waiting"),
            ("Daily digest", "Asked of others: new 3"),
            marks=pytest.mark.thorough,
        ),
    ],
)
async def test_it_opens_on_a_desk_at_work(
    browser: Browser, try_it: Try, language: str, real_time: str, overdue: tuple[str, ...],
    offered: tuple[str, ...], waiting: tuple[str, ...], digest: tuple[str, ...],
) -> None:  # fmt: skip
    walk = await Walk.open(browser, await try_it("--lang", language, wall=()), f"{language}-living", PHONE)
    await expect(walk.page.get_by_test_id("clock-offset")).to_have_text(real_time)
    here = timedelta(seconds=5)  # the page counts on by itself
    before = datetime.now(ZoneInfo("Asia/Shanghai")) - here
    shown = await walk.page.get_by_test_id("clock-now").inner_text()
    after = datetime.now(ZoneInfo("Asia/Shanghai")) + here
    minutes = int((after - before) / timedelta(minutes=1)) + 2
    assert shown[:6] in {f"{before + timedelta(minutes=number):%H:%M:}" for number in range(minutes)}
    await walk.picture("first-look")
    await walk.go_to(WX)
    for words in (overdue, offered, waiting, digest):
        await expect(walk.said(*words)).to_have_count(1)
    card = await walk.said(*waiting).inner_text()
    assert ("公安局" in card) == (language == "zh"), "names of units and people are in the page's language"
    await walk.picture("a-group")
    walk.end()
