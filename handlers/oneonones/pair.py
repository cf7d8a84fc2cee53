"""What a pair keeps for itself: opened by one of the two, in a form, and nowhere else."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot import nudges
from bot.features import oneonones
from bot.inbox import Sessions
from bot.messages import handed_back
from bot.messages import oneonones as messages
from bot.messages.post import Payload, payload
from bot.messages.text import clean
from bot.nudges import State
from handlers.forms import answers, day, mentioning, names_in
from handlers.presses import pressed
from schedules.nudges import RULES, wake
from schedules.oneonones import touch


async def open_form(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    _, _, other_id = pressed(body).partition(":")
    async with sessions.reading() as session:
        view = await form(session, body["team"]["id"], body["user"]["id"], other_id)
    await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()


async def form(session: AsyncSession, workspace_id: str, reader_id: str, other_id: str, topic: str = "") -> Payload:
    return await form_of(session, await oneonones.of_pair(session, workspace_id, reader_id, other_id), reader_id, topic)


async def form_of(session: AsyncSession, pair: oneonones.Pair, reader_id: str, topic: str = "") -> Payload:
    """What a pair keeps, with something to talk about already typed in."""
    meeting = (await oneonones.planned(session, [pair])).get(pair.series.id)
    kept = await oneonones.kept(session, pair, reader_id)
    names = await names_in(session, pair.series.workspace_id, topic, *(each.words for each in kept.topics))
    return payload(messages.pair_form(pair, meeting, kept, pair.person(reader_id), topic, names))


async def save(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    filled, workspace_id, by = answers(view), context.team_id or "", context.user_id or ""
    async with sessions.begin() as session:
        typed = (messages.TOPIC, messages.NOTE)
        filled = await mentioning(session, workspace_id, filled, *typed, longest=oneonones.LONGEST)
        pair = await oneonones.pair_of(session, workspace_id, by, handed_back.number(view["private_metadata"]))
        done = [handed_back.number(each) for each in filled.get(messages.TALKED) or []]
        await oneonones.tick_off(session, pair, by, done, now=now)
        if topic := clean(filled[messages.TOPIC] or ""):
            await oneonones.add_topic(session, pair, by, topic, now=now)
        await _note(session, pair, by, filled, now)
        if rule := filled.get(messages.RULE):
            oneonones.change_rule(pair, by, rule)
        touch(session, pair, now=now)
    await ack(response_action="update", view=payload(messages.saved()))


async def _note(session: AsyncSession, pair: oneonones.Pair, by: str, filled: Payload, now: datetime) -> None:
    follow_up_on = day(filled, messages.FOLLOW_UP, pair.person(by).zone, now)
    words = (filled[messages.NOTE] or "").strip()
    if words or follow_up_on:
        await oneonones.add_note(session, pair, by, words, follow_up_on=follow_up_on, now=now)
    if follow_up_on:
        morning = datetime.combine(follow_up_on, time(), ZoneInfo(pair.person(by).zone))
        await nudges.expect(session, pair.series.workspace_id, {by: morning})
        await wake(session, pair.series.workspace_id, now=now)


async def followed(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Somebody has come back to their note."""
    async with sessions.begin() as session:
        workspace_id, by = body["team"]["id"], body["user"]["id"]
        nudge = await nudges.one(session, workspace_id, by, handed_back.number(pressed(body)))
        await oneonones.came_back(session, workspace_id, by, nudge.facts["note"], now=now)
        await nudges.answer(session, nudge, State.DONE, RULES, now=now)
    await ack()
