"""Checks of many people at once: their cost in statements, and one person's check that fails."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import Database
from bot.features.fun_tank.models import Tank
from bot.followups import queries
from bot.followups.models import Kind, State
from bot.meetings.models import Series
from bot.nudges import engine
from bot.nudges.models import Nudge, NudgeCheck
from bot.nudges.policy import NudgeKind
from bot.nudges.selection import Candidate
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.membership import Seat
from bot.org.workspaces import Workspace
from bot.slack.outbox.models import Card, Outgoing
from bot.workflows import weekly
from bot.workflows.nudges import KINDS
from tests.conftest import TUESDAY

NINE = TUESDAY.replace(hour=9)
A_DAY = timedelta(days=1)


async def lead(database: Database, workspace: Workspace, teams: int) -> list[str]:
    """Create teams of one leader and two agents; return the leaders' ids.

    Each team has one-on-ones that are due, a roadblock and an idea that nobody has answered, and a low fun tank.
    """
    long_ago = NINE - 60 * A_DAY
    leaders = [f"ULEAD{number}" for number in range(teams)]
    async with database.begin() as session:
        for number, id in enumerate(leaders):
            agents = [f"{id}A", f"{id}B"]
            session.add_all(Person(workspace.id, each, each.lower(), "Europe/Lisbon") for each in (id, *agents))
            await session.flush()
            team = await membership.create_team(
                session, workspace, channel_id=f"CMANY{number}", name=f"many-{number}", zone="Europe/Lisbon",
                leaders=[id], agents=agents, now=long_ago,
            )  # fmt: skip
            session.add_all(
                Series(workspace.id, team.id, id, each, "FREQ=WEEKLY", NINE.date(), since=long_ago) for each in agents
            )
            session.add(Tank(team.id, workspace.id, level=5))
            for kind in (Kind.ROADBLOCK, Kind.IDEA):
                await queries.add(session, team, kind, agents[0], "two logins a call", state=State.OPEN, now=long_ago)
    return leaders


async def check(
    database: Database, workspace: Workspace, leaders: list[str], *, days: int = 0, kinds: Sequence[NudgeKind] = KINDS
) -> None:
    """Check these leaders' nudges on a morning."""
    now = NINE + days * A_DAY
    async with database.begin() as session:
        await engine.schedule_checks(session, workspace.id, dict.fromkeys(leaders, now))
    async with database.begin() as session:
        await engine.run_due_checks(session, workspace.id, kinds, reserve=weekly.reserve, now=now)


async def post_cards(database: Database, workspace: Workspace, leaders: list[str]) -> None:
    """Let Slack have posted the cards that these leaders have got."""
    async with database.begin() as session:
        theirs = select(Nudge.card, Nudge.person_id).where(Nudge.person_id.in_(leaders)).distinct()
        session.add_all(
            Card(workspace.id, card, f"D{who}", card) for card, who in (await session.execute(theirs)).all()
        )


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(database.writer.sync_engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.writer.sync_engine, "before_cursor_execute", note)


async def test_mornings_of_many_leaders_need_no_more_statements_than_those_of_a_few(
    database: Database, workspace: Workspace
) -> None:
    leaders = await lead(database, workspace, teams=9)
    few, many = leaders[:2], leaders[2:]
    seen = {}
    for theirs in (few, many):
        await check(database, workspace, theirs)
        await post_cards(database, workspace, theirs)
        with statements(database) as seen[len(theirs)]:
            await check(database, workspace, theirs, days=1)  # the second card repeats nudges of the first one
    async with database.reading() as session:
        told = select(Nudge.person_id, func.count(Nudge.card.distinct())).group_by(Nudge.person_id)
        assert dict((await session.execute(told)).all()) == dict.fromkeys(leaders, 2)
    assert len(seen[2]) == len(seen[7])


async def fail() -> None:
    raise ValueError("a rule that cannot read what somebody has set")


@pytest.mark.parametrize("is_query", [False, True])
async def test_leader_whose_check_fails_is_checked_the_next_day_and_holds_up_nobody(
    database: Database, workspace: Workspace, is_query: bool
) -> None:
    first, *others = leaders = await lead(database, workspace, teams=4)

    async def find(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
        if any(seat.person.id == first for seat in seats):
            await (session.execute(text("SELECT nothing FROM nowhere")) if is_query else fail())
        return []

    kinds = [*KINDS[:-1], replace(KINDS[-1], find=find)]
    for _ in range(2):
        await check(database, workspace, leaders, kinds=kinds)

    async with database.reading() as session:
        told = select(Nudge.person_id, func.count(Nudge.card.distinct())).group_by(Nudge.person_id)
        assert dict((await session.execute(told)).all()) == dict.fromkeys(others, 1)
        posts = select(Outgoing.conversation, func.count()).group_by(Outgoing.conversation)
        assert dict((await session.execute(posts)).all()) == dict.fromkeys(others, 1)
        next_checks = dict((await session.execute(select(NudgeCheck.person_id, NudgeCheck.at))).all())
    assert next_checks == dict.fromkeys(leaders, NINE + A_DAY)


async def test_checks_that_all_fail_are_left_to_the_schedulers_retries(
    database: Database, workspace: Workspace
) -> None:
    async def find(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
        raise ValueError("a rule that cannot read anything")

    leaders = await lead(database, workspace, teams=2)
    with pytest.raises(ValueError, match="cannot read anything"):
        await check(database, workspace, leaders, kinds=[replace(KINDS[-1], find=find)])
    async with database.reading() as session:
        assert set(await session.scalars(select(NudgeCheck.at))) == {NINE}
