"""Tests of fault injection that delivers events twice or out of order."""

import asyncio

import pytest

from sandbox.sandbox import Sandbox

from .conftest import Person
from .raw_app import RawApp, connected

PLACE = {"user": "ana", "channel": "harbour-support"}


async def heard(app: RawApp, count: int) -> list[str]:
    return [(await app.hears())["text"] for _ in range(count)]


async def say(person: Person, *texts: str) -> None:
    for text in texts:
        await person.does("messages", **PLACE, text=text)


async def test_delayed_event_arrives_after_the_given_number_of_later_events(sandbox: Sandbox, person: Person) -> None:
    async with connected(sandbox.api_url, sandbox.app_token) as app:
        await person.does("faults", event="message", hold=2)
        await say(person, "one", "two", "three")

        assert await heard(app, 3) == ["two", "three", "one"]


async def test_delayed_event_arrives_after_at_most_a_minute(sandbox: Sandbox, person: Person) -> None:
    async with connected(sandbox.api_url, sandbox.app_token) as app:
        await person.does("faults", event="*", hold=9)
        await say(person, "alone")
        await sandbox.settled()
        with pytest.raises(TimeoutError):
            await app.next(within=0.2)
        moved = asyncio.create_task(person.does("clock", forward="PT1M"))

        assert await heard(app, 1) == ["alone"]
        await moved


async def test_duplicated_event_has_the_same_payload_and_a_retry_number(sandbox: Sandbox, person: Person) -> None:
    async with connected(sandbox.api_url, sandbox.app_token) as app:
        await person.does("faults", event="message", double=True)
        await say(person, "twice")
        first = await app.next()
        await app.ack(first)
        again = await app.next()
        await app.ack(again)
        await say(person, "once")

        assert await heard(app, 1) == ["once"]
    assert first["payload"] == again["payload"]
    assert (first["retry_attempt"], again["retry_attempt"]) == (0, 1)


async def test_delayed_event_is_sent_when_faults_are_cleared(sandbox: Sandbox, person: Person) -> None:
    async with connected(sandbox.api_url, sandbox.app_token) as app:
        await person.does("faults", event="message", hold=9)
        await say(person, "held")
        await person.does("faults", clear=True)

        assert await heard(app, 1) == ["held"]
