"""People of several workspaces, who act by the sandbox's page alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from sandbox.sandbox import Sandbox
from tests import chromium
from tests.end_to_end.workspaces_audit import Place
from tests.page.drivers import message, say

PATIENCE = 30_000.0
FORMS, CLOSES_SECONDS = 3, 0.2
"""The most forms that lie above one another, and how long one takes to close."""
LEADER, AGENT, COLLEAGUE = "grace", "ana", "ben"
CHANNEL = "harbour-support"


@dataclass
class People:
    """A browser for each workspace."""

    browser: Browser
    sandbox: Sandbox
    contexts: dict[str, BrowserContext] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)

    async def page(self, place: Place | None, user: str = LEADER, where: str = CHANNEL) -> Page:
        """Return a page of a workspace, as it is when a person opens it; of the first workspace by default."""
        domain = place.domain if place else "harbour"
        if domain not in self.pages:
            self.contexts[domain] = await self.browser.new_context(viewport={"width": 1280, "height": 900})
            self.pages[domain] = await self.contexts[domain].new_page()
            self.pages[domain].set_default_timeout(PATIENCE)
        page = self.pages[domain]
        await page.goto(f"{self.sandbox.url}/?workspace={domain}&as={user}&in={where}")
        await page.locator("body[data-ready]").wait_for()
        for _ in range(FORMS):  # left open when the bot died
            if await page.locator("dialog[open]").count():
                await page.keyboard.press("Escape")
                await asyncio.sleep(CLOSES_SECONDS)
        return page

    async def pick(self, page: Page, item: str) -> None:
        await page.locator(".team").click()
        await page.get_by_role("menu", name="Workspaces and installs").wait_for()
        await page.locator("[role^=menuitem]", has_text=item).first.click()

    async def add(self, place: Place) -> None:
        page = await self.page(None)
        await self.pick(page, "Add a workspace…")
        await page.get_by_label("Name").fill(place.name)
        if place.organization:
            await page.get_by_label("Organization, if it belongs to one").fill(place.organization)
        await page.keyboard.press("Enter")
        await expect(page.locator(".team")).to_contain_text(place.name)

    async def install(self, place: Place) -> None:
        """Install the app in a workspace or its organization: from the menu, through the consent page.

        Where Slack has installed the app and the bot has not heard of it, an organization's menu has no such item, so
        that the install begins at the bot.
        """
        page = await self.page(place)
        await page.locator(".team").click()
        name = f"Install Steward on {place.organization}…" if place.organization else "Install Steward"
        if await (item := page.locator("[role^=menuitem]", has_text=name).first).count():
            await item.click()
        else:
            await page.goto(f"{self.sandbox._slack.app.install_url}?team={place.owner}")
        await page.get_by_role("button", name="Allow").click()
        await page.wait_for_url("**/slack/oauth_redirect*")
        if await (again := page.get_by_role("link", name="Start again")).count():
            await again.click()
            await page.get_by_label("Workspace").select_option(place.owner)
            await page.get_by_role("button", name="Allow").click()
        await expect(page.locator("h1")).to_contain_text("Steward is installed in")

    async def install_again(self, place: Place, link: str) -> None:
        """Install the app again by the link of a message, in a workspace or its organization."""
        page = await self.page(place)
        await page.goto(f"{link}?team={place.owner}")
        await page.get_by_role("button", name="Allow").click()
        await expect(page.locator("h1")).to_contain_text("Steward is installed in")

    async def uninstall(self, place: Place) -> None:
        page = await self.page(place)
        where = f" from {place.organization}" if place.organization else ""
        await self.pick(page, f"Uninstall Steward{where}…")
        await page.get_by_role("button", name="Uninstall", exact=True).click()
        await expect(page.locator(".notice")).to_contain_text("is uninstalled from")

    async def change_access(self, place: Place) -> None:
        """Grant the app a workspace of an organization, or take it away."""
        page = await self.page(place)
        await self.pick(page, f"Access to {place.name}")
        await expect(page.locator(".notice")).to_contain_text(f"access {place.name}.")

    async def turn_rotation_on(self) -> None:
        page = await self.page(None)
        await self.pick(page, "Turn on token rotation")
        await expect(page.locator(".notice")).to_contain_text("Token rotation is on")

    async def write(self, place: Place, user: str, text: str) -> None:
        """Type a message or a command into the composer, and wait for Slack's answer."""
        page = await self.page(place, user)
        async with page.expect_response(lambda answer: "/sandbox/" in answer.url and answer.request.method == "POST"):
            await say(page, text)

    async def press(self, place: Place, user: str, text: str, button: str, where: str = CHANNEL) -> None:
        """Press a button of the last message with this text."""
        page = await self.page(place, user, where)
        async with page.expect_response(lambda answer: answer.url.endswith("/sandbox/actions")):
            await message(page, text).last.get_by_role("button", name=button).first.click()

    async def make_a_team(self, place: Place) -> None:
        page = await self.page(place)
        await say(page, "/steward setup")
        form = page.get_by_role("dialog", name="A new team")
        await form.get_by_role("textbox", name="Goals").fill(f"{place.word} answers within the hour")
        await form.get_by_role("button", name="Preview").click()
        await form.get_by_role("button", name="Make it a team").click()
        await form.get_by_role("button", name="Done").click()

    async def read_home(self, place: Place, user: str) -> None:
        page = await self.page(place, user, "bot")
        await page.get_by_role("button", name="Home", exact=True).click()
        await expect(page.get_by_role("region", name="Home of steward")).to_contain_text("Hello", timeout=PATIENCE)

    async def open_pair(self, place: Place) -> None:
        """Open the leader's form of topics and notes with an agent."""
        page = await self.page(place)
        await say(page, f"/1on1 @{AGENT}")
        form = page.get_by_role("dialog")
        await expect(form).to_be_visible()
        await page.keyboard.press("Escape")


@asynccontextmanager
async def open_people(sandbox: Sandbox) -> AsyncIterator[People]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium.found(), args=chromium.OPTIONS)
        try:
            yield People(browser, sandbox)
        finally:
            await browser.close()
