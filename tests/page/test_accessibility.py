"""Tests of accessibility (axe-core finds nothing serious, in light and dark mode) and of a small window."""

from itertools import pairwise
from typing import Literal

import pytest
from playwright.async_api import expect
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.sandbox import Sandbox
from tests.page import axe
from tests.page.conftest import Open
from tests.page.drivers import be, go, message, say, use
from tests.sandbox.conftest import Person


@pytest.mark.parametrize("light", ["light", "dark"])
async def test_axe_finds_no_serious_accessibility_violation_in_light_or_dark_mode(
    sandbox: Sandbox,
    look: Open,
    person: Person,
    helper: AsyncWebClient,
    axe_script: str,
    light: Literal["light", "dark"],
) -> None:
    await person.does("messages", user="ben", channel="harbour-support", text="Hello @maya, see #general :tada:")
    page = await look(f"{sandbox.url}/?as=maya&in=harbour-support", color_scheme=light)
    await person.does("messages", bot_id="queuewatch", channel="queue-alerts", text="FIRING @maya")
    await say(page, "/form")
    await page.get_by_role("dialog", name="A form").get_by_role("button", name="Send").click()
    found = {"a form with errors": await axe.violations(page, axe_script)}

    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await use(page, message(page, "Hello @maya"), "Reply in thread")
    await page.get_by_role("combobox", name="Reply…").wait_for()
    found["a channel with a thread"] = await axe.violations(page, axe_script)
    await page.get_by_role("button", name="Close thread").click()

    await go(page, "helper")
    await page.get_by_role("button", name="Home", exact=True).click()
    await page.get_by_role("region", name="Home of helper").get_by_role("button", name="Again").wait_for()
    await page.get_by_role("button", name="Inspector").click()
    await page.locator("#inspector summary").first.click()
    found["home and the inspector"] = await axe.violations(page, axe_script)

    await page.get_by_role("tab", name="Web API calls").click()
    await page.locator("#who-switch").click()
    found["calls and the switch"] = await axe.violations(page, axe_script)
    assert not any(found.values()), found


async def test_small_window_hides_the_sidebar_until_it_is_opened(sandbox: Sandbox, look: Open) -> None:
    page = await look(f"{sandbox.url}/?as=maya&in=harbour-support", wide=390)
    await expect(page.locator("#side")).to_be_hidden()

    await page.get_by_role("button", name="Channels", exact=True).click()
    await go(page, "general")

    await expect(page.locator("#side")).to_be_hidden()
    await be(page, "Eli Brooks")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_no_button_of_the_clock_is_cut_off_in_a_small_window(sandbox: Sandbox, look: Open) -> None:
    page = await look(f"{sandbox.url}/?as=maya&in=harbour-support", wide=390)

    await expect(page.locator("#clock button")).to_have_count(5)
    assert await page.locator("#clock").evaluate("clock => clock.scrollWidth <= clock.clientWidth")


async def test_times_are_shown_in_the_time_zone_of_the_selected_person(
    sandbox: Sandbox, look: Open, person: Person
) -> None:
    await person.does("clock", to="2099-06-01T15:00:00Z")
    await person.does("messages", user="ben", channel="harbour-support", text="Tea is ready")
    page = await look(f"{sandbox.url}/?as=ben&in=harbour-support")

    await expect(message(page, "Tea is ready")).to_contain_text("16:00")
    await be(page, "Eli Brooks")
    await expect(message(page, "Tea is ready")).to_contain_text("11:00")
    await be(page, "Fay Menon")
    await expect(message(page, "Tea is ready")).to_contain_text("20:30")
    await expect(page.locator("#clock")).to_contain_text("Mon 1 Jun, 20:30")


@pytest.mark.parametrize("wide", [1000, 1200, 1320])
async def test_buttons_in_the_top_bar_do_not_overlap(sandbox: Sandbox, look: Open, wide: int) -> None:
    page = await look(f"{sandbox.url}/?as=maya&in=harbour-support", wide=wide)
    edges = await page.locator("#top button:visible").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect()).map(box => [box.left, box.right])"
    )
    edges.sort()

    assert len(edges) > 5
    assert all(right <= left for (_, right), (left, _) in pairwise(edges)), edges
