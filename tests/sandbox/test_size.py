"""Tests with five thousand messages in a channel: pagination, and the cost of a post."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import messages
from sandbox.sandbox import Sandbox

from .conftest import Person

MANY = 5000
SUPPORT = "C0HARBOURS"


class Steps:
    taken = 0


@contextmanager
def counted(sandbox: Sandbox) -> Iterator[Steps]:
    """Count the steps that SQLite executes for the sandbox, in tens."""
    steps = Steps()
    database = sandbox._workspace.store._db

    def count() -> None:
        steps.taken += 1

    database.set_progress_handler(count, 10)
    yield steps
    database.set_progress_handler(None, 0)


def post(sandbox: Sandbox, count: int) -> None:
    workspace = sandbox._workspace
    with workspace.store.transaction():
        for number in range(count):
            channel = workspace.channel(SUPPORT)
            messages.post(workspace, channel, {"user": "U0ANA00000"}, {"text": f"message {number}"})
    workspace._fresh.clear()


@pytest.fixture
def steps(sandbox: Sandbox) -> tuple[int, int]:
    """Return the number of database steps of twenty posts before and of twenty posts after five thousand messages."""
    with counted(sandbox) as before:
        post(sandbox, 20)
    post(sandbox, MANY)
    with counted(sandbox) as after:
        post(sandbox, 20)
    return before.taken, after.taken


async def test_post_takes_no_more_database_steps_after_five_thousand_messages(steps: tuple[int, int]) -> None:
    before, after = steps

    assert 0 < after <= 1.5 * before


@pytest.mark.usefixtures("steps")
async def test_history_of_five_thousand_messages_can_be_read_page_by_page(
    client: AsyncWebClient, person: Person
) -> None:
    seen: set[str] = set()
    pages = 0
    async for page in await client.conversations_history(channel=SUPPORT, limit=1000):
        seen |= {message["ts"] for message in page["messages"]}
        pages += 1
    loaded = await person.reads("harbour-support", "ana")

    assert (len(seen), pages) == (len(loaded), len(loaded) // 1000 + 1)
    assert len(loaded) > MANY
    assert (await person.reads("harbour-support", "ana", limit="50"))[-1] == loaded[-1]
