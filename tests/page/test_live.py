"""Tests of live updates: people see each other's messages at once, and the page survives a restart of the sandbox."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest_asyncio
from playwright.async_api import expect
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.sandbox import Sandbox
from tests.page.app import MANIFEST
from tests.page.conftest import SESSION, Open
from tests.page.drivers import be, box, go, message, say
from tests.sandbox.conftest import Person


async def test_two_people_see_each_others_messages_live(sandbox: Sandbox, look: Open) -> None:
    maya = await look(f"{sandbox.url}/?as=maya&in=harbour-support")
    ana = await look(f"{sandbox.url}/?as=ana&in=general")

    await say(maya, "Good morning @ana")

    entry = ana.locator("#side button.entry", has_text="harbour-support")
    await expect(entry).to_contain_text("1 unread")
    await go(ana, "harbour-support")
    await expect(entry).not_to_contain_text("unread")
    await say(ana, "Good morning back")
    await expect(message(maya, "Good morning back")).to_contain_text("Ana Sousa")


async def test_apps_message_appears_on_an_open_page(sandbox: Sandbox, look: Open, helper: AsyncWebClient) -> None:
    page = await look(f"{sandbox.url}/?as=maya&in=harbour-support")

    await helper.chat_postMessage(channel="#harbour-support", text="news")

    await expect(message(page, "news")).to_be_visible()


async def test_unread_dm_of_another_person_is_marked_in_the_person_switcher(
    sandbox: Sandbox, look: Open, helper: AsyncWebClient
) -> None:
    page = await look(f"{sandbox.url}/?as=maya&in=harbour-support")

    await helper.chat_postMessage(channel="U0ANA00000", text="For you alone")

    await expect(page.locator("#who-switch .dot")).to_be_visible()
    await be(page, "Ana Sousa")
    await expect(page.locator("#side button.entry", has_text="helper")).to_contain_text("1 unread")
    await go(page, "helper")
    await expect(message(page, "For you alone")).to_be_visible()


@pytest_asyncio.fixture(loop_scope=SESSION)
async def restarted(tmp_path: Path) -> AsyncIterator[list[Sandbox]]:
    """Sandboxes that had the same folder and port one after the other; the running one is last."""
    sandboxes = [Sandbox(tmp_path / "data", port=0, manifest=MANIFEST)]
    await sandboxes[0].start()
    yield sandboxes
    await sandboxes[-1].stop()


async def test_page_reconnects_after_a_restart_and_keeps_the_draft(
    restarted: list[Sandbox], look: Open, tmp_path: Path
) -> None:
    first = restarted[0]
    page = await look(f"{first.url}/?as=maya&in=harbour-support")
    await box(page).fill("half a thought")
    await first.stop()
    await expect(page.locator("#lost")).to_be_visible()

    second = Sandbox(tmp_path / "data", port=int(first.url.rpartition(":")[2]), manifest=MANIFEST)
    await second.start()
    restarted.append(second)
    async with aiohttp.ClientSession() as session:
        await Person(second, session).does("messages", user="ana", channel="harbour-support", text="While you were out")

    await expect(page.locator("#lost")).to_be_hidden()
    await expect(message(page, "While you were out")).to_be_visible()
    await expect(box(page)).to_have_value("half a thought")


async def test_reload_keeps_person_channel_and_thread(sandbox: Sandbox, look: Open, person: Person) -> None:
    root = await person.does("messages", user="ana", channel="general", text="A question")
    await person.does("messages", user="ben", channel="general", text="An answer", thread_ts=root["ts"])
    page = await look(f"{sandbox.url}/?as=fay&in=general")
    await message(page, "A question").get_by_role("button", name="1 reply").click()
    await expect(page.locator("#thread")).to_contain_text("An answer")

    await page.reload()

    await expect(page.locator("#who-switch")).to_contain_text("Fay Menon")
    await expect(page.locator("#main h1")).to_contain_text("general")
    await expect(page.locator("#thread")).to_contain_text("An answer")
