"""How a pair finds a time, changes it, and says what became of it."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory import Person
from bot.features.oneonones import meetings, outcomes, pairs
from bot.features.oneonones.pairs import Pair
from bot.features.oneonones.tables import Meeting, State
from bot.hours.slots import Busy
from bot.inbox import Sessions
from bot.messages import handed_back, text, times
from bot.messages.oneonones import around, cards
from bot.messages.oneonones.forms import ASKED, TITLE
from bot.messages.oneonones.names import COUNTER_FORM, MOVE_FORM
from bot.messages.post import Payload, payload
from bot.outbox import outbox
from handlers import turns
from handlers.forms import answers, instant
from handlers.oneonones.due import offer
from handlers.presses import pressed
from schedules.busy import busy
from schedules.oneonones import announce, settle

MOST_MOVES = 5
"""Of one meeting, by one person, on one day: each tells the other."""


async def pick(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """A time that has gone meanwhile has no button any more: fresh ones are there instead."""
    meeting_id, _, at = pressed(body).partition(":")
    async with sessions.begin() as session:
        pair, meeting = await _of(session, body, handed_back.number(meeting_id), books=True)
        planned, picked = await _busy(session, pair, now), handed_back.instant(at)
        is_on = meetings.pick(pair, meeting, body["user"]["id"], picked, busy=planned, now=now)
        await announce(session, pair, meeting, by=pair.agent, now=now)
        if not is_on:
            await outbox.put(session, cards.gone(picked, pair.agent), to=pair.agent.dm, not_before=now)
    await ack()


async def open_counter(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    await _open_at(ack, body, client, sessions, now, COUNTER_FORM)


async def counter(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        pair, meeting, at, by = await _filled_in(session, context, view, now)
        meetings.counter(pair, meeting, by.id, at, busy=await _busy(session, pair, now), now=now)
        await announce(session, pair, meeting, now=now)
    await ack()


async def accept(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        pair, meeting = await _of(session, body, handed_back.number(pressed(body)), books=True)
        meetings.accept(pair, meeting, body["user"]["id"], busy=await _busy(session, pair, now), now=now)
        await announce(session, pair, meeting, by=pair.leader, now=now)
    await ack()


async def propose_others(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        pair, meeting = await _of(session, body, handed_back.number(pressed(body)), books=True)
        pairs.must_be_open(meeting)
        await offer(session, pair, body["user"]["id"], now)
        await announce(session, pair, meeting, now=now)
    await ack()


async def open_move(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    await _open_at(ack, body, client, sessions, now, MOVE_FORM)


async def move(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        pair, meeting, at, by = await _filled_in(session, context, view, now)
        await turns.take(session, pair.team.workspace_id, by.id, f"moves:{meeting.id}", MOST_MOVES, now)
        was_asked_for = meeting.span[1] <= now
        meetings.move(pair, meeting, at, busy=await _busy(session, pair, now), now=now)
        if was_asked_for:
            await outbox.edit(session, around.recorded(pair, meeting), to=pair.leader.dm, not_before=now)
        other = pair.person(meeting.other(by.id))
        await announce(session, pair, meeting, by=by, told=cards.moved(pair, meeting, by, other), now=now)
    await ack()


async def cancel(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        pair, meeting = await _of(session, body, handed_back.number(pressed(body)))
        await meetings.cancel(session, pair, meeting, now=now)
        by = pair.person(body["user"]["id"])
        await announce(session, pair, meeting, by=by, told=cards.called_off(meeting, by), now=now)
    await ack()


async def met(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    await _record(ack, body, sessions, now, State.MET)


async def not_yet(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    await _record(ack, body, sessions, now, State.MISSED)


async def skipped(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    await _record(ack, body, sessions, now, State.SKIPPED)


RECORD = {State.MET: outcomes.met, State.MISSED: outcomes.missed, State.SKIPPED: outcomes.skipped}


async def _record(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime, state: State) -> None:
    async with sessions.begin() as session:
        pair, meeting = await _of(session, body, handed_back.number(pressed(body)))
        pair.must_lead(body["user"]["id"])
        pairs.must_be_unsaid(meeting)
        RECORD[state](pair, meeting, now=now)
        await settle(session, pair, meeting, now=now)
    await ack()


async def _open_at(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, form: str
) -> None:
    """A form that asks for a day and a time."""
    async with sessions.reading() as session:
        pair, meeting = await _of(session, body, handed_back.number(pressed(body)))
    by = pair.person(body["user"]["id"])
    told, submit = ASKED[form]
    asked = told.format(text.mention(meeting.other(by.id)))
    view = times.at_form(form, submit, asked, by, now, str(meeting.id), title=TITLE)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def _filled_in(
    session: AsyncSession, context: AsyncBoltContext, view: Payload, now: datetime
) -> tuple[Pair, Meeting, datetime, Person]:
    meeting_id, by_id = handed_back.number(view["private_metadata"]), context.user_id or ""
    pair, meeting = await pairs.one(session, context.team_id or "", by_id, meeting_id, books=True)
    by = pair.person(by_id)
    return pair, meeting, instant(answers(view), by, now), by


async def _of(session: AsyncSession, body: Payload, meeting_id: int, *, books: bool = False) -> tuple[Pair, Meeting]:
    return await pairs.one(session, body["team"]["id"], body["user"]["id"], meeting_id, books=books)


async def _busy(session: AsyncSession, pair: Pair, now: datetime) -> list[Busy]:
    """All that either of the two has planned, of whatever feature."""
    return await busy(session, pair.team.workspace_id, pair.series.pair, now)
