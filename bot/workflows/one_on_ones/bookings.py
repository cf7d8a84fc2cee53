"""Find a time for a pair: propose, pick, counter, accept, move, cancel, or ask for a one-on-one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Passed, UserError
from bot.features.one_on_ones import notes, queries, rules
from bot.features.one_on_ones.models import Meeting, Series, State
from bot.features.one_on_ones.nudges import DUE
from bot.features.one_on_ones.queries import add_meeting, find_open_meeting
from bot.features.one_on_ones.rules import GONE, Pair, must_be_open
from bot.messages.one_on_ones import cards, lists
from bot.nudges import answers
from bot.nudges.models import Nudge
from bot.org.availability import slots
from bot.org.availability.slots import Busy
from bot.org.teams.models import Team
from bot.scheduler import scheduler
from bot.scheduler.models import About
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.workflows.meetings import find_busy
from bot.workflows.nudges import KINDS
from bot.workflows.one_on_ones import updates
from bot.workflows.one_on_ones.updates import ABOUT, LAPSE, plan_jobs, touch_homes

TIME = "time"
"""The field of a form."""
PAST = "That time has passed. Pick a later one, please."
TAKEN = "One of you has something else then. Pick another time, please."
TAKEN_BY_NOW = "One of you has something else then by now. *Propose other times* finds new ones."
NEVER_TOGETHER = (
    "The two of you are never at work at the same time in the next three weeks. Find a time by talking, then tell me "
    "with *Already planned*."
)


async def propose(session: AsyncSession, pair: Pair, by: str, *, busy: Sequence[Busy] = (), now: datetime) -> Meeting:
    """Times for the agent to choose from, in the hours of both, and before the day on which the pair is due.

    `busy` is all that either of them does.
    """
    pair.must_lead(by)
    pair.must_be_active()
    found = await find_open_meeting(session, pair.series)
    if found and found.state == State.PLANNED:
        raise UserError("You two have a time already; `/1on1` shows it, and moves it if you like.")
    meeting = found or add_meeting(session, pair, State.PROPOSED, now)
    times = rules.find_times(pair, meeting, busy, now)
    if not times:
        raise UserError(NEVER_TOGETHER)
    meeting.offer(State.PROPOSED, times)
    await session.flush()
    return meeting


def pick(pair: Pair, meeting: Meeting, by: str, at: datetime, *, busy: Sequence[Busy] = (), now: datetime) -> bool:
    """The agent takes one of the times; False when it has gone by then, and fresh ones are there instead."""
    pair.must_be_agent(by)
    _check_state(meeting, State.PROPOSED)
    if at in meeting.times and rules.is_free(pair, meeting, at, busy, now):
        _book(pair, meeting, at)
        return True
    rules.refresh_times(pair, meeting, busy, now)
    return False


def counter(pair: Pair, meeting: Meeting, by: str, at: datetime, *, busy: Sequence[Busy] = (), now: datetime) -> None:
    """The agent suggests another time, for the leader to accept."""
    pair.must_be_agent(by)
    _check_state(meeting, State.PROPOSED)
    _check_free(pair, meeting, at, busy, now)
    if not slots.suits(pair.routines[:1], at, meeting.length):
        raise UserError(f"{pair.leader.shown} is not at work then. Pick a time in their day, please.", field=TIME)
    meeting.offer(State.COUNTERED, [at])


def accept(pair: Pair, meeting: Meeting, by: str, *, busy: Sequence[Busy] = (), now: datetime) -> None:
    """The leader takes the agent's own suggestion."""
    pair.must_lead(by)
    _check_state(meeting, State.COUNTERED)
    (at,) = meeting.times
    if not rules.is_free(pair, meeting, at, busy, now):
        raise UserError(TAKEN_BY_NOW if at > now else PAST)
    _book(pair, meeting, at)


async def record_plan(
    session: AsyncSession, pair: Pair, by: str, at: datetime, *, busy: Sequence[Busy] = (), now: datetime
) -> Meeting:
    """The pair has agreed on a time without us: no invitation, but all that comes before and after."""
    pair.must_lead(by)
    pair.must_be_active()
    meeting = await find_open_meeting(session, pair.series) or add_meeting(session, pair, State.PLANNED, now)
    _check_free(pair, meeting, at, busy, now)
    meeting.state, meeting.starts_at, meeting.slots = State.PLANNED, at, []
    pair.series.asked_at = None
    await session.flush()
    return meeting


def move(pair: Pair, meeting: Meeting, at: datetime, *, busy: Sequence[Busy] = (), now: datetime) -> None:
    """Another time for what is planned, or for what did not happen at its time; either of the two may say so."""
    _check_state(meeting, State.PLANNED)
    _check_free(pair, meeting, at, busy, now)
    meeting.starts_at, meeting.sequence = at, meeting.sequence + 1


async def cancel(session: AsyncSession, pair: Pair, meeting: Meeting, *, now: datetime) -> None:
    """Call it off; the pair is due as before."""
    must_be_open(meeting)
    meeting.state, meeting.ended_at, meeting.sequence = State.CANCELLED, now, meeting.sequence + 1


async def request_meeting(session: AsyncSession, pair: Pair, by: str, *, now: datetime) -> Meeting | None:
    """The agent would like one, whenever it is due; returns the meeting for which times are offered already, if any.

    A wish stays open, and one and the same, until a time is agreed on or the leader lets it go.
    """
    pair.must_be_agent(by)
    pair.must_be_active()
    found = await find_open_meeting(session, pair.series)
    if found and found.state == State.PLANNED:
        raise UserError("You two have a time already; `/1on1` shows it. Add a topic with `/1on1 topic …`.")
    pair.series.asked_at = pair.series.asked_at or now
    return found


def _book(pair: Pair, meeting: Meeting, at: datetime) -> None:
    meeting.state, meeting.starts_at, meeting.is_invited = State.PLANNED, at, True
    pair.series.asked_at = None


def _check_free(pair: Pair, meeting: Meeting, at: datetime, busy: Sequence[Busy], now: datetime) -> None:
    if at <= now:
        raise UserError(PAST, field=TIME)
    if not rules.is_free(pair, meeting, at, busy, now):
        raise UserError(TAKEN, field=TIME)


def _check_state(meeting: Meeting, state: State) -> None:
    if meeting.state != state:
        raise Passed(GONE)


def change_cadence(pair: Pair, by: str, rule: str) -> None:
    """How often the two meet from now on; when they are due next is counted anew from the last time."""
    pair.must_lead(by)
    if rule not in rules.CADENCES or rule == pair.series.rule:
        return
    series = pair.series
    series.rule = rule
    series.due_on = rules.due_after(rule, series.met_on) if series.met_on else series.due_on


async def add_topic(session: AsyncSession, pair: Pair, by: str, words: str, now: datetime) -> Post:
    await notes.add_topic(session, pair, by, words, now=now)
    touch_homes(session, pair, now=now)
    return lists.topic_kept(pair, pair.person(by))


async def request(session: AsyncSession, pair: Pair, by: str, words: str, now: datetime) -> Post:
    """Tell the leader, once a wish; the words are something to talk about, like any topic."""
    is_new = pair.series.asked_at is None
    meeting = await request_meeting(session, pair, by, now=now)
    if words:
        await add_topic(session, pair, by, words, now)
    if meeting is None:
        post = cards.asked_for(pair, await _wished_topics(session, pair))
        if is_new:
            await outbox.put(session, post, to=pair.leader.dm, not_before=now)
        else:
            await outbox.show(session, post, to=pair.leader.dm, now=now)
    return lists.asked(pair, meeting, words, is_new=is_new)


async def _wished_topics(session: AsyncSession, pair: Pair) -> list[str]:
    """What the agent wants to talk about since they asked for a one-on-one."""
    topics = (await notes.fetch_notes(session, pair, pair.agent.id)).topics
    since = pair.series.asked_at
    return [each.words for each in topics if each.author_id == pair.agent.id and since and each.made_at >= since]


async def find_busy_for_pair(session: AsyncSession, pair: Pair, now: datetime) -> list[Busy]:
    """All that either of the two has planned, of whatever feature."""
    return await find_busy(session, pair.team.workspace_id, pair.series.pair, now)


OLDEST_CARD = timedelta(weeks=4)
"""What stands on cards older than this is left as it is."""


async def offer_times(session: AsyncSession, pair: Pair, by: str, now: datetime) -> Meeting:
    """Propose times, and have the agent hear of them."""
    planned = await find_busy(session, pair.team.workspace_id, pair.series.pair, now)
    meeting = await propose(session, pair, by, busy=planned, now=now)
    await plan_jobs(session, pair, meeting, now=now)
    post = cards.card(pair, meeting, pair.agent)
    if meeting.refused:
        await outbox.delete(session, post.card or "", to=pair.agent.dm, now=now)
    await outbox.put(session, post, to=pair.agent.dm, not_before=now, hours_of=pair.team, expires_at=max(meeting.times))
    return meeting


async def show_answer(
    session: AsyncSession,
    nudge_id: int,
    pair: Pair,
    answer: dict[str, str],
    now: datetime,
    *,
    was_asked: bool,
    text: str = "",
) -> None:
    """Show the answer on the card where it was given, 0 for none, and on every other one that still asks for it.

    `was_asked` says that the agent had a wish open, whose card asks for it too.
    """
    series = pair.series
    if was_asked:
        await outbox.change(session, cards.wish_answered(pair, answer, text), to=pair.leader.dm, now=now)
    pressed_on = (
        [await answers.find_nudge(session, series.workspace_id, series.leader_id, nudge_id)] if nudge_id else []
    )
    told = await answers.told_since(session, series.workspace_id, series.leader_id, DUE, since=now - OLDEST_CARD)
    for nudge in [*pressed_on, *(each for each in told if each.id != nudge_id and _asks(each, series.id))]:
        given = {**nudge.facts["answers"], str(series.id): answer}
        is_last = len(given) == len(nudge.facts["rows"])
        facts = {**nudge.facts, "answers": given}
        await answers.answer_row(session, nudge, facts, KINDS, is_last=is_last, now=now)


def _asks(nudge: Nudge, series_id: int) -> bool:
    listed = any(row["series"] == series_id for row in nudge.facts["rows"])
    return listed and str(series_id) not in nudge.facts["answers"]


async def reconcile_pairs(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Bring a team's pairs up to date with who is in it, and tell those whose meeting cannot be."""
    for meeting in await queries.reconcile_pairs(session, team, now=now):
        series = await session.get_one(Series, meeting.series_id)
        await updates.announce_change(session, await queries.load_pair(session, series), meeting, now=now)


async def refresh_times(session: AsyncSession, pair: Pair, meeting: Meeting, now: datetime) -> None:
    """What has passed or is taken is offered no more; the leader reads what is."""
    planned = await find_busy(session, pair.team.workspace_id, pair.series.pair, now)
    rules.refresh_times(pair, meeting, planned, now)
    about = About(ABOUT, meeting.id)
    await scheduler.put_about(session, LAPSE, pair.team, about, due_at=max(meeting.times), now=now)
    await outbox.edit(session, cards.card(pair, meeting, pair.leader), to=pair.leader.dm, not_before=now)
