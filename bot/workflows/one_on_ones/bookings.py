"""Find a time for a pair: propose, pick, counter, accept, move, cancel, or ask for a one-on-one."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.one_on_ones import notes, queries, rules
from bot.features.one_on_ones.models import Meeting, Series, State
from bot.features.one_on_ones.nudges import DUE
from bot.features.one_on_ones.queries import add_meeting, find_meeting, find_open_meeting
from bot.features.one_on_ones.rules import Pair
from bot.messages import times
from bot.messages.one_on_ones import cards, lists
from bot.nudges import answers
from bot.nudges.models import Nudge
from bot.org.availability import moment, working_hours
from bot.org.availability.slots import Busy
from bot.org.teams.models import Team
from bot.refusals import one_on_ones as refusals
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.workflows import daily_limits
from bot.workflows.meetings import find_busy, repost
from bot.workflows.nudges import KINDS
from bot.workflows.one_on_ones.updates import (
    ABOUT,
    LAPSE,
    REMIND_LAST,
    announce_change,
    find_asked,
    plan_jobs,
    touch_homes,
)

MOST_MOVES = 5
"""Of one meeting, by one person, on one day: each tells the other."""
LAST_REMINDER_LEAD = timedelta(days=2)
OLDEST_CARD = timedelta(weeks=4)
"""What stands on cards older than this is left as it is."""


async def propose(session: AsyncSession, actor: Actor, series_id: int, nudge_id: int, *, now: datetime) -> Post:
    """Offer times for the agent to choose from; where they have some already, the answer says which."""
    pair = await queries.find_pair_of_series(session, *actor, series_id, books=True)
    pair.must_lead(actor.person_id)
    was_asked = pair.series.asked_at is not None
    meeting = await find_open_meeting(session, pair.series)
    if meeting is None or meeting.state != State.PROPOSED:
        meeting = await offer_times(session, pair, actor.person_id, now)
    answer = {"is": "proposed", "times": cards.times(meeting, pair.leader)}
    post = Post(cards.card(pair, meeting, pair.leader).text)
    await show_answer(session, nudge_id, pair, answer, now, was_asked=was_asked, text=post.text)
    return post


async def propose_others(session: AsyncSession, actor: Actor, meeting_id: int, *, now: datetime) -> None:
    """Offer other times than the agent suggested."""
    pair, meeting = await find_meeting(session, *actor, meeting_id, books=True)
    rules.must_be_open(meeting)
    await offer_times(session, pair, actor.person_id, now)
    await announce_change(session, pair, meeting, now=now)


async def offer_times(session: AsyncSession, pair: Pair, by: str, now: datetime) -> Meeting:
    """Propose times in the hours of both, before the day on which the pair is due, and have the agent hear of them."""
    planned = await _find_busy(session, pair, now)
    pair.must_lead(by)
    pair.must_be_active()
    found = await find_open_meeting(session, pair.series)
    if found and found.state == State.PLANNED:
        raise Refusal(refusals.HAVE_TIME)
    meeting = found or add_meeting(session, pair, State.PROPOSED, now)
    free = rules.find_times(pair, meeting, planned, now)
    if not free:
        raise Refusal(refusals.NEVER_TOGETHER)
    meeting.offer(State.PROPOSED, free)
    await session.flush()
    await plan_jobs(session, pair, meeting, now=now)
    post = cards.card(pair, meeting, pair.agent)
    if meeting.refused:
        await outbox.delete(session, post.card or "", to=pair.agent.dm, now=now)
    await outbox.put(session, post, to=pair.agent.dm, not_before=now, hours_of=pair.team, expires_at=max(meeting.times))
    return meeting


async def pick(session: AsyncSession, actor: Actor, meeting_id: int, at: datetime, *, now: datetime) -> None:
    """Plan one of the times for the agent; where it has gone meanwhile, offer fresh ones and say so."""
    pair, meeting = await find_meeting(session, *actor, meeting_id, books=True)
    is_on = rules.pick(pair, meeting, actor.person_id, at, busy=await _find_busy(session, pair, now), now=now)
    await announce_change(session, pair, meeting, by=pair.agent, now=now)
    if not is_on:
        await outbox.put(session, cards.gone(at, pair.agent), to=pair.agent.dm, not_before=now)


async def counter(session: AsyncSession, actor: Actor, meeting_id: int, at: datetime, *, now: datetime) -> None:
    """Suggest the agent's own time to the leader."""
    pair, meeting = await find_meeting(session, *actor, meeting_id, books=True)
    rules.counter(pair, meeting, actor.person_id, at, busy=await _find_busy(session, pair, now), now=now)
    await announce_change(session, pair, meeting, now=now)


async def accept(session: AsyncSession, actor: Actor, meeting_id: int, *, now: datetime) -> None:
    """Plan what the agent suggested."""
    pair, meeting = await find_meeting(session, *actor, meeting_id, books=True)
    rules.accept(pair, meeting, actor.person_id, busy=await _find_busy(session, pair, now), now=now)
    await announce_change(session, pair, meeting, by=pair.leader, now=now)


async def move(session: AsyncSession, actor: Actor, meeting_id: int, at: datetime, *, now: datetime) -> None:
    """Give a meeting another time; where its leader was asked already how it went, that card says so."""
    pair, meeting = await find_meeting(session, *actor, meeting_id, books=True)
    await daily_limits.count_use(session, *actor, f"moves:{meeting.id}", MOST_MOVES, now)
    was_asked_for = meeting.span[1] <= now
    rules.move(pair, meeting, at, busy=await _find_busy(session, pair, now), now=now)
    if was_asked_for:
        await outbox.edit(session, cards.recorded(pair, meeting), to=pair.leader.dm, not_before=now)
    by, other = pair.person(actor.person_id), pair.person(meeting.other(actor.person_id))
    await announce_change(session, pair, meeting, by=by, told=cards.moved(pair, meeting, by, other), now=now)


async def cancel(session: AsyncSession, actor: Actor, meeting_id: int, *, now: datetime) -> None:
    pair, meeting = await find_meeting(session, *actor, meeting_id)
    rules.cancel(meeting, now=now)
    by = pair.person(actor.person_id)
    await announce_change(session, pair, meeting, by=by, told=cards.called_off(meeting, by), now=now)


async def record_plan(
    session: AsyncSession, actor: Actor, series_id: int, nudge_id: int, at: datetime, *, now: datetime
) -> Meeting:
    """Record a time on which the two have agreed without us: no invitation, but all that comes before and after."""
    pair = await queries.find_pair_of_series(session, *actor, series_id, books=True)
    was_asked = pair.series.asked_at is not None
    planned = await _find_busy(session, pair, now)
    pair.must_lead(actor.person_id)
    pair.must_be_active()
    meeting = await find_open_meeting(session, pair.series) or add_meeting(session, pair, State.PLANNED, now)
    rules.check_free(pair, meeting, at, planned, now)
    meeting.state, meeting.starts_at, meeting.slots = State.PLANNED, at, []
    pair.series.asked_at = None
    await session.flush()
    await announce_change(session, pair, meeting, now=now)
    answer = {"is": "planned", "times": times.when(at, pair.leader)}
    await show_answer(session, nudge_id, pair, answer, now, was_asked=was_asked)
    return meeting


async def request(session: AsyncSession, pair: Pair, by: str, words: str, now: datetime) -> Post:
    """Tell the leader, once a wish, that the agent would like one; the words are something to talk about.

    A wish stays open, and one and the same, until a time is agreed on or the leader lets it go.
    """
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


async def request_meeting(session: AsyncSession, pair: Pair, by: str, *, now: datetime) -> Meeting | None:
    """Record the agent's wish, whenever the pair is due; return the meeting for which times are offered already."""
    pair.must_be_agent(by)
    pair.must_be_active()
    found = await find_open_meeting(session, pair.series)
    if found and found.state == State.PLANNED:
        raise Refusal(refusals.HAVE_TIME_ADD_TOPIC)
    pair.series.asked_at = pair.series.asked_at or now
    return found


async def _wished_topics(session: AsyncSession, pair: Pair) -> list[str]:
    """What the agent wants to talk about since they asked for a one-on-one."""
    topics = (await notes.fetch_notes(session, pair, pair.agent.id)).topics
    since = pair.series.asked_at
    return [each.words for each in topics if each.author_id == pair.agent.id and since and each.made_at >= since]


async def add_topic(session: AsyncSession, pair: Pair, by: str, words: str, now: datetime) -> Post:
    await notes.add_topic(session, pair, by, words, now=now)
    touch_homes(session, pair, now=now)
    return lists.topic_kept(pair, pair.person(by))


async def _find_busy(session: AsyncSession, pair: Pair, now: datetime) -> list[Busy]:
    """All that either of the two has planned, of whatever feature."""
    return await find_busy(session, pair.team.workspace_id, pair.series.pair, now)


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
        await announce_change(session, await queries.load_pair(session, series), meeting, now=now)


async def remind(session: AsyncSession, meeting_id: int, following: JobName | None, *, now: datetime) -> None:
    """Show who is asked the times that are still free, below what was said since; do `following` on a later morning."""
    pair, meeting = await queries.load_meeting(session, meeting_id)
    if meeting.state not in (State.PROPOSED, State.COUNTERED) or max(meeting.times) <= now:
        return
    about, reader = About(ABOUT, meeting.id), find_asked(pair, meeting)
    if meeting.state == State.PROPOSED:
        rules.refresh_times(pair, meeting, await _find_busy(session, pair, now), now)
        await scheduler.put_about(session, LAPSE, pair.team, about, due_at=max(meeting.times), now=now)
        await outbox.edit(session, cards.card(pair, meeting, pair.leader), to=pair.leader.dm, not_before=now)
    post = cards.card(pair, meeting, reader)
    await repost(session, post, reader, pair.team, expires_at=max(meeting.times), now=now)
    if following:
        after = max(now, max(meeting.times) - LAST_REMINDER_LEAD) if following == REMIND_LAST else now
        morning = moment.next_morning(working_hours.person_hours(reader, pair.team), after)
        await scheduler.put_about(session, following, pair.team, about, due_at=morning, now=now)


async def renew_times(session: AsyncSession, meeting_id: int, *, now: datetime) -> None:
    """Put times that are free in the place of those that one of the two has given to something else meanwhile."""
    pair, meeting = await queries.load_meeting(session, meeting_id)
    before = meeting.slots
    if meeting.state == State.PROPOSED:
        rules.refresh_times(pair, meeting, await _find_busy(session, pair, now), now)
    if meeting.slots != before:
        about = About(ABOUT, meeting.id)
        await scheduler.put_about(session, LAPSE, pair.team, about, due_at=max(meeting.times), now=now)
        for reader in (pair.leader, pair.agent):
            await outbox.change(session, cards.card(pair, meeting, reader), to=reader.dm, now=now)
