"""What a pair keeps for itself: opened by one of the two, in a form, and nowhere else."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.oneonones import keeping, outcomes, pairs
from bot.features.oneonones.keeping import LONGEST
from bot.features.oneonones.pairs import Pair
from bot.inbox import Sessions
from bot.messages import handed_back
from bot.messages.oneonones import forms
from bot.messages.oneonones.names import FOLLOW_UP, NOTE, RULE, TALKED, TOPIC
from bot.messages.post import Payload, payload
from bot.messages.text import clean
from bot.nudges import answering, engine
from bot.nudges.tables import State
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
    return await form_of(session, await pairs.of_pair(session, workspace_id, reader_id, other_id), reader_id, topic)


async def form_of(session: AsyncSession, pair: Pair, reader_id: str, topic: str = "") -> Payload:
    """What a pair keeps, with something to talk about already typed in."""
    meeting = (await pairs.planned(session, [pair])).get(pair.series.id)
    kept = await keeping.kept(session, pair, reader_id)
    names = await names_in(session, pair.series.workspace_id, topic, *(each.words for each in kept.topics))
    return payload(forms.pair_form(pair, meeting, kept, pair.person(reader_id), topic, names))


async def save(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    filled, workspace_id, by = answers(view), context.team_id or "", context.user_id or ""
    async with sessions.begin() as session:
        typed = (TOPIC, NOTE)
        filled = await mentioning(session, workspace_id, filled, *typed, longest=LONGEST)
        pair = await pairs.pair_of(session, workspace_id, by, handed_back.number(view["private_metadata"]))
        done = [handed_back.number(each) for each in filled.get(TALKED) or []]
        await keeping.tick_off(session, pair, by, done, now=now)
        if topic := clean(filled[TOPIC] or ""):
            await keeping.add_topic(session, pair, by, topic, now=now)
        await _note(session, pair, by, filled, now)
        if rule := filled.get(RULE):
            outcomes.change_rule(pair, by, rule)
        touch(session, pair, now=now)
    await ack(response_action="update", view=payload(forms.saved()))


async def _note(session: AsyncSession, pair: Pair, by: str, filled: Payload, now: datetime) -> None:
    follow_up_on = day(filled, FOLLOW_UP, pair.person(by).zone, now)
    words = (filled[NOTE] or "").strip()
    if words or follow_up_on:
        await keeping.add_note(session, pair, by, words, follow_up_on=follow_up_on, now=now)
    if follow_up_on:
        morning = datetime.combine(follow_up_on, time(), ZoneInfo(pair.person(by).zone))
        await engine.expect(session, pair.series.workspace_id, {by: morning})
        await wake(session, pair.series.workspace_id, now=now)


async def followed(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Somebody has come back to their note."""
    async with sessions.begin() as session:
        workspace_id, by = body["team"]["id"], body["user"]["id"]
        nudge = await answering.one(session, workspace_id, by, handed_back.number(pressed(body)))
        await keeping.came_back(session, workspace_id, by, nudge.facts["note"], now=now)
        await answering.answer(session, nudge, State.DONE, RULES, now=now)
    await ack()
