"""People call a spike, and say that it is calm again."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts import Alert, Signal
from bot.errors import UserError
from bot.features import spikes
from bot.features.spikes import News
from bot.inbox import Sessions
from bot.messages import spikes as messages
from bot.messages.post import Payload
from handlers import turns
from handlers.queue import naming
from schedules import spikes as schedule

MOST = 5
"""Spikes that one person calls on a day, new ones and more of old ones."""


async def spike(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    """`/queue spike phones 42 waiting`."""
    async with sessions.begin() as session:
        team = await naming.team(session, body)
        await spikes.must_call(session, team, body["user_id"])
        known = await spikes.known(session, team, now=now)
        await naming.must_be_a_queue(session, team, rest, "spike", known)
        called = naming.called(rest, spikes.Settings.of(team).queues, known)
        naming.must_be_known(team, called.queue, "spike", called.more)
        await turns.take(session, team.workspace_id, body["user_id"], "calls", MOST, now, typed=rest)
        alert = Alert(spikes.PERSON, Signal.FIRING, queue=called.queue, title=called.title, value=called.value)
        heard = await schedule.hear(session, team, alert, caller_id=body["user_id"], now=now)
        if heard is None:
            raise UserError(messages.CLOSED)
    await ack(messages.called(heard.spike, is_new=heard.news in (News.OPENED, News.REOPENED)).payload())


async def calm(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    """`/queue calm phones`; the name may be left out where only one is over its limit."""
    async with sessions.begin() as session:
        team = await naming.team(session, body)
        await spikes.must_call(session, team, body["user_id"])
        await naming.must_be_a_queue(session, team, rest, "calm", await spikes.known(session, team, now=now))
        found = naming.meant(await spikes.open_ones(session, team), rest, "calm")
        if found is None:
            raise UserError(messages.ALL_CALM)
        alert = Alert(spikes.PERSON, Signal.RESOLVED, queue=found.queue)
        heard = await schedule.hear(session, team, alert, caller_id=body["user_id"], now=now)
        if team.is_closed:
            raise UserError(messages.CLOSED)
    await ack(messages.calmed(heard.spike if heard else found).payload())
