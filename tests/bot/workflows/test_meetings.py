"""Meetings of all kinds: permissions, no double bookings, and a single recorded outcome."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import Database
from bot.errors import AnswerTooLate, Refusal
from bot.meetings.models import Kind, Meeting, Series, State
from bot.meetings.queries import find_busy, lock_own_meeting
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.scheduler.models import About, ScheduledJob
from bot.slack.dispatcher import Actor
from bot.slack.outbox.models import Outgoing
from bot.workflows.meetings import bookings as meetings_bookings
from bot.workflows.meetings import outcomes, updates
from bot.workflows.one_on_ones import bookings
from tests.conftest import TUESDAY

AT = TUESDAY + timedelta(days=1)
HALF_AN_HOUR = timedelta(minutes=30)
ORGANIZERS = {Kind.ONE_ON_ONE: "UMAYA", Kind.SHADOWING: "UBEN", Kind.VISIT: "UELI"}
ANA = Actor("T1", "UANA")


async def put(session: AsyncSession, team: Team, kind: Kind, at: datetime = AT, *, minutes: int = 45) -> Meeting:
    """Store a meeting request to Ana, whose leaders are Maya and Ben and whose sponsor is Eli."""
    team = await session.get_one(Team, team.id)
    team.sponsor_id = "UELI"
    await membership.set_leaders(session, team, leaders=["UMAYA", "UBEN"], now=TUESDAY)
    meeting = Meeting("T1", team.id, kind, ORGANIZERS[kind], "UANA", minutes, starts_at=at, made_at=TUESDAY)
    if kind == Kind.ONE_ON_ONE:
        series = Series("T1", team.id, "UMAYA", "UANA", rule="FREQ=WEEKLY", due_on=AT.date(), since=TUESDAY)
        session.add(series)
        await session.flush()
        meeting.series_id = series.id
        meeting.offer([at])
    session.add(meeting)
    await session.flush()
    return meeting


async def agree(session: AsyncSession, meeting_id: int) -> None:
    """Accept the meeting as Ana; for a one-on-one, pick the offered time."""
    meeting = await session.get_one(Meeting, meeting_id)
    if meeting.kind == Kind.ONE_ON_ONE:
        await bookings.plan_at_picked_time(session, ANA, meeting.id, meeting.starts_at, now=TUESDAY)
    else:
        await meetings_bookings.accept(session, ANA, meeting.id, now=TUESDAY)


PICK, SIT, HOST = 1, 2, 3


@pytest.fixture
async def asked(database: Database, team: Team) -> None:
    """Store three requests to Ana for overlapping times."""
    async with database.begin() as session:
        await put(session, team, Kind.ONE_ON_ONE, minutes=30)
        await put(session, team, Kind.SHADOWING)
        await put(session, team, Kind.VISIT, AT + timedelta(minutes=15))


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("ways", [(PICK, SIT), (SIT, PICK), (HOST, PICK), (HOST, SIT), (SIT, HOST), (PICK, SIT, HOST)])
@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.own_database
async def test_overlapping_meeting_requests_are_never_both_planned(
    database: Database, ways: tuple[int, ...], at_once: bool
) -> None:
    async def try_to_agree(way: int) -> None:
        try:
            async with database.begin() as session:
                await agree(session, way)
        except Refusal:
            return

    if at_once:
        await asyncio.gather(*(try_to_agree(way) for way in ways))
    else:
        for way in ways:
            await try_to_agree(way)
    async with database.reading() as session:
        spans = [
            each.span
            for each in await find_busy(session, "T1", select(Meeting.attendee_id), TUESDAY)
            if each.is_planned
        ]
    assert len(spans) >= 1
    assert not [one for one in spans for other in spans if one != other and one[0] < other[1] and other[0] < one[1]]
    assert spans.count((AT, AT + timedelta(minutes=45))) + spans.count((AT, AT + HALF_AN_HOUR)) <= 1


KINDS = pytest.mark.parametrize("kind", list(Kind))


@KINDS
async def test_only_organizer_and_attendee_have_access_to_a_meeting(
    session: AsyncSession, team: Team, kind: Kind
) -> None:
    meeting = await put(session, team, kind)
    for workspace_id, other in (("T1", "UGRACE"), ("T2", "UANA"), ("T2", ORGANIZERS[kind])):
        with pytest.raises(Refusal):
            await lock_own_meeting(session, workspace_id, other, meeting.id)
    for other in {*ORGANIZERS.values()} - {ORGANIZERS[kind]}:
        with pytest.raises(Refusal, match="already settled"):
            await meetings_bookings.cancel(session, Actor("T1", other), meeting.id, now=TUESDAY)
    assert meeting.state == State.REQUESTED


async def test_only_the_agent_can_suggest_another_one_on_one_time_and_only_once(
    session: AsyncSession, team: Team
) -> None:
    meeting, later = await put(session, team, Kind.ONE_ON_ONE), AT + timedelta(hours=1)
    with pytest.raises(Refusal):
        await meetings_bookings.suggest_time(session, Actor("T1", "UMAYA"), meeting.id, later, now=TUESDAY)
    assert (meeting.state, meeting.starts_at) == (State.REQUESTED, AT)

    await meetings_bookings.suggest_time(session, ANA, meeting.id, later, now=TUESDAY)
    with pytest.raises(AnswerTooLate):
        await meetings_bookings.suggest_time(session, ANA, meeting.id, later + HALF_AN_HOUR, now=TUESDAY)
    assert (meeting.state, meeting.starts_at) == (State.COUNTERED, later)


@KINDS
async def test_unanswered_meeting_request_expires_when_its_time_has_passed(
    session: AsyncSession, team: Team, kind: Kind
) -> None:
    meeting = await put(session, team, kind)
    await meetings_bookings.expire(session, meeting.id, now=AT)
    await session.flush()
    assert (meeting.state, meeting.ended_at, meeting.sequence) == (State.EXPIRED, AT, 1)

    await meetings_bookings.expire(session, meeting.id, now=AT + HALF_AN_HOUR)
    await session.flush()
    assert (meeting.state, meeting.ended_at, meeting.sequence) == (State.EXPIRED, AT, 1)


@KINDS
async def test_planned_meeting_does_not_expire(session: AsyncSession, team: Team, kind: Kind) -> None:
    meeting = await put(session, team, kind)
    await agree(session, meeting.id)
    await session.flush()
    await meetings_bookings.expire(session, meeting.id, now=AT)

    assert (meeting.state, meeting.starts_at, meeting.ended_at) == (State.PLANNED, AT, None)


@KINDS
@pytest.mark.parametrize("by_organizer", [True, False])
async def test_meeting_can_be_canceled_by_either_person_but_only_once(
    session: AsyncSession, team: Team, kind: Kind, by_organizer: bool
) -> None:
    meeting = await put(session, team, kind)
    await agree(session, meeting.id)
    await session.flush()
    by = Actor("T1", ORGANIZERS[kind]) if by_organizer else ANA
    await meetings_bookings.cancel(session, by, meeting.id, now=TUESDAY)
    await session.flush()
    with pytest.raises(Refusal, match="already settled"):
        await meetings_bookings.cancel(session, by, meeting.id, now=AT)

    assert (meeting.state, meeting.ended_at, meeting.sequence) == (State.CANCELLED, TUESDAY, 1)
    assert await jobs(session) == set()


async def jobs(session: AsyncSession) -> set[str]:
    await session.flush()
    return set(await session.scalars(select(ScheduledJob.job).where(ScheduledJob.job.startswith("meetings."))))


@KINDS
async def test_only_the_organizer_can_record_a_meetings_outcome_and_only_once(
    session: AsyncSession, team: Team, kind: Kind
) -> None:
    meeting = await put(session, team, kind)
    await agree(session, meeting.id)
    await session.flush()
    with pytest.raises(Refusal):
        await outcomes.record(session, ANA, meeting.id, State.MET, now=AT + HALF_AN_HOUR)
    assert meeting.state == State.PLANNED
    await outcomes.mark_missed(session, Actor("T1", ORGANIZERS[kind]), meeting.id, now=AT + HALF_AN_HOUR)
    await session.flush()
    with pytest.raises(Refusal, match="already settled"):
        await outcomes.record(session, Actor("T1", ORGANIZERS[kind]), meeting.id, State.MET, now=AT + HALF_AN_HOUR)
    await outcomes.assume_outcome(session, meeting.id, now=AT + HALF_AN_HOUR)

    assert (meeting.state, meeting.sequence, meeting.is_confirmed) == (State.MISSED, 1, True)


@pytest.mark.parametrize(
    ("kind", "state"),
    [(Kind.ONE_ON_ONE, State.MET), (Kind.SHADOWING, State.MISSED), (Kind.VISIT, State.MISSED)],
)
async def test_meeting_outcome_is_assumed_until_the_organizer_corrects_it(
    session: AsyncSession, team: Team, kind: Kind, state: State
) -> None:
    meeting = await put(session, team, kind)
    await agree(session, meeting.id)
    await session.flush()
    await outcomes.assume_outcome(session, meeting.id, now=AT + timedelta(days=2))
    await session.flush()
    assert (meeting.state, meeting.is_confirmed, meeting.lacks_outcome) == (state, False, True)

    await outcomes.mark_missed(session, Actor("T1", ORGANIZERS[kind]), meeting.id, now=AT + timedelta(days=2))
    assert (meeting.state, meeting.is_confirmed, meeting.lacks_outcome) == (State.MISSED, True, False)


@pytest.mark.parametrize("leader", ["UMAYA", "UBEN", None])
async def test_pair_has_last_met_when_it_did_before_a_one_on_one_that_was_assumed_but_missed(
    session: AsyncSession, team: Team, leader: str | None
) -> None:
    """The agent's last one-on-one may have been with a former leader."""
    meeting, before = await put(session, team, Kind.ONE_ON_ONE), TUESDAY - timedelta(days=7)
    for days, who, state in ((0, leader or "", State.MET), (1, "UMAYA", State.MISSED), (-7, "UMAYA", State.CANCELLED)):
        if who:
            at = before + timedelta(days=days)
            session.add(Meeting("T1", team.id, Kind.ONE_ON_ONE, who, "UANA", 30, at, TUESDAY, state=state))
    await agree(session, meeting.id)
    await outcomes.assume_outcome(session, meeting.id, now=AT + timedelta(days=2))
    series = await session.get_one(Series, meeting.series_id)
    assert series.met_on == AT.date()

    await outcomes.mark_missed(session, Actor("T1", "UMAYA"), meeting.id, now=AT + timedelta(days=2))
    assert series.met_on == (before.date() if leader else None)


@pytest.mark.parametrize("kind", [Kind.SHADOWING, Kind.VISIT])
async def test_meeting_that_was_never_accepted_has_no_outcome(session: AsyncSession, team: Team, kind: Kind) -> None:
    """An old card may still ask for the outcome of a planned meeting that was moved to a time nobody accepted."""
    meeting = await put(session, team, kind)
    meeting.is_invited = True
    await session.flush()
    organizer = Actor("T1", ORGANIZERS[kind])
    with pytest.raises(Refusal, match="already settled"):
        await outcomes.mark_missed(session, organizer, meeting.id, now=AT)
    await meetings_bookings.ask_next_attendee(session, About("meeting.0.0", meeting.id), now=AT)
    await session.flush()
    assert meeting.state == State.DECLINED
    with pytest.raises(Refusal, match="already settled"):
        await outcomes.mark_missed(session, organizer, meeting.id, now=AT)


@KINDS
async def test_accepted_meeting_sends_invitation_files_to_both_people_and_schedules_jobs(
    session: AsyncSession, team: Team, kind: Kind
) -> None:
    meeting = await put(session, team, kind)
    await agree(session, meeting.id)

    assert await jobs(session) == {updates.REMIND, updates.ASK}
    files = select(Outgoing.conversation).where(Outgoing.method.startswith("files."))
    assert set(await session.scalars(files)) == {ORGANIZERS[kind], "UANA"}


async def test_host_who_declined_a_visit_can_no_longer_answer(session: AsyncSession, team: Team) -> None:
    """A declined visit is passed to the next host; only that host may answer from then on."""
    meeting = await put(session, team, Kind.VISIT)
    await membership.set_leaders(session, await session.get_one(Team, team.id), leaders=["UMAYA"], now=TUESDAY)
    await session.flush()
    await meetings_bookings.decline(session, ANA, meeting.id, now=TUESDAY)
    await session.flush()
    assert (meeting.state, meeting.sequence, meeting.attendee_id == "UANA") == (State.REQUESTED, 1, False)
    for answer in (meetings_bookings.accept, meetings_bookings.decline, meetings_bookings.cancel):
        with pytest.raises(Refusal, match="already settled"):
            await answer(session, ANA, meeting.id, now=TUESDAY)

    await meetings_bookings.accept(session, Actor("T1", meeting.attendee_id), meeting.id, now=TUESDAY)
    assert meeting.state == State.PLANNED
