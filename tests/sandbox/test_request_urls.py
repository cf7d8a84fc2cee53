"""Tests of HTTP mode on the wire: URL verification, signatures, payloads, responses, retries and several URLs."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.request_urls import NotVerifiedError
from sandbox.sandbox import Sandbox
from tests.sandbox.conftest import Person
from tests.sandbox.http_app import Heard, HttpApp, http_app
from tests.sandbox.process import running
from tests.sandbox.raw_app import connected

PLACE = {"user": "ana", "channel": "harbour-support"}
BUTTON = {"type": "button", "action_id": "go", "value": "7", "text": {"type": "plain_text", "text": "Go"}}
SELECT = {"type": "external_select", "action_id": "pick", "placeholder": {"type": "plain_text", "text": "Pick"}}


@pytest.fixture
async def app(sandbox: Sandbox) -> AsyncIterator[HttpApp]:
    async with http_app() as app:
        await sandbox.set_request_urls([app.url])
        yield app


@pytest.fixture
def short_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten Slack's timeout of three seconds."""
    monkeypatch.setattr("sandbox.socket_mode.ACK_WITHIN", 0.3)


def says(**said: Any) -> Any:
    return lambda heard: web.json_response(said)


def refuses(status: int, **headers: str) -> Any:
    return lambda heard: web.Response(status=status, headers={name.replace("_", "-"): v for name, v in headers.items()})


async def posted(client: AsyncWebClient, element: Any) -> str:
    blocks = [{"type": "actions", "block_id": "b", "elements": [element]}]
    return str((await client.chat_postMessage(channel="C0HARBOURS", text="hello", blocks=blocks))["ts"])


async def test_request_is_signed_with_the_machines_time_instead_of_the_workspaces(
    sandbox: Sandbox, person: Person, app: HttpApp
) -> None:
    await person.does("clock", forward="P30D")
    await person.does("commands", **PLACE, command="/hello", text="für ana & ben")
    await person.does("messages", **PLACE, text="hello")
    await sandbox.settled()

    assert len(app.heard) == 2
    assert all(heard.is_signed_with(sandbox.signing_secret) for heard in app.heard)
    assert not any(heard.is_signed_with("another") for heard in app.heard)
    assert all(abs(int(heard.headers["X-Slack-Request-Timestamp"]) - time.time()) < 3600 for heard in app.heard)


async def test_command_is_sent_as_a_form_and_the_response_acks_it(person: Person, app: HttpApp) -> None:
    app.answer = says(text="hello back", response_type="in_channel")
    answer = await person.does("commands", **PLACE, command="/hello", text="für ana & ben")
    (heard,) = app.heard

    assert answer["ack"] == {"text": "hello back", "response_type": "in_channel"}
    assert heard.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert (heard.form["command"], heard.form["text"]) == ("/hello", "für ana &amp; ben")
    assert {"token", "team_id", "user_id", "trigger_id", "response_url", "api_app_id"} <= heard.form.keys()
    assert (await person.reads("harbour-support", "ben"))[-1]["text"] == "hello back"


async def test_command_can_be_answered_in_plain_text(person: Person, app: HttpApp) -> None:
    app.answer = lambda heard: web.Response(text="just words")

    assert (await person.does("commands", **PLACE, command="/hello"))["ack"] == {"text": "just words"}


async def test_interaction_is_sent_as_a_form_with_a_payload_field(
    person: Person, app: HttpApp, client: AsyncWebClient
) -> None:
    ts = await posted(client, BUTTON)
    answer = await person.does("actions", **PLACE, ts=ts, action_id="go")
    (heard,) = [heard for heard in app.heard if not heard.body.startswith(b"{")]
    payload = json.loads(heard.form["payload"])

    assert answer["ok"]
    assert heard.form.keys() == {"payload"}
    assert heard.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert (payload["type"], payload["actions"][0]["value"]) == ("block_actions", "7")


async def test_request_for_options_returns_the_apps_options(
    person: Person, app: HttpApp, client: AsyncWebClient
) -> None:
    options = [{"text": {"type": "plain_text", "text": "Ana"}, "value": "ana"}]
    app.answer = says(options=options)
    ts = await posted(client, SELECT)
    answer = await person.does("suggestions", **PLACE, ts=ts, action_id="pick", value="an")

    assert answer["options"] == options
    (heard,) = [heard for heard in app.heard if not heard.body.startswith(b"{")]
    assert json.loads(heard.form["payload"])["type"] == "block_suggestion"


async def test_event_is_sent_as_json_in_an_event_callback(sandbox: Sandbox, person: Person, app: HttpApp) -> None:
    await person.does("messages", **PLACE, text="hello")
    await sandbox.settled()
    (heard,) = app.heard
    payload = json.loads(heard.body)

    assert heard.headers["Content-Type"] == "application/json"
    assert (payload["type"], payload["event"]["text"]) == ("event_callback", "hello")
    assert "X-Slack-Retry-Num" not in heard.headers


async def test_command_shows_dispatch_failed_if_the_app_returns_an_error(person: Person, app: HttpApp) -> None:
    app.answer = refuses(500)
    answer = await person.does("commands", **PLACE, command="/hello")

    assert (answer["ok"], answer["error"]) == (False, "dispatch_failed")
    assert "dispatch_failed" in (await person.reads("harbour-support", "ana"))[-1]["text"]


@pytest.mark.usefixtures("short_timeout")
async def test_late_answer_to_a_command_shows_operation_timeout(person: Person, app: HttpApp) -> None:
    app.delay = 0.5
    answer = await person.does("commands", **PLACE, command="/hello")
    (noted,) = (await person.sees("payloads"))["payloads"]

    assert (answer["ok"], answer["error"]) == (False, "operation_timeout")
    assert (noted["ack"], noted["missed"]) == (None, "http_timeout")


async def test_failed_event_is_retried_immediately_then_after_one_and_five_minutes(
    sandbox: Sandbox, person: Person, app: HttpApp
) -> None:
    app.answer = refuses(503)
    await person.does("messages", **PLACE, text="hello?")
    await sandbox.settled()
    at_first = len(app.heard)
    counts = []
    for minutes in (1, 5, 60 * 24):
        await person.does("clock", forward=f"PT{minutes}M")
        counts.append(len(app.heard))

    tries = [(h.headers.get("X-Slack-Retry-Num"), h.headers.get("X-Slack-Retry-Reason")) for h in app.heard]
    assert (at_first, counts) == (2, [3, 4, 4])
    assert tries == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]
    assert len({json.loads(heard.body)["event_id"] for heard in app.heard}) == 1


@pytest.mark.usefixtures("short_timeout")
async def test_retry_reason_is_http_timeout_for_a_slow_app(sandbox: Sandbox, person: Person, app: HttpApp) -> None:
    app.delay = 0.5
    await person.does("messages", **PLACE, text="hello?")
    await sandbox.settled()

    assert [heard.headers.get("X-Slack-Retry-Reason") for heard in app.heard] == [None, "http_timeout"]


async def test_retry_reason_is_connection_failed_for_an_unreachable_app(sandbox: Sandbox, person: Person) -> None:
    async with http_app() as app:
        await sandbox.set_request_urls([app.url])
    await person.does("messages", **PLACE, text="hello?")
    await sandbox.settled()
    async with http_app() as again:
        await sandbox.set_request_urls([again.url])
        await sandbox.settled()

        assert [heard.headers.get("X-Slack-Retry-Reason") for heard in again.heard] == ["connection_failed"]


async def test_retries_stop_if_the_app_answers_with_the_no_retry_header(
    sandbox: Sandbox, person: Person, app: HttpApp
) -> None:
    app.answer = refuses(500, X_Slack_No_Retry="1")
    await person.does("messages", **PLACE, text="hello?")
    await person.does("clock", forward="P1D")

    assert len(app.heard) == 1


async def test_deliveries_are_spread_over_all_reachable_request_urls(sandbox: Sandbox, person: Person) -> None:
    async with http_app() as one, AsyncExitStack() as stack:
        two = await stack.enter_async_context(http_app())
        await sandbox.set_request_urls([one.url, two.url])
        for _ in range(4):
            await person.does("commands", **PLACE, command="/hello")
        shared = [len(one.heard), len(two.heard)]
        await stack.aclose()
        answers = [await person.does("commands", **PLACE, command="/hello") for _ in range(4)]

    assert shared == [2, 2]
    assert all(answer["ok"] for answer in answers)
    assert len(one.heard) == 6


@pytest.mark.parametrize(
    ("handshake", "told"),
    [
        (lambda asked: web.Response(text="hello"), "did not answer with the value of the challenge parameter"),
        (lambda asked: web.Response(status=404), "answered HTTP 404 to the challenge"),
    ],
)
async def test_wrong_answer_to_url_verification_challenge_is_an_error(
    sandbox: Sandbox, handshake: Any, told: str
) -> None:
    async with http_app() as app:
        app.handshake = handshake
        with pytest.raises(NotVerifiedError, match=told):
            await sandbox.set_request_urls([app.url])


@pytest.mark.parametrize(
    "answered",
    [
        lambda asked: web.json_response({"challenge": asked["challenge"]}),
        lambda asked: web.Response(text=f"challenge={asked['challenge']}"),
    ],
)
async def test_url_verification_challenge_can_be_answered_as_json_or_form(
    sandbox: Sandbox, person: Person, answered: Any
) -> None:
    async with http_app() as app:
        app.handshake = answered
        await sandbox.set_request_urls([app.url])

        assert (await person.does("commands", **PLACE, command="/hello"))["ok"]


async def test_setting_request_urls_turns_socket_mode_off(sandbox: Sandbox, app: HttpApp) -> None:
    async with connected(sandbox.api_url, sandbox.app_token) as socket:
        assert (socket.hello["type"], socket.hello["reason"]) == ("disconnect", "link_disabled")
    await sandbox.set_request_urls([])
    async with connected(sandbox.api_url, sandbox.app_token) as socket:
        assert socket.hello["type"] == "hello"


async def test_payloads_wait_until_the_request_url_is_verified(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    heard_before: list[Heard] = []
    said, asked_before = asyncio.Event(), asyncio.Event()

    async with http_app() as app, aiohttp.ClientSession() as session:

        def from_the_second_on(asked: Any) -> web.Response:
            """Fail URL verifications from the first one until a message has been sent."""
            heard_before.extend(app.heard)
            if said.is_set() and asked_before.is_set():
                return web.json_response(asked)
            asked_before.set()
            return web.Response(text="not yet")

        app.handshake = from_the_second_on
        sandbox = Sandbox(tmp_path, port=0, request_urls=[app.url])
        await sandbox.start()
        person = Person(sandbox, session)
        asked = asyncio.create_task(person.does("commands", **PLACE, command="/hello"))
        await person.does("messages", **PLACE, text="anyone?")
        said.set()
        answer = await asked
        await sandbox.settled()
        await sandbox.stop()

    assert answer["ok"]
    assert not heard_before
    assert any(_text(heard) == "anyone?" for heard in app.heard)
    assert "did not answer with the value of the challenge" in caplog.text


async def test_sandbox_process_sends_payloads_to_the_given_request_url(tmp_path: Path) -> None:
    async with (
        http_app() as app,
        running(tmp_path, "--request-url", app.url) as sandbox,
        aiohttp.ClientSession() as session,
    ):
        app.answer = says(text="hello back")
        said = PLACE | {"command": "/hello"}
        async with session.post(f"{sandbox.url}/sandbox/commands", json=said) as answer:
            assert (await answer.json())["ack"] == {"text": "hello back"}
        assert app.heard[0].is_signed_with(sandbox.settings["SLACK_SIGNING_SECRET"])


def _text(heard: Heard) -> str | None:
    return json.loads(heard.body)["event"].get("text") if heard.body.startswith(b"{") else None
