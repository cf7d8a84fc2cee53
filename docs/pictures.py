"""Take the screenshots of the README and the docs for `make pictures`, from the sandbox's page with Steward in it.

It needs a Chromium, a text font and emoji (Debian: `fonts-liberation` and `fonts-noto-color-emoji`).
"""

import asyncio
import re
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright, expect

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests import chromium  # noqa: E402

PICTURES = Path(__file__).with_name("pictures")
SIZE = {"width": 1280, "height": 800}
SETTLED = 400


@asynccontextmanager
async def steward() -> AsyncIterator[str]:
    """Run a sandbox with the bot in an empty folder, and yield the address of its page."""
    with tempfile.TemporaryDirectory() as data:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "sandbox", "--port", "0", "--no-browser", "--data", data),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert process.stdout
        ready = re.search(r"http://\S+", (await process.stdout.readline()).decode())
        assert ready, "The sandbox did not start; `steward sandbox` says why"
        yield ready[0]
        process.terminate()
        await process.wait()


async def page_of(browser: Browser, url: str) -> Page:
    page = await (await browser.new_context(viewport=SIZE, device_scale_factor=1)).new_page()
    await page.goto(f"{url}/?as=maya&in=harbour-support")
    await page.locator("body[data-ready]").wait_for()
    return page


async def take(page: Page, name: str) -> None:
    await page.wait_for_timeout(SETTLED)
    await page.screenshot(path=PICTURES / f"{name}.png")
    print(f"docs/pictures/{name}.png")


async def say(page: Page, text: str) -> None:
    box = page.get_by_role("combobox", name="Message #harbour-support")
    await box.fill(text)
    await box.press("Enter")


async def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    async with steward() as url, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium.found(), args=chromium.OPTIONS)
        page = await page_of(browser, url)
        await say(page, "/shoutout @ana thank you for the calm voice #empathy")
        await expect(page.locator("#main .message", has_text="@maya thanks @ana")).to_be_visible()
        await take(page, "card")
        await page.get_by_role("button", name="Undo").click()
        await expect(page.locator("#main .message", has_text="@maya thanks @ana")).to_have_count(0)
        await say(page, "/shoutout")
        await page.get_by_role("combobox", name="Who do you want to thank?").click()
        await page.get_by_role("option", name="Ben Hartley").click()
        await page.get_by_role("textbox", name="What do you want to thank them for?").fill(
            "for the night shift #teamwork"
        )
        await take(page, "form")
        await page.get_by_role("button", name="Send thanks").click()
        await page.get_by_role("dialog").get_by_role("button", name="Done").click()
        await page.get_by_role("button", name="Inspector").click()
        await page.locator("#inspector summary").first.click()
        await take(page, "inspector")
        await page.get_by_role("button", name="Close the Inspector").click()
        await page.goto(f"{url}/?as=maya&in=bot&tab=home")
        await expect(page.get_by_role("region", name="Home of steward")).to_contain_text("What's coming")
        await take(page, "home")
        await page.goto(f"{url}/?as=maya&in=harbour-support")
        await page.get_by_role("button", name="Friday 15:00").click()
        await expect(page.locator("#main .message", has_text="This week's")).to_be_visible(timeout=30_000)
        await page.emulate_media(color_scheme="dark")
        await take(page, "friday-dark")
        await page.emulate_media(color_scheme="light")
        for block in ("strategy 3h staffing", "people 2h30", "frontline 45"):
            await say(page, f"/balance log {block}")
            await expect(page.locator("#main .message", has_text="Logged: ").last).to_be_visible()
            await page.get_by_role("button", name="Morning 09:00").click()
            await page.wait_for_timeout(5 * SETTLED)
        await page.set_viewport_size({"width": 1280, "height": 940})
        await say(page, "/balance")
        await expect(page.locator("#main .message", has_text="Your last 14 days").last).to_be_visible()
        await take(page, "balance")
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
