"""The chat page in Chromium, with the echo bot behind it."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.types import BotCommand, ReactionTypeEmoji
from playwright.async_api import Browser, Page, Route, async_playwright, expect

from sandbox.chat_page.server import Sandbox
from tests.patience import ENOUGH
from tests.unit.sandbox.echo_bot import dispatcher

pytestmark = pytest.mark.browser
WX, KS = "-1001700000001", "-1001700000002"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str:
    """The machine's Chromium; skips without one unless CROSSBEAT_TEST_BROWSER=required."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
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
        running = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield running
        await running.close()


@pytest.fixture
async def echo(bot: Bot) -> AsyncIterator[None]:
    """The echo bot, polling."""
    await bot.set_my_commands([BotCommand(command="ask", description="请求回复")])
    routes = dispatcher()
    polling = asyncio.create_task(routes.start_polling(bot, handle_signals=False, close_bot_session=False))
    yield
    await routes.stop_polling()
    await polling


async def opened(browser: Browser, sandbox: Sandbox, width: int = 1200) -> Page:
    """The page, ready; an error in its console fails the test."""
    context = await browser.new_context(viewport={"width": width, "height": 844}, has_touch=width < 500)
    context.set_default_timeout(1_000 * ENOUGH)
    page = await context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"the page failed: {error}"))
    await page.goto(sandbox.base_url)
    await page.wait_for_selector("body[data-ready]")
    return page


async def say(page: Page, text: str) -> None:
    await page.get_by_test_id("composer").fill(text)
    await page.get_by_test_id("send").click()


@pytest.mark.usefixtures("echo")
async def test_a_person_writes_presses_replies_edits_and_deletes(browser: Browser, sandbox: Sandbox) -> None:
    page = await opened(browser, sandbox)
    await page.get_by_test_id("examples").locator("summary").click()
    await page.get_by_test_id("example-new").click()
    await page.get_by_test_id("send").click()
    card = page.get_by_test_id("bot-message").last
    await expect(card).to_contain_text("#协作 户籍证明")
    await card.get_by_test_id("inline-button").nth(1).click()
    await expect(page.get_by_test_id("alert")).to_have_text("已alert")
    await page.get_by_test_id("alert-ok").click()
    await card.get_by_test_id("inline-button").first.click()
    await expect(page.get_by_test_id("toast").last).to_have_text("已accept")
    await expect(card).to_contain_text("已受理：林小满")
    await card.hover()
    await card.get_by_test_id("reply").click()
    await say(page, "谢谢")
    mine = page.get_by_test_id("message").last
    await expect(mine).to_contain_text("已受理：林小满")
    # The answer moves everything from under the mouse.
    await expect(page.get_by_test_id("bot-message").last).to_contain_text("谢谢")
    await mine.hover()
    await mine.get_by_test_id("edit").click()
    await say(page, "多谢")
    await expect(mine).to_contain_text("多谢")
    await expect(mine).to_contain_text("已编辑")
    await mine.hover()
    await mine.get_by_test_id("delete").click()
    await expect(page.get_by_text("多谢", exact=True)).to_have_count(0)


@pytest.mark.usefixtures("echo")
async def test_a_reaction_of_the_bot_is_seen_under_the_message(
    browser: Browser, sandbox: Sandbox, bot: Bot
) -> None:
    page = await opened(browser, sandbox)
    await say(page, "一")
    await expect(page.get_by_test_id("bot-message").last).to_contain_text("一")
    mine = page.get_by_test_id("message").filter(has_text="一").first
    number = max(sandbox.world.chat(int(WX)).messages) - 1
    await bot.set_message_reaction(int(WX), number, [ReactionTypeEmoji(emoji="👌")])
    await expect(mine.get_by_test_id("reactions")).to_have_text("👌")


@pytest.mark.usefixtures("echo")
async def test_speaking_as_somebody_elsewhere_goes_there(browser: Browser, sandbox: Sandbox) -> None:
    page = await opened(browser, sandbox)
    await page.get_by_test_id("speak-as").select_option("1201")
    await expect(page.get_by_test_id("chat-title")).to_have_text("昆山协作群")
    await page.locator("[data-topic='3']").click()
    await say(page, "在话题里")
    await expect(page.get_by_test_id("bot-message").last).to_contain_text("在话题里")
    await page.locator("[data-topic='2']").click()
    await expect(page.get_by_test_id("bot-message")).to_have_count(0)


@pytest.mark.usefixtures("echo")
async def test_a_link_button_starts_the_private_chat(browser: Browser, sandbox: Sandbox) -> None:
    page = await opened(browser, sandbox)
    await say(page, "一")
    await page.get_by_test_id("inline-button").last.click()
    await expect(page.get_by_test_id("bot-message").last).to_contain_text("你好 林小满 r_1")
    await say(page, "/ask")
    await expect(page.get_by_test_id("replying")).to_be_visible()
    await expect(page.get_by_test_id("composer")).to_have_attribute("placeholder", "反馈内容")
    await say(page, "反馈")
    await expect(page.get_by_test_id("replying")).to_have_count(0)


@pytest.mark.usefixtures("echo")
async def test_commands_are_suggested_and_files_are_shown(
    browser: Browser, sandbox: Sandbox, tmp_path: Path
) -> None:
    page = await opened(browser, sandbox)
    await expect(page.get_by_test_id("composer")).to_be_visible()
    await page.get_by_test_id("composer").fill("/a")
    await expect(page.get_by_test_id("suggestions")).to_contain_text("/ask")
    await page.get_by_test_id("composer").press("Tab")
    await expect(page.get_by_test_id("composer")).to_have_value("/ask ")
    (tmp_path / "笔录.pdf").write_bytes(b"x" * 2048)
    await page.get_by_test_id("file-input").set_input_files(tmp_path / "笔录.pdf")
    await say(page, "附件 <b>不是</b>")
    await expect(page.get_by_test_id("document")).to_contain_text("笔录.pdf")
    await expect(page.get_by_test_id("message").last).to_contain_text("<b>不是</b>")


async def test_the_clock_the_language_and_unread_counts(browser: Browser, sandbox: Sandbox, bot: Bot) -> None:
    page = await opened(browser, sandbox)
    await page.get_by_test_id("clock-8h").click()
    await page.get_by_test_id("clock-1d").click()
    await expect(page.get_by_test_id("clock-offset")).to_have_text("比现在快 1 天 8 小时")
    assert sandbox.clock.offset == 32 * 3600
    await page.get_by_test_id("language").click()
    await expect(page.get_by_test_id("clock-offset")).to_have_text("1 d 8 h ahead")
    await bot.send_message(KS, "<b>新</b>", parse_mode="HTML")
    await expect(page.locator(f"[data-chat='{KS}'] .badge")).to_have_text("1")
    await page.locator(f"[data-chat='{KS}']").click()
    await expect(page.locator(f"[data-chat='{KS}'] .badge")).to_have_count(0)
    await expect(page.get_by_test_id("bot-message").locator("strong")).to_have_text("新")


async def test_what_comes_while_a_chat_is_being_opened_is_shown(
    browser: Browser, sandbox: Sandbox, bot: Bot
) -> None:
    page = await opened(browser, sandbox, width=390)
    came = asyncio.Event()

    async def hold(route: Route) -> None:
        answer = await route.fetch()  # as it was before the message
        await bot.send_message(WX, "新协作")
        await came.wait()
        await route.fulfill(response=answer)

    await page.route("**/api/messages?**", hold)
    await page.locator(f"[data-chat='{WX}']").tap()
    await expect(page.locator(f"[data-chat='{WX}']", has_text="新协作")).to_have_count(1)
    came.set()
    await expect(page.get_by_test_id("bot-message")).to_contain_text("新协作")


async def test_a_phone_shows_the_list_or_the_chat_and_never_scrolls_sideways(
    browser: Browser, sandbox: Sandbox, bot: Bot
) -> None:
    page = await opened(browser, sandbox, width=390)
    await expect(page.get_by_test_id("composer")).to_have_count(0)
    await page.locator(f"[data-chat='{WX}']").tap()
    await bot.send_message(WX, "很长的" * 200 + " https://example.org/" + "x" * 300)
    await expect(page.get_by_test_id("bot-message")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    await page.get_by_test_id("back").tap()
    await expect(page.get_by_test_id("chat-list")).to_be_visible()
    await page.go_back()
    await expect(page.get_by_test_id("chat-title")).to_have_text("无锡协作群")
