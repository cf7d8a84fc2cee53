"""Shadowing by the clock: whom each leader could sit beside, what comes before and after, and the invitations."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot import homes
from bot.candidates import Candidate, Seat
from bot.directory import Person
from bot.features.shadowing import asking, rounds, wrapping_up
from bot.features.shadowing import sittings as shadowing_sittings
from bot.features.shadowing.rounds import SUGGEST
from bot.features.shadowing.sittings import Pair
from bot.features.shadowing.tables import Sitting, State
from bot.features.shadowing.wrapping_up import ROADBLOCK
from bot.homes import Visitor
from bot.messages import invitations as calendars
from bot.messages.post import Post
from bot.messages.shadowing import cards, lists, nudges
from bot.nudges.rules import Rule
from bot.outbox import outbox
from bot.outbox.tables import Priority
from bot.teams.tables import Team
from bot.timetable import timetable
from bot.timetable.jobs import Job, JobName, Recurring
from bot.timetable.tables import About, Occurrence
from schedules import invitations, outcomes
from schedules.busy import busy

BEFORE = timedelta(hours=1)
AFTER = timedelta(minutes=15)
ABOUT = "sitting"
NOT_TO_BE = (State.CANCELLED, State.DECLINED, State.LAPSED)


async def find(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Whom leaders could sit beside this week, not over anything that is planned already."""
    return await rounds.suggestions(session, seats, now, busy=busy)


async def settle(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Call off what cannot be, since somebody left or has another place, and tell those who are there."""
    for sitting in await shadowing_sittings.settle(session, team, now=now):
        await announce(session, await shadowing_sittings.with_people(session, sitting), sitting, now=now)


async def keep(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await settle(session, team, now=due.at)


async def ask(session: AsyncSession, pair: Pair, sitting: Sitting, *, now: datetime) -> None:
    """The agent hears the question at a good moment, as a new message; the leader sees that it is on its way."""
    await arrange(session, pair, sitting, now=now)
    post = cards.card(pair, sitting, pair.agent)
    if sitting.sequence:
        await outbox.delete(session, post.card or "", to=pair.agent.dm, now=now)
    await outbox.put(session, post, to=pair.agent.dm, not_before=now, hours_of=pair.team, expires_at=sitting.starts_at)
    await outbox.show(session, cards.card(pair, sitting, pair.leader), to=pair.leader.dm, now=now)


async def announce(
    session: AsyncSession, pair: Pair, sitting: Sitting, *, by: Person | None = None, now: datetime
) -> None:
    """After an answer: what the clock has to do, and what everybody has to hear."""
    await arrange(session, pair, sitting, now=now)
    await tell(session, pair, sitting, by=by, now=now)


async def tell(session: AsyncSession, pair: Pair, sitting: Sitting, *, by: Person | None = None, now: datetime) -> None:
    """The two cards, and what calendars have to know. Whoever waits for an answer gets a new card: no edit rings."""
    is_on = sitting.state == State.PLANNED
    is_sent = sitting.is_invited and (is_on or sitting.state in NOT_TO_BE)
    links = calendars.links(_event(pair, sitting)) if is_on else None
    for reader in (each for each in (pair.leader, pair.agent) if not each.has_left):
        post = cards.card(pair, sitting, reader, links)
        if is_sent or reader is by:
            await outbox.show(session, post, to=reader.dm, now=now)
        elif sitting.state in (State.CANCELLED, State.LAPSED):
            await outbox.withdraw(session, post, to=reader.dm, now=now)
        else:
            await outbox.delete(session, post.card or "", to=reader.dm, now=now)
            await outbox.put(session, post, to=reader.dm, not_before=now, hours_of=pair.team)
        if is_sent:
            comment = cards.comment(sitting, by, reader)
            await invitations.send(session, _event(pair, sitting), reader, comment, is_on=is_on, now=now)


async def at_home(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """What is on the way, and the roadblocks somebody owns."""
    workspace_id, person_id = visitor.person.workspace_id, visitor.person.id
    sittings = await shadowing_sittings.open_ones(session, workspace_id, person_id)
    return lists.at_home(sittings, await wrapping_up.owned(session, workspace_id, person_id), visitor.person)


async def arrange(session: AsyncSession, pair: Pair, sitting: Sitting, *, now: datetime) -> None:
    """Have done in time what a sitting needs, and nothing that it needs no more."""
    homes.touch(session, sitting.workspace_id, [sitting.leader_id, sitting.agent_id], now=now)
    wanted: dict[JobName, datetime] = {}
    if sitting.state == State.PLANNED:
        starts, ends = sitting.span
        wanted = {REMIND: max(starts - BEFORE, now), ASK: ends + AFTER}
    elif sitting.is_open:
        wanted = {LAPSE: sitting.starts_at}
    await timetable.arrange(session, pair.team, About(ABOUT, sitting.id), ITS_JOBS, wanted, now=now)


def _event(pair: Pair, sitting: Sitting) -> calendars.Meeting:
    return calendars.Meeting(
        uid=f"sitting-{sitting.id}-{sitting.workspace_id}@steward", title=cards.title(pair),
        starts_at=sitting.starts_at, minutes=sitting.minutes, sequence=sitting.sequence,
        organizer=pair.leader, attendee=pair.agent, file="shadowing.ics",
    )  # fmt: skip


async def remind(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """An hour before, or as the day begins: to both."""
    pair, sitting = await _of(session, due)
    if sitting.state != State.PLANNED:
        return
    for reader in (pair.leader, pair.agent):
        post = cards.reminder(pair, sitting, reader)
        await outbox.put(
            session, post, to=reader.dm, not_before=due.at, priority=Priority.NUDGE, hours_of=team,
            expires_at=sitting.span[1], key=f"{post.card}:{sitting.sequence}",
        )  # fmt: skip


async def ask_outcome(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Soon after: how was it?"""
    pair, sitting = await _of(session, due)
    if sitting.state == State.PLANNED:
        await _ask(session, pair, sitting, ASK_AGAIN, due.at)


async def ask_again(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The next morning, once more."""
    pair, sitting = await _of(session, due)
    if sitting.state == State.PLANNED:
        card = cards.outcome(pair, sitting).card or ""
        await outbox.delete(session, card, to=pair.leader.dm, now=due.at)
        await _ask(session, pair, sitting, LET_GO, due.at)


async def _ask(session: AsyncSession, pair: Pair, sitting: Sitting, following: JobName, now: datetime) -> None:
    post = cards.outcome(pair, sitting, again=following is LET_GO)
    morning = await outcomes.ask(session, post, pair.leader, pair.team, now=now)
    await timetable.put_about(session, following, pair.team, About(ABOUT, sitting.id), due_at=morning, now=now)


async def let_go(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Nobody said what became of it: the agent comes first next time."""
    pair, sitting = await _of(session, due)
    if sitting.state == State.PLANNED:
        wrapping_up.missed(sitting, now=due.at)
        await show_outcome(session, pair, sitting, now=due.at)


async def conclude(session: AsyncSession, pair: Pair, sitting: Sitting, *, now: datetime) -> None:
    """Somebody said what became of it: the clock has nothing more to do."""
    await arrange(session, pair, sitting, now=now)
    await show_outcome(session, pair, sitting, now=now)


async def show_outcome(session: AsyncSession, pair: Pair, sitting: Sitting, *, now: datetime) -> None:
    """What became of it, on every card there is."""
    posts: list[tuple[Person, Post]] = [
        (pair.leader, cards.recorded(pair, sitting)),
        *((reader, cards.card(pair, sitting, reader)) for reader in (pair.leader, pair.agent)),
    ]
    for reader, post in posts:
        await outbox.change(session, post, to=reader.dm, now=now)


async def lapse(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The time has passed, and nobody answered."""
    pair, sitting = await _of(session, due)
    if sitting.state in (State.ASKED, State.SUGGESTED):
        asking.lapse(sitting, now=due.at)
        await tell(session, pair, sitting, now=due.at)


async def _of(session: AsyncSession, due: Occurrence) -> tuple[Pair, Sitting]:
    sitting = await session.get_one(Sitting, due.about_id)
    return await shadowing_sittings.one(session, sitting.workspace_id, sitting.leader_id, sitting.id)


TIMETABLE = [Recurring(keep, "Shadowing", "FREQ=DAILY", time(8), late=timedelta(hours=20), told="")]
REMIND, ASK, ASK_AGAIN, LET_GO, LAPSE = (
    JobName("shadowing.remind"),
    JobName("shadowing.ask_outcome"),
    JobName("shadowing.ask_again"),
    JobName("shadowing.let_go"),
    JobName("shadowing.lapse"),
)
ITS_JOBS = [REMIND, ASK, ASK_AGAIN, LET_GO, LAPSE]
JOBS = [Job(remind), Job(ask_outcome), Job(ask_again), Job(let_go), Job(lapse)]
NUDGES = [
    Rule(SUGGEST, "whom to sit beside next", nudges.suggestion, find),
    Rule(ROADBLOCK, "roadblocks whose day has come", nudges.roadblock, wrapping_up.reminders),
]
