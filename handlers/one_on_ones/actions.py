"""Buttons of one-on-ones: find a time, change it, say what became of it, open what a pair keeps."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.one_on_ones import notes, queries, rules
from bot.features.one_on_ones.models import Meeting, State
from bot.features.one_on_ones.rules import Pair
from bot.messages import callbacks, times
from bot.messages.one_on_ones import cards, forms
from bot.messages.one_on_ones.forms import ASKED, TITLE
from bot.messages.one_on_ones.names import COUNTER_FORM, MOVE_FORM, PLANNED_FORM
from bot.nudges import answers
from bot.nudges.models import NudgeState
from bot.slack import mrkdwn
from bot.slack.inbox import Sessions
from bot.slack.outbox import outbox
from bot.slack.post import Payload, Post, payload
from bot.workflows.nudges import KINDS
from bot.workflows.one_on_ones import bookings, outcomes
from bot.workflows.one_on_ones.bookings import offer_times
from bot.workflows.one_on_ones.outcomes import conclude
from bot.workflows.one_on_ones.updates import announce_change
from handlers.payloads import names_in, pressed_value, respond


async def propose(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Three times for the agent to choose from; where they have some already, the card says which."""
    nudge_id, series_id = parse_row(pressed_value(body))
    async with sessions.begin() as session:
        pair = await queries.find_pair_of_series(session, body["team"]["id"], body["user"]["id"], series_id, books=True)
        pair.must_lead(body["user"]["id"])
        was_asked = pair.series.asked_at is not None
        meeting = await queries.find_open_meeting(session, pair.series)
        if meeting is None or meeting.state != State.PROPOSED:
            meeting = await bookings.offer_times(session, pair, body["user"]["id"], now)
        answer = {"is": "proposed", "times": cards.times(meeting, pair.leader)}
        post = cards.card(pair, meeting, pair.leader)
        await _answer(session, body, nudge_id, pair, answer, Post(post.text), now, was_asked=was_asked)
    await ack()


async def open_planned(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    _, series_id = parse_row(pressed_value(body))
    async with sessions.reading() as session:
        pair = await queries.find_pair_of_series(session, body["team"]["id"], body["user"]["id"], series_id)
    told = f"When do you and {mrkdwn.mention(pair.agent.id)} meet?"
    remembered, title = pressed_value(body), TITLE
    view = times.at_form(PLANNED_FORM, "Keep it", told, pair.leader, now, remembered, title=title)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def skip(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    nudge_id, series_id = parse_row(pressed_value(body))
    async with sessions.begin() as session:
        pair = await queries.find_pair_of_series(session, body["team"]["id"], body["user"]["id"], series_id)
        was_asked = pair.series.asked_at is not None
        meeting = await queries.find_open_meeting(session, pair.series)
        await outcomes.skip_turn(session, pair, body["user"]["id"], now=now)
        if meeting:
            await announce_change(session, pair, meeting, by=pair.leader, now=now)
        answer = {"is": "skipped", "due": times.on(pair.series.due_on)}
        await _answer(session, body, nudge_id, pair, answer, cards.left_out(pair), now, was_asked=was_asked)
    await ack()


async def _answer(
    session: AsyncSession,
    body: Payload,
    nudge_id: int,
    pair: Pair,
    answer: dict[str, str],
    post: Post,
    now: datetime,
    *,
    was_asked: bool,
) -> None:
    """On the nudges' cards, and where it was pressed elsewhere in the place of that."""
    await bookings.show_answer(session, nudge_id, pair, answer, now, was_asked=was_asked, text=post.text)
    if not nudge_id:
        await respond(session, body, post, now)


def parse_row(value: str) -> tuple[int, int]:
    """The nudge, 0 for none, and the series."""
    nudge_id, _, series_id = value.partition(":")
    return callbacks.number(nudge_id), callbacks.number(series_id)


async def open_pair(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    _, _, other_id = pressed_value(body).partition(":")
    async with sessions.reading() as session:
        view = await pair_view_with(session, body["team"]["id"], body["user"]["id"], other_id)
    await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()


async def pair_view_with(
    session: AsyncSession, workspace_id: str, reader_id: str, other_id: str, topic: str = ""
) -> Payload:
    return await pair_view(
        session, await queries.find_pair_with(session, workspace_id, reader_id, other_id), reader_id, topic
    )


async def pair_view(session: AsyncSession, pair: Pair, reader_id: str, topic: str = "") -> Payload:
    """What a pair keeps, with something to talk about already typed in."""
    meeting = (await queries.find_open_meetings(session, [pair])).get(pair.series.id)
    kept = await notes.fetch_notes(session, pair, reader_id)
    names = await names_in(session, pair.series.workspace_id, topic, *(each.words for each in kept.topics))
    return payload(forms.pair_form(pair, meeting, kept, pair.person(reader_id), topic, names))


async def follow_up(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Somebody has come back to their note."""
    async with sessions.begin() as session:
        workspace_id, by = body["team"]["id"], body["user"]["id"]
        nudge = await answers.find_nudge(session, workspace_id, by, callbacks.number(pressed_value(body)))
        await notes.mark_followed_up(session, workspace_id, by, nudge.facts["note"], now=now)
        await answers.answer(session, nudge, NudgeState.DONE, KINDS, now=now)
    await ack()


async def pick(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """A time that has gone meanwhile has no button any more: fresh ones are there instead."""
    meeting_id, _, at = pressed_value(body).partition(":")
    async with sessions.begin() as session:
        pair, meeting = await _find_meeting(session, body, callbacks.number(meeting_id), books=True)
        planned, picked = await bookings.find_busy_for_pair(session, pair, now), callbacks.instant(at)
        is_on = bookings.pick(pair, meeting, body["user"]["id"], picked, busy=planned, now=now)
        await announce_change(session, pair, meeting, by=pair.agent, now=now)
        if not is_on:
            await outbox.put(session, cards.gone(picked, pair.agent), to=pair.agent.dm, not_before=now)
    await ack()


async def open_counter(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    await _open_at(ack, body, client, sessions, now, COUNTER_FORM)


async def accept(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        pair, meeting = await _find_meeting(session, body, callbacks.number(pressed_value(body)), books=True)
        bookings.accept(
            pair, meeting, body["user"]["id"], busy=await bookings.find_busy_for_pair(session, pair, now), now=now
        )
        await announce_change(session, pair, meeting, by=pair.leader, now=now)
    await ack()


async def propose_others(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        pair, meeting = await _find_meeting(session, body, callbacks.number(pressed_value(body)), books=True)
        rules.must_be_open(meeting)
        await offer_times(session, pair, body["user"]["id"], now)
        await announce_change(session, pair, meeting, now=now)
    await ack()


async def open_move(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    await _open_at(ack, body, client, sessions, now, MOVE_FORM)


async def cancel(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        pair, meeting = await _find_meeting(session, body, callbacks.number(pressed_value(body)))
        await bookings.cancel(session, pair, meeting, now=now)
        by = pair.person(body["user"]["id"])
        await announce_change(session, pair, meeting, by=by, told=cards.called_off(meeting, by), now=now)
    await ack()


async def met(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    await _record(ack, body, sessions, now, State.MET)


async def not_yet(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    await _record(ack, body, sessions, now, State.MISSED)


async def skipped(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    await _record(ack, body, sessions, now, State.SKIPPED)


OUTCOMES = {State.MET: outcomes.mark_met, State.MISSED: outcomes.mark_missed, State.SKIPPED: outcomes.mark_skipped}


async def _record(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime, state: State) -> None:
    async with sessions.begin() as session:
        pair, meeting = await _find_meeting(session, body, callbacks.number(pressed_value(body)))
        pair.must_lead(body["user"]["id"])
        rules.must_be_unsaid(meeting)
        OUTCOMES[state](pair, meeting, now=now)
        await conclude(session, pair, meeting, now=now)
    await ack()


async def _open_at(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, form: str
) -> None:
    """A form that asks for a day and a time."""
    async with sessions.reading() as session:
        pair, meeting = await _find_meeting(session, body, callbacks.number(pressed_value(body)))
    by = pair.person(body["user"]["id"])
    told, submit = ASKED[form]
    asked = told.format(mrkdwn.mention(meeting.other(by.id)))
    view = times.at_form(form, submit, asked, by, now, str(meeting.id), title=TITLE)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def _find_meeting(
    session: AsyncSession, body: Payload, meeting_id: int, *, books: bool = False
) -> tuple[Pair, Meeting]:
    return await queries.find_meeting(session, body["team"]["id"], body["user"]["id"], meeting_id, books=books)
