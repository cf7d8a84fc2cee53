"""Record what became of a meeting, what the two wrote down, and when the pair is due again."""

from collections.abc import Callable, Collection
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.balance import queries as balance_queries
from bot.features.balance.models import Part
from bot.features.one_on_ones import notes, queries, rules
from bot.features.one_on_ones.models import Meeting, State
from bot.features.one_on_ones.queries import add_meeting, find_open_meeting
from bot.features.one_on_ones.rules import Pair
from bot.messages import times
from bot.messages.one_on_ones import cards
from bot.nudges import answers, engine
from bot.nudges.models import NudgeState
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.workflows import meetings
from bot.workflows.nudges import KINDS, schedule_next_check
from bot.workflows.one_on_ones.bookings import show_answer
from bot.workflows.one_on_ones.updates import ABOUT, LET_GO, announce_change, plan_jobs, touch_homes


async def skip(session: AsyncSession, actor: Actor, series_id: int, nudge_id: int, *, now: datetime) -> Post:
    """Leave a pair out this time: it is due again after its usual while."""
    pair = await queries.find_pair_of_series(session, *actor, series_id)
    was_asked = pair.series.asked_at is not None
    meeting = await find_open_meeting(session, pair.series)
    pair.must_lead(actor.person_id)
    if meeting:
        meeting.sequence += 1
        _end(meeting, State.SKIPPED, now)
    _postpone(pair, pair.leader.local(now).date())
    if meeting:
        await announce_change(session, pair, meeting, by=pair.leader, now=now)
    answer, post = {"is": "skipped", "due": times.on(pair.series.due_on)}, cards.left_out(pair)
    await show_answer(session, nudge_id, pair, answer, now, was_asked=was_asked, text=post.text)
    return post


async def record(session: AsyncSession, actor: Actor, meeting_id: int, state: State, *, now: datetime) -> None:
    """Record what the leader says became of a meeting: met, missed, or skipped."""
    pair, meeting = await queries.find_meeting(session, *actor, meeting_id)
    pair.must_lead(actor.person_id)
    rules.must_be_unsaid(meeting)
    OUTCOMES[state](pair, meeting, now)
    await conclude(session, pair, meeting, now=now)


async def record_met(session: AsyncSession, pair: Pair, by: str, words: str, now: datetime) -> Post:
    """Record that they have just met; words are not kept, since a note is read by both."""
    was_asked = pair.series.asked_at is not None
    await _cancel_planned(session, pair, by, now)
    meeting = await add_met_meeting(session, pair, by, now=now)
    await conclude(session, pair, meeting, now=now)
    await show_answer(session, 0, pair, {"is": "met"}, now, was_asked=was_asked)
    return cards.recorded(pair, meeting, words)


async def _cancel_planned(session: AsyncSession, pair: Pair, by: str, now: datetime) -> None:
    """They have met sooner: what stands in their calendars goes."""
    pair.must_lead(by)
    meeting = await find_open_meeting(session, pair.series)
    if meeting and meeting.starts_at and meeting.starts_at > now:
        rules.cancel(meeting, now=now)
        told = cards.met_sooner(pair.leader)
        await announce_change(session, pair, meeting, by=pair.leader, told=told, now=now)


async def add_met_meeting(session: AsyncSession, pair: Pair, by: str, *, now: datetime) -> Meeting:
    """They have just met, planned or not."""
    pair.must_lead(by)
    meeting = await find_open_meeting(session, pair.series) or add_meeting(session, pair, State.PLANNED, now)
    meeting.starts_at = meeting.starts_at if meeting.starts_at and meeting.starts_at <= now else now - meeting.length
    meeting.slots = []
    await session.flush()
    _mark_met(pair, meeting, now)
    return meeting


def _mark_met(pair: Pair, meeting: Meeting, now: datetime, state: State = State.MET) -> None:
    _end(meeting, state, now)
    series = pair.series
    series.met_on, series.is_missed, series.asked_at = pair.leader.local(meeting.span[0]).date(), False, None
    series.due_on = rules.due_after(series.rule, series.met_on)


def _mark_missed(pair: Pair, meeting: Meeting, now: datetime) -> None:
    """It goes to the head of the rota."""
    _end(meeting, State.MISSED, now)
    series = pair.series
    series.is_missed, series.due_on = True, min(series.due_on, pair.leader.local(meeting.span[0]).date())


def _mark_skipped(pair: Pair, meeting: Meeting, now: datetime) -> None:
    _end(meeting, State.SKIPPED, now)
    _postpone(pair, pair.leader.local(meeting.span[0]).date())


OUTCOMES: dict[State, Callable[[Pair, Meeting, datetime], None]] = {
    State.MET: _mark_met,
    State.MISSED: _mark_missed,
    State.SKIPPED: _mark_skipped,
}


def _end(meeting: Meeting, state: State, now: datetime) -> None:
    meeting.state, meeting.ended_at = state, now


def _postpone(pair: Pair, day: date) -> None:
    series = pair.series
    series.is_missed, series.asked_at = False, None
    series.due_on = rules.due_after(series.rule, max(day, series.due_on))


async def conclude(session: AsyncSession, pair: Pair, meeting: Meeting, *, now: datetime) -> None:
    """Show what became of a meeting on every card of it, and count it; the clock has nothing more to do."""
    if meeting.state == State.MET:
        await balance_queries.count_time(
            session, pair.team, pair.leader.id, part=Part.PEOPLE, minutes=meeting.minutes,
            started_at=meeting.span[0], source=f"{ABOUT}:{meeting.id}", now=now,
        )  # fmt: skip
    await plan_jobs(session, pair, meeting, now=now)
    await _show_outcome(session, pair, meeting, now)


async def _show_outcome(session: AsyncSession, pair: Pair, meeting: Meeting, now: datetime) -> None:
    await outbox.edit(session, cards.recorded(pair, meeting), to=pair.leader.dm, not_before=now)
    await _show_cards(session, pair, meeting, now)


async def _show_cards(session: AsyncSession, pair: Pair, meeting: Meeting, now: datetime) -> None:
    for reader in (pair.leader, pair.agent):
        await outbox.edit(session, cards.card(pair, meeting, reader), to=reader.dm, not_before=now)


async def ask(session: AsyncSession, meeting_id: int, following: JobName, *, now: datetime) -> None:
    """Ask the leader how a meeting went; unless they answer, `following` is done the next morning."""
    pair, meeting = await queries.load_meeting(session, meeting_id)
    if meeting.state == State.PLANNED:
        is_again = following == LET_GO
        post, about = cards.outcome(pair, meeting, again=is_again), About(ABOUT, meeting.id)
        await meetings.ask_outcome(session, post, pair.leader, pair.team, about, following, is_again=is_again, now=now)


async def assume_met(session: AsyncSession, meeting_id: int, *, now: datetime) -> None:
    """Count a meeting as held of which nobody said what became: what two people have planned mostly happens."""
    pair, meeting = await queries.load_meeting(session, meeting_id)
    if meeting.state == State.PLANNED:
        _mark_met(pair, meeting, now, State.LET_GO)
        await _show_outcome(session, pair, meeting, now)


async def expire(session: AsyncSession, meeting_id: int, *, now: datetime) -> None:
    """End a meeting for which nobody chose a time before all had passed."""
    pair, meeting = await queries.load_meeting(session, meeting_id)
    if meeting.state in (State.PROPOSED, State.COUNTERED):
        _end(meeting, State.LAPSED, now)
        await _show_cards(session, pair, meeting, now)


async def finish_follow_up(session: AsyncSession, actor: Actor, nudge_id: int, *, now: datetime) -> None:
    """Record that the author of a note has come back to it."""
    nudge = await answers.find_nudge(session, *actor, nudge_id)
    await notes.mark_followed_up(session, *actor, nudge.facts["note"], now=now)
    await answers.answer(session, nudge, NudgeState.DONE, KINDS, now=now)


async def save_notes(
    session: AsyncSession, actor: Actor, series_id: int, *, talked: Collection[int], topic: str, note: str,
    follow_up_on: date | None, cadence: str | None, now: datetime,
) -> None:  # fmt: skip
    """Save what one of a pair put into its form: topics they talked about, a new one, a note, how often they meet."""
    pair = await queries.find_pair_of_series(session, *actor, series_id)
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
    touch_homes(session, pair, now=now)


def _change_cadence(pair: Pair, by: str, cadence: str) -> None:
    """When the two are due next is counted anew from the last time."""
    pair.must_lead(by)
    if cadence not in rules.CADENCES or cadence == pair.series.rule:
        return
    series = pair.series
    series.rule = cadence
    series.due_on = rules.due_after(cadence, series.met_on) if series.met_on else series.due_on
