"""Forms on the page: opened, mended, changed, stacked and closed; and the Home tab."""

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


async def test_errors_stand_at_their_field_until_it_is_right(
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


async def test_a_form_that_changes_keeps_what_was_typed(sandbox: Sandbox, look: Open, helper: AsyncWebClient) -> None:
    page = await opened(look, sandbox)
    await page.get_by_role("textbox", name="Your words").fill("half a thought")

    await page.get_by_role("button", name="Change it").click()

    changed = page.get_by_role("dialog", name="Changed")
    await expect(changed.get_by_role("textbox", name="Your words")).to_have_value("half a thought")


async def test_forms_lie_on_one_another(sandbox: Sandbox, look: Open, helper: AsyncWebClient) -> None:
    page = await opened(look, sandbox)

    await page.get_by_role("button", name="Go on").click()
    await page.get_by_role("dialog", name="Second").wait_for()
    await page.keyboard.press("Escape")
    await page.get_by_role("dialog", name="Kind words").wait_for()
    await page.get_by_role("button", name="Go on").click()
    await page.get_by_role("dialog", name="Second").get_by_role("button", name="Close").click()

    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_form_is_there_for_the_person_who_opened_it_alone(
    sandbox: Sandbox, look: Open, helper: AsyncWebClient
) -> None:
    page = await opened(look, sandbox)
    other = await look(f"{sandbox.url}/?as=tom&in=harbour-support")

    await expect(other.get_by_role("dialog")).to_have_count(0)
    await page.reload()
    await expect(page.get_by_role("dialog", name="Kind words")).to_be_visible()


async def test_the_home_tab_is_opened_and_changes(sandbox: Sandbox, look: Open, helper: AsyncWebClient) -> None:
    page = await look(f"{sandbox.url}/?as=maya&in=harbour-support")
    await go(page, "helper")

    await page.get_by_role("button", name="Home", exact=True).click()
    home = page.get_by_role("region", name="Home of helper")
    await expect(home).to_contain_text("Nice to see you")
    await home.get_by_role("button", name="Again").click()

    await expect(home).to_contain_text("And once more")
