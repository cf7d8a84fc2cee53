"""Tests of forms and the Home tab on the sandbox's page."""

from playwright.async_api import Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.sandbox import Sandbox
from tests.page.conftest import Open
from tests.page.drivers import box, go, message, say


async def opened(look: Open, sandbox: Sandbox) -> Page:
    page = await look(f"{sandbox.url}/?as=maya&in=harbour-support")
    await say(page, "/form Kind words")
    await page.get_by_role("dialog", name="Kind words").wait_for()
    return page


async def test_form_error_is_shown_at_its_field_until_the_value_is_valid(
    sandbox: Sandbox, look: Open, helper: AsyncWebClient
) -> None:
    page = await opened(look, sandbox)
    words, send = page.get_by_role("textbox", name="Your words"), page.get_by_role("button", name="Send", exact=True)
    await expect(words).to_be_focused()

    await send.click()
    await expect(page.get_by_role("dialog")).to_contain_text("Please complete this required field.")
    await words.fill("bad")
    await words.press("Enter")
    await expect(page.get_by_role("dialog")).to_contain_text("Not these words, please.")
    await expect(words).to_be_focused()
    await expect(words).to_have_value("bad")
    await words.fill("good *words*")
    await send.click()

    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(box(page)).to_be_focused()
    await message(page, "good words").get_by_role("button", name="Well done").click()
    await expect(message(page, "Praised")).to_contain_text("(edited)")


async def test_form_keeps_typed_text_when_the_app_updates_it(
    sandbox: Sandbox, look: Open, helper: AsyncWebClient
) -> None:
    page = await opened(look, sandbox)
    await page.get_by_role("textbox", name="Your words").fill("half a thought")

    await page.get_by_role("button", name="Change it").click()

    changed = page.get_by_role("dialog", name="Changed")
    await expect(changed.get_by_role("textbox", name="Your words")).to_have_value("half a thought")


async def test_pushed_forms_stack_and_close_in_order(sandbox: Sandbox, look: Open, helper: AsyncWebClient) -> None:
    page = await opened(look, sandbox)

    await page.get_by_role("button", name="Go on").click()
    await page.get_by_role("dialog", name="Second").wait_for()
    await page.keyboard.press("Escape")
    await page.get_by_role("dialog", name="Kind words").wait_for()
    await page.get_by_role("button", name="Go on").click()
    await page.get_by_role("dialog", name="Second").get_by_role("button", name="Close").click()

    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_form_is_shown_only_to_the_person_who_opened_it(
    sandbox: Sandbox, look: Open, helper: AsyncWebClient
) -> None:
    page = await opened(look, sandbox)
    other = await look(f"{sandbox.url}/?as=tom&in=harbour-support")

    await expect(other.get_by_role("dialog")).to_have_count(0)
    await page.reload()
    await expect(page.get_by_role("dialog", name="Kind words")).to_be_visible()


async def test_home_tab_opens_and_is_updated(sandbox: Sandbox, look: Open, helper: AsyncWebClient) -> None:
    page = await look(f"{sandbox.url}/?as=maya&in=harbour-support")
    await go(page, "helper")

    await page.get_by_role("button", name="Home", exact=True).click()
    home = page.get_by_role("region", name="Home of helper")
    await expect(home).to_contain_text("Nice to see you")
    await home.get_by_role("button", name="Again").click()

    await expect(home).to_contain_text("And once more")
