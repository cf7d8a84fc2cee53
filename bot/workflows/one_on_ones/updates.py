"""Follow a meeting's change: cards, invitations, Home, due jobs; and what leaders are reminded of."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.one_on_ones import notes, nudges, queries, rules
from bot.features.one_on_ones.models import Meeting, State
from bot.features.one_on_ones.nudges import DUE, FOLLOW_UP
from bot.features.one_on_ones.rules import Pair
from bot.features.shoutouts import queries as shoutouts_queries
from bot.messages import invitations as calendars
from bot.messages.meetings import invitation
from bot.messages.one_on_ones import cards, lists
from bot.messages.one_on_ones.nudges import due, follow_up
from bot.nudges.policy import NudgeKind
from bot.org.availability import moment, slots, working_hours
from bot.org.people import Person
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack import home
from bot.slack.home import Visitor
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.workflows import meetings
from bot.workflows.spikes import queues

PREPARATION_LEAD = OUTCOME_DELAY = timedelta(hours=2)
MOST_THANKS = 3
ABOUT = meetings.ONE_ON_ONE
PREPARE = JobName("one_on_ones.prepare")
ASK = JobName("one_on_ones.ask_outcome")
ASK_AGAIN = JobName("one_on_ones.ask_again")
LET_GO = JobName("one_on_ones.let_go")
REMIND = JobName("one_on_ones.remind")
REMIND_AGAIN = JobName("one_on_ones.remind_again")
REMIND_ONCE_MORE = JobName("one_on_ones.remind_once_more")
REMIND_LAST = JobName("one_on_ones.remind_last")
LAPSE = JobName("one_on_ones.lapse")
MEETING_JOBS = [
    PREPARE, ASK, ASK_AGAIN, LET_GO, REMIND, REMIND_AGAIN, REMIND_ONCE_MORE, REMIND_LAST, LAPSE, meetings.RENEW_TIMES,
]  # fmt: skip
NUDGES = [
    NudgeKind(DUE, "one-on-ones that are due", due, nudges.find_reminders),
    NudgeKind(FOLLOW_UP, "notes to come back to", follow_up, nudges.find_follow_ups),
]


async def announce_change(
    session: AsyncSession, pair: Pair, meeting: Meeting, *, by: Person | None = None, told: str = "", now: datetime
) -> None:
    """After a change: the two cards, what the clock has to do, and for calendars the invitation.

    Where there is no invitation that could bring it, `told` goes to the other one than `by`.
    """
    await plan_jobs(session, pair, meeting, now=now)
    if meeting.state == State.PLANNED:
        await meetings.renew_offers(session, pair.team.workspace_id, pair.series.pair, meeting.span, now=now)
    links = calendars.links(_calendar_event(pair, meeting)) if meeting.state == State.PLANNED else None
    for reader in (each for each in (pair.leader, pair.agent) if not each.has_left):
        await outbox.show(session, cards.card(pair, meeting, reader, links), to=reader.dm, now=now)
        if meeting.is_invited and meeting.starts_at:
            comment = told or invitation(meeting.starts_at, reader)
            await meetings.send_invitation(
                session, _calendar_event(pair, meeting), reader, comment, is_on=meeting.is_open, now=now
            )
        elif by and told and reader is not by:
            await outbox.put(session, Post(told), to=reader.dm, not_before=now)


def touch_homes(session: AsyncSession, pair: Pair, *, now: datetime) -> None:
    """Something changed that both see at home."""
    home.mark_changed(session, pair.series.workspace_id, pair.series.pair, now=now)


async def plan_jobs(session: AsyncSession, pair: Pair, meeting: Meeting, *, now: datetime) -> None:
    """Have done in time what a meeting needs, and nothing that it needs no more."""
    touch_homes(session, pair, now=now)
    wanted: dict[JobName, datetime] = {}
    if meeting.state == State.PLANNED:
        starts, ends = meeting.span
        before = min(slots.last_good(each, starts - PREPARATION_LEAD) for each in pair.routines)
        wanted = {PREPARE: max(before, now), ASK: ends + OUTCOME_DELAY}
    elif meeting.is_open:
        routine = working_hours.person_hours(find_asked(pair, meeting), pair.team)
        wanted = {LAPSE: max(meeting.times), REMIND: moment.next_morning(routine, now)}
    await scheduler.set_jobs_about(session, pair.team, About(ABOUT, meeting.id), MEETING_JOBS, wanted, now=now)


def _calendar_event(pair: Pair, meeting: Meeting) -> calendars.Meeting:
    return calendars.Meeting(
        uid=f"one-on-one-{meeting.id}-{meeting.workspace_id}@steward", title=cards.title(pair),
        starts_at=meeting.span[0], minutes=meeting.minutes, sequence=meeting.sequence,
        organizer=pair.leader, attendee=pair.agent, file="one-on-one.ics",
    )  # fmt: skip


async def prepare(session: AsyncSession, meeting_id: int, *, now: datetime) -> None:
    """Show each of the two what both want to talk about."""
    pair, meeting = await queries.load_meeting(session, meeting_id)
    if meeting.state != State.PLANNED:
        return
    thanks, since = await _fetch_thanks(session, pair, now), _last_met_at(pair)
    for reader in (pair.leader, pair.agent):
        kept = await notes.fetch_notes(session, pair, reader.id)
        spiked = await queues.summarize_since(session, pair.team, pair.leader, reader, since, now=now)
        post = cards.preparation(pair, meeting, reader, kept, thanks, spiked)
        await meetings.remind(
            session, post, reader, pair.team, sequence=meeting.sequence, at=now, ends_at=meeting.span[1]
        )


async def _fetch_thanks(session: AsyncSession, pair: Pair, now: datetime) -> list[str]:
    """The agent's latest shout-outs that everybody could read, since the two last met."""
    since = now - timedelta(days=max(14, (now.date() - rules.waits_since(pair.series)).days))
    given, names = await shoutouts_queries.given_between(session, pair.team, since, now)
    theirs = [each.reason for each in given if pair.agent.id in names[each.id]]
    return theirs[: -MOST_THANKS - 1 : -1]


def _last_met_at(pair: Pair) -> datetime:
    """The morning after the two last met, or when they began."""
    met_on = pair.series.met_on
    if met_on is None:
        return pair.series.since
    return datetime.combine(met_on + timedelta(days=1), time(), ZoneInfo(pair.leader.zone))


def find_asked(pair: Pair, meeting: Meeting) -> Person:
    """Who has times to choose from."""
    return pair.agent if meeting.state == State.PROPOSED else pair.leader


async def at_home(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """Somebody's pairs, and what they want to talk about themself."""
    person = visitor.person
    pairs = await queries.find_pairs(session, person.workspace_id, person.id)
    theirs = [pair for pair in pairs if pair.agent.id == person.id]
    kept = [await notes.fetch_notes(session, pair, person.id) for pair in theirs]
    topics = [topic for each in kept for topic in each.topics if topic.author_id == person.id]
    return lists.at_home(pairs, await queries.find_open_meetings(session, pairs), topics, person)
