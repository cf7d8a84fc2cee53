"""Tests of fault injection: errors, rate limits, slow responses, and responses lost before or after the effect."""

import time
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.faults import BODIES
from sandbox.sandbox import Sandbox

from .conftest import Person

POST: dict[str, Any] = {"channel": "C0HARBOURS", "text": "words"}


async def test_injected_fault_applies_to_the_given_number_of_calls(person: Person, client: AsyncWebClient) -> None:
    await person.does("faults", method="chat.postMessage", error="fatal_error", times=2)
    for _ in range(2):
        with pytest.raises(SlackApiError, match="fatal_error"):
            await client.chat_postMessage(**POST)

    assert (await client.chat_postMessage(**POST))["ok"]


async def test_rate_limit_fault_has_a_retry_after_header(person: Person, client: AsyncWebClient) -> None:
    await person.does("faults", method="chat.postMessage", status=429, retry_after=7, times=1)
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(**POST)

    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "7"


async def test_server_error_fault_posts_no_message(person: Person, client: AsyncWebClient) -> None:
    await person.does("faults", method="chat.postMessage", status=503)
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(**POST)

    assert (await person.reads("harbour-support", "ana"))[-1]["text"] != "words"


@pytest.mark.parametrize("status", [500, None])
async def test_injected_fault_can_drop_the_response_after_a_call_took_effect(
    person: Person, client: AsyncWebClient, status: int | None
) -> None:
    await person.does("faults", method="chat.postMessage", status=status, after_effect=True)
    with pytest.raises((SlackApiError, aiohttp.ClientError)):
        await client.chat_postMessage(**POST)

    assert (await person.reads("harbour-support", "ana"))[-1]["text"] == "words"


async def test_injected_delay_slows_a_web_api_call_down(person: Person, client: AsyncWebClient) -> None:
    await person.does("faults", method="auth.test", delay_ms=200)
    began = time.monotonic()
    await client.auth_test()

    assert time.monotonic() - began >= 0.2


async def test_injected_faults_can_be_cleared(person: Person, client: AsyncWebClient) -> None:
    await person.does("faults", method="*", error="fatal_error", times=99)
    await person.does("faults", clear=True)

    assert (await client.auth_test())["ok"]


async def test_web_api_calls_are_recorded_with_arguments_and_response(person: Person, client: AsyncWebClient) -> None:
    await client.auth_test()
    await client.chat_postMessage(**POST)
    (call,) = (await person.sees("calls", method="chat.postMessage"))["calls"]

    assert call["args"]["text"] == "words"
    assert call["answer"]["ok"]
    assert (await person.sees("calls", since=call["at"]))["calls"] == [call]


async def test_injected_fault_can_cut_the_connection_before_a_call_takes_effect(
    person: Person, client: AsyncWebClient
) -> None:
    await person.does("faults", method="chat.postMessage", cut=True)
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(**POST)

    assert (await person.reads("harbour-support", "ana"))[-1]["text"] != "words"


@pytest.mark.parametrize("is_after", [True, False])
@pytest.mark.parametrize("body", BODIES)
async def test_injected_fault_can_return_a_malformed_body(
    person: Person, client: AsyncWebClient, body: str, is_after: bool
) -> None:
    await person.does("faults", method="chat.postMessage", body=body, after_effect=is_after)
    assert client.session
    token = {"Authorization": f"Bearer {client.token}"}
    async with client.session.post(f"{client.base_url}chat.postMessage", json=POST, headers=token) as answer:
        said = await answer.text()

    assert (answer.status, said, answer.content_type) == (200, *BODIES[body])
    assert ((await person.reads("harbour-support", "ana"))[-1]["text"] == "words") == is_after


async def test_html_body_fault_can_have_an_error_status(person: Person, client: AsyncWebClient) -> None:
    await person.does("faults", method="auth.test", status=502, body="html")
    with pytest.raises(SlackApiError) as failed:
        await client.auth_test()

    assert failed.value.response.status_code == 502


async def test_injected_faults_also_apply_to_calls_of_response_urls(person: Person, client: AsyncWebClient) -> None:
    await person.does("faults", method="response_url", status=503)

    assert await person.responds(f"{client.base_url.removesuffix('api/')}response/gone") == (503, "")
    assert await person.responds(f"{client.base_url.removesuffix('api/')}response/gone", text="") == (
        404,
        '{"ok":false,"error":"invalid_url"}',
    )


async def test_recorded_call_names_the_fault_that_was_injected(person: Person, client: AsyncWebClient) -> None:
    await person.does("faults", method="auth.test", delay_ms=1)
    await client.auth_test()
    await client.auth_test()
    slow, well = (await person.sees("calls", method="auth.test"))["calls"]

    assert slow["fault"]["delay_ms"] == 1
    assert "fault" not in well


@pytest.mark.parametrize("method", ["conversations.history", "conversations.replies"])
async def test_history_methods_can_be_made_to_fail_with_a_missing_scope(
    person: Person, client: AsyncWebClient, method: str
) -> None:
    ts = (await client.chat_postMessage(**POST))["ts"]
    await person.does("settings", history_off=True)
    with pytest.raises(SlackApiError) as refused:
        await client.api_call(method, params={"channel": POST["channel"], "ts": ts})
    await person.does("settings", history_off=False)

    assert refused.value.response["error"] == "missing_scope"
    assert refused.value.response["needed"] == "channels:history"
    assert (await client.api_call(method, params={"channel": POST["channel"], "ts": ts}))["ok"]


async def test_processing_of_uploaded_files_can_be_delayed(
    sandbox: Sandbox, person: Person, client: AsyncWebClient
) -> None:
    await person.does("settings", late_files=True)
    uploaded = await client.files_upload_v2(channel=POST["channel"], filename="week.png", content=b"png")
    kinds = []
    for seconds in (5, 60):
        await person.does("clock", forward=f"PT{seconds}S")
        kinds.append((await client.files_info(file=uploaded["files"][0]["id"]))["file"]["mimetype"])

    assert kinds == ["", "image/png"]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"method": "chat.post", "cut": True}, "unknown method: chat.post [json-pointer:/method]"),
    ({"method": "auth.test"}, "say what happens: one of status, error, delay_ms, after_effect, cut, body"),
    ({"method": "auth.test", "cut": "yes"}, "must be true or false [json-pointer:/cut]"),
    (
        {"method": "auth.test", "body": "xml"},
        "unknown body: xml; choose one of truncated, html, empty, list [json-pointer:/body]",
    ),
    ({"method": "auth.test", "status": 200}, "must be a whole number from 400 to 599 [json-pointer:/status]"),
    (
        {"method": "auth.test", "cut": True, "times": "many"},
        "must be a whole number of at least 1 [json-pointer:/times]",
    ),
    ({"event": "message"}, "say what happens: one of double, hold"),
    ({"event": "message", "cut": True}, "unknown field: cut; choose from event, times, double, hold"),
    ({"times": 1}, "missing required field: method"),
    (
        {"socket": "gone"},
        "unknown socket: gone; choose one of disconnect, deaf, warning, refresh_requested, link_disabled, "
        "too_many_websockets [json-pointer:/socket]",
    ),
]


@pytest.mark.parametrize(("said", "why"), WRONG)
async def test_invalid_fault_is_rejected_with_the_valid_choices(person: Person, said: dict[str, Any], why: str) -> None:
    refused = await person.does("faults", **said)

    assert refused["error"] == "invalid_arguments"
    assert refused["response_metadata"]["messages"] == [f"[ERROR] {why}"]
