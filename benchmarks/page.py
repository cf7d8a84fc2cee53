"""Benchmark of the delay until the sandbox's open page shows a message of the bot."""

import asyncio
import tempfile
import time
from pathlib import Path

from playwright.async_api import async_playwright
from slack_sdk.web.async_client import AsyncWebClient

from benchmarks import figures
from benchmarks.processes import sandbox
from benchmarks.report import Chapter, Table, Verdict
from tests import chromium

MOST = 200
POST_INTERVAL = 1.1
"""Seconds between messages: slightly more than Slack's rate limit of one per second and conversation requires."""
SEEN = """text => new Promise(done => {
  const isThere = () => document.querySelector('#main').textContent.includes(text);
  const look = () => isThere() ? done(Date.now()) : requestAnimationFrame(look);
  look();
})"""


async def run(quick: bool) -> Chapter:
    path = chromium.found()
    if path is None:
        return Chapter("The page", "No Chromium was found, so nothing was measured.")
    waits: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        async with sandbox(Path(folder)) as slack, async_playwright() as playwright:
            client = AsyncWebClient(token=slack["SLACK_BOT_TOKEN"], base_url=slack["SLACK_API_URL"])
            browser = await playwright.chromium.launch(executable_path=path, args=chromium.OPTIONS)
            page = await browser.new_page()
            await page.goto(f"{slack['URL']}/?as=maya&in=harbour-support")
            for number in range(3 if quick else 10):
                await asyncio.sleep(POST_INTERVAL)
                seen = page.evaluate(SEEN, f"news {number}")
                began = time.time()
                await client.chat_postMessage(channel="#harbour-support", text=f"news {number}")
                waits.append(await seen - began * 1000)
            await browser.close()
    shown = figures.spread(waits, 0)
    return Chapter(
        "The page",
        TEXT,
        [Table(["what", "ms"], [["from the call to the message on the page", shown]])],
        [
            Verdict(
                "a message of the bot, on an open page",
                f"shown within {MOST} ms",
                f"{shown} ms",
                sorted(waits)[len(waits) // 2] < MOST,
            )
        ],
    )


TEXT = """
From posting a message with the sandbox's Web API until it appears in a real browser that shows its channel.
"""
