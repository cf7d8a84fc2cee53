"""Forms of shadowing: a time to ask for, another time, and the wrap-up."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck

from bot.features.shadowing import wrap_ups
from bot.features.shadowing.wrap_ups import LONGEST, WrapUp
from bot.features.visits.rules import SEEN
from bot.messages import callbacks
from bot.messages.shadowing import forms
from bot.messages.shadowing.names import DUE, LEARNT, ROADBLOCK, THANK
from bot.org import people
from bot.slack.dispatcher import Actor
from bot.slack.inbox import Sessions
from bot.slack.post import Payload, payload
from bot.workflows.shadowing import bookings, outcomes
from handlers.meetings import parse_time
from handlers.payloads import form_values, parse_day, with_mentions
from handlers.shadowing import actions
from handlers.shoutouts.views import prefilled


async def save_wrap_up(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    sitting_id, _, agent_id = view["private_metadata"].partition(":")
    async with sessions.begin() as session:
        by = await people.fetch_person(session, *actor)
        filled = await with_mentions(session, actor.workspace_id, form_values(view), LEARNT, ROADBLOCK, longest=LONGEST)
        learnt, roadblock = ((filled[name] or "").strip() for name in (LEARNT, ROADBLOCK))
        said = WrapUp(learnt, roadblock, parse_day(filled, DUE, by.zone, now), filled[SEEN] or [])
        shadow = await outcomes.save_wrap_up(session, actor, callbacks.number(sitting_id), agent_id, said, now=now)
        next_view = payload(forms.saved(await wrap_ups.find_roadblocks(session, *actor, sitting_id=shadow.id)))
        if whom := filled[THANK]:
            next_view = await prefilled(session, *actor, [whom])
    await ack(response_action="update", view=next_view)


async def ask_at(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    nudge_id, agent_id, _ = actions.parse_suggestion(view["private_metadata"])
    async with sessions.begin() as session:
        at = await parse_time(session, actor, view, now)
        await bookings.request_session(session, actor, agent_id, at, is_picked=True, nudge_id=nudge_id, now=now)
    await ack()
