"""Driver that uses the sandbox's page as a person does."""

from playwright.async_api import Locator, Page


def messages(page: Page) -> Locator:
    return page.locator("#main .message")


def message(page: Page, text: str) -> Locator:
    return messages(page).filter(has_text=text)


def box(page: Page, of: str = "#harbour-support") -> Locator:
    """Return the text box in which messages are written."""
    return page.get_by_role("combobox", name=f"Message {of}")


async def say(page: Page, text: str, of: str = "#harbour-support") -> None:
    await box(page, of).fill(text)
    await box(page, of).press("Enter")


async def be(page: Page, name: str) -> None:
    await page.locator("#who-switch").click()
    await page.get_by_role("menuitemradio", name=name).click()
    await page.locator("#who-switch", has_text=name).wait_for()


async def go(page: Page, where: str) -> None:
    await page.locator("#side [aria-labelledby]:not([aria-labelledby=side-people]) .entry", has_text=where).click()
    await page.locator("#main h1", has_text=where).wait_for()


async def use(page: Page, on: Locator, tool: str) -> None:
    """Press a button of the toolbar that appears when the pointer is over a message."""
    await on.hover()
    await on.get_by_role("button", name=tool).click()


async def more(page: Page, on: Locator, item: str) -> None:
    await use(page, on, "More actions")
    await page.get_by_role("menuitem", name=item).click()
