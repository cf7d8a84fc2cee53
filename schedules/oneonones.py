"""One-on-ones by the clock: who meets whom, what comes before a meeting and after it, and its invitations."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot import homes
from bot.directory import Person
from bot.features.balance import keeping as balance_keeping
from bot.features.balance.tables import Part
from bot.features.oneonones import keeping, offers, pairing, rota
from bot.features.oneonones import outcomes as oneonones_outcomes
from bot.features.oneonones import pairs as oneonones_pairs
from bot.features.oneonones.keeping import FOLLOW_UP
from bot.features.oneonones.pairs import Pair
from bot.features.oneonones.rota import DUE
from bot.features.oneonones.tables import Meeting, Series, State
from bot.features.shoutouts import reading
from bot.homes import Visitor
from bot.hours import moment, slots
from bot.hours import routine as hours_routine
from bot.messages import invitations as calendars
from bot.messages.oneonones import around, cards, home
from bot.messages.oneonones import due as oneonones_due
from bot.messages.post import Post
from bot.nudges.rules import Rule
from bot.outbox import outbox
from bot.outbox.tables import Priority
from bot.teams.tables import Team
from bot.timetable import timetable
from bot.timetable.jobs import Job, JobName, Recurring
from bot.timetable.tables import About, Occurrence
from schedules import invitations, outcomes, queues
from schedules.busy import busy

BEFORE = AFTER = timedelta(hours=2)
TWO_DAYS = timedelta(days=2)
MOST_THANKS = 3
ABOUT = "one_on_one"


async def pair(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Bring a team's pairs up to date with who is in it, and tell those whose meeting cannot be."""
    for meeting in await pairing.settle(session, team, now=now):
        series = await session.get_one(Series, meeting.series_id)
        await announce(session, await oneonones_pairs.completed(session, series), meeting, now=now)


async def keep_pairs(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await pair(session, team, now=due.at)


async def announce(
    session: AsyncSession, pair: Pair, meeting: Meeting, *, by: Person | None = None, told: str = "", now: datetime
) -> None:
    """After a change: the two cards, what the clock has to do, and for calendars the invitation.

    Where there is no invitation that could bring it, `told` goes to the other one than `by`.
    """
    await arrange(session, pair, meeting, now=now)
    links = calendars.links(_event(pair, meeting)) if meeting.state == State.PLANNED else None
    for reader in (each for each in (pair.leader, pair.agent) if not each.has_left):
        await outbox.show(session, cards.card(pair, meeting, reader, links), to=reader.dm, now=now)
        if meeting.is_invited and meeting.starts_at:
            comment = told or cards.invitation(meeting, reader)
            await invitations.send(session, _event(pair, meeting), reader, comment, is_on=meeting.is_open, now=now)
        elif by and told and reader is not by:
            await outbox.put(session, Post(told), to=reader.dm, not_before=now)


def touch(session: AsyncSession, pair: Pair, *, now: datetime) -> None:
    """Something changed that both see at home."""
    homes.touch(session, pair.series.workspace_id, pair.series.pair, now=now)


async def arrange(session: AsyncSession, pair: Pair, meeting: Meeting, *, now: datetime) -> None:
    """Have done in time what a meeting needs, and nothing that it needs no more."""
    touch(session, pair, now=now)
    wanted: dict[JobName, datetime] = {}
    if meeting.state == State.PLANNED:
        starts, ends = meeting.span
        before = min(slots.last_good(each, starts - BEFORE) for each in pair.routines)
        wanted = {PREPARE: max(before, now), ASK: ends + AFTER}
    elif meeting.is_open:
        routine = hours_routine.of_person(_asked(pair, meeting), pair.team)
        wanted = {LAPSE: max(meeting.times), REMIND: moment.next_morning(routine, now)}
    await timetable.arrange(session, pair.team, About(ABOUT, meeting.id), ITS_JOBS, wanted, now=now)


def _event(pair: Pair, meeting: Meeting) -> calendars.Meeting:
    return calendars.Meeting(
        uid=f"one-on-one-{meeting.id}-{meeting.workspace_id}@steward", title=cards.title(pair),
        starts_at=meeting.span[0], minutes=meeting.minutes, sequence=meeting.sequence,
        organizer=pair.leader, attendee=pair.agent, file="one-on-one.ics",
    )  # fmt: skip


async def prepare(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Two hours before, or as the day before ends: to each what both want to talk about."""
    pair, meeting = await _of(session, due)
    if meeting.state != State.PLANNED:
        return
    ends = meeting.span[1]
    thanks, since = await _thanks(session, pair, due.at), _since(pair)
    for reader in (pair.leader, pair.agent):
        kept = await keeping.kept(session, pair, reader.id)
        spiked = await queues.lately(session, pair.team, pair.leader, reader, since, now=due.at)
        post = around.preparation(pair, meeting, reader, kept, thanks, spiked)
        await outbox.put(
            session, post, to=reader.dm, not_before=due.at, priority=Priority.NUDGE, hours_of=team, expires_at=ends,
            key=f"{post.card}:{meeting.sequence}",
        )  # fmt: skip


async def _thanks(session: AsyncSession, pair: Pair, now: datetime) -> list[str]:
    """The agent's latest shout-outs that everybody could read, since the two last met."""
    since = now - timedelta(days=max(14, (now.date() - rota.waits_since(pair.series)).days))
    given, names = await reading.given_between(session, pair.team, since, now)
    theirs = [each.reason for each in given if pair.agent.id in names[each.id]]
    return theirs[: -MOST_THANKS - 1 : -1]


def _since(pair: Pair) -> datetime:
    """The morning after the two last met, or when they began."""
    met_on = pair.series.met_on
    if met_on is None:
        return pair.series.since
    return datetime.combine(met_on + timedelta(days=1), time(), ZoneInfo(pair.leader.zone))


async def ask_outcome(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Two hours after: one press."""
    pair, meeting = await _of(session, due)
    if meeting.state == State.PLANNED:
        await _ask(session, pair, meeting, ASK_AGAIN, due.at)


async def ask_again(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The next morning, once more."""
    pair, meeting = await _of(session, due)
    if meeting.state == State.PLANNED:
        card = around.outcome(pair, meeting).card or ""
        await outbox.delete(session, card, to=pair.leader.dm, now=due.at)
        await _ask(session, pair, meeting, LET_GO, due.at)


async def _ask(session: AsyncSession, pair: Pair, meeting: Meeting, following: JobName, now: datetime) -> None:
    post = around.outcome(pair, meeting, again=following is LET_GO)
    morning = await outcomes.ask(session, post, pair.leader, pair.team, now=now)
    await timetable.put_about(session, following, pair.team, About(ABOUT, meeting.id), due_at=morning, now=now)


async def let_go(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Nobody said what became of it: it counts as held, and one press says that it was not."""
    pair, meeting = await _of(session, due)
    if meeting.state == State.PLANNED:
        oneonones_outcomes.let_go(pair, meeting, now=due.at)
        await _show_outcome(session, pair, meeting, due.at)


async def settle(session: AsyncSession, pair: Pair, meeting: Meeting, *, now: datetime) -> None:
    """Show what became of a meeting on every card of it, and count it; the clock has nothing more to do."""
    if meeting.state == State.MET:
        await balance_keeping.count(
            session, pair.team, pair.leader.id, part=Part.PEOPLE, minutes=meeting.minutes,
            started_at=meeting.span[0], source=f"{ABOUT}:{meeting.id}", now=now,
        )  # fmt: skip
    await arrange(session, pair, meeting, now=now)
    await _show_outcome(session, pair, meeting, now)


async def _show_outcome(session: AsyncSession, pair: Pair, meeting: Meeting, now: datetime) -> None:
    await outbox.edit(session, around.recorded(pair, meeting), to=pair.leader.dm, not_before=now)
    for reader in (pair.leader, pair.agent):
        await outbox.edit(session, cards.card(pair, meeting, reader), to=reader.dm, not_before=now)


def _asked(pair: Pair, meeting: Meeting) -> Person:
    """Who has times to choose from."""
    return pair.agent if meeting.state == State.PROPOSED else pair.leader


async def remind(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The morning after: the times that nobody has chosen from yet, below what was said since."""
    await _remind(session, due, REMIND_AGAIN)


async def remind_again(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await _remind(session, due, REMIND_ONCE_MORE)


async def remind_once_more(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The third morning; then it is left to them, until the times have nearly passed."""
    await _remind(session, due, REMIND_LAST)


async def remind_last(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The morning before the last of the times."""
    await _remind(session, due, None)


async def _remind(session: AsyncSession, due: Occurrence, following: JobName | None) -> None:
    pair, meeting = await _of(session, due)
    if meeting.state not in (State.PROPOSED, State.COUNTERED) or max(meeting.times) <= due.at:
        return
    reader = _asked(pair, meeting)
    if meeting.state == State.PROPOSED:
        await _refresh(session, pair, meeting, due.at)
    post = cards.card(pair, meeting, reader)
    await outbox.delete(session, post.card or "", to=reader.dm, now=due.at)
    await outbox.put(session, post, to=reader.dm, not_before=due.at, hours_of=pair.team, expires_at=max(meeting.times))
    if following:
        after = max(due.at, max(meeting.times) - TWO_DAYS) if following == REMIND_LAST else due.at
        morning = moment.next_morning(hours_routine.of_person(reader, pair.team), after)
        about = About(ABOUT, meeting.id)
        await timetable.put_about(session, following, pair.team, about, due_at=morning, now=due.at)


async def _refresh(session: AsyncSession, pair: Pair, meeting: Meeting, now: datetime) -> None:
    """What has passed or is taken is offered no more; the leader reads what is."""
    planned = await busy(session, pair.team.workspace_id, pair.series.pair, now)
    offers.refresh(pair, meeting, planned, now)
    about = About(ABOUT, meeting.id)
    await timetable.put_about(session, LAPSE, pair.team, about, due_at=max(meeting.times), now=now)
    await outbox.edit(session, cards.card(pair, meeting, pair.leader), to=pair.leader.dm, not_before=now)


async def lapse(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The last of the times has passed, and nobody chose."""
    pair, meeting = await _of(session, due)
    if meeting.state in (State.PROPOSED, State.COUNTERED):
        oneonones_outcomes.lapse(meeting, now=due.at)
        for reader in (pair.leader, pair.agent):
            await outbox.edit(session, cards.card(pair, meeting, reader), to=reader.dm, not_before=due.at)


async def _of(session: AsyncSession, due: Occurrence) -> tuple[Pair, Meeting]:
    meeting = await session.get_one(Meeting, due.about_id)
    pair = await oneonones_pairs.pair_of(session, meeting.workspace_id, meeting.leader_id, meeting.series_id)
    await session.refresh(meeting)
    return pair, meeting


async def at_home(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """Somebody's pairs, and what they want to talk about themself."""
    person = visitor.person
    pairs = await oneonones_pairs.of_person(session, person.workspace_id, person.id)
    theirs = [pair for pair in pairs if pair.agent.id == person.id]
    kept = [await keeping.kept(session, pair, person.id) for pair in theirs]
    topics = [topic for each in kept for topic in each.topics if topic.author_id == person.id]
    return home.at_home(pairs, await oneonones_pairs.planned(session, pairs), topics, person)


TIMETABLE = [
    Recurring(keep_pairs, "One-on-ones", "FREQ=DAILY", time(8), late=timedelta(hours=20), told=""),
]
PREPARE, ASK, ASK_AGAIN, LET_GO = (
    JobName("oneonones.prepare"),
    JobName("oneonones.ask_outcome"),
    JobName("oneonones.ask_again"),
    JobName("oneonones.let_go"),
)
REMIND, REMIND_AGAIN = JobName("oneonones.remind"), JobName("oneonones.remind_again")
REMIND_ONCE_MORE, REMIND_LAST = JobName("oneonones.remind_once_more"), JobName("oneonones.remind_last")
LAPSE = JobName("oneonones.lapse")
ITS_JOBS = [PREPARE, ASK, ASK_AGAIN, LET_GO, REMIND, REMIND_AGAIN, REMIND_ONCE_MORE, REMIND_LAST, LAPSE]
JOBS = [
    Job(prepare), Job(ask_outcome), Job(ask_again), Job(let_go), Job(remind), Job(remind_again),
    Job(remind_once_more), Job(remind_last), Job(lapse),
]  # fmt: skip
NUDGES = [
    Rule(DUE, "one-on-ones that are due", oneonones_due.due, rota.reminders),
    Rule(FOLLOW_UP, "notes to come back to", oneonones_due.follow_up, keeping.follow_ups),
]
