"""Tests of what people can do on the page: send files, use `/me`, and change their own settings."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from sandbox.sandbox import Sandbox
from tests.harness import eventually
from tests.page.conftest import Open
from tests.page.drivers import box, message, messages, say
from tests.sandbox.conftest import Person

PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


async def attach(page: Page, *names: str) -> None:
    files: list[Any] = [{"name": name, "mimeType": "", "buffer": PIXEL} for name in names]
    await page.locator("#main .composer input[type=file]").set_input_files(files)


async def test_files_are_sent_with_or_without_text(look: Open, sandbox: Sandbox) -> None:
    page = await look(f"{sandbox.url}/?as=ana&in=harbour-support")
    await attach(page, "week.png", "calls.csv")
    await page.get_by_role("button", name="Remove calls.csv").click()
    await say(page, "The week in one picture")
    await expect(message(page, "The week in one picture").locator("img")).to_have_attribute("alt", "week.png")
    await attach(page, "calls.csv")
    await page.get_by_role("button", name="Send now").click()

    await expect(messages(page).last.locator("a[download]")).to_have_text("calls.csv")
    await expect(page.locator("#main .upload")).to_have_count(0)


async def test_message_sent_with_slash_me_is_styled_differently(look: Open, sandbox: Sandbox) -> None:
    page = await look(f"{sandbox.url}/?as=ana&in=harbour-support")
    await box(page).press_sequentially("/m")
    await expect(page.get_by_role("option", name="/me")).to_be_visible()
    await say(page, "/me waves at @ben")

    await expect(messages(page).last.locator(".words.me")).to_contain_text("waves at")


async def is_offered(page: Page, item: str) -> bool:
    """Return whether the person menu has an item.

    Each check opens the menu and closes it again, because an open menu is not updated.
    """
    await page.locator("#who-switch").click()
    found = await page.get_by_role("menuitem", name=item).count()
    await page.keyboard.press("Escape")
    return bool(found)


@pytest.mark.usefixtures("helper")
async def test_person_menu_changes_notifications_language_and_dms(look: Open, sandbox: Sandbox, person: Person) -> None:
    page = await look(f"{sandbox.url}/?as=ana&in=harbour-support")
    for items in (["Pause notifications for an hour"], ["Language…", "European Portuguese"], ["Close messages with"]):
        await page.locator("#who-switch").click()
        for item in items:
            role: Any = "menuitemradio" if item == "European Portuguese" else "menuitem"
            await page.get_by_role(role, name=item).click()
    await eventually(lambda: is_offered(page, "Resume notifications"))
    await eventually(lambda: is_offered(page, "Open messages with"))

    async def is_portuguese() -> bool:
        return "pt-PT" in [user.get("locale") for user in (await person.sees("state"))["users"]]

    await eventually(is_portuguese)
    state = await person.sees("state")
    (ana,) = (user for user in state["users"] if user["name"] == "ana")
    (dm,) = (channel for channel in state["channels"] if channel.get("user") == ana["id"])

    assert (ana["locale"], ana["snoozed_until"] > 0, dm["is_open"]) == ("pt-PT", True, False)
