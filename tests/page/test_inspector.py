"""Tests of the page's Inspector, which shows payloads and API calls, and of the button that simulates a spike."""

from typing import Any

from playwright.async_api import expect
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.sandbox import Sandbox
from tests.page.conftest import Open
from tests.page.drivers import message, say


async def test_inspector_shows_payloads_api_calls_and_unsent_messages(
    sandbox: Sandbox, look: Open, helper: AsyncWebClient
) -> None:
    async def waiting() -> list[dict[str, Any]]:
        row = {"id": 7, "method": "chat.postMessage", "conversation": "C0HARBOURS"}
        return [row | {"not_before": sandbox.clock.now().isoformat()}]

    page = await look(f"{sandbox.url}/?as=maya&in=harbour-support")
    await page.get_by_role("button", name="Inspector").click()
    inspector = page.get_by_role("complementary", name="Inspector")

    await say(page, "/form Hello")
    await page.get_by_role("dialog", name="Hello").get_by_role("button", name="Cancel").click()
    row = inspector.locator("details", has_text="/form Hello")
    await expect(row).to_contain_text("ms")
    await row.locator("summary").click()
    await expect(row).to_contain_text('"command": "/form"')

    await inspector.get_by_role("tab", name="Web API calls").click()
    await expect(inspector.locator("details", has_text="views.open").first).to_contain_text("ok")
    await inspector.get_by_role("tab", name="Waiting").click()
    await expect(inspector).to_contain_text("does not report unsent messages")
    sandbox.waiting = waiting
    await inspector.get_by_role("tab", name="Waiting").click()
    await expect(inspector.get_by_role("row", name="7 chat.postMessage")).to_contain_text("#harbour-support")


async def test_button_that_simulates_a_spike_posts_an_alert(sandbox: Sandbox, look: Open) -> None:
    page = await look(f"{sandbox.url}/?as=maya&in=harbour-support")

    await page.get_by_role("button", name="Call a spike").click()
    await page.get_by_role("button", name="Go there").click()

    await expect(message(page, "FIRING phones: 30 waiting (limit 20)")).to_contain_text("queuewatch")
