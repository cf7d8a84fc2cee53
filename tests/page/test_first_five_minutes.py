"""Test of the README's first steps on the page: thank somebody, switch person, undo, and skip to Friday."""

import re

import pytest
from playwright.async_api import expect

from tests.harness import World
from tests.page.conftest import Open
from tests.page.drivers import be, box, go, message, say

pytestmark = pytest.mark.usefixtures("patience")


async def test_newcomer_can_thank_undo_switch_person_and_see_the_weekly_summary(world: World, look: Open) -> None:
    page = await look(f"{world.sandbox.url}/")
    await expect(page.locator("#who-switch")).to_contain_text("Maya Ferreira")

    await box(page).press_sequentially("/sho")
    await expect(page.get_by_role("option", name="/shoutout")).to_contain_text("Thank someone")
    await box(page).press("Enter")
    await box(page).press_sequentially("@ana thank you for the calm voice #empathy")
    await box(page).press("Enter")
    await expect(message(page, "Only visible to you")).to_contain_text("Thanks! I'm posting it in")
    await expect(message(page, "@maya thanks @ana")).to_contain_text("thank you for the calm voice")

    await be(page, "Ana Sousa")
    await expect(message(page, "@maya thanks @ana")).to_be_visible()
    await expect(message(page, "Only visible to you")).to_have_count(0)
    await go(page, "steward")
    await expect(message(page, "@maya thanked you")).to_be_visible()

    await be(page, "Maya Ferreira")
    await go(page, "harbour-support")
    await message(page, "Only visible to you").get_by_role("button", name="Undo").click()
    await expect(message(page, "Undone")).to_be_visible()
    await expect(box(page)).to_be_focused()
    await expect(message(page, "@maya thanks @ana")).to_have_count(0)

    await say(page, "/shoutout")
    form = page.get_by_role("dialog", name="Shout-out")
    await form.get_by_role("combobox", name="Who do you want to thank?").click()
    await page.get_by_role("option", name="Ben Hartley").click()
    await page.keyboard.press("Escape")
    await form.get_by_role("textbox", name="What do you want to thank them for?").fill("for the night shift #teamwork")
    await form.get_by_role("button", name="Send thanks").click()
    await form.get_by_role("button", name="Done").or_(page.locator("body:not(:has(dialog[open]))")).first.click()
    await expect(message(page, "@maya thanks @ben")).to_be_visible()

    await page.get_by_role("button", name="Friday 15:00").click()
    await expect(page.locator("#clock")).to_contain_text(re.compile(r"Fri \d+ \w+, 15:0"))
    await expect(message(page, "This week's")).to_contain_text("maya thanks ben")
