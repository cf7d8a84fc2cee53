"""Counts of a leader's week: which one-on-ones, follow-ups and endings belong to it, on both databases."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.weekly import queries
from bot.features.weekly.rules import Ahead
from bot.followups import queries as followups
from bot.followups.models import Followup, Kind, Reason, State
from bot.followups.rules import Step
from bot.meetings.models import Kind as MeetingKind
from bot.meetings.models import Meeting, Series
from bot.meetings.models import State as MeetingState
from bot.org import people
from bot.org.people import Person
from bot.org.teams.models import Team
from tests.conftest import TUESDAY

DAY = timedelta(days=1)
SINCE, UNTIL = TUESDAY - 4 * DAY, TUESDAY + 3 * DAY
TODAY = UNTIL.date()


async def maya(session: AsyncSession) -> Person:
    return await people.fetch_person(session, "T1", "UMAYA")


async def add_series(session: AsyncSession, team: Team, agent: str, due_on: date) -> Series:
    series = Series(team.workspace_id, team.id, "UMAYA", agent, "FREQ=WEEKLY", due_on, SINCE - 30 * DAY)
    session.add(series)
    await session.flush()
    return series


async def add_meeting(session: AsyncSession, team: Team, series: Series, state: MeetingState, **more: Any) -> None:
    values: dict[str, Any] = {
        "starts_at": TUESDAY,
        "minutes": 30,
        "made_at": SINCE,
        "series_id": series.id,
        "state": state,
    } | more
    session.add(
        Meeting(
            workspace_id=team.workspace_id, team_id=team.id, kind=MeetingKind.ONE_ON_ONE, organizer_id="UMAYA",
            attendee_id=series.agent_id, **values,
        )
    )  # fmt: skip
    await session.flush()


@pytest.mark.parametrize(
    ("due", "state", "more", "counts"),
    [
        (9, MeetingState.MET, {}, (1, 1)),
        (0, None, {}, (0, 1)),
        (2, None, {}, (0, 1)),
        (3, None, {}, (0, 0)),
        (-4, None, {}, (0, 1)),
        (-5, None, {}, (0, 0)),
        (9, MeetingState.MISSED, {}, (0, 1)),
        (0, MeetingState.MISSED, {"is_confirmed": False}, (0, 0)),
        (0, MeetingState.MET, {"is_confirmed": False}, (0, 0)),
        (0, MeetingState.PLANNED, {"starts_at": UNTIL + DAY}, (0, 0)),
        (0, MeetingState.PLANNED, {}, (0, 0)),
        (0, MeetingState.REQUESTED, {}, (0, 0)),
        (9, MeetingState.SKIPPED, {}, (0, 0)),
        (9, MeetingState.MET, {"starts_at": SINCE}, (1, 1)),
        (9, MeetingState.MET, {"starts_at": SINCE - timedelta(minutes=1)}, (0, 0)),
        (9, MeetingState.MET, {"starts_at": UNTIL}, (0, 0)),
    ],
)
async def test_one_on_ones_count_if_they_were_held_missed_or_due_and_nothing_is_arranged(
    session: AsyncSession, team: Team, due: int, state: MeetingState | None, more: dict[str, Any],
    counts: tuple[int, int],
) -> None:  # fmt: skip
    series = await add_series(session, team, "UANA", TUESDAY.date() + due * DAY)
    if state:
        await add_meeting(session, team, series, state, **more)

    assert await queries.count_one_on_ones(session, await maya(session), SINCE, UNTIL) == counts


async def test_pair_that_met_twice_or_met_after_a_missed_one_counts_once(session: AsyncSession, team: Team) -> None:
    series = await add_series(session, team, "UANA", TUESDAY.date() + 9 * DAY)
    for state in (MeetingState.MISSED, MeetingState.MET, MeetingState.MET):
        await add_meeting(session, team, series, state)

    assert await queries.count_one_on_ones(session, await maya(session), SINCE, UNTIL) == (1, 1)


async def add_followup(session: AsyncSession, team: Team, kind: Kind, state: State, **more: Any) -> Followup:
    found = await followups.add(session, team, kind, "UANA", "the printer", state=state, now=SINCE - DAY)
    for name, value in more.items():
        setattr(found, name, value)
    await session.flush()
    return found


@pytest.mark.parametrize(
    ("kind", "state", "step", "by", "more", "is_counted"),
    [
        (Kind.ROADBLOCK, State.ANSWERED, Step.ANSWER, "UMAYA", {}, True),
        (Kind.ROADBLOCK, State.CLOSED, Step.ANSWER, "UMAYA", {"closed_at": TUESDAY, "reason": Reason.DONE}, True),
        (Kind.IDEA, State.CLOSED, Step.CLOSE, "UMAYA", {"closed_at": TUESDAY, "reason": Reason.DECLINED}, True),
        (Kind.IDEA, State.CLOSED, Step.CLOSE, "UTOM", {"closed_at": TUESDAY, "reason": Reason.DONE}, False),
        (Kind.PROMISE, State.ANSWERED, Step.ANSWER, "UMAYA", {}, True),
        (Kind.PROMISE, State.CLOSED, Step.ANSWER, "UMAYA", {"closed_at": TUESDAY, "reason": Reason.DONE}, True),
        (Kind.PROMISE, State.CLOSED, Step.CLOSE, "UMAYA", {"closed_at": TUESDAY, "reason": Reason.LET_GO}, False),
        (Kind.PROMISE, State.CLOSED, Step.CLOSE, "UMAYA", {"closed_at": TUESDAY, "reason": Reason.DECLINED}, False),
        (Kind.ROADBLOCK, State.OWNED, Step.ANSWER, "UMAYA", {}, False),
        (Kind.IDEA, State.CLOSED, Step.MERGE, "UMAYA", {"closed_at": TUESDAY, "reason": Reason.MERGED}, False),
        (Kind.PROMISE, State.CLOSED, Step.EXPIRE, None, {"closed_at": TUESDAY, "reason": Reason.DONE}, False),
    ],
)
async def test_followups_count_if_the_leader_ended_them_and_they_are_still_ended_and_promises_if_kept(
    session: AsyncSession, team: Team, kind: Kind, state: State, step: Step, by: str | None, more: dict[str, Any],
    is_counted: bool,
) -> None:  # fmt: skip
    found = await add_followup(session, team, kind, state, owner_id="UMAYA", **more)
    for _ in range(2):
        followups.record(session, found, step, by, now=TUESDAY)
    await session.flush()

    counts = await queries.count_closed(session, await maya(session), SINCE, UNTIL)
    assert counts == ({kind: 1} if is_counted else {})


@pytest.mark.parametrize("at", [SINCE - timedelta(minutes=1), UNTIL])
async def test_followup_ended_outside_the_week_does_not_count(session: AsyncSession, team: Team, at: Any) -> None:
    found = await add_followup(session, team, Kind.ROADBLOCK, State.ANSWERED, owner_id="UMAYA")
    followups.record(session, found, Step.ANSWER, "UMAYA", now=at)
    await session.flush()

    assert await queries.count_closed(session, await maya(session), SINCE, UNTIL) == {}


async def test_own_promises_and_the_teams_experiments_of_the_next_week_are_listed_by_day_and_nothing_late(
    session: AsyncSession, team: Team
) -> None:
    owned: dict[str, Any] = {"state": State.OWNED, "owner_id": "UMAYA"}
    for days in (-3, 0, 1, 7, 8):
        await add_followup(session, team, Kind.PROMISE, **owned, due_on=TODAY + days * DAY)
    await add_followup(session, team, Kind.PROMISE, State.OWNED, owner_id="UTOM", due_on=TODAY + 2 * DAY)
    await add_followup(session, team, Kind.PROMISE, State.CLOSED, owner_id="UMAYA", due_on=TODAY + 2 * DAY)
    await add_followup(session, team, Kind.ROADBLOCK, **owned, due_on=TODAY + 2 * DAY)
    await add_followup(session, team, Kind.IDEA, State.OWNED, owner_id="UTOM", experiment_ends_on=TODAY + 3 * DAY)
    leader, week = await maya(session), TODAY + 7 * DAY

    assert await queries.list_ahead(session, leader, [team.id], TODAY, week) == [
        Ahead(Kind.PROMISE, "the printer", TODAY + DAY),
        Ahead(Kind.IDEA, "the printer", TODAY + 3 * DAY),
        Ahead(Kind.PROMISE, "the printer", week),
    ]
    assert Kind.IDEA not in {each.kind for each in await queries.list_ahead(session, leader, [], TODAY, week)}
