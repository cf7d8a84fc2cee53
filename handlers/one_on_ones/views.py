"""Forms of one-on-ones: another time, what a pair keeps, and whose one-on-one is meant."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck

from bot.features.one_on_ones import queries
from bot.features.one_on_ones.notes import LONGEST
from bot.messages import callbacks
from bot.messages.one_on_ones import forms
from bot.messages.one_on_ones.names import FOLLOW_UP, NOTE, RULE, SAID, TALKED, TOPIC, WHOM, Act
from bot.org import people
from bot.slack.dispatcher import Actor
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean
from bot.slack.post import Payload, payload
from bot.workflows.one_on_ones import bookings, outcomes
from handlers.meetings import parse_time
from handlers.one_on_ones.actions import pair_view, parse_row
from handlers.one_on_ones.commands import ACTS
from handlers.payloads import form_values, parse_day, with_mentions


async def save_pair(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    series_id, filled = callbacks.number(view["private_metadata"]), form_values(view)
    async with sessions.begin() as session:
        by = await people.fetch_person(session, *actor)
        filled = await with_mentions(session, actor.workspace_id, filled, TOPIC, NOTE, longest=LONGEST)
        await outcomes.save_notes(
            session, actor, series_id, talked=[callbacks.number(each) for each in filled.get(TALKED) or []],
            topic=clean(filled[TOPIC] or ""), note=(filled[NOTE] or "").strip(),
            follow_up_on=parse_day(filled, FOLLOW_UP, by.zone, now), cadence=filled.get(RULE), now=now,
        )  # fmt: skip
    await ack(response_action="update", view=payload(forms.saved()))


async def save_planned(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    """They have agreed on a time by themselves."""
    nudge_id, series_id = parse_row(view["private_metadata"])
    async with sessions.begin() as session:
        at = await parse_time(session, actor, view, now)
        await bookings.record_plan(session, actor, series_id, nudge_id, at, now=now)
    await ack()


async def choose_partner(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    """The form says whose it is."""
    name, _, typed = view["private_metadata"].partition(" ")
    act = callbacks.choice(Act, name)
    async with sessions.begin() as session:
        filled = await with_mentions(session, actor.workspace_id, form_values(view), SAID, longest=LONGEST)
        words = clean(filled[SAID] or typed)
        pair = await queries.find_pair_with(session, *actor, filled[WHOM])
        if act is Act.OPEN:
            next_view = await pair_view(session, pair, actor.person_id, words)
        else:
            next_view = payload(forms.closing(await ACTS[act](session, pair, actor.person_id, words, now)))
    await ack(response_action="update", view=next_view)
