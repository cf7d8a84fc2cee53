"""Prepare a one-on-one, record the outcome and notes, and compute when the pair is due again."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.balance import queries as balance_queries
from bot.features.balance.models import Part
from bot.features.one_on_ones import notes, queries, rules
from bot.features.one_on_ones.queries import find_open_meeting, find_pair_of_series
from bot.features.shoutouts import queries as shoutouts_queries
from bot.followups import queries as followups_queries
from bot.meetings.models import Kind, Meeting, State
from bot.meetings.policy import Policy
from bot.meetings.rules import Pair, cancel, end
from bot.messages.one_on_ones import cards, lists
from bot.messages.times import when
from bot.nudges import answers, engine
from bot.nudges.models import NudgeState
from bot.org.availability import slots
from bot.org.people import Person
from bot.slack import home
from bot.slack.dispatcher import Actor
from bot.slack.home import Visitor
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.text.formats import on
from bot.workflows.meetings import outcomes
from bot.workflows.meetings.updates import announce_change
from bot.workflows.nudges import answer, schedule_next_check
from bot.workflows.one_on_ones.bookings import add_meeting, show_answer
from bot.workflows.spikes import queues

PREPARATION_LEAD = timedelta(hours=2)
MOST_THANKS = 3
MOST_FOLLOWUPS = 5


async def skip(session: AsyncSession, actor: Actor, series_id: int, nudge_id: int, *, now: datetime) -> Post:
    """Skip a pair's one-on-one this time; the pair is due again after its usual interval."""
    pair = await find_pair_of_series(session, *actor, series_id)
    was_asked = pair.series.asked_at is not None
    meeting = await find_open_meeting(session, pair.series)
    pair.must_organize(actor.person_id, Kind.ONE_ON_ONE)
    _postpone(pair, pair.organizer.local(now).date())
    if meeting:
        end(meeting, State.SKIPPED, now)
        await announce_change(session, pair, meeting, by=pair.organizer, now=now)
    given, post = {"is": "skipped", "due": on(pair.series.due_on, pair.organizer.locale)}, cards.skipped_answer(pair)
    await show_answer(session, nudge_id, pair, given, now, was_asked=was_asked, text=post.text)
    return post


async def record_met(session: AsyncSession, pair: Pair, by: str, words: str, now: datetime) -> Post:
    """Record that the leader and the agent of a one-on-one have just met.

    `words`, typed after the command, are not saved as a note, because both people could read it.
    """
    was_asked = pair.series.asked_at is not None
    meeting = await add_met_meeting(session, pair, by, now=now)
    await show_answer(session, 0, pair, {"is": "met"}, now, was_asked=was_asked, recorded_id=meeting.id)
    return cards.recorded(pair, meeting, words)


async def add_met_meeting(session: AsyncSession, pair: Pair, by: str, *, now: datetime) -> Meeting:
    """Record a one-on-one that has just been held, planned or not.

    A meeting planned for later is canceled in both calendars.
    """
    pair.must_organize(by, Kind.ONE_ON_ONE)
    meeting = await find_open_meeting(session, pair.series)
    if meeting and meeting.state == State.PLANNED and meeting.starts_at > now:
        cancel(meeting, now=now)
        told = cards.already_met_note(pair.organizer)
        await announce_change(session, pair, meeting, by=pair.organizer, told=told, now=now)
        meeting = None
    meeting = meeting or await add_meeting(session, pair, State.PLANNED, now, now)
    if meeting.state != State.PLANNED or meeting.starts_at == now:
        meeting.starts_at, meeting.offered = now - meeting.length, []
    await outcomes.conclude(session, pair, meeting, State.MET, now=now)
    return meeting


async def update_series(session: AsyncSession, pair: Pair, meeting: Meeting, now: datetime) -> None:
    """Update a pair's series after the outcome of a meeting: when they are due again. Also count the leader's time."""
    series, day = pair.series, pair.organizer.local(meeting.starts_at).date()
    match meeting.state:
        case State.MET:
            series.met_on, series.is_missed, series.asked_at = day, False, None
            series.due_on = rules.due_after(series.rule, day, pair.routines)
        case State.MISSED:
            series.is_missed, series.due_on = True, min(series.due_on, day)
            if series.met_on == day:  # it was assumed that they met
                last = await queries.find_last_held(session, series, but=meeting.id)
                series.met_on = pair.organizer.local(last).date() if last else None
        case State.SKIPPED:
            _postpone(pair, day)
    if meeting.state == State.MET and meeting.is_confirmed:
        await balance_queries.add_measured_time(
            session, pair.team, pair.organizer.id, part=Part.PEOPLE, minutes=meeting.minutes,
            started_at=meeting.starts_at, source=meeting.about, now=now,
        )  # fmt: skip


def _postpone(pair: Pair, day: date) -> None:
    series = pair.series
    series.is_missed, series.asked_at = False, None
    series.due_on = rules.due_after(series.rule, max(day, series.due_on), pair.routines)


async def follow_change(session: AsyncSession, pair: Pair, meeting: Meeting, now: datetime) -> None:
    """Remove the agent's request for a one-on-one once a time is agreed on.

    If the next one is open by the time somebody says that this one did not happen, do not offer to book it.
    """
    if meeting.state == State.PLANNED:
        pair.series.asked_at = None
    if meeting.state == State.MISSED and (after := await find_open_meeting(session, pair.series)):
        answer = {"is": "open"}
        if after.state == State.PLANNED:
            answer = {"is": "planned", "times": when(after.starts_at, pair.organizer)}
        await outbox.change(session, cards.answered(pair, meeting, answer), to=pair.organizer.dm, now=now)


async def finish_follow_up(session: AsyncSession, actor: Actor, nudge_id: int, *, now: datetime) -> None:
    """Mark a note's follow-up as done."""
    nudge = await answers.find_nudge(session, *actor, nudge_id)
    await notes.mark_followed_up(session, *actor, nudge.facts["note"], now=now)
    await answer(session, actor, nudge_id, NudgeState.DONE, now=now)


async def save_notes(
    session: AsyncSession, actor: Actor, series_id: int, *, talked: Collection[int], topic: str, note: str,
    follow_up_on: date | None, cadence: str | None, now: datetime,
) -> None:  # fmt: skip
    """Save one person's input from a pair's form: topics talked about, a new topic, a note, and how often they meet."""
    pair = await find_pair_of_series(session, *actor, series_id)
    by = pair.person(actor.person_id)
    await notes.complete_topics(session, pair, by.id, talked, now=now)
    if topic:
        await notes.add_topic(session, pair, by.id, topic, now=now)
    if note or follow_up_on:
        await notes.add_note(session, pair, by.id, note, follow_up_on=follow_up_on, now=now)
    if follow_up_on:
        morning = datetime.combine(follow_up_on, time(), ZoneInfo(by.zone))
        await engine.schedule_checks(session, actor.workspace_id, {by.id: morning})
        await schedule_next_check(session, actor.workspace_id, now=now)
    if cadence:
        _change_cadence(pair, by.id, cadence)
    home.mark_changed(session, pair.series.workspace_id, pair.ids, now=now)


def _change_cadence(pair: Pair, by: str, cadence: str) -> None:
    """Change how often a pair meets, and compute the next due date from their last meeting."""
    pair.must_organize(by, Kind.ONE_ON_ONE)
    if cadence not in rules.CADENCES or cadence == pair.series.rule:
        return
    series = pair.series
    series.rule = cadence
    if series.met_on:
        series.due_on = rules.due_after(cadence, series.met_on, pair.routines)


async def home_section(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """Return the Home blocks of a person's one-on-one pairs, with the topics that they added themselves."""
    person = visitor.person
    pairs = await queries.find_pairs(session, person.workspace_id, person.id)
    theirs = [pair for pair in pairs if pair.attendee.id == person.id]
    kept = [await notes.fetch_notes(session, pair, person.id) for pair in theirs]
    topics = [topic for each in kept for topic in each.topics if topic.author_id == person.id]
    open_ones = await queries.find_open_meetings(session, pairs)
    return lists.home_section(pairs, open_ones, topics, person, person.local(now).date())


async def prepare(session: AsyncSession, pair: Pair, meeting: Meeting, reader: Person, now: datetime) -> Post:
    """Return the card that prepares one of the two people for their one-on-one.

    It lists both people's topics, open promises and roadblocks between them, recent thanks to the agent, and the spikes
    since the two last met.
    """
    series = pair.series
    since = now - timedelta(days=max(14, (now.date() - rules.waiting_since(series)).days))
    given, names = await shoutouts_queries.given_between(session, pair.team, since, now)
    theirs = [each.reason for each in given if pair.attendee.id in names[each.id]]
    kept = await notes.fetch_notes(session, pair, reader.id)
    have_met = series.met_on is not None
    spiked = await queues.summarize_since(
        session, pair.team, pair.organizer, reader, _after_last_meeting(pair), have_met=have_met, now=now
    )
    between = await followups_queries.find_between(session, pair.team, pair.organizer.id, pair.attendee.id)
    thanks = theirs[: -MOST_THANKS - 1 : -1]
    return cards.preparation(pair, meeting, reader, kept, thanks, spiked, between[:MOST_FOLLOWUPS])


def _after_last_meeting(pair: Pair) -> datetime:
    """Return midnight after the day of a pair's last meeting, or the start of their series if they never met."""
    met_on = pair.series.met_on
    if met_on is None:
        return pair.series.since
    return datetime.combine(met_on + timedelta(days=1), time(), ZoneInfo(pair.organizer.zone))


def _prepare_at(pair: Pair, meeting: Meeting, reader: Person) -> datetime:
    return slots.last_good_moment(pair.hours(reader), meeting.starts_at - PREPARATION_LEAD)


Policy(
    Kind.ONE_ON_ONE, cards, file="one-on-one.ics", outcome_delay=timedelta(hours=2), silence=State.MET,
    remind_at=_prepare_at, reminder=prepare, refresh=rules.refresh_times,
    question_again=cards.repeated_question, on_change=follow_change, on_outcome=update_series,
)  # fmt: skip
