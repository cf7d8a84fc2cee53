"""Buttons of shadowing: ask, answer, change or cancel a session, open and read a wrap-up."""

from collections.abc import Mapping
from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.shadowing import models, nudges, queries, rules, wrap_ups
from bot.features.shadowing.models import ShadowSession
from bot.features.shadowing.rules import Pair
from bot.messages import callbacks, times
from bot.messages.mentions import NO_NAMES
from bot.messages.shadowing import forms, lists
from bot.messages.shadowing.forms import ASKED
from bot.messages.shadowing.names import ASK_AT_FORM, OTHER_TIME_FORM, TITLE
from bot.nudges import answers
from bot.nudges.models import NudgeState
from bot.org import people
from bot.slack import mrkdwn
from bot.slack.inbox import Sessions
from bot.slack.post import Payload, payload
from bot.workflows import fun_tank
from bot.workflows.meetings import find_busy
from bot.workflows.nudges import KINDS
from bot.workflows.shadowing import bookings, outcomes, updates
from handlers.payloads import pressed_value, respond


async def ask(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    nudge_id, agent_id, at = parse_suggestion(pressed_value(body))
    async with sessions.begin() as session:
        pair, sitting = await bookings.request_session(
            session, body["team"]["id"], body["user"]["id"], agent_id, at, now
        )
        if nudge_id:
            await answer_suggestion(session, pair, nudge_id, now)
        else:
            await respond(session, body, lists.asking(pair.agent, sitting, pair.leader), now)
    await ack()


async def open_ask_at(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    """A form for a time that the leader picks."""
    _, agent_id, _ = parse_suggestion(pressed_value(body))
    async with sessions.reading() as session:
        by = await people.fetch_person(session, body["team"]["id"], body["user"]["id"])
    told, submit = ASKED["ask"]
    asked, title = told.format(mrkdwn.mention(agent_id)), TITLE
    view = times.at_form(ASK_AT_FORM, submit, asked, by, now, pressed_value(body), title=title)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def answer_suggestion(session: AsyncSession, pair: Pair, nudge_id: int, now: datetime) -> None:
    nudge = await answers.find_nudge(session, pair.team.workspace_id, pair.leader.id, nudge_id)
    await answers.answer(session, nudge, NudgeState.DONE, KINDS, now=now)


def parse_suggestion(value: str) -> tuple[int, str, datetime]:
    """The nudge, 0 for none, the agent, and the time that was named."""
    nudge_id, agent_id, at = callbacks.parts(value, 3)
    return callbacks.number(nudge_id), agent_id, callbacks.instant(at)


async def open_wrap_up(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    sitting_id, _, _ = pressed_value(body).partition(":")
    async with sessions.reading() as session:
        pair, sitting = await queries.find_session(
            session, body["team"]["id"], body["user"]["id"], callbacks.number(sitting_id)
        )
    view = wrap_up_view(pair, sitting, body["user"]["id"], now)
    await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()


def wrap_up_view(
    pair: Pair,
    sitting: ShadowSession | None,
    by: str,
    now: datetime,
    learnt: str = "",
    names: Mapping[str, str] = NO_NAMES,
) -> Payload:
    """The wrap-up of a sitting, or of one that nobody planned; `names` are of those whom what was learnt mentions."""
    pair.must_lead(by)
    if sitting:
        rules.check_state(sitting, models.State.PLANNED, models.State.MISSED)
    remembered = f"{sitting.id if sitting else 0}:{pair.agent.id}"
    return payload(forms.wrap_up_form(pair.agent, pair.leader, remembered, now, learnt, names))


async def mark_missed(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """The agent comes first in the next round."""
    async with sessions.begin() as session:
        pair, sitting = await find_pressed(session, body)
        pair.must_lead(body["user"]["id"])
        outcomes.mark_missed(sitting, now=now)
        await outcomes.conclude(session, pair, sitting, now=now)
    await ack()


async def open_written(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    """What the leader wrote down, in a form and nowhere else."""
    workspace_id, by = body["team"]["id"], body["user"]["id"]
    async with sessions.reading() as session:
        pair, sitting = await find_pressed(session, body)
        learnt = wrap_ups.fetch_learnt(session, pair, sitting, by)
        roadblocks = await wrap_ups.find_roadblocks(session, workspace_id, by, sitting_id=sitting.id)
    view = forms.written(pair, sitting, learnt, roadblocks)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def remove_roadblock(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """A roadblock is out of the way."""
    nudge_id, _, roadblock_id = pressed_value(body).partition(":")
    workspace_id, by = body["team"]["id"], body["user"]["id"]
    async with sessions.begin() as session:
        roadblock = await wrap_ups.remove_roadblock(session, workspace_id, by, callbacks.number(roadblock_id), now=now)
        if not callbacks.number(nudge_id):
            await respond(session, body, lists.out_of_the_way(), now)
        if nudge := await answers.latest_about(session, workspace_id, by, nudges.ROADBLOCK, roadblock_id):
            await answers.answer(session, nudge, NudgeState.DONE, KINDS, now=now)
        await fun_tank.record_roadblock_removed(session, roadblock, now=now)
    await ack()


async def accept(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        pair, sitting = await find_pressed(session, body, books=True)
        by = pair.person(body["user"]["id"])
        planned = await find_busy(session, pair.team.workspace_id, (pair.leader.id, pair.agent.id), now)
        bookings.accept(pair, sitting, by.id, busy=planned, now=now)
        await updates.announce_change(session, pair, sitting, by=by, now=now)
    await ack()


async def decline(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """No reason needed, and none is asked for."""
    async with sessions.begin() as session:
        pair, sitting = await find_pressed(session, body)
        bookings.decline(pair, sitting, body["user"]["id"], now=now)
        await updates.announce_change(session, pair, sitting, by=pair.agent, now=now)
    await ack()


async def cancel(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        pair, sitting = await find_pressed(session, body)
        bookings.cancel(sitting, now=now)
        await updates.announce_change(session, pair, sitting, by=pair.person(body["user"]["id"]), now=now)
    await ack()


async def open_other_time(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    async with sessions.reading() as session:
        pair, sitting = await find_pressed(session, body)
    by = pair.person(body["user"]["id"])
    told, submit = ASKED["leader" if by is pair.leader else "agent"]
    asked, title = told.format(mrkdwn.mention(sitting.other(by.id))), TITLE
    view = times.at_form(OTHER_TIME_FORM, submit, asked, by, now, str(sitting.id), title=title)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def find_pressed(session: AsyncSession, body: Payload, *, books: bool = False) -> tuple[Pair, ShadowSession]:
    """The sitting that a button is about, for one of the two."""
    return await queries.find_session(
        session, body["team"]["id"], body["user"]["id"], callbacks.number(pressed_value(body)), books=books
    )
