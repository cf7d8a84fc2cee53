"""Scenarios of meetings (book, move, cancel) that record the invitation files sent to both people."""

from base64 import b64decode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import vault_of
from bot.meetings.models import Kind, Meeting, Series, State
from bot.meetings.policy import POLICIES
from bot.meetings.queries import lock_meeting
from bot.org.availability.working_hours import Day, WorkingHoursSettings
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.dispatcher import Actor
from bot.slack.outbox.models import Method, Outgoing
from bot.slack.outbox.queries import decrypt_payload
from bot.workflows import shadowing, visits
from bot.workflows.meetings import bookings
from bot.workflows.one_on_ones import bookings as pairs
from tests.bot.meetings.team_setup import LEADERS, SPONSOR, set_up_team

TENTATIVE, CONFIRMED, CANCELLED = "TENTATIVE", "CONFIRMED", "CANCELLED"


@dataclass(frozen=True)
class Sent:
    """An invitation file, and what it should contain."""

    content: bytes
    status: str
    starts_at: datetime
    ends_at: datetime
    title: str
    names: tuple[str, str]


@dataclass
class Scenario:
    """A meeting from its request to its end, and the files sent to each person, in order."""

    session: AsyncSession
    kind: Kind
    zone: ZoneInfo
    now: datetime
    id: int = 0
    files: dict[str, list[Sent]] = field(default_factory=dict)
    _known: set[int] = field(default_factory=set)

    async def book(self, at: datetime) -> None:
        """Request a meeting for `at` and accept it; for a one-on-one, pick the last of the offered times."""
        match self.kind:
            case Kind.ONE_ON_ONE:
                series = await self.session.scalar(select(Series).where(Series.leader_id == LEADERS[0]))
                assert series
                await pairs.propose(self.session, Actor("T1", LEADERS[0]), series.id, 0, now=self.now)
                meeting = (await self.session.scalars(select(Meeting))).one()
                self.id, at = meeting.id, meeting.times[-1]
                await self.act(pairs.plan_at_picked_time, meeting.attendee_id, CONFIRMED, at, at)
                return
            case Kind.SHADOWING:
                ask = shadowing.request_session(
                    self.session, Actor("T1", LEADERS[1]), "UANA", at, is_picked=True, now=self.now
                )
            case Kind.VISIT:
                ask = visits.request_visit(self.session, Actor("T1", SPONSOR), 1, at, now=self.now)
        meeting = (await ask)[1]
        self.id = meeting.id
        await self.act(bookings.accept, meeting.attendee_id, CONFIRMED, at)

    async def move(self, at: datetime, *, by_attendee: bool) -> None:
        """Move a one-on-one; for other meetings, suggest another time and accept it."""
        meeting = await self.session.get_one(Meeting, self.id)
        one, other = meeting.organizer_id, meeting.attendee_id
        by, asked = (other, one) if by_attendee else (one, other)
        if self.kind == Kind.ONE_ON_ONE:
            await self.act(pairs.move_meeting, by, CONFIRMED, at, at)
        else:
            await self.act(bookings.suggest_time, by, TENTATIVE, at, at)
            await self.act(bookings.accept, asked, CONFIRMED, at)

    async def cancel(self) -> None:
        meeting = await self.session.get_one(Meeting, self.id)
        await self.act(bookings.cancel, meeting.organizer_id, CANCELLED, meeting.starts_at)
        assert meeting.state == State.CANCELLED

    async def act(
        self, do: Callable[..., Awaitable[object]], by: str, status: str, at: datetime, *said: datetime
    ) -> None:
        """Run an action three minutes later, and record the file sent to each of the two people."""
        self.now += timedelta(minutes=3)
        await do(self.session, Actor("T1", by), self.id, *said, now=self.now)
        pair, meeting = await lock_meeting(self.session, self.id)
        rows = await self.session.scalars(
            select(Outgoing).where(Outgoing.method == Method.FILE, Outgoing.id.not_in(self._known))
        )
        sent = {row.conversation: row for row in rows}
        assert sent.keys() == pair.ids
        self._known |= {row.id for row in sent.values()}
        title, names = POLICIES[self.kind].texts.title(pair), (pair.organizer.name, pair.attendee.name)
        for reader, row in sent.items():
            content = b64decode(decrypt_payload(row, vault_of(self.session))["content"])
            file = Sent(content, status, at, at + meeting.length, title, names)
            self.files.setdefault(reader, []).append(file)


async def move_across_clock_change(session: AsyncSession, kind: Kind, zone: str, change: datetime) -> Scenario:
    """Move a meeting to the day after a clock change, to the day itself and across the change, then cancel it."""
    there = ZoneInfo(zone)
    course = await begin_scenario(session, kind, there, change - timedelta(days=6))
    day = change.astimezone(there).replace(hour=10, minute=0)
    await course.book(day - timedelta(days=1))
    await course.move(day - timedelta(days=1, hours=-1), by_attendee=False)
    await course.move(day + timedelta(days=1), by_attendee=True)
    await course.move(day, by_attendee=False)
    await course.move(change - timedelta(minutes=10), by_attendee=True)
    await course.cancel()
    return course


async def book_with_names(session: AsyncSession, kind: Kind, name: str) -> Scenario:
    """Book and cancel a meeting in which all people and the team have this name."""
    course = await begin_scenario(session, kind, ZoneInfo("Europe/Vienna"), datetime(2027, 6, 1, 10, tzinfo=UTC))
    for each in [*await session.scalars(select(Person)), await session.get_one(Team, 1)]:
        each.name = name
    await course.book(datetime(2027, 6, 7, 10, tzinfo=UTC))
    await course.cancel()
    return course


async def begin_scenario(session: AsyncSession, kind: Kind, zone: ZoneInfo, now: datetime) -> Scenario:
    """Set up a team that works around the clock every day, and a scenario without a meeting yet."""
    team = await set_up_team(session)
    team.zone = zone.key
    for person in await session.scalars(select(Person)):
        person.zone = zone.key
    WorkingHoursSettings.model_validate({"days": list(Day), "start": "00:00", "end": "00:00"}).keep(team)
    return Scenario(session, kind, zone, now)
