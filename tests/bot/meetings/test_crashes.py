"""Fault injection: a crash at any SQL statement of a meeting action leaves no partial effect.

Slack redelivers requests that were not acked, and jobs stay due until they succeed, so every action is retried. After
the retry, meetings, scheduled jobs and messages must be the same as without a crash. When two people answer at the same
time, one succeeds, and the other gets a refusal.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import delete, event, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from bot.clock import Clock
from bot.db.models import Base
from bot.db.sessions import Database
from bot.errors import Refusal
from bot.features.one_on_ones import queries
from bot.features.shadowing.wrap_ups import WrapUp
from bot.features.visits.models import Debrief
from bot.features.visits.rules import DebriefAnswers
from bot.followups.models import Event, Followup
from bot.meetings import models
from bot.meetings.models import Kind, Meeting, Series, State
from bot.org.teams.models import Team
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About, ScheduledJob
from bot.scheduler.worker import SchedulerWorker
from bot.slack.dispatcher import Actor
from bot.slack.inbox import Duplicate, Sessions
from bot.slack.outbox.models import Method, Outgoing
from bot.workflows import shadowing, visits
from bot.workflows.meetings import bookings, outcomes, updates
from bot.workflows.one_on_ones import bookings as pairs
from bot.workflows.one_on_ones import outcomes as pair_outcomes
from schedules.registry import JOBS
from tests import databases, lock_order
from tests.bot.meetings.team_setup import LEADERS, SPONSOR, set_up_team
from tests.conftest import TUESDAY
from tests.databases import Place

AT = TUESDAY + timedelta(days=1)
LATER = AT + timedelta(hours=4)
OVER = None
"""Marks actions that run an hour after the planned end of the meeting."""
MAYA, BEN, ELI = (Actor("T1", id) for id in (*LEADERS, SPONSOR))
WRITTEN = WrapUp("much", "two logins", (AT + timedelta(days=9)).date(), ["tools"])
TOLD = DebriefAnswers("laughs", "two logins", "one login", (AT + timedelta(days=9)).date(), ["tools"])
WRITES = re.compile(r"^(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)")
BOUNDS = ("SAVEPOINT", "ROLLBACK", "RELEASE")
"""Statements that begin or end a nested transaction."""

Act = Callable[[AsyncSession, Meeting | None, datetime], Awaitable[object]]
Prepare = Callable[[AsyncSession], Awaitable[Meeting | None]]
NUMBERED = [model.__tablename__ for model in (Meeting, Debrief, Followup, Event)]
STRIDE = 12
"""Simulate a crash at every twelfth statement; with `--every-pair`, at every statement."""


class Died(Exception):
    """Raised to simulate a crash of the process."""


@dataclass
class Statements:
    """Count the SQL statements of transactions, and raise `Died` at the given one."""

    dies_at: int = 0
    seen: int = 0
    written: set[str] = field(default_factory=set)

    def __call__(self, *args: Any) -> None:
        statement: str = args[2]
        if statement.startswith(BOUNDS):
            return
        self.seen += 1
        if self.seen == self.dies_at:
            raise Died
        self.written.update(WRITES.findall(statement))


@contextmanager
def counted(database: Database, dies_at: int = 0) -> Iterator[Statements]:
    statements, engine = Statements(dies_at), database.writer.sync_engine
    event.listen(engine, "before_cursor_execute", statements)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", statements)


async def ask(session: AsyncSession, kind: Kind, at: datetime = AT) -> Meeting:
    """Request a meeting: Maya proposes times to Ana, Ben asks to shadow Ana, or Eli requests a visit."""
    match kind:
        case Kind.ONE_ON_ONE:
            series = await session.scalar(select(Series).where(Series.leader_id == MAYA.person_id).order_by(Series.id))
            assert series
            await pairs.propose(session, MAYA, series.id, 0, now=TUESDAY)
            return (await session.scalars(select(Meeting).where(Meeting.series_id == series.id))).one()
        case Kind.SHADOWING:
            return (await shadowing.request_session(session, BEN, "UANA", at, is_picked=True, now=TUESDAY))[1]
        case Kind.VISIT:
            return (await visits.request_visit(session, ELI, 1, at, now=TUESDAY))[1]


async def agree(session: AsyncSession, meeting: Meeting) -> None:
    if meeting.kind == Kind.ONE_ON_ONE:
        await pairs.plan_at_picked_time(session, attendee(meeting), meeting.id, meeting.starts_at, now=TUESDAY)
    else:
        await bookings.accept(session, attendee(meeting), meeting.id, now=TUESDAY)


def attendee(meeting: Meeting) -> Actor:
    return Actor("T1", meeting.attendee_id)


def organizer(meeting: Meeting) -> Actor:
    return Actor("T1", meeting.organizer_id)


def asked(kind: Kind) -> Prepare:
    return lambda session: ask(session, kind)


def countered(kind: Kind) -> Prepare:
    async def prepare(session: AsyncSession) -> Meeting:
        meeting = await ask(session, kind)
        await bookings.suggest_time(session, attendee(meeting), meeting.id, LATER, now=TUESDAY)
        return meeting

    return prepare


def planned(kind: Kind) -> Prepare:
    async def prepare(session: AsyncSession) -> Meeting:
        meeting = await ask(session, kind)
        await agree(session, meeting)
        return meeting

    return prepare


async def nothing(session: AsyncSession) -> None:
    """Prepare nothing: no meeting exists yet."""


def by(who: Callable[[Meeting], Actor], act: Callable[..., Awaitable[object]], *said: Any) -> Act:
    async def do(session: AsyncSession, meeting: Meeting | None, now: datetime) -> object:
        assert meeting
        return await act(session, who(meeting), meeting.id, *said, now=now)

    return do


async def pick(session: AsyncSession, meeting: Meeting | None, now: datetime) -> None:
    assert meeting
    await pairs.plan_at_picked_time(session, attendee(meeting), meeting.id, meeting.times[-1], now=now)


async def record_met(session: AsyncSession, meeting: Meeting | None, now: datetime) -> None:
    (series, *_) = await session.scalars(select(Series).where(Series.leader_id == MAYA.person_id).order_by(Series.id))
    pair = await queries.find_pair_with(session, "T1", *series.pair)
    await pair_outcomes.record_met(session, pair, MAYA.person_id, "", now)


def of_series(act: Callable[..., Awaitable[object]], *said: Any) -> Act:
    async def do(session: AsyncSession, meeting: Meeting | None, now: datetime) -> object:
        theirs = select(Series.id).where(Series.leader_id == MAYA.person_id).order_by(Series.id)
        return await act(session, MAYA, await session.scalar(theirs), 0, *said, now=now)

    return do


async def request_session(session: AsyncSession, meeting: Meeting | None, now: datetime) -> None:
    await shadowing.request_session(session, BEN, "UANA", None, now=now)


async def request_visit(session: AsyncSession, meeting: Meeting | None, now: datetime) -> None:
    await visits.request_visit(session, ELI, 1, AT, now=now)


async def save_wrap_up(session: AsyncSession, meeting: Meeting | None, now: datetime) -> None:
    await shadowing.save_wrap_up(session, BEN, meeting.id if meeting else 0, "UANA", WRITTEN, now=now)


KINDS = list(Kind)
ACTS: list[tuple[str, Prepare, Act, datetime | None]] = [
    *((f"decline-{kind}", asked(kind), by(attendee, bookings.decline), TUESDAY) for kind in KINDS),
    *((f"suggest-{kind}", asked(kind), by(attendee, bookings.suggest_time, LATER), TUESDAY) for kind in KINDS),
    *((f"accept-{kind}", countered(kind), by(organizer, bookings.accept), TUESDAY) for kind in KINDS),
    *((f"cancel-{kind}", planned(kind), by(attendee, bookings.cancel), TUESDAY) for kind in KINDS),
    *((f"miss-{kind}", planned(kind), by(organizer, outcomes.mark_missed), OVER) for kind in KINDS),
    *((f"agree-{kind}", asked(kind), by(attendee, bookings.accept), TUESDAY) for kind in KINDS[1:]),
    *((f"replan-{kind}", planned(kind), by(organizer, bookings.suggest_time, LATER), TUESDAY) for kind in KINDS[1:]),
    ("pick", asked(Kind.ONE_ON_ONE), pick, TUESDAY),
    ("move", planned(Kind.ONE_ON_ONE), by(attendee, pairs.move_meeting, LATER), TUESDAY),
    ("others", countered(Kind.ONE_ON_ONE), by(organizer, pairs.propose_others), TUESDAY),
    ("met", planned(Kind.ONE_ON_ONE), by(organizer, outcomes.record, State.MET), OVER),
    ("propose", nothing, of_series(pairs.propose), TUESDAY),
    ("plan", nothing, of_series(pairs.record_plan, LATER), TUESDAY),
    ("plan what was asked", asked(Kind.ONE_ON_ONE), of_series(pairs.record_plan, LATER), TUESDAY),
    ("skip", planned(Kind.ONE_ON_ONE), of_series(pair_outcomes.skip), TUESDAY),
    ("met unplanned", nothing, record_met, TUESDAY),
    ("met sooner", planned(Kind.ONE_ON_ONE), record_met, TUESDAY),
    ("session", nothing, request_session, TUESDAY),
    ("wrap-up", planned(Kind.SHADOWING), save_wrap_up, OVER),
    ("wrap-up unplanned", nothing, save_wrap_up, TUESDAY),
    ("visit", nothing, request_visit, TUESDAY),
    ("debrief", planned(Kind.VISIT), by(organizer, visits.save_debrief, TOLD), OVER),
]

DUE: list[tuple[str, Prepare, JobName]] = [
    *((f"expire-{kind}", countered(kind), updates.EXPIRE) for kind in KINDS),
    *((f"remind-{kind}", planned(kind), updates.REMIND) for kind in KINDS),
    *((f"ask-{kind}", planned(kind), updates.ASK) for kind in KINDS),
    *((f"again-{kind}", planned(kind), outcomes.ASK_AGAIN) for kind in KINDS),
    *((f"assume-{kind}", planned(kind), outcomes.ASSUME) for kind in KINDS),
    ("answer", asked(Kind.ONE_ON_ONE), updates.REMIND_TO_ANSWER),
    ("pass on", asked(Kind.VISIT), updates.PASS_ON),
    ("renew", asked(Kind.ONE_ON_ONE), updates.RENEW_TIMES),
]


def table_of(cases: Sequence[tuple[Any, ...]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", [pytest.param(case[1:], id=case[0].replace("-", " ")) for case in cases])


@dataclass
class Case:
    """An action that is run and rolled back many times in its own database."""

    connection: AsyncConnection
    database: Database
    do: Callable[[], Awaitable[object]]
    is_long: bool

    async def check_every_crash(self) -> None:
        """Assert that a crash at any statement leaves all effects or none, and that a retry completes the action."""
        await self._rewind()
        async with self._undone():
            with counted(self.database) as whole:
                await self.do()
            last, tables = whole.seen, sorted(whole.written)
            expected = await self._rows(tables)
            await self.do()
            assert await self._rows(tables) == expected
        before = await self._rows(tables)
        assert before != expected
        for nth in range(1, last + 1) if self.is_long else range(1 + last % STRIDE, last + 1, STRIDE):
            async with self._undone():
                with counted(self.database, nth), pytest.raises(Died):
                    await self.do()
                assert await self._rows(tables) in (before, expected), nth
                await self._rewind()
                await self.do()
                assert await self._rows(tables) == expected, nth

    @asynccontextmanager
    async def _undone(self) -> AsyncIterator[None]:
        savepoint = await self.connection.begin_nested()
        yield
        await savepoint.rollback()
        await self._rewind()

    async def _rewind(self) -> None:
        """Reset the sequences of IDs, which PostgreSQL does not roll back."""
        for table in NUMBERED if not self.database.is_sqlite else ():
            next_id = f"(SELECT coalesce(max(id), 0) + 1 FROM {table})"
            await self.connection.execute(text(f"SELECT setval('{table}_id_seq', {next_id}, false)"))

    async def _rows(self, tables: list[str]) -> dict[str, list[str]]:
        """Return the decrypted rows of the tables, without row IDs and delivery IDs."""
        rows = {}
        for name in tables:
            table = Base.metadata.tables[name]
            which = [column for column in table.c if column.key not in ("id", "delivery")]
            found = (await self.connection.execute(select(*which))).all()
            rows[name] = sorted(str([self._readable(value) for value in row]) for row in found)
        return rows

    def _readable(self, value: Any) -> Any:
        return self.database.vault.decrypt(value) if isinstance(value, bytes) else value


@pytest.fixture
async def connection(harbour: Place) -> AsyncIterator[tuple[AsyncConnection, Database]]:
    """Open a connection whose transaction is never committed, and give every meeting the same UUID."""
    database = databases.at(harbour.url, harbour.folder)
    with patch.object(models, "uuid4", lambda: "one"):
        async with database.writer.connect() as connection:
            await connection.begin()
            yield connection, databases.RolledBack(database, connection)
            await connection.rollback()
    await database.close()


@pytest.fixture
def is_long(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("every_pair"))


async def begin(database: Database, prepare: Prepare) -> Meeting | None:
    async with database.begin() as session:
        session.info[lock_order.MANY_ACTS] = True
        await set_up_team(session)
        return await prepare(session)


class Worker(SchedulerWorker):
    """A scheduler worker that re-raises exceptions of jobs instead of recording them, as if the process had crashed."""

    async def _record_failure(self, scheduled_id: int, due_at: datetime, now: datetime, error: Exception) -> None:
        raise error


@table_of(ACTS)
async def test_meeting_action_redelivered_after_a_crash_takes_effect_exactly_once(
    connection: tuple[AsyncConnection, Database], is_long: bool, case: tuple[Prepare, Act, datetime | None]
) -> None:
    (connected, database), (prepare, act, at) = connection, case
    meeting = await begin(database, prepare)
    now = at or over(meeting)

    async def deliver() -> None:
        with suppress(Duplicate):
            async with Sessions(database, "T1", "delivery", now).begin() as session:
                await act(session, meeting, now)

    await Case(connected, database, deliver, is_long).check_every_crash()


@table_of(DUE)
async def test_meeting_job_retried_after_a_crash_takes_effect_exactly_once(
    connection: tuple[AsyncConnection, Database], is_long: bool, case: tuple[Prepare, JobName]
) -> None:
    (connected, database), (prepare, job) = connection, case
    meeting = await begin(database, prepare)
    assert meeting
    due = await keep_only_job(database, job, meeting)
    worker = Worker(database, Clock(lambda: due), JOBS)
    await Case(connected, database, worker.tick, is_long).check_every_crash()


async def keep_only_job(database: Database, job: JobName, meeting: Meeting) -> datetime:
    """Delete all scheduled jobs but this one, and return when it is due."""
    async with database.begin() as session:
        await session.execute(delete(ScheduledJob).where(ScheduledJob.job != job))
        due = await session.scalar(select(func.min(ScheduledJob.due_at)))
        if due is None:
            due, team = over(meeting), await session.get_one(Team, meeting.team_id)
            await scheduler.put_about(session, job, team, About("meeting", meeting.id), due_at=due, now=TUESDAY)
    return due


def over(meeting: Meeting | None) -> datetime:
    assert meeting
    return meeting.span[1] + timedelta(hours=1)


async def pass_on(session: AsyncSession, meeting: Meeting | None, now: datetime) -> None:
    assert meeting
    await bookings.ask_next_attendee(session, updates.question_key(meeting), now=now)


YES, NO, OFF = (by(attendee, act) for act in (bookings.accept, bookings.decline, bookings.cancel))


@pytest.mark.own_database
@pytest.mark.parametrize("template", ["postgresql"], indirect=True)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "ways",
    [(YES, YES), (YES, NO), (NO, YES), (NO, NO), (OFF, OFF), (pick, pick), (pick, NO), (pass_on, YES), (NO, pass_on)],
    ids=["yes yes", "yes no", "no yes", "no no", "off off", "pick pick", "pick no", "silence yes", "no silence"],
)
async def test_one_of_two_concurrent_answers_to_a_meeting_request_is_refused(
    database: Database, team: Team, kind: Kind, ways: tuple[Act, Act]
) -> None:
    meeting = await begin(database, lambda session: ask(session, kind))

    async def answer(act: Act) -> bool:
        try:
            async with database.begin() as session:
                await act(session, meeting, TUESDAY)
        except Refusal:
            return False
        return True

    counted = await asyncio.gather(*(answer(act) for act in ways))
    async with database.reading() as session:
        (after,) = (await session.scalars(select(Meeting))).all()
        files = (await session.scalars(select(Outgoing.conversation).where(Outgoing.method == Method.FILE))).all()
    assert any(counted)
    assert pass_on in ways or counted.count(True) == 1
    assert after.is_open == (after.ended_at is None)
    is_planned = after.state == State.PLANNED
    assert sorted(files) == (sorted([after.organizer_id, after.attendee_id]) if is_planned else [])
    assert after.sequence == (not is_planned)
