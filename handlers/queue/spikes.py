"""People call a spike, and say that it is calm again."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts import Alert, Signal
from bot.errors import UserError
from bot.features.spikes import finding, queues
from bot.features.spikes.hearing import News
from bot.features.spikes.settings import Settings
from bot.features.spikes.tables import PERSON
from bot.inbox import Sessions
from bot.messages.post import Payload
from bot.messages.spikes import lists
from bot.messages.spikes.lists import ALL_CALM, CLOSED
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
        await finding.must_call(session, team, body["user_id"])
        known = await queues.known(session, team, now=now)
        await naming.must_be_a_queue(session, team, rest, "spike", known)
        called = naming.called(rest, Settings.of(team).queues, known)
        naming.must_be_known(team, called.queue, "spike", called.more)
        await turns.take(session, team.workspace_id, body["user_id"], "calls", MOST, now, typed=rest)
        alert = Alert(PERSON, Signal.FIRING, queue=called.queue, title=called.title, value=called.value)
        heard = await schedule.hear(session, team, alert, caller_id=body["user_id"], now=now)
        if heard is None:
            raise UserError(CLOSED)
    await ack(lists.called(heard.spike, is_new=heard.news in (News.OPENED, News.REOPENED)).payload())


async def calm(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    """`/queue calm phones`; the name may be left out where only one is over its limit."""
    async with sessions.begin() as session:
        team = await naming.team(session, body)
        await finding.must_call(session, team, body["user_id"])
        await naming.must_be_a_queue(session, team, rest, "calm", await queues.known(session, team, now=now))
        found = naming.meant(await finding.open_ones(session, team), rest, "calm")
        if found is None:
            raise UserError(ALL_CALM)
        alert = Alert(PERSON, Signal.RESOLVED, queue=found.queue)
        heard = await schedule.hear(session, team, alert, caller_id=body["user_id"], now=now)
        if team.is_closed:
            raise UserError(CLOSED)
    await ack(lists.calmed(heard.spike if heard else found).payload())
