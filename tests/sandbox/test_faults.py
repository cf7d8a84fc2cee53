"""Faults on purpose: refusals, server errors, slow answers, and answers that are lost after the effect."""

import time
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from .conftest import Person

POST: dict[str, Any] = {"channel": "C0HARBOURS", "text": "words"}


async def test_the_next_calls_fail_and_then_no_more(person: Person, client: AsyncWebClient) -> None:
    await person.does("faults", method="chat.postMessage", error="fatal_error", times=2)
    for _ in range(2):
        with pytest.raises(SlackApiError, match="fatal_error"):
            await client.chat_postMessage(**POST)

    assert (await client.chat_postMessage(**POST))["ok"]


async def test_too_many_requests_say_when_to_come_back(person: Person, client: AsyncWebClient) -> None:
    await person.does("faults", method="chat.postMessage", status=429, retry_after=7, times=1)
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(**POST)

    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "7"


async def test_a_server_error_leaves_no_message(person: Person, client: AsyncWebClient) -> None:
    await person.does("faults", method="chat.postMessage", status=503)
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(**POST)

    assert (await person.reads("harbour-support", "ana"))[-1]["text"] != "words"


@pytest.mark.parametrize("status", [500, None])
async def test_an_answer_is_lost_after_its_effect(person: Person, client: AsyncWebClient, status: int | None) -> None:
    await person.does("faults", method="chat.postMessage", status=status, after_effect=True)
    with pytest.raises((SlackApiError, aiohttp.ClientError)):
        await client.chat_postMessage(**POST)

    assert (await person.reads("harbour-support", "ana"))[-1]["text"] == "words"


async def test_a_call_is_slow(person: Person, client: AsyncWebClient) -> None:
    await person.does("faults", method="auth.test", delay_ms=200)
    began = time.monotonic()
    await client.auth_test()

    assert time.monotonic() - began >= 0.2


async def test_faults_are_cleared(person: Person, client: AsyncWebClient) -> None:
    await person.does("faults", method="*", error="fatal_error", times=99)
    await person.does("faults", clear=True)

    assert (await client.auth_test())["ok"]


async def test_every_call_is_noted(person: Person, client: AsyncWebClient) -> None:
    await client.auth_test()
    await client.chat_postMessage(**POST)
    (call,) = (await person.sees("calls", method="chat.postMessage"))["calls"]

    assert call["args"]["text"] == "words"
    assert call["answer"]["ok"]
    assert (await person.sees("calls", since=call["at"]))["calls"] == [call]
