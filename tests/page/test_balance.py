"""Test of `/balance` on the sandbox's page: only the leader who logged time sees it."""

import pytest
from playwright.async_api import expect

from tests.harness import World
from tests.page.conftest import Open
from tests.page.drivers import be, message, say

pytestmark = pytest.mark.usefixtures("patience")


async def test_logged_time_is_shown_on_the_page_only_to_the_leader_who_logged_it(world: World, look: Open) -> None:
    page = await look(f"{world.sandbox.url}/?as=maya&in=harbour-support")
    await say(page, "/balance log strategy 90 staffing")
    await expect(message(page, "Logged: 1 h 30 min on strategy (staffing), today.")).to_be_visible()
    await say(page, "/balance")
    drawn = message(page, "Only you can see this. To change your ranges")

    await expect(drawn).to_contain_text("Strategy 1 h 30 min")
    await expect(drawn).not_to_contain_text("▰")
    await drawn.get_by_role("button", name="Undo").click()
    await expect(message(page, "Removed: 1 h 30 min on strategy (staffing), today.")).to_be_visible()
    await be(page, "Tom Okafor")
    await expect(message(page, "on strategy")).to_have_count(0)
