"""Tests of the sandbox's HTTP responses to browsers: pages, headers and rejected requests."""

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


async def test_browser_gets_the_page_and_curl_gets_plain_text(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    async with http.get(sandbox.url, headers=HTML) as page, http.get(sandbox.url) as text:
        assert page.content_type == "text/html"
        assert "Type a command:" in await text.text()


async def test_content_security_policy_forbids_other_hosts_and_inline_code(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    async with http.get(sandbox.url, headers=HTML) as page:
        policy = dict(each.strip().split(" ", 1) for each in page.headers["Content-Security-Policy"].split(";"))

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"


@pytest.mark.parametrize(
    "path", ["/page/../browser.py", "/page/%2e%2e/browser.py", "/page/none.js", "/page/", "/page//etc/passwd"]
)
async def test_request_for_path_outside_page_files_is_not_found(
    sandbox: Sandbox, http: aiohttp.ClientSession, path: str
) -> None:
    async with http.get(URL(sandbox.url + path, encoded=True)) as answer:
        assert answer.status == 404


@pytest.mark.parametrize("path", ["/", "/page/main.js", "/files-pri/T-F/x.png", "/archives/C1"])
async def test_request_with_another_host_header_is_forbidden(
    sandbox: Sandbox, http: aiohttp.ClientSession, path: str
) -> None:
    async with http.get(sandbox.url + path, headers=HTML | {"Host": "evil.example"}) as answer:
        assert answer.status == 403


async def test_websocket_from_another_origin_is_forbidden(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
        await http.ws_connect(f"{sandbox.url}/sandbox/live", origin="http://evil.example")


async def test_uploaded_html_is_served_as_a_sandboxed_attachment(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    client = AsyncWebClient(sandbox.bot_token, sandbox.api_url, session=http)
    place = await client.files_getUploadURLExternal(filename="run.html", length=9)
    async with http.post(place["upload_url"], data=b"<script>1") as answer:
        assert answer.status == 200

    async with http.get(f"{sandbox.url}/files-pri/T0HARBOUR-{place['file_id']}/run.html") as file:
        assert file.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in file.headers["Content-Security-Policy"]
