"""Forms of visits: a time to pick, another time, and the debrief."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck

from bot.features.visits.rules import DUE, IN_THE_WAY, LONGEST_ANSWER, SEEN, WILL_DO, DebriefAnswers
from bot.messages import callbacks
from bot.messages.visits import forms
from bot.messages.visits.names import WORKS
from bot.org import people
from bot.slack.dispatcher import Actor
from bot.slack.inbox import Sessions
from bot.slack.post import Payload, payload
from bot.workflows.visits import bookings, outcomes
from handlers.meetings import parse_time
from handlers.payloads import form_values, parse_day, with_mentions


async def save_debrief(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    typed, visit_id = (WORKS, IN_THE_WAY, WILL_DO), callbacks.number(view["private_metadata"])
    async with sessions.begin() as session:
        by = await people.fetch_person(session, *actor)
        filled = await with_mentions(session, actor.workspace_id, form_values(view), *typed, longest=LONGEST_ANSWER)
        works, in_the_way, will_do = ((filled[name] or "").strip() for name in typed)
        due_on = parse_day(filled, DUE, by.zone, now)
        said = DebriefAnswers(works, in_the_way, will_do, due_on, filled[SEEN] or [])
        await outcomes.save_debrief(session, actor, visit_id, said, now=now)
    await ack(response_action="update", view=payload(forms.saved(said)))


async def pick_at(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    nudge_id, team_id, _ = callbacks.numbers(view["private_metadata"], 3)
    async with sessions.begin() as session:
        at = await parse_time(session, actor, view, now)
        await bookings.request_visit(session, actor, team_id, at, nudge_id=nudge_id, now=now)
    await ack()
