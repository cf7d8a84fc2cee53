"""Words of `/queue`: call a spike or its end, join a queue, show how queues are and were."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts import Alert, Signal
from bot.errors import UserError
from bot.features.spikes import history, queries, stints
from bot.features.spikes.models import PERSON, Kind
from bot.features.spikes.settings import Settings
from bot.features.spikes.signals import News
from bot.features.spikes.stints import DEFAULT_MINUTES, NOT_THERE
from bot.messages.spikes import asks, lists
from bot.messages.spikes import history as spikes_history
from bot.messages.spikes.lists import ALL_CALM, CLOSED
from bot.org import people
from bot.slack.inbox import Sessions
from bot.slack.outbox import outbox
from bot.slack.post import Payload
from bot.workflows import daily_limits
from bot.workflows.spikes import asks as spikes_asks
from bot.workflows.spikes import queues, signals
from bot.workflows.spikes import stints as spikes_stints
from handlers.spikes import queue_names

MOST_CALLS = 5
"""Spikes that one person calls on a day, new ones and more of old ones."""


async def call_spike(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    """`/queue spike phones 42 waiting`."""
    async with sessions.begin() as session:
        team = await queue_names.find_team(session, body)
        await queries.must_be_allowed_to_call(session, team, body["user_id"])
        known = await queries.list_queues(session, team, now=now)
        await queue_names.must_be_a_queue(session, team, rest, "spike", known)
        called = queue_names.parse_call(rest, Settings.of(team).queues, known)
        queue_names.must_be_known(team, called.queue, "spike", called.more)
        await daily_limits.count_use(session, team.workspace_id, body["user_id"], "calls", MOST_CALLS, now, typed=rest)
        alert = Alert(PERSON, Signal.FIRING, queue=called.queue, title=called.title, value=called.value)
        heard = await signals.receive_alert(session, team, alert, caller_id=body["user_id"], now=now)
        if heard is None:
            raise UserError(CLOSED)
    await ack(lists.called(heard.spike, is_new=heard.news in (News.OPENED, News.REOPENED)).payload())


async def end_spike(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    """`/queue calm phones`; the name may be left out where only one is over its limit."""
    async with sessions.begin() as session:
        team = await queue_names.find_team(session, body)
        await queries.must_be_allowed_to_call(session, team, body["user_id"])
        await queue_names.must_be_a_queue(
            session, team, rest, "calm", await queries.list_queues(session, team, now=now)
        )
        found = queue_names.choose_spike(await queries.list_open_spikes(session, team), rest, "calm")
        if found is None:
            raise UserError(ALL_CALM)
        alert = Alert(PERSON, Signal.RESOLVED, queue=found.queue)
        heard = await signals.receive_alert(session, team, alert, caller_id=body["user_id"], now=now)
        if team.is_closed:
            raise UserError(CLOSED)
    await ack(lists.calmed(heard.spike if heard else found).payload())


async def show_history(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    """The answer says it in words; the charts follow as a message, which some workspaces refuse and an ack must not."""
    async with sessions.begin() as session:
        team = await queue_names.find_team(session, body)
        reader = await people.fetch_person(session, body["team_id"], body["user_id"])
        await history.must_see_history(session, team, reader)
        found = history.summarize(await history.list_past_spikes(session, team, now=now))
        if found.total:
            await outbox.put(session, spikes_history.charts(team, found), to=reader.dm, not_before=now)
    await ack(spikes_history.history(team, found).payload())


async def join(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    """`/queue join 30 phones`: both may be left out."""
    minutes, queue = queue_names.minutes_and_queue(rest, DEFAULT_MINUTES)
    await _come(ack, body, sessions, now, Kind.QUEUE, minutes, queue, "join 30")


async def shadow(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    minutes, queue = queue_names.minutes_and_queue(rest, DEFAULT_MINUTES)
    await _come(ack, body, sessions, now, Kind.SHADOW, minutes, queue, "shadow")


async def _come(
    ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime, kind: Kind, minutes: int, queue: str, word: str
) -> None:
    workspace_id, by = body["team_id"], body["user_id"]
    async with sessions.begin() as session:
        person = await people.fetch_person(session, workspace_id, by, lock=True)
        team = await queue_names.find_team(session, body)
        await queries.must_lead(session, team, by)
        await queue_names.must_be_a_queue(session, team, queue, word, await queries.list_queues(session, team, now=now))
        found = queue_names.choose_spike(await queries.list_open_spikes(session, team), queue, word)
        spike = await queries.lock_spike(session, found.id) if found else None
        spike = None if spike is None or spike.is_over else spike
        stint = await spikes_asks.join_unasked(session, team, spike, person, kind, minutes, now=now)
        answer = lists.came(spike, stint, person)
    await ack(answer.payload())


async def finish(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    """`/queue done`."""
    async with sessions.begin() as session:
        person = await people.fetch_person(session, body["team_id"], body["user_id"], lock=True)
        current = await stints.find_current_stint(session, person)
        if current is None:
            raise UserError(NOT_THERE)
        spike, stint = await spikes_stints.finish_own_stint(session, person, current.id, now)
        answer = asks.ended(spike, stint)
    await ack(answer.payload())


async def show_queues(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    """The channel's team, else each of somebody's teams."""
    async with sessions.reading() as session:
        reader = await people.fetch_person(session, body["team_id"], body["user_id"])
        answer = await queues.find_overview(session, reader, body["channel_id"], now)
    await ack(answer.payload())
