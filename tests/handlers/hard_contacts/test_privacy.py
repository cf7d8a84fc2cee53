"""Tests that others cannot tell a hard contact from an ordinary break or stint, nor the operator whose it is."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features import hard_contacts as feature
from bot.messages import breaks
from bot.messages import hard_contacts as messages
from bot.org.teams.models import Team
from bot.refusals import hard_contacts as refusals
from bot.workflows import fun_tank
from bot.workflows.hard_contacts import cards
from tests.handlers.conftest import TUESDAY_10
from tests.handlers.drivers import dm, keep_only_jobs, opt_out_of_shadowing, settled
from tests.handlers.drivers import press as press_dm
from tests.handlers.hard_contacts.drivers import press, raise_contact
from tests.handlers.hard_contacts.test_flows import DAY, MINUTE
from tests.handlers.hard_contacts.traces import Traces, find_ties, find_traces, id_of, read_transcript
from tests.harness import World
from tests.snapshots import Snapshots

Act = Callable[[World], Awaitable[None]]
Play = Callable[[str], AbstractAsyncContextManager[World]]


@pytest.fixture
def play(moments: Snapshots, tmp_path: Path, template: str | None) -> Play:
    """A function that starts the same Tuesday in a folder of its own."""

    @asynccontextmanager
    async def started(name: str) -> AsyncIterator[World]:
        resume = partial(moments.resume, tmp_path / name, template, at=TUESDAY_10, mode="in_process")
        async with resume(opt_out_of_shadowing) as world:
            await keep_only_jobs(world, "hard_contacts", "spikes", "escalation")
            yield world

    return started


async def ask_for_break(world: World) -> None:
    """Have ana ask for a break, and maya agree."""
    await world.slack.command("ana", "break 15", word="/queue")
    await settled(world)
    await press_dm(world, "maya", await dm(world, "maya", "is asking for"), breaks.OK)
    await settled(world)


async def take_break_back(world: World) -> None:
    """Have ana ask for a break and take it back, so that her card is edited."""
    await world.slack.command("ana", "break 15", word="/queue")
    await settled(world)
    await press_dm(world, "ana", await dm(world, "ana", "asking a leader for"), breaks.DROP)
    await settled(world)


async def join_queue(world: World) -> None:
    await world.slack.command("maya", "join 30", word="/queue")
    await settled(world)


async def be_given_break(world: World) -> None:
    """Have ana report a hard contact, and maya give her a break."""
    await raise_contact(world, "ana", "maya")
    await press(world, "maya", messages.BREAK)


async def be_covered(world: World) -> None:
    await raise_contact(world, "ana", "maya")
    await press(world, "maya", messages.COVER)


@pytest.mark.parametrize(
    ("ordinary", "hard", "knows"),
    [(ask_for_break, be_given_break, ["ana", "maya"]), (join_queue, be_covered, ["ana", "maya"])],
    ids=["break", "stint"],
)
async def test_everybody_else_reads_what_they_read_on_an_ordinary_day(
    play: Play, ordinary: Act, hard: Act, knows: list[str]
) -> None:
    read = []
    for act in (ordinary, hard):
        async with play(act.__name__) as world:
            before = await read_transcript(world, but=knows)
            await act(world)
            await world.move(50 * MINUTE)
            read.append(await read_transcript(world, but=knows))
            assert read[-1] != before
    assert read[0] == read[1]


async def end_check_ins(world: World) -> None:
    await press(world, "maya", messages.DONE)


async def observe(play: Play, act: Act, then: Act) -> tuple[list[Traces], str]:
    """Return what is left after an act and, a day later, after another one; and ana's id."""
    async with play(act.__name__) as world:
        with structlog.testing.capture_logs() as logged:
            await act(world)
            during = await find_traces(world, [*logged])
            await world.move(DAY)
            await then(world)
            return [during, await find_traces(world, logged)], await id_of(world, "ana")


async def find_all_ties(play: Play) -> list[str]:
    ordinary, _ = await observe(play, ask_for_break, take_break_back)
    hard, ana = await observe(play, be_given_break, end_check_ins)
    assert any("hard_contacts {" in row for row in hard[0].rows)
    assert not any("hard_contacts {" in row for row in hard[1].rows)
    return [tie for each in hard for tie in find_ties(each, ordinary, ana)]


async def test_nothing_ties_the_agent_to_the_hard_contact(play: Play) -> None:
    ties = await find_all_ties(play)
    assert ties == [], "\n".join(ties)


async def log_agent(session: AsyncSession, team: Team, agent_id: str, **_: Any) -> None:
    structlog.get_logger().info("hard_contact_raised", agent=agent_id)


@pytest.mark.parametrize(
    ("where", "name", "leak"),
    [
        (feature, "Private", str),
        (cards, "new_card_name", lambda: f"hard_contact:{secrets.token_hex()}"),
        (fun_tank, "record_hard_contact", log_agent),
        (feature, "pseudonym", lambda id, **_: id),
    ],
    ids=["plain column", "name of a card", "log line", "hash"],
)
async def test_search_finds_a_leak(
    play: Play, monkeypatch: pytest.MonkeyPatch, where: object, name: str, leak: object
) -> None:
    monkeypatch.setattr(where, name, leak)
    assert await find_all_ties(play) != []


async def test_refused_form_logs_no_person(play: Play) -> None:
    async with play("refused") as world:
        with structlog.testing.capture_logs() as logged:
            await raise_contact(world, "ana", "maya")
            assert refusals.ASKED_BEFORE in str((await raise_contact(world, "ana", "tom")).ack)
        assert "hard_contacts:form" in str(logged)
        assert await id_of(world, "ana") not in str(logged)
