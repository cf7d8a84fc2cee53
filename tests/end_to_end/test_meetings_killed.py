"""Crash tests of meetings: the bot is killed before, in and after each step of a meeting's life.

The meeting continues after each restart, and nothing is asked or said twice. The tests use real processes and SIGKILL,
on both databases, and move the clock while no replica runs. People repeat each action until the bot acknowledges it.
"""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from icalendar import Calendar
from sqlalchemy import delete, update

from benchmarks.crashes.fixtures import LEADER
from bot.meetings.models import Kind, Meeting, State
from bot.messages import meetings as names
from bot.messages.one_on_ones import names as one_on_ones
from bot.messages.shadowing import names as shadowing
from bot.messages.visits import names as visits
from bot.org.teams.models import Team
from bot.scheduler.models import ScheduledJob
from bot.workflows.meetings.updates import JOBS
from bot.workflows.one_on_ones import bookings
from tests.end_to_end.crash_scene import ACKED, BEFORE, CLAIMED, COMMITTED, POSTED, PRESSED, Is, Scene, open_scene

SPONSOR = "U0GRACE000"
TUESDAY_MORNING = timedelta(days=3, hours=5)
A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
SHARED, TICKING = "between_share_and_mark", "mid_tick_of_a_meeting"
INVITED = (*PRESSED, SHARED, SHARED)
"""Kill points of a press after which both people get a calendar file."""
DUE = (TICKING, CLAIMED, POSTED)
"""Kill points of a scheduled job and of the message that it causes."""
LATER = partial(pytest.param, marks=pytest.mark.long)


class Words(NamedTuple):
    """Texts by which the messages about one kind of meeting are found."""

    question: str
    organizers: str
    """Part of the message to the organizer about the planned meeting; `attendees` is the same for the attendee."""
    attendees: str
    outcome: str


QUESTION, BOOKED = "would like to sit with you", ":busts_in_silhouette: Booked"
ONE_ON_ONE_BOOKED = ":calendar: Booked"
WORDS = {
    Kind.ONE_ON_ONE: Words(
        "Which time works for you", ONE_ON_ONE_BOOKED, ONE_ON_ONE_BOOKED, "Did you have your one-on-one"
    ),
    Kind.SHADOWING: Words(QUESTION, BOOKED, BOOKED, "How did it go with"),
    Kind.VISIT: Words(QUESTION, BOOKED, BOOKED, "How was your visit"),
}
SUGGESTS, REMINDER = "suggests", ":hourglass:"
OPEN_BUTTONS = (names.YES, names.NO, names.OTHER_TIME, names.CANCEL, names.MISSED)
"""Buttons that are shown only while the meeting is open."""


class Invitation(NamedTuple):
    """A calendar file that a person received."""

    reader: str
    uid: str
    sequence: int
    status: str


class Story:
    """The steps of one meeting, during which the bot is killed at the given kill points."""

    def __init__(self, scene: Scene, kind: Kind) -> None:
        self.scene = scene
        self.kind = kind
        self.words = WORDS[kind]
        self.organizer = SPONSOR if kind == Kind.VISIT else LEADER
        self.people = [LEADER, SPONSOR, *scene.world.place.people]

    async def meeting(self) -> Meeting:
        """Return the meeting that this story is about."""
        (found,) = [each for each in await self.scene.all(Meeting) if each.kind == self.kind]
        assert isinstance(found, Meeting)
        return found

    async def have_heard(self, words: str, *people: str) -> bool:
        return all([await self.scene.dm(each, words) for each in people])

    def at(self, at: datetime) -> dict[str, str]:
        """Return a UTC time as the values of a form's date and time fields.

        The form interprets them as Lisbon time, which is within both people's working hours as well.
        """
        return {"day": f"{at:%Y-%m-%d}", "time": f"{at:%H:%M}"}

    def invited(self, sequences: int) -> Is:
        """Return a function that checks that both people got `sequences` calendar files and the outbox is empty."""

        async def are_invited() -> bool:
            meeting = await self.meeting()
            files = await self.invitations()
            got = Counter(each.reader for each in files)
            both = (meeting.organizer_id, meeting.attendee_id)
            return all(got[each] >= sequences for each in both) and await self.scene.is_settled()

        return are_invited

    async def invitations(self) -> list[Invitation]:
        return [
            self._read(person, file["id"])
            for person in self.people
            for each in await self.scene.told(person)
            for file in each.get("files", [])
        ]

    def _read(self, reader: str, file_id: str) -> Invitation:
        content = (self.scene.world.folder / "slack" / "files" / file_id).read_bytes()
        event: Any
        (event,) = Calendar.from_ical(content).walk("VEVENT")
        return Invitation(reader, str(event["uid"]), int(event["sequence"]), str(event["status"]))

    async def ask(self, *points: str) -> None:
        """Ask for a meeting, and wait until the first person asked has got the question."""
        scene, agent = self.scene, self.scene.world.place.people[0]
        name = scene.world.place.names[agent]
        match self.kind:
            case Kind.ONE_ON_ONE:
                wish = "would like a one-on-one with you"
                await scene.does(scene.typing(agent, "/1on1", "ask"), scene.hears(LEADER, wish), *points)
                proposal = scene.pressing(LEADER, wish, one_on_ones.PROPOSE)
                await scene.does(proposal, scene.hears(agent, self.words.question), *points)
            case Kind.SHADOWING:
                question = scene.hears(agent, self.words.question)
                await scene.does(scene.typing(LEADER, "/shadow", f"@{name}"), question, *points)
            case Kind.VISIT:
                offer = "would like you to visit the team"
                start = scene.typing(LEADER, "/shadow", "visits start")
                await scene.does(start, scene.hears(SPONSOR, offer), *points)
                await scene.does(scene.pressing(SPONSOR, offer, f"{visits.PICK}:0"), self.host_is_asked, *points)

    async def host_is_asked(self) -> Any:
        return await self.scene.dm((await self.meeting()).attendee_id, self.words.question)

    async def pass_on(self) -> None:
        """Let the question to a visit's first host expire, and have the second host decline."""
        first = (await self.meeting()).attendee_id
        await self.scene.world.move_on((self.scene.now + 2 * A_DAY).replace(hour=10, minute=0))

        async def is_passed_on() -> Any:
            return (await self.meeting()).attendee_id != first and await self.host_is_asked()

        await self.scene.step(is_passed_on, *DUE)
        second = (await self.meeting()).attendee_id

        async def is_passed_on_again() -> Any:
            return (await self.meeting()).attendee_id not in (first, second) and await self.host_is_asked()

        no = self.scene.pressing(second, self.words.question, names.NO)
        await self.scene.does(no, is_passed_on_again, *PRESSED)

    async def say_yes(self, *points: str) -> None:
        """Have the attendee accept the first offered time, and wait for both people's calendar files."""
        yes = f"{one_on_ones.PICK}:0" if self.kind == Kind.ONE_ON_ONE else names.YES
        act = self.scene.pressing((await self.meeting()).attendee_id, self.words.question, yes)
        await self.scene.does(act, self.invited(1), *points)

    async def call_off(self, *points: str) -> None:
        act = self.scene.pressing((await self.meeting()).attendee_id, self.words.attendees, names.CANCEL)
        await self.scene.does(act, self.invited(2), *points)

    async def agree(self, at: datetime) -> None:
        """Have the attendee suggest another time and the organizer accept it, and wait for both calendar files."""
        attendee, organizer = (await self.meeting()).attendee_id, self.organizer
        await self.scene.opens(attendee, self.words.question, names.OTHER_TIME)
        suggestion = self.scene.submitting(attendee, **self.at(at))
        await self.scene.does(suggestion, self.scene.hears(organizer, SUGGESTS), *PRESSED)
        yes = self.scene.pressing(organizer, SUGGESTS, names.YES)
        await self.scene.does(yes, self.invited(1), *INVITED, ACKED)

    async def move(self, at: datetime) -> None:
        """Have the organizer move the meeting to another time.

        A one-on-one moves at once; other meetings move once the attendee accepts.
        """
        organizer, attendee = self.organizer, (await self.meeting()).attendee_id
        planned = self.words.organizers
        if self.kind == Kind.ONE_ON_ONE:
            await self.scene.opens(organizer, planned, one_on_ones.MOVE)
            await self.scene.does(self.scene.submitting(organizer, **self.at(at)), self.invited(2), *INVITED)
            return
        await self.scene.opens(organizer, planned, names.OTHER_TIME)
        await self.scene.does(self.scene.submitting(organizer, **self.at(at)), self.invited(2), *INVITED)
        yes = self.scene.pressing(attendee, "instead. Does that work for you?", names.YES)
        await self.scene.does(yes, self.invited(3), *INVITED)

    async def take_place(self) -> None:
        """Wait for the reminders and the end of the meeting, and have the organizer record its outcome."""
        meeting, organizer = await self.meeting(), self.organizer
        await self.scene.world.move_on(meeting.starts_at - AN_HOUR * 0.9)
        await self.scene.step(partial(self.have_heard, REMINDER, organizer, meeting.attendee_id), *DUE, POSTED)
        await self.scene.world.move_on(meeting.span[1] + AN_HOUR * 2.1)
        await self.scene.step(partial(self.have_heard, self.words.outcome, organizer), *DUE)
        await self.record(organizer)

    async def record(self, organizer: str) -> None:
        forms: dict[Kind, tuple[str, dict[str, str]]] = {
            Kind.SHADOWING: (shadowing.WRAP_UP, {"learnt": "They are quick"}),
            Kind.VISIT: (visits.DEBRIEF, {"works": "They laugh"}),
        }
        if self.kind == Kind.ONE_ON_ONE:
            answer = self.scene.pressing(organizer, self.words.outcome, one_on_ones.MET)
        else:
            action, values = forms[self.kind]
            await self.scene.opens(organizer, self.words.outcome, action)
            answer = self.scene.submitting(organizer, **values)
        await self.scene.does(answer, self.scene.is_settled, BEFORE, COMMITTED, ACKED)

    async def is_accounted_for(self, state: State, *statuses: str) -> None:
        """Check that the meeting ended in `state`, and that both people got the same calendar files, once each."""
        await self.scene.settle()
        meeting = await self.meeting()
        assert (meeting.state, meeting.is_confirmed, meeting.is_open) == (state, True, False)
        files = await self.invitations()
        for reader in (meeting.organizer_id, meeting.attendee_id):
            got = [(each.sequence, each.status) for each in files if each.reader == reader]
            assert [status for _, status in sorted(got)] == [*statuses], got
            assert len({number for number, _ in got}) == len(got), got
        assert len(files) == 2 * len(statuses)
        assert {each.uid for each in files} == {meeting.uid}
        await self.scene.says_nothing_twice()
        await self._is_left_alone(meeting)

    async def _is_left_alone(self, meeting: Meeting) -> None:
        """Check that no button or job is left for a meeting that is over, and that no job has failed."""
        shown = {person: str([each.get("blocks") for each in await self.scene.told(person)]) for person in self.people}
        assert not [(who, name) for who, blocks in shown.items() for name in OPEN_BUTTONS if f"'{name}'" in blocks]
        jobs = await self.scene.all(ScheduledJob)
        assert not [each.job for each in jobs if each.job in JOBS and each.about_id == meeting.id]
        assert not [each.job for each in jobs if each.tries or each.reason]


@pytest.fixture(params=["sqlite", "postgresql"])
async def scene(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Scene]:
    """A team that Maya leads and Grace sponsors, with no scheduled jobs."""
    async with open_scene(tmp_path, request.param, lead=TUESDAY_MORNING) as scene:
        async with scene.world.database.begin() as session:
            await session.execute(update(Team).values(sponsor_id=SPONSOR))
            await bookings.reconcile_pairs(session, await session.get_one(Team, scene.team.id), now=scene.now)
            await session.execute(delete(ScheduledJob))
        yield scene


@pytest.mark.long
@pytest.mark.waits
@pytest.mark.parametrize("kind", list(Kind))
async def test_meeting_is_held_exactly_once_when_the_bot_is_killed_at_every_step(scene: Scene, kind: Kind) -> None:
    story = Story(scene, kind)
    await story.ask(*PRESSED)
    if kind == Kind.VISIT:
        await story.pass_on()
    day = (await story.meeting()).starts_at.replace(minute=0, second=0, microsecond=0)
    await story.agree(day.replace(hour=14))
    await story.move(day.replace(hour=11))
    await story.take_place()

    tentative = [] if kind == Kind.ONE_ON_ONE else ["TENTATIVE"]
    await story.is_accounted_for(State.MET, "CONFIRMED", *tentative, "CONFIRMED")
    hosts_asked = 3 if kind == Kind.VISIT else 1
    said = {story.words.question: hosts_asked, SUGGESTS: 1, REMINDER: 2, story.words.outcome: 1}
    assert {words: await scene.posted(words) for words in said} == said
    assert set(scene.deaths) >= {BEFORE, COMMITTED, CLAIMED, POSTED, SHARED, TICKING}, scene.deaths


@pytest.mark.waits
@pytest.mark.parametrize("kind", [LATER(Kind.ONE_ON_ONE), Kind.SHADOWING, LATER(Kind.VISIT)])
async def test_meeting_is_canceled_exactly_once_when_the_bot_is_killed_at_every_step(
    scene: Scene, kind: Kind, request: pytest.FixtureRequest
) -> None:
    is_long, story = request.config.getoption("every_pair"), Story(scene, kind)
    await story.ask(*(PRESSED if is_long else ()))
    await story.say_yes(*(INVITED if is_long else (SHARED,)))
    await story.call_off(*(INVITED if is_long else (COMMITTED,)))

    await story.is_accounted_for(State.CANCELLED, "CONFIRMED", "CANCELLED")
    assert set(scene.deaths) >= {COMMITTED, SHARED}, scene.deaths
