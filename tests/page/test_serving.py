"""What the server gives a browser, and what it refuses; no browser is needed for these."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from sandbox.sandbox import Sandbox

from .conftest import SESSION

HTML = {"Accept": "text/html,application/xhtml+xml"}


@pytest_asyncio.fixture(loop_scope=SESSION)
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_a_browser_gets_the_page_and_curl_the_text(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    async with http.get(sandbox.url, headers=HTML) as page, http.get(sandbox.url) as text:
        assert page.content_type == "text/html"
        assert "Type a command:" in await text.text()


async def test_the_page_may_ask_nobody_else_and_run_nothing_inline(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    async with http.get(sandbox.url, headers=HTML) as page:
        policy = dict(each.strip().split(" ", 1) for each in page.headers["Content-Security-Policy"].split(";"))

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"


@pytest.mark.parametrize(
    "path", ["/page/../browser.py", "/page/%2e%2e/browser.py", "/page/none.js", "/page/", "/page//etc/passwd"]
)
async def test_nothing_but_the_pages_files(sandbox: Sandbox, http: aiohttp.ClientSession, path: str) -> None:
    async with http.get(URL(sandbox.url + path, encoded=True)) as answer:
        assert answer.status == 404


@pytest.mark.parametrize("path", ["/", "/page/main.js", "/files-pri/T-F/x.png", "/archives/C1"])
async def test_another_host_gets_none_of_it(sandbox: Sandbox, http: aiohttp.ClientSession, path: str) -> None:
    async with http.get(sandbox.url + path, headers=HTML | {"Host": "evil.example"}) as answer:
        assert answer.status == 403


async def test_a_page_of_another_host_hears_nothing(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
        await http.ws_connect(f"{sandbox.url}/sandbox/live", origin="http://evil.example")


async def test_an_uploaded_page_is_only_saved(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    client = AsyncWebClient(sandbox.bot_token, sandbox.api_url, session=http)
    place = await client.files_getUploadURLExternal(filename="run.html", length=9)
    async with http.post(place["upload_url"], data=b"<script>1") as answer:
        assert answer.status == 200

    async with http.get(f"{sandbox.url}/files-pri/T0HARBOUR-{place['file_id']}/run.html") as file:
        assert file.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in file.headers["Content-Security-Policy"]
