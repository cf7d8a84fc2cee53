"""Forms of one-on-ones: another time, what a pair keeps, and whose one-on-one is meant."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.one_on_ones import notes, queries
from bot.features.one_on_ones.models import Meeting
from bot.features.one_on_ones.notes import LONGEST
from bot.features.one_on_ones.rules import Pair
from bot.messages import callbacks, times
from bot.messages.one_on_ones import cards, forms
from bot.messages.one_on_ones.names import FOLLOW_UP, NOTE, RULE, SAID, TALKED, TOPIC, WHOM, Act
from bot.nudges import engine
from bot.org.people import Person
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean
from bot.slack.outbox import outbox
from bot.slack.post import Payload, payload
from bot.workflows import daily_limits
from bot.workflows.meetings import find_busy
from bot.workflows.nudges import schedule_next_check
from bot.workflows.one_on_ones import bookings
from bot.workflows.one_on_ones.updates import announce_change, touch_homes
from handlers.one_on_ones import actions
from handlers.one_on_ones.actions import pair_view_with
from handlers.one_on_ones.commands import ACTS
from handlers.payloads import form_values, parse_day, parse_instant, with_mentions


async def save_pair(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    filled, workspace_id, by = form_values(view), context.team_id or "", context.user_id or ""
    async with sessions.begin() as session:
        typed = (TOPIC, NOTE)
        filled = await with_mentions(session, workspace_id, filled, *typed, longest=LONGEST)
        pair = await queries.find_pair_of_series(session, workspace_id, by, callbacks.number(view["private_metadata"]))
        done = [callbacks.number(each) for each in filled.get(TALKED) or []]
        await notes.complete_topics(session, pair, by, done, now=now)
        if topic := clean(filled[TOPIC] or ""):
            await notes.add_topic(session, pair, by, topic, now=now)
        await _note(session, pair, by, filled, now)
        if rule := filled.get(RULE):
            bookings.change_cadence(pair, by, rule)
        touch_homes(session, pair, now=now)
    await ack(response_action="update", view=payload(forms.saved()))


async def _note(session: AsyncSession, pair: Pair, by: str, filled: Payload, now: datetime) -> None:
    follow_up_on = parse_day(filled, FOLLOW_UP, pair.person(by).zone, now)
    words = (filled[NOTE] or "").strip()
    if words or follow_up_on:
        await notes.add_note(session, pair, by, words, follow_up_on=follow_up_on, now=now)
    if follow_up_on:
        morning = datetime.combine(follow_up_on, time(), ZoneInfo(pair.person(by).zone))
        await engine.schedule_checks(session, pair.series.workspace_id, {by: morning})
        await schedule_next_check(session, pair.series.workspace_id, now=now)


MOST_MOVES = 5
"""Of one meeting, by one person, on one day: each tells the other."""


async def counter(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        pair, meeting, at, by = await _filled_in(session, context, view, now)
        bookings.counter(pair, meeting, by.id, at, busy=await bookings.find_busy_for_pair(session, pair, now), now=now)
        await announce_change(session, pair, meeting, now=now)
    await ack()


async def move(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        pair, meeting, at, by = await _filled_in(session, context, view, now)
        await daily_limits.count_use(session, pair.team.workspace_id, by.id, f"moves:{meeting.id}", MOST_MOVES, now)
        was_asked_for = meeting.span[1] <= now
        bookings.move(pair, meeting, at, busy=await bookings.find_busy_for_pair(session, pair, now), now=now)
        if was_asked_for:
            await outbox.edit(session, cards.recorded(pair, meeting), to=pair.leader.dm, not_before=now)
        other = pair.person(meeting.other(by.id))
        await announce_change(session, pair, meeting, by=by, told=cards.moved(pair, meeting, by, other), now=now)
    await ack()


async def _filled_in(
    session: AsyncSession, context: AsyncBoltContext, view: Payload, now: datetime
) -> tuple[Pair, Meeting, datetime, Person]:
    meeting_id, by_id = callbacks.number(view["private_metadata"]), context.user_id or ""
    pair, meeting = await queries.find_meeting(session, context.team_id or "", by_id, meeting_id, books=True)
    by = pair.person(by_id)
    return pair, meeting, parse_instant(form_values(view), by, now), by


async def save_planned(
    ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime
) -> None:
    """They have agreed on a time by themselves."""
    nudge_id, series_id = actions.parse_row(view["private_metadata"])
    by = context.user_id or ""
    async with sessions.begin() as session:
        pair = await queries.find_pair_of_series(session, context.team_id or "", by, series_id, books=True)
        was_asked = pair.series.asked_at is not None
        at = parse_instant(form_values(view), pair.leader, now)
        planned = await find_busy(session, pair.team.workspace_id, pair.series.pair, now)
        meeting = await bookings.record_plan(session, pair, by, at, busy=planned, now=now)
        await announce_change(session, pair, meeting, now=now)
        answer = {"is": "planned", "times": times.when(at, pair.leader)}
        await bookings.show_answer(session, nudge_id, pair, answer, now, was_asked=was_asked)
    await ack()


async def choose_partner(
    ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime
) -> None:
    """The form says whose it is."""
    filled, workspace_id, by = form_values(view), context.team_id or "", context.user_id or ""
    name, _, typed = view["private_metadata"].partition(" ")
    act = callbacks.choice(Act, name)
    async with sessions.begin() as session:
        filled = await with_mentions(session, workspace_id, filled, SAID, longest=LONGEST)
        words = clean(filled[SAID] or typed)
        if act is Act.OPEN:
            next_view = await pair_view_with(session, workspace_id, by, filled[WHOM], words)
        else:
            pair = await queries.find_pair_with(session, workspace_id, by, filled[WHOM])
            done = await ACTS[act](session, pair, by, words, now)
            next_view = payload(forms.closing(done))
    await ack(response_action="update", view=next_view)
