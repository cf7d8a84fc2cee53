"""What comes of a visit: three answers, their themes, a promise, and its day."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot import nudges
from bot.directory import Person
from bot.features import visits
from bot.features.visits import Party, Said, Visit
from bot.inbox import Sessions
from bot.messages import handed_back
from bot.messages import visits as messages
from bot.messages.post import Payload, payload
from bot.nudges import State
from handlers.forms import answers, day, mentioning
from handlers.presses import pressed, respond
from handlers.visits.visiting import of
from schedules import tank, visit_leaders
from schedules import visits as schedule
from schedules.nudges import RULES


async def open_form(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    async with sessions.reading() as session:
        party, visit = await of(session, body)
    await client.views_open(trigger_id=body["trigger_id"], view=form(party, visit, body["user"]["id"], now))
    await ack()


def form(party: Party, visit: Visit, by: str, now: datetime) -> Payload:
    party.must_sponsor(by)
    visits.must_be(visit, visits.State.PLANNED, visits.State.MISSED)
    return payload(messages.debrief_form(party, visit, now))


async def record(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    workspace_id, by = context.team_id or "", context.user_id or ""
    async with sessions.begin() as session:
        party, visit = await visits.one(session, workspace_id, by, handed_back.number(view["private_metadata"]))
        typed = (messages.WORKS, visits.IN_THE_WAY, visits.WILL_DO)
        filled = await mentioning(session, workspace_id, answers(view), *typed, longest=visits.LONGEST)
        said = _said(filled, party.person(by), now)
        debrief = await visits.record(session, party, visit, by, said, now=now)
        await schedule.conclude(session, party, visit, now=now)
        await visit_leaders.promise(session, debrief, now=now)
    await ack(response_action="update", view=payload(messages.saved(said)))


def _said(filled: Payload, sponsor: Person, now: datetime) -> Said:
    works, in_the_way, will_do = (
        (filled[name] or "").strip() for name in (messages.WORKS, visits.IN_THE_WAY, visits.WILL_DO)
    )
    due_on = day(filled, visits.DUE, sponsor.zone, now)
    return Said(works, in_the_way, will_do, due_on, filled[visits.SEEN] or [])


async def missed(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        party, visit = await of(session, body)
        visits.missed(party, visit, body["user"]["id"], now=now)
        await schedule.conclude(session, party, visit, now=now)
    await ack()


async def read(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    """What the sponsor wrote down, in a form and nowhere else."""
    async with sessions.reading() as session:
        party, visit = await of(session, body)
        said = await visits.read(session, party, visit, body["user"]["id"])
    await client.views_open(trigger_id=body["trigger_id"], view=payload(messages.written(party, visit, said)))
    await ack()


async def kept(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """A promise is kept."""
    nudge_id, _, debrief_id = pressed(body).partition(":")
    workspace_id, by = body["team"]["id"], body["user"]["id"]
    async with sessions.begin() as session:
        debrief = await visits.keep(session, workspace_id, by, handed_back.number(debrief_id), now=now)
        await tank.promise_kept(session, debrief, now=now)
        await visit_leaders.keep_promise(session, debrief, now=now)
        if not handed_back.number(nudge_id):
            await respond(session, body, messages.kept(), now)
        if nudge := await nudges.latest(session, workspace_id, by, visits.PROMISE, debrief_id):
            await nudges.answer(session, nudge, State.DONE, RULES, now=now)
    await ack()


async def noted(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Somebody has seen a theme that comes up again and again."""
    async with sessions.begin() as session:
        nudge = await nudges.one(session, body["team"]["id"], body["user"]["id"], handed_back.number(pressed(body)))
        await nudges.answer(session, nudge, State.DONE, RULES, now=now)
    await ack()
