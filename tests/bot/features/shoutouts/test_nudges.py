"""Recognition nudges: leaders learn who got no thanks for a while, and a quiet channel is asked once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.shoutouts import nudges
from bot.features.shoutouts.nudges import coverage_candidate
from bot.features.shoutouts.rules import is_channel_quiet
from bot.features.shoutouts.settings import Settings
from bot.followups import queries
from bot.followups.models import Audience, Followup, Kind, Reason, State
from bot.meetings.models import Series
from bot.org.channels import Channel
from bot.org.people import Person
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team
from bot.workflows.shoutouts import give
from tests.conftest import TUESDAY

LATER = TUESDAY + timedelta(weeks=3)
A_WEEK = timedelta(days=7)


def seat(role: Role = Role.LEADER) -> Seat:
    team = Team("T1", "C1", "support", "Europe/Lisbon", None, TUESDAY)
    return Seat(Person("T1", "UMAYA", "maya", "Europe/Lisbon"), team, role)


@pytest.mark.parametrize(
    ("agents", "thanked", "named"),
    [
        ([], [], None),
        (["UANA"], ["UANA"], None),
        (["UANA", "UBEN"], ["UANA"], ["UBEN"]),
        (["U1", "U2", "U3", "U4", "U5", "U6"], [], ["U1", "U2", "U3", "U4", "U5"]),
    ],
)
def test_recognition_nudge_names_at_most_five_agents_in_their_order(
    agents: list[str], thanked: list[str], named: list[str] | None
) -> None:
    found = coverage_candidate(seat(), agents, thanked)

    assert (found.facts["people"] if found else None) == named


def test_only_leaders_get_recognition_nudges() -> None:
    assert coverage_candidate(seat(Role.AGENT), ["UBEN"], []) is None


async def named(session: AsyncSession, team: Team) -> list[str]:
    maya = (await session.scalars(select(Person).where(Person.id == "UMAYA"))).one()
    found = await nudges.coverage_candidates(session, [Seat(maya, team, Role.LEADER)], LATER)
    return [person for candidate in found for person in candidate.facts["people"]]


async def test_agent_thanked_recently_by_anybody_is_not_named_in_a_recognition_nudge(
    session: AsyncSession, team: Team
) -> None:
    for receiver, at in (("UANA", LATER - timedelta(days=13)), ("UBEN", LATER - timedelta(days=17))):
        await give.give(
            session, team, "UELI", receivers=[receiver], reason="for calm", source=receiver, now=at
        )  # fmt: skip

    assert {*await named(session, team)} == {"UBEN", "UELI"}


async def test_leaders_own_agents_are_named_first_and_then_whoever_has_waited_longest_for_thanks(
    session: AsyncSession, team: Team
) -> None:
    for receiver, days in (("UANA", 40), ("UBEN", 17), ("UELI", 20)):
        at = LATER - timedelta(days=days)
        await give.give(session, team, "UMAYA", receivers=[receiver], reason="for calm", source=receiver, now=at)
    assert await named(session, team) == ["UANA", "UELI", "UBEN"]

    session.add(Series(team.workspace_id, team.id, "UMAYA", "UBEN", "FREQ=WEEKLY", LATER.date(), since=LATER))
    session.add(Series(team.workspace_id, team.id, "UTOM", "UANA", "FREQ=WEEKLY", LATER.date(), since=LATER))
    await session.flush()
    assert await named(session, team) == ["UBEN", "UANA", "UELI"]


async def reasons(session: AsyncSession, team: Team) -> list[tuple[str, str, str]]:
    maya = (await session.scalars(select(Person).where(Person.id == "UMAYA"))).one()
    (found,) = await nudges.coverage_candidates(session, [Seat(maya, team, Role.LEADER)], LATER)
    (loaded,) = await nudges.load_reasons(session, [found.facts])
    return [(each["who"], each["kind"], each["text"]) for each in loaded["reasons"]]


async def raised(
    session: AsyncSession, team: Team, kind: Kind, author_id: str, text: str, *, reason: Reason | None = None,
    at: datetime = LATER - timedelta(days=5), **more: Any,
) -> Followup:  # fmt: skip
    state = State.CLOSED if reason else State.OPEN
    this = await queries.add(session, team, kind, author_id, text, state=state, now=at, **{"is_named": True, **more})
    this.reason, this.closed_at = reason, at if reason else None
    await session.flush()
    return this


async def test_recognition_nudge_mentions_a_finished_idea_rather_than_a_raised_roadblock(
    session: AsyncSession, team: Team
) -> None:
    await raised(session, team, Kind.IDEA, "UANA", "a macro", reason=Reason.DONE)
    await raised(session, team, Kind.ROADBLOCK, "UANA", "two logins a call")
    await raised(session, team, Kind.ROADBLOCK, "UBEN", "slow phones", audience=Audience.LEADERS)
    assert await reasons(session, team) == [("UANA", "idea", "a macro"), ("UBEN", "roadblock", "slow phones")]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (Kind.ROADBLOCK, {"is_named": False}),
        (Kind.IDEA, {"is_named": False, "reason": Reason.DONE}),
        (Kind.ROADBLOCK, {"audience": Audience.PAIR}),
        (Kind.ROADBLOCK, {"reason": Reason.WITHDRAWN}),
        (Kind.ROADBLOCK, {"at": LATER - timedelta(days=20)}),
        (Kind.IDEA, {"reason": Reason.DECLINED}),
        (Kind.IDEA, {}),
        (Kind.PROMISE, {"reason": Reason.DONE}),
    ],
)
async def test_recognition_nudge_omits_anonymous_private_old_and_unfinished_followups(
    session: AsyncSession, team: Team, kind: Kind, values: dict[str, Any]
) -> None:
    await raised(session, team, kind, "UANA", "a thing", **values)
    assert await reasons(session, team) == []


async def test_recognition_nudge_omits_a_followup_whose_author_has_become_anonymous(
    session: AsyncSession, team: Team
) -> None:
    this = await raised(session, team, Kind.ROADBLOCK, "UANA", "two logins a call")
    this.is_named = False
    facts: list[dict[str, Any]] = [{"followups": [this.id]}, {"people": ["UANA"], "days": 10}]
    assert await nudges.load_reasons(session, facts) == [{"reasons": []}, {"reasons": []}]


async def test_people_who_left_the_workspace_are_not_named_in_a_recognition_nudge(
    session: AsyncSession, team: Team
) -> None:
    await session.execute(update(Person).where(Person.id == "UBEN").values(has_left=True))

    assert {*await named(session, team)} == {"UANA", "UELI"}


@pytest.mark.parametrize(
    ("said_at", "asked_at", "days", "quiet"),
    [
        (LATER - A_WEEK, None, 7, True),
        (LATER - A_WEEK + timedelta(minutes=1), None, 7, False),
        (LATER - A_WEEK, LATER - timedelta(days=1), 7, False),
        (LATER - A_WEEK, LATER - 2 * A_WEEK, 7, True),
        (LATER - A_WEEK, None, 0, False),
        (None, None, 7, False),
        (datetime(2020, 1, 1, tzinfo=UTC), None, 21, True),
        (datetime(2020, 1, 1, tzinfo=UTC), None, 22, False),
    ],
)
def test_channel_counts_as_quiet_once_and_only_if_its_last_message_time_is_known(
    said_at: datetime | None, asked_at: datetime | None, days: int, quiet: bool
) -> None:
    team = seat().team
    Settings(quiet=days).keep(team)
    channel = Channel("T1", "C1", "support", said_at=said_at, asked_at=asked_at)

    assert is_channel_quiet(team, channel, LATER) is quiet
