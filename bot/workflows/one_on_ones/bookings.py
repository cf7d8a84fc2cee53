"""Find a time for a one-on-one (propose, pick, move or request one), and update pairs when the team changes."""

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import AnswerTooLate, Refusal
from bot.features.one_on_ones import notes, queries, rules
from bot.features.one_on_ones.nudges import DUE, find_to_offer
from bot.features.one_on_ones.queries import find_open_meeting, find_pair_of_series
from bot.features.one_on_ones.settings import Settings
from bot.meetings import queries as meetings_queries
from bot.meetings.models import Kind, Meeting, Series, State
from bot.meetings.queries import busy_of
from bot.meetings.rules import Pair, check_time, plan
from bot.messages import times
from bot.messages.one_on_ones import cards, lists
from bot.nudges import answers
from bot.nudges.models import Nudge
from bot.org.teams.models import Team
from bot.refusals import one_on_ones as refusals
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack import home
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.workflows import daily_limits
from bot.workflows.meetings import bookings, updates
from bot.workflows.meetings.updates import announce_change
from bot.workflows.nudges import KINDS, notice_activity

OFFER = JobName("one_on_ones.offer")
MOST_MOVES = 5
"""Daily limit per person and meeting, because each move notifies the other person."""
OLDEST_CARD = timedelta(weeks=4)
"""Cards older than this are not updated."""


async def propose(
    session: AsyncSession, actor: Actor, series_id: int, nudge_id: int, closed_id: int = 0, *, now: datetime
) -> Post:
    """Offer the agent times to choose from, unless some are offered already; return a message that lists them.

    `closed_id` is the meeting before, if its card or the answer about it was pressed: the card is updated, and the
    message replaces the answer.
    """
    pair = await find_pair_of_series(session, *actor, series_id, books=True)
    pair.must_organize(actor.person_id, Kind.ONE_ON_ONE)
    was_asked = pair.series.asked_at is not None
    meeting = await find_open_meeting(session, pair.series)
    if meeting is None or meeting.state != State.REQUESTED:
        meeting = await offer_times(session, pair, actor.person_id, now)
    given = {"is": "proposed", "times": cards.times(meeting, pair.organizer)}
    post = Post(cards.card(pair, meeting, pair.organizer).text)
    await show_answer(session, nudge_id, pair, given, now, was_asked=was_asked, text=post.text)
    await notice_activity(session, actor, now=now)
    closed = await session.get(Meeting, closed_id) if closed_id else None
    if closed is None or closed.series_id != pair.series.id:
        return post
    post = cards.answered(pair, closed, given)
    await outbox.change(session, post, to=pair.organizer.dm, now=now)
    return post


async def propose_others(session: AsyncSession, actor: Actor, meeting_id: int, *, now: datetime) -> None:
    """Offer times for a one-on-one other than the time the agent suggested."""
    pair, meeting = await meetings_queries.lock_own_meeting(session, *actor, meeting_id, books=True)
    await offer_times(session, pair, actor.person_id, now)
    await outbox.show(session, cards.card(pair, meeting, pair.organizer), to=pair.organizer.dm, now=now)


async def offer_times(session: AsyncSession, pair: Pair, by: str, now: datetime) -> Meeting:
    """Offer the agent times in both people's working hours, before the day on which the pair is due.

    Raises a `Refusal` if a time is planned already or there is no common time.
    """
    pair.must_organize(by, Kind.ONE_ON_ONE)
    rules.check_is_active(pair)
    meeting = await find_open_meeting(session, pair.series)
    if meeting and meeting.state == State.PLANNED:
        raise Refusal(refusals.HAVE_TIME)
    if meeting:
        meeting.sequence += 1
    else:
        meeting = await add_meeting(session, pair, State.REQUESTED, now, now)
    free = rules.find_times(pair, meeting, await busy_of(session, pair, now), now)
    if not free:
        raise Refusal(refusals.NEVER_TOGETHER)
    meeting.state = State.REQUESTED
    meeting.offer(free)
    await bookings.ask_attendee(session, pair, meeting, now=now)
    return meeting


async def schedule_offers(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Schedule an offer of times for each pair that is due soon and has nothing booked, in a job of its own."""
    if not Settings.of(team).offers or team.is_closed:
        return
    for series in await find_to_offer(session, team, now):
        await scheduler.put_about(session, OFFER, team, About("series", series.id), due_at=now, now=now)


async def offer_unasked(session: AsyncSession, series_id: int, *, now: datetime) -> None:
    """Offer the agent of a pair times without the leader, unless they have an open meeting, or no time in common."""
    series = await session.get(Series, series_id)
    if series is None:
        return
    with suppress(AnswerTooLate, Refusal):
        async with session.begin_nested():
            pair = await find_pair_of_series(session, series.workspace_id, series.leader_id, series_id, books=True)
            if await find_open_meeting(session, pair.series) is None:
                was_asked = pair.series.asked_at is not None
                meeting = await offer_times(session, pair, series.leader_id, now)
                given = {"is": "proposed", "times": cards.times(meeting, pair.organizer)}
                await _show_on_cards_of_pair(session, pair, given, now, was_asked=was_asked)


async def add_meeting(session: AsyncSession, pair: Pair, state: State, at: datetime, now: datetime) -> Meeting:
    minutes = Settings.of(pair.team).minutes
    return await meetings_queries.add(session, Kind.ONE_ON_ONE, pair, state, at, minutes=minutes, now=now)


async def plan_at_picked_time(
    session: AsyncSession, actor: Actor, meeting_id: int, at: datetime, *, now: datetime
) -> None:
    """Plan a one-on-one at the time the agent picked; if it is no longer free, offer other times and say so."""
    pair, meeting = await meetings_queries.lock_own_meeting(session, *actor, meeting_id, books=True)
    is_on = rules.plan_at_offered_time(
        pair, meeting, actor.person_id, at, busy=await busy_of(session, pair, now), now=now
    )
    if is_on:
        await announce_change(session, pair, meeting, by=pair.attendee, now=now)
    else:
        await updates.show_times(session, pair, meeting, now=now)
        await outbox.show(session, cards.card(pair, meeting, pair.attendee), to=pair.attendee.dm, now=now)
        await outbox.put(session, cards.time_taken_answer(at, pair.attendee), to=pair.attendee.dm, not_before=now)


async def move_meeting(session: AsyncSession, actor: Actor, meeting_id: int, at: datetime, *, now: datetime) -> None:
    """Move a one-on-one to another time."""
    pair, meeting = await meetings_queries.lock_own_meeting(session, *actor, meeting_id, books=True)
    await daily_limits.count_use(session, *actor, f"moves:{meeting.id}", MOST_MOVES, now)
    rules.reschedule(pair, meeting, at, busy=await busy_of(session, pair, now), now=now)
    by, other = pair.person(actor.person_id), pair.person(meeting.other(actor.person_id))
    await announce_change(session, pair, meeting, by=by, told=cards.moved_note(meeting, by, other), now=now)


async def record_plan(
    session: AsyncSession, actor: Actor, series_id: int, nudge_id: int, at: datetime, *, now: datetime
) -> Meeting:
    """Record the time of a one-on-one that the two people have agreed on themselves.

    No invitation is sent, but preparation, reminders and the outcome question are scheduled as usual.
    """
    pair = await find_pair_of_series(session, *actor, series_id, books=True)
    was_asked = pair.series.asked_at is not None
    planned = await busy_of(session, pair, now)
    pair.must_organize(actor.person_id, Kind.ONE_ON_ONE)
    rules.check_is_active(pair)
    meeting = await find_open_meeting(session, pair.series) or await add_meeting(session, pair, State.PLANNED, at, now)
    check_time(pair, meeting.length, at, planned, now, excluding=meeting.about)
    plan(meeting, at, is_invited=False)
    await announce_change(session, pair, meeting, now=now)
    given = {"is": "planned", "times": times.when(at, pair.organizer)}
    await show_answer(session, nudge_id, pair, given, now, was_asked=was_asked)
    return meeting


async def request(session: AsyncSession, pair: Pair, by: str, words: str, now: datetime) -> Post:
    """Tell the leader, once per request, that the agent would like a one-on-one; `words` become a topic.

    A request stays open until a time is agreed on or the leader skips it; asking again does not open another.
    """
    is_new = pair.series.asked_at is None
    meeting = await request_meeting(session, pair, by, now=now)
    if words:
        await add_topic(session, pair, by, words, now)
    if meeting is None:
        post = cards.request_card(pair, await _requested_topics(session, pair))
        if is_new:
            await outbox.put(session, post, to=pair.organizer.dm, not_before=now)
        else:
            await outbox.show(session, post, to=pair.organizer.dm, now=now)
    return lists.request_answer(pair, meeting, words, is_new=is_new)


async def request_meeting(session: AsyncSession, pair: Pair, by: str, *, now: datetime) -> Meeting | None:
    """Record an agent's request for a one-on-one, even if the pair is not due.

    Returns the open meeting if its times have already been offered, else None.
    """
    pair.must_attend(by, Kind.ONE_ON_ONE)
    rules.check_is_active(pair)
    found = await find_open_meeting(session, pair.series)
    if found and found.state == State.PLANNED:
        raise Refusal(refusals.HAVE_TIME_ADD_TOPIC)
    pair.series.asked_at = pair.series.asked_at or now
    return found


async def _requested_topics(session: AsyncSession, pair: Pair) -> list[str]:
    """Return the topics the agent added since they asked for a one-on-one."""
    topics = (await notes.fetch_notes(session, pair, pair.attendee.id)).topics
    since = pair.series.asked_at
    return [each.words for each in topics if each.author_id == pair.attendee.id and since and each.made_at >= since]


async def add_topic(session: AsyncSession, pair: Pair, by: str, words: str, now: datetime) -> Post:
    await notes.add_topic(session, pair, by, words, now=now)
    home.mark_changed(session, pair.series.workspace_id, pair.ids, now=now)
    return lists.topic_added_answer(pair, pair.person(by))


async def show_answer(
    session: AsyncSession, nudge_id: int, pair: Pair, answer: dict[str, str], now: datetime, *, was_asked: bool,
    text: str = "", recorded_id: int = 0,
) -> None:  # fmt: skip
    """Show an answer on the card that was pressed (`nudge_id`; 0 for none) and on the other cards that ask the same.

    `was_asked` says whether the agent had an open request: its card asks for the answer too. So does the card of the
    meeting before, which is not the meeting `recorded_id`.
    """
    await _show_on_cards_of_pair(session, pair, answer, now, was_asked=was_asked, text=text, recorded_id=recorded_id)
    series = pair.series
    leader = series.workspace_id, series.leader_id
    pressed_on = [await answers.find_nudge(session, *leader, nudge_id)] if nudge_id else []
    told = await answers.find_nudges_since(session, *leader, DUE, since=now - OLDEST_CARD)
    for nudge in [*pressed_on, *(each for each in told if each.id != nudge_id and _asks(each, series.id))]:
        given = {**nudge.facts["answers"], str(series.id): answer}
        is_last = len(given) == len(nudge.facts["rows"])
        facts = {**nudge.facts, "answers": given}
        await answers.answer_row(session, nudge, facts, KINDS, is_last=is_last, now=now)


async def _show_on_cards_of_pair(
    session: AsyncSession, pair: Pair, answer: dict[str, str], now: datetime, *, was_asked: bool, text: str = "",
    recorded_id: int = 0,
) -> None:  # fmt: skip
    """Show an answer on the cards of the pair's last meeting and of the agent's request, which ask the same."""
    if before := await queries.find_closed_meeting(session, pair.series, since=now - OLDEST_CARD, but=recorded_id):
        await outbox.change(session, cards.answered(pair, before, answer), to=pair.organizer.dm, now=now)
    if was_asked:
        await outbox.change(session, cards.answered_request_card(pair, answer, text), to=pair.organizer.dm, now=now)


def _asks(nudge: Nudge, series_id: int) -> bool:
    listed = any(row["series"] == series_id for row in nudge.facts["rows"])
    return listed and str(series_id) not in nudge.facts["answers"]


async def reconcile_pairs(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Update a team's pairs to match its members, and tell the people whose meetings are canceled."""
    for meeting in await queries.reconcile_pairs(session, team, now=now):
        await announce_change(session, await meetings_queries.load_pair(session, meeting), meeting, now=now)
