"""Handlers for subcommands of `/queue`: report a spike or its end, join a queue, show current queues and history."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Alert, Signal
from bot.errors import Refusal
from bot.features.spikes import queries, stints
from bot.features.spikes.models import PERSON, Kind
from bot.features.spikes.settings import Settings
from bot.features.spikes.signals import ChangeKind
from bot.messages.errors import with_words
from bot.messages.spikes import asks, lists
from bot.messages.spikes import history as spikes_history
from bot.org import people
from bot.refusals import spikes as refusals
from bot.slack.post import Post
from bot.workflows import daily_limits
from bot.workflows.spikes import asks as spikes_asks
from bot.workflows.spikes import queues, signals
from bot.workflows.spikes import stints as spikes_stints
from handlers.spikes import queue_names
from handlers.spikes.queue_names import Typed

MOST_CALLS = 5
"""How many spikes one person may report per day, including updates of open ones."""


async def call_spike(session: AsyncSession, typed: Typed) -> Post:
    """Report a spike, from `/queue spike phones 42 waiting`."""
    team, by = await queue_names.find_team(session, typed.actor, typed.channel_id, typed.rest), typed.actor.person_id
    await queries.check_may_report(session, team, by)
    known = await queries.list_queues(session, team, now=typed.now)
    await queue_names.must_be_a_queue(session, team, typed.rest, "spike", known)
    called = queue_names.parse_call(typed.rest, Settings.of(team).queues, known)
    queue_names.must_be_known(team, called.queue, "spike", called.more)
    await daily_limits.count_use(session, *typed.actor, "calls", MOST_CALLS, typed.now, typed=typed.rest)
    alert = Alert(PERSON, Signal.FIRING, queue=called.queue, title=called.title, value=called.value)
    heard = await signals.receive_alert(session, team, alert, caller_id=by, now=typed.now)
    if heard is None:
        raise Refusal(with_words(lists.CLOSED, typed.rest))
    return lists.reported_answer(heard.spike, is_new=heard.news in (ChangeKind.OPENED, ChangeKind.REOPENED))


async def end_spike(session: AsyncSession, typed: Typed) -> Post:
    """End a spike, from `/queue calm phones`; the name is optional if only one queue is over its limit."""
    team = await queue_names.find_team(session, typed.actor, typed.channel_id, typed.rest)
    await queries.check_may_report(session, team, typed.actor.person_id)
    found = await queue_names.find_spike(session, team, typed.rest, "calm", now=typed.now)
    if found is None:
        raise Refusal(lists.ALL_CALM)
    heard = await signals.report_calm(session, team, found, typed.actor.person_id, now=typed.now)
    if team.is_closed:
        raise Refusal(with_words(lists.CLOSED, typed.rest))
    return lists.calm_answer(heard.spike if heard else found)


async def show_history(session: AsyncSession, typed: Typed) -> Post:
    """Return the history as text, and send the charts as a separate message.

    Some workspaces reject charts, which must not make the ack fail.
    """
    team = await queue_names.find_team(session, typed.actor, typed.channel_id)
    reader = await people.fetch_person(session, *typed.actor)
    return spikes_history.history(team, await queues.send_charts(session, team, reader, now=typed.now))


async def join(session: AsyncSession, typed: Typed) -> Post:
    """Start a stint, from `/queue join 30 phones`, where both arguments are optional."""
    return await _join_as(session, typed, Kind.QUEUE, "join 30")


async def shadow(session: AsyncSession, typed: Typed) -> Post:
    return await _join_as(session, typed, Kind.SHADOW, "shadow")


async def _join_as(session: AsyncSession, typed: Typed, kind: Kind, word: str) -> Post:
    minutes, queue = queue_names.minutes_and_queue(typed.rest, stints.DEFAULT_MINUTES)
    person = await people.fetch_person(session, *typed.actor, lock=True)
    team = await queue_names.find_team(session, typed.actor, typed.channel_id, typed.rest)
    await queries.must_lead(session, team, person.id)
    found = await queue_names.find_spike(session, team, queue, word, now=typed.now)
    spike = await queries.lock_spike(session, found.id) if found else None
    spike = None if spike is None or spike.is_over else spike
    stint = await spikes_asks.join_unasked(session, team, spike, person, kind, minutes, now=typed.now)
    return lists.joined_answer(spike, stint, person)


async def finish(session: AsyncSession, typed: Typed) -> Post:
    """End the actor's current stint, from `/queue done`."""
    current = await stints.find_current_stint(session, await people.fetch_person(session, *typed.actor, lock=True))
    if current is None:
        raise Refusal(refusals.NOT_THERE)
    spike, stint = await spikes_stints.finish_own_stint(session, typed.actor, current.id, now=typed.now)
    return asks.ended_card(spike, stint)


async def show_queues(session: AsyncSession, typed: Typed) -> Post:
    """Return the queues of the channel's team, or else of all teams of the actor."""
    reader = await people.fetch_person(session, *typed.actor)
    return await queues.build_overview(session, reader, typed.channel_id, typed.now)
