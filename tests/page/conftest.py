"""Fixtures for tests of the page: a browser, windows in it, and a sandbox with a small app."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.sandbox import Sandbox
from tests import chromium
from tests.harness import World
from tests.page import axe
from tests.page.app import MANIFEST, listen
from tests.sandbox.conftest import Person
from tests.snapshots import Snapshots

SESSION: Final = "session"
expect.set_options(timeout=60_000)  # a busy machine may stall, and a test that passes does not wait for this
Open = Callable[..., Awaitable[Page]]


def pytest_collectstart(collector: pytest.Collector) -> None:
    """Give all tests one event loop, because they share one browser.

    The marker must be added before tests are collected: otherwise each test would have its own browser and loop.
    """
    if isinstance(collector, pytest.Module):
        collector.add_marker(pytest.mark.asyncio(loop_scope=SESSION))


@pytest_asyncio.fixture(scope=SESSION, loop_scope=SESSION)
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    path = chromium.found()
    if not path:
        pytest.skip(chromium.MISSING)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=chromium.OPTIONS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope=SESSION)
async def look(browser: Browser) -> AsyncIterator[Open]:
    """A function that opens a URL in a new browser context.

    Fails if the page raises an error, breaks its Content Security Policy, opens a dialog or requests another host.
    """
    contexts, wrong = [], []

    async def look(url: str, *, wide: int = 1280, **options: Any) -> Page:
        context = await browser.new_context(viewport={"width": wide, "height": 800}, **options)
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        page.on(
            "request",
            lambda asked: (
                None if asked.url.startswith(("http://127.0.0.1:", "data:", "blob:")) else wrong.append(asked.url)
            ),
        )
        await page.goto(url)
        await page.locator("body[data-ready]").wait_for()
        return page

    yield look
    for context in contexts:
        await context.close()
    assert not wrong, wrong


@pytest_asyncio.fixture(loop_scope=SESSION)
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(tmp_path / "data", port=0, manifest=MANIFEST)
    await sandbox.start()
    yield sandbox
    await sandbox.stop()


@pytest_asyncio.fixture(loop_scope=SESSION)
async def person(sandbox: Sandbox) -> AsyncIterator[Person]:
    async with aiohttp.ClientSession() as session:
        yield Person(sandbox, session)


@pytest_asyncio.fixture(loop_scope=SESSION)
async def helper(sandbox: Sandbox, patience: None) -> AsyncIterator[AsyncWebClient]:
    """The Slack client of a small app that is connected to the sandbox."""
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(sandbox.bot_token, sandbox.api_url, session=session)
        app = AsyncApp(client=client, process_before_response=True)
        listen(app)
        handler = AsyncSocketModeHandler(app, sandbox.app_token)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        yield client
        await handler.close_async()  # type: ignore[no-untyped-call]


@pytest_asyncio.fixture(loop_scope=SESSION)
async def world(moments: Snapshots, tmp_path: Path) -> AsyncIterator[World]:
    """Steward running in its sandbox, on SQLite."""
    async with moments.resume(tmp_path, None) as world:
        yield world


@pytest.fixture(scope=SESSION)
def axe_script(request: pytest.FixtureRequest) -> str:
    if not shutil.which("npm"):
        pytest.skip(axe.MISSING)
    return axe.source(request.config.cache.mkdir("axe"))
