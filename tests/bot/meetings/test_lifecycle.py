"""Hypothesis state machine of meetings: nobody is double-booked and each meeting ends once, whatever the order.

Two leaders, a sponsor and three agents of a team act through the workflows. Time passes, jobs run on time or late, and
the outbox is sent. After each step, invariants are checked over meetings of all kinds. A refusal is a valid answer.
`pytest --every-pair` runs more and longer examples, with a random seed.
"""

import asyncio
from base64 import b64decode
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from icalendar import Calendar
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from bot.cli import process
from bot.clock import Clock
from bot.db.sessions import Database
from bot.errors import Refusal
from bot.features.one_on_ones import queries
from bot.features.shadowing.wrap_ups import WrapUp
from bot.features.visits.rules import DebriefAnswers
from bot.meetings.models import NOT_HELD, OPEN, WAITING, Kind, Meeting, Series, State
from bot.scheduler.models import ScheduledJob
from bot.scheduler.worker import SchedulerWorker
from bot.slack.dispatcher import Actor
from bot.slack.outbox.models import Card, Method, Outgoing
from bot.slack.outbox.models import State as Sending
from bot.slack.outbox.queries import decrypt_payload
from bot.workflows import shadowing, visits
from bot.workflows.meetings import bookings, outcomes
from bot.workflows.one_on_ones import bookings as pairs
from bot.workflows.one_on_ones import outcomes as pair_outcomes
from schedules.registry import JOBS
from tests import databases
from tests.bot.meetings.team_setup import AGENTS, LEADERS, SPONSOR, set_up_team
from tests.conftest import TUESDAY

FEW, MANY = (4, 30), (30, 40)
"""The number of Hypothesis examples, and the number of steps in each."""
PHASES = [Phase.generate, Phase.shrink]
"""Phases of Hypothesis; the explain phase is left out because it traces every line and takes minutes."""
WRITTEN, TOLD = WrapUp("much", themes=["tools"]), DebriefAnswers("laughs", themes=["tools"])
Act = Callable[[AsyncSession, datetime], Awaitable[object]]
WHO = some.sampled_from(["organizer", "attendee"] * 4 + ["someone"])
NTH = some.integers(0, 3)
LEADER, AGENT = some.sampled_from(LEADERS), some.sampled_from(AGENTS)
THEIRS = some.sampled_from([""] * 4 + ["UBEN"])
"""A leader's ID; an empty one stands for the agent's own leader."""
AT = some.tuples(some.integers(0, 2), some.sampled_from([(10, 0), (10, 15), (10, 30), (11, 0), (15, 0)]))
"""Days from today, and the time on that day."""
PAUSE = some.sampled_from([timedelta(minutes=20), timedelta(hours=1), timedelta(hours=5), timedelta(days=1)])


@dataclass(frozen=True)
class File:
    """An invitation file sent to one person."""

    uid: str
    reader: str
    status: str
    sequence: int
    starts_at: datetime


@dataclass(frozen=True)
class Seen:
    """The state of a meeting after a step."""

    state: State
    starts_at: datetime
    sequence: int
    is_invited: bool
    is_confirmed: bool
    ended_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


def seen(meeting: Meeting) -> Seen:
    names = ("starts_at", "sequence", "is_invited", "is_confirmed", "ended_at")
    return Seen(State(meeting.state), *(getattr(meeting, name) for name in names))


class MeetingMachine(RuleBasedStateMachine):
    """Run random actions on a team's meetings, and roll them back at the end."""

    def __init__(self, runner: asyncio.Runner, database: Database, connection: AsyncConnection) -> None:
        super().__init__()
        self.run, self.connection, self.now = runner.run, connection, TUESDAY
        self.database = databases.RolledBack(database, connection)
        self.worker = SchedulerWorker(self.database, Clock(lambda: self.now), JOBS)
        self.meetings: list[Meeting] = []
        self.before: dict[int, Seen] = {}
        self.files: dict[int, File] = {}
        self.run(self._begin())
        self.propose("", "UANA")
        self.request_session("UBEN", "UFAY", (1, (10, 0)), True)
        self.request_visit((1, (10, 15)))

    async def _begin(self) -> None:
        await self.connection.begin()
        async with self.database.begin() as session:
            await set_up_team(session)

    def teardown(self) -> None:
        self.run(self.connection.rollback())

    # Actions of people.

    @rule(nth=NTH)
    def agree(self, nth: int) -> None:
        """Accept the meeting as the person who is asked."""
        meeting = self.find(nth)
        if meeting and meeting.state == State.COUNTERED:
            self.answer(bookings.accept, nth, "organizer")
        elif meeting and meeting.kind == Kind.ONE_ON_ONE:
            self.answer(pairs.plan_at_picked_time, nth, "attendee", meeting.times[-1])
        else:
            self.answer(bookings.accept, nth, "attendee")

    @rule(nth=NTH, who=WHO)
    def accept(self, nth: int, who: str) -> None:
        self.answer(bookings.accept, nth, who)

    @rule(nth=NTH, who=WHO)
    def decline(self, nth: int, who: str) -> None:
        self.answer(bookings.decline, nth, who)

    @rule(nth=NTH, who=WHO)
    def cancel(self, nth: int, who: str) -> None:
        self.answer(bookings.cancel, nth, who)

    @rule(nth=NTH, who=WHO, at=AT)
    def suggest_time(self, nth: int, who: str, at: tuple[int, tuple[int, int]]) -> None:
        self.answer(bookings.suggest_time, nth, who, self.at(at))

    @rule(nth=NTH, who=WHO)
    def mark_missed(self, nth: int, who: str) -> None:
        self.answer(outcomes.mark_missed, nth, who)

    @rule(nth=NTH, who=WHO, state=some.sampled_from([State.MET, State.MISSED, State.SKIPPED]))
    def record(self, nth: int, who: str, state: State) -> None:
        self.answer(outcomes.record, nth, who, state, kind=Kind.ONE_ON_ONE)

    @rule(leader=THEIRS, agent=AGENT)
    def propose(self, leader: str, agent: str) -> None:
        self.of_pair(pairs.propose, leader, agent, 0)

    @rule(nth=NTH, who=WHO)
    def propose_others(self, nth: int, who: str) -> None:
        self.answer(pairs.propose_others, nth, who, kind=Kind.ONE_ON_ONE)

    @rule(nth=NTH, who=WHO, choice=some.integers(0, 2))
    def pick(self, nth: int, who: str, choice: int) -> None:
        meeting = self.find(nth, Kind.ONE_ON_ONE)
        if meeting:
            self.answer(
                pairs.plan_at_picked_time, nth, who, meeting.times[choice % len(meeting.times)], kind=Kind.ONE_ON_ONE
            )

    @rule(nth=NTH, who=WHO, at=AT)
    def move(self, nth: int, who: str, at: tuple[int, tuple[int, int]]) -> None:
        self.answer(pairs.move_meeting, nth, who, self.at(at), kind=Kind.ONE_ON_ONE)

    @rule(leader=THEIRS, agent=AGENT, at=AT)
    def record_plan(self, leader: str, agent: str, at: tuple[int, tuple[int, int]]) -> None:
        self.of_pair(pairs.record_plan, leader, agent, 0, self.at(at))

    @rule(leader=THEIRS, agent=AGENT)
    def skip(self, leader: str, agent: str) -> None:
        self.of_pair(pair_outcomes.skip, leader, agent, 0)

    @rule(leader=LEADER, agent=AGENT)
    def record_met(self, leader: str, agent: str) -> None:
        async def act(session: AsyncSession, now: datetime) -> object:
            pair = await queries.find_pair_with(session, "T1", leader, agent)
            return await pair_outcomes.record_met(session, pair, leader, "", now)

        self.do(act)

    @rule(leader=LEADER, agent=AGENT, at=some.none() | AT, is_picked=some.booleans())
    def request_session(self, leader: str, agent: str, at: tuple[int, tuple[int, int]] | None, is_picked: bool) -> None:
        self.do(
            lambda session, now: shadowing.request_session(
                session, Actor("T1", leader), agent, at and self.at(at), is_picked=is_picked, now=now
            )
        )

    @rule(nth=some.none() | NTH, leader=LEADER, agent=AGENT)
    def save_wrap_up(self, nth: int | None, leader: str, agent: str) -> None:
        meeting = self.find(nth, Kind.SHADOWING) if nth is not None else None
        by, id = (meeting.organizer_id, meeting.id) if meeting else (leader, 0)
        self.do(lambda session, now: shadowing.save_wrap_up(session, Actor("T1", by), id, agent, WRITTEN, now=now))

    @rule(at=AT)
    def request_visit(self, at: tuple[int, tuple[int, int]]) -> None:
        self.do(lambda session, now: visits.request_visit(session, Actor("T1", SPONSOR), 1, self.at(at), now=now))

    @rule(nth=NTH, who=WHO)
    def save_debrief(self, nth: int, who: str) -> None:
        self.answer(visits.save_debrief, nth, who, TOLD, kind=Kind.VISIT)

    # Time, jobs and the outbox.

    @rule(pause=PAUSE)
    def pass_time(self, pause: timedelta) -> None:
        """Let time pass and run each job when it is due."""
        until = self.now + pause
        while (due := self.run(self.worker.next_at())) and due <= until:
            self.now = max(self.now, due)
            self.run_jobs()
        self.now = until

    @rule(pause=PAUSE)
    def pass_time_while_down(self, pause: timedelta) -> None:
        """Let time pass without running jobs, as if the bot were down."""
        self.now += pause

    @rule()
    def catch_up(self) -> None:
        self.run_jobs()

    @rule()
    def send(self) -> None:
        self.run(_send(self.database, self.now))

    def run_jobs(self) -> None:
        self.run(self.worker.tick())
        self.check_meetings()

    # Helpers.

    def at(self, when: tuple[int, tuple[int, int]]) -> datetime:
        days, (hour, minute) = when
        return self.now.replace(hour=hour, minute=minute) + timedelta(days=days)

    def find(self, nth: int, kind: Kind | None = None) -> Meeting | None:
        """Return the nth newest meeting of a kind; `nth` wraps around."""
        those = [each for each in self.meetings if kind in (None, each.kind)]
        return those[-1 - nth % len(those)] if those else None

    def answer(
        self, act: Callable[..., Awaitable[object]], nth: int, who: str, *said: Any, kind: Kind | None = None
    ) -> None:
        meeting = self.find(nth, kind)
        if meeting:
            by = Actor("T1", {"organizer": meeting.organizer_id, "attendee": meeting.attendee_id}.get(who, "UBEN"))
            self.do(lambda session, now: act(session, by, meeting.id, *said, now=now))

    def of_pair(self, act: Callable[..., Awaitable[object]], leader: str, agent: str, *said: Any) -> None:

        async def do(session: AsyncSession, now: datetime) -> object:
            series = await session.scalar(select(Series).where(Series.agent_id == agent))
            assert series
            return await act(session, Actor("T1", leader or series.leader_id), series.id, *said, now=now)

        self.do(do)

    def do(self, act: Act) -> None:
        self.run(_do(self.database, act, self.now))
        self.check_meetings()

    def check_meetings(self) -> None:
        """Read meetings and files, and check the invariants."""
        self.meetings, files = self.run(_read(self.database, [*self.files]))
        self.files.update(files)
        now = {each.id: seen(each) for each in self.meetings}
        check_no_double_booking(self.meetings)
        check_one_open_meeting(self.meetings)
        for id, after in now.items():
            check_sequence(self.before.get(id), after)
            check_single_end(self.before.get(id), after)
        assert now.keys() >= self.before.keys()
        for meeting in self.meetings:
            check_calendars(meeting, [file for file in self.files.values() if file.uid == meeting.uid])
        assert {file.uid for file in self.files.values()} <= {each.uid for each in self.meetings}
        self.before = now


def check_no_double_booking(meetings: list[Meeting]) -> None:
    """Assert that nobody has two planned meetings at the same time."""
    planned = [each for each in meetings if each.state == State.PLANNED]
    for one, other in combinations(planned, 2):
        if {one.organizer_id, one.attendee_id} & {other.organizer_id, other.attendee_id}:
            assert one.span[1] <= other.span[0] or other.span[1] <= one.span[0], (one, other)


def check_one_open_meeting(meetings: list[Meeting]) -> None:
    """Assert that two people have at most one open meeting of a kind in a team."""
    open_ones = Counter(
        (each.team_id, each.kind, frozenset([each.organizer_id, each.attendee_id])) for each in meetings if each.is_open
    )
    assert not open_ones or max(open_ones.values()) == 1, open_ones


def check_sequence(before: Seen | None, after: Seen) -> None:
    """Assert that the iCalendar sequence rises with each new time or end, which calendars and reminders rely on."""
    if before is None:
        return
    is_moved = before.starts_at != after.starts_at and (
        before.is_invited or before.state == after.state == State.PLANNED
    )
    is_over = before.is_open and not after.is_open and before.is_invited
    assert after.sequence >= before.sequence + (is_moved or is_over), (before, after)


def check_single_end(before: Seen | None, after: Seen) -> None:
    """Assert that an ended meeting stays ended.

    A person may correct an assumed outcome once. A missed session may once be recorded as met after all.
    """
    assert after.is_open == (after.ended_at is None)
    if before is None or before.is_open or before == after:
        return
    assert after.is_confirmed, (before, after)
    assert before.state in (State.MET, State.MISSED)
    assert not before.is_confirmed or (before.state, after.state) == (State.MISSED, State.MET), (before, after)


def check_calendars(meeting: Meeting, files: list[File]) -> None:
    """Assert that the latest invitation file shows a planned meeting in both calendars, and no cancelled one.

    A past meeting stays in the calendars, unless it was recorded as met before its planned time.
    """
    latest = {file.reader: file for file in files}
    numbers = [[file.sequence for file in files if file.reader == reader] for reader in latest]
    assert numbers == [sorted(each) for each in numbers]
    if not meeting.is_invited:
        assert not files, meeting
        return
    assert latest.keys() == {meeting.organizer_id, meeting.attendee_id}
    for file in latest.values():
        if meeting.state == State.PLANNED:
            expected = ("CONFIRMED", meeting.sequence, meeting.starts_at)
            assert (file.status, file.sequence, file.starts_at) == expected, meeting
        elif meeting.state in WAITING:
            assert (file.status, file.sequence) == ("TENTATIVE", meeting.sequence), meeting
        elif file.status != "CANCELLED":
            assert meeting.ended_at
            assert meeting.state in (State.MET, State.MISSED, State.SKIPPED), meeting
            assert file.starts_at <= meeting.ended_at, (file, meeting)
        else:
            assert meeting.state in (*NOT_HELD, State.MET), meeting


async def _do(database: Database, act: Act, now: datetime) -> None:
    try:
        async with database.begin() as session:
            await act(session, now)
    except Refusal:
        return


async def _read(database: Database, known: list[int]) -> tuple[list[Meeting], dict[int, File]]:
    """Return all meetings and the new files, and assert that no job has failed."""
    async with database.reading() as session:
        assert not (await session.scalars(select(ScheduledJob.key).where(ScheduledJob.tries > 0))).all()
        meetings = (await session.scalars(select(Meeting).order_by(Meeting.id))).all()
        theirs = select(Outgoing).where(Outgoing.method == Method.FILE, Outgoing.id.not_in(known)).order_by(Outgoing.id)
        return list(meetings), {row.id: _file(row, database) for row in await session.scalars(theirs)}


def _file(row: Outgoing, database: Database) -> File:
    event: Any
    (event,) = Calendar.from_ical(b64decode(decrypt_payload(row, database.vault)["content"])).walk("VEVENT")
    uid, status = str(event["uid"]), str(event["status"])
    return File(uid, row.conversation, status, int(event["sequence"]), event["dtstart"].dt)


async def _send(database: Database, now: datetime) -> None:
    """Mark everything in the outbox as sent."""
    async with database.begin() as session:
        waiting = select(Outgoing).where(Outgoing.state == Sending.WAITING).order_by(Outgoing.id)
        for row in (await session.scalars(waiting)).all():
            row.finish(Sending.SENT, now)
            if row.card and row.method == Method.DELETE:
                await session.execute(delete(Card).where(Card.name == row.card))
            elif row.card:
                await session.merge(Card("T1", row.card, "D1", "1.0"))


def test_random_actions_never_double_book_anybody_or_end_a_meeting_twice(
    harbour: databases.Place, request: pytest.FixtureRequest
) -> None:
    is_long = request.config.getoption("every_pair")
    courses, steps = MANY if is_long else FEW
    database = databases.at(harbour.url, harbour.folder)
    with asyncio.Runner(loop_factory=process.new_loop) as runner:
        runner.run(_start(connection := database.writer.connect()))
        try:
            run_state_machine_as_test(
                partial(MeetingMachine, runner, database, connection),  # type: ignore[arg-type]
                settings=settings(
                    max_examples=courses, stateful_step_count=steps, deadline=None, database=None,
                    derandomize=not is_long, suppress_health_check=list(HealthCheck), phases=PHASES,
                ),
            )  # fmt: skip
        finally:
            runner.run(connection.close())
            runner.run(database.close())


async def _start(connection: AsyncConnection) -> None:
    await connection
