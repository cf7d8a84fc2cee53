"""Tests that the sandbox's page works with the keyboard alone."""

import asyncio

from playwright.async_api import Page, Route, expect
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.sandbox import Sandbox
from tests.page.conftest import Open
from tests.page.drivers import box, message

MOST_TABS = 40


async def tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    for _ in range(MOST_TABS):
        if await page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        await page.keyboard.press(key)
    raise AssertionError(f"{selector} is not reached with {key}")


async def test_person_switcher_channels_messages_and_forms_can_be_reached_by_keyboard(
    sandbox: Sandbox, look: Open, helper: AsyncWebClient
) -> None:
    page = await look(f"{sandbox.url}/?as=maya&in=general")
    await tab_to(page, "#who-switch", "Shift+Tab")
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("#who-switch")).to_contain_text("Tom Okafor")

    await tab_to(page, "#side button.entry")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("#main h1")).to_contain_text("harbour-support")

    await expect(box(page)).to_be_focused()
    await page.keyboard.type("Hello @an")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(message(page, "Hello @ana")).to_be_visible()

    await tab_to(page, "#main li.message", "Shift+Tab")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("ArrowDown")
    await tab_to(page, "#main .tools button[aria-label='More actions']")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Reply in thread")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("menu")).to_have_count(0)

    await tab_to(page, "#main .composer textarea")
    await tab_to(page, "#main .composer [aria-label='Shortcuts']")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await page.get_by_role("dialog", name="A form").wait_for()
    await page.keyboard.type("by hand")
    await page.keyboard.press("Enter")
    await expect(message(page, "by hand").first).to_be_visible()


async def test_focus_stays_within_an_open_form_and_returns_when_the_form_closes(
    sandbox: Sandbox, look: Open, helper: AsyncWebClient
) -> None:
    page = await look(f"{sandbox.url}/?as=maya&in=general")
    await page.keyboard.type("/form")
    await page.keyboard.press("Enter")
    await page.get_by_role("dialog", name="A form").wait_for()

    for _ in range(20):
        await page.keyboard.press("Tab")
        assert await page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('#modal')"
        )

    await page.keyboard.press("Escape")
    await expect(box(page, "#general")).to_be_focused()


async def test_focus_is_kept_when_a_channel_finishes_loading(
    sandbox: Sandbox, look: Open, helper: AsyncWebClient
) -> None:
    page = await look(f"{sandbox.url}/?as=maya&in=general")
    may_go_on = asyncio.Event()

    async def hold(route: Route) -> None:
        await may_go_on.wait()
        await route.continue_()

    await page.route("**/sandbox/messages?*", hold)
    await tab_to(page, "#side [aria-current=page]", "Shift+Tab")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    may_go_on.set()

    await expect(page.locator("#main h1")).to_contain_text("harbour-support")
    await expect(page.locator("#side button.entry").nth(2)).to_be_focused()
