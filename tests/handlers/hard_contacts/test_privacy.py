"""Tests that nobody else can tell a hard contact from an ordinary break or stint, and no operator whose it was."""

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
from bot.features.tickets import watches
from bot.messages import breaks
from bot.messages import hard_contacts as messages
from bot.org.teams.models import Team
from bot.refusals import hard_contacts as refusals
from bot.workflows import fun_tank
from bot.workflows.hard_contacts import cards
from tests.handlers.conftest import TUESDAY_10
from tests.handlers.drivers import dm, keep_only_jobs, opt_out_of_shadowing, settled
from tests.handlers.drivers import press as press_dm
from tests.handlers.hard_contacts.drivers import (
    NUMBER,
    connect_ticket_tool,
    move_ticket,
    press,
    raise_contact,
    ticket_cards,
)  # fmt: skip
from tests.handlers.hard_contacts.test_flows import DAY, MINUTE
from tests.handlers.hard_contacts.traces import Traces, find_ties, find_traces, id_of, read_transcript
from tests.harness import World
from tests.snapshots import Snapshots

Act = Callable[[World], Awaitable[None]]
Play = Callable[[str], AbstractAsyncContextManager[World]]


@pytest.fixture
def open_world(moments: Snapshots, tmp_path: Path, template: str | None) -> Play:
    """Return a function that opens a world on the same Tuesday in a separate folder."""

    @asynccontextmanager
    async def started(name: str) -> AsyncIterator[World]:
        resume = partial(moments.resume, tmp_path / name, template, at=TUESDAY_10, mode="in_process")
        async with resume(opt_out_of_shadowing) as world:
            await keep_only_jobs(world, "hard_contacts", "spikes", "escalation")
            yield world

    return started


async def ask_for_break(world: World) -> None:
    """Request a break as ana, and approve it as maya."""
    await world.slack.command("ana", "break 15", word="/queue")
    await settled(world)
    await press_dm(world, "maya", await dm(world, "maya", "is asking for"), breaks.OK)
    await settled(world)


async def take_break_back(world: World) -> None:
    """Request a break as ana and withdraw it, so that the card is edited."""
    await world.slack.command("ana", "break 15", word="/queue")
    await settled(world)
    await press_dm(world, "ana", await dm(world, "ana", "asking a leader about"), breaks.DROP)
    await settled(world)


async def join_queue(world: World) -> None:
    await world.slack.command("maya", "join 30", word="/queue")
    await settled(world)


async def be_given_break(world: World) -> None:
    """Report a hard contact as ana, and give ana a break as maya."""
    await raise_contact(world, "ana", "maya")
    await press(world, "maya", messages.BREAK)


async def ask_for_break_on_a_day_of_tickets(world: World) -> None:
    """Have ana ask for a break on a day on which a ticket changes."""
    tool = await connect_ticket_tool(world)
    await ask_for_break(world)
    await move_ticket(world, tool, "Pending")


async def be_given_break_and_watched(world: World) -> None:
    """Have ana report a hard contact, and maya give her a break and hear that the ticket changes."""
    tool = await connect_ticket_tool(world)
    await be_given_break(world)
    await press(world, "maya", messages.WATCH)
    await move_ticket(world, tool, "Pending")
    assert NUMBER in str(await ticket_cards(world, "maya"))


async def be_covered(world: World) -> None:
    await raise_contact(world, "ana", "maya")
    await press(world, "maya", messages.COVER)


@pytest.mark.parametrize(
    ("ordinary", "hard", "knows"),
    [(ask_for_break, be_given_break, ["ana", "maya"]), (join_queue, be_covered, ["ana", "maya"])],
    ids=["break", "stint"],
)
async def test_messages_to_others_do_not_differ_between_a_hard_contact_and_an_ordinary_day(
    open_world: Play, ordinary: Act, hard: Act, knows: list[str]
) -> None:
    read = []
    for act in (ordinary, hard):
        async with open_world(act.__name__) as world:
            before = await read_transcript(world, excluding=knows)
            await act(world)
            await world.move(50 * MINUTE)
            read.append(await read_transcript(world, excluding=knows))
            assert read[-1] != before
    assert read[0] == read[1]


async def end_check_ins(world: World) -> None:
    await press(world, "maya", messages.DONE)


async def observe(open_world: Play, act: Act, then: Act) -> tuple[list[Traces], str]:
    """Return the traces left after an action and, a day later, after a second action; and ana's ID."""
    async with open_world(act.__name__) as world:
        with structlog.testing.capture_logs() as logged:
            await act(world)
            during = await find_traces(world, [*logged])
            await world.move(DAY)
            await then(world)
            return [during, await find_traces(world, logged)], await id_of(world, "ana")


def count_rows(traces: Traces, table: str) -> int:
    return sum(row.startswith(f"{table} {{") for row in traces.rows)


async def find_all_ties(open_world: Play) -> list[str]:
    ordinary, _ = await observe(open_world, ask_for_break_on_a_day_of_tickets, take_break_back)
    hard, ana = await observe(open_world, be_given_break_and_watched, end_check_ins)
    assert [count_rows(each, "hard_contacts") for each in hard] == [1, 0]
    assert [count_rows(each, "ticket_watches") for each in hard] == [1, 1]
    return [tie for each in hard for tie in find_ties(each, ordinary, ana)]


async def test_no_row_file_log_line_metric_or_export_links_an_agent_to_a_hard_contact(open_world: Play) -> None:
    ties = await find_all_ties(open_world)
    assert ties == [], "\n".join(ties)


async def test_ticket_watch_names_neither_the_leader_nor_the_ticket(open_world: Play) -> None:
    async with open_world("watch") as world:
        await be_given_break_and_watched(world)
        (row,) = [each for each in (await find_traces(world, [])).rows if each.startswith("ticket_watches {")]
        assert not [word for word in (*[await id_of(world, name) for name in ("ana", "maya")], NUMBER) if word in row]


async def log_agent(session: AsyncSession, team: Team, agent_id: str, **_: Any) -> None:
    structlog.get_logger().info("hard_contact_raised", agent=agent_id)


@pytest.mark.parametrize(
    ("where", "name", "leak"),
    [
        (feature, "Private", str),
        (cards, "new_card_name", lambda: f"hard_contact:{secrets.token_hex()}"),
        (fun_tank, "record_hard_contact", log_agent),
        (feature, "pseudonym", lambda id, **_: id),
        (watches, "Private", str),
        (watches, "pseudonym", lambda id, **_: id),
    ],
    ids=["plain column", "name of a card", "log line", "hash", "plain column of a watch", "hash of a watch"],
)
async def test_search_for_traces_of_a_hard_contact_finds_a_leak(
    open_world: Play, monkeypatch: pytest.MonkeyPatch, where: object, name: str, leak: object
) -> None:
    monkeypatch.setattr(where, name, leak)
    assert await find_all_ties(open_world) != []


async def test_refused_hard_contact_form_logs_no_id_of_the_agent(open_world: Play) -> None:
    async with open_world("refused") as world:
        with structlog.testing.capture_logs() as logged:
            await raise_contact(world, "ana", "maya")
            assert refusals.ASKED_BEFORE in str((await raise_contact(world, "ana", "tom")).ack)
        assert "hard_contacts:form" in str(logged)
        assert await id_of(world, "ana") not in str(logged)
