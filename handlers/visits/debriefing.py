"""What comes of a visit: three answers, their themes, a promise, and its day."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.directory import Person
from bot.features.visits import debriefing, parties, tables
from bot.features.visits.debriefing import DUE, IN_THE_WAY, LONGEST, PROMISE, SEEN, WILL_DO, Said
from bot.features.visits.parties import Party
from bot.features.visits.tables import Visit
from bot.inbox import Sessions
from bot.messages import handed_back
from bot.messages.post import Payload, payload
from bot.messages.visits import forms, lists
from bot.messages.visits.names import WORKS
from bot.nudges import answering
from bot.nudges.tables import State
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
    parties.must_be(visit, tables.State.PLANNED, tables.State.MISSED)
    return payload(forms.debrief_form(party, visit, now))


async def record(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    workspace_id, by = context.team_id or "", context.user_id or ""
    async with sessions.begin() as session:
        party, visit = await parties.one(session, workspace_id, by, handed_back.number(view["private_metadata"]))
        typed = (WORKS, IN_THE_WAY, WILL_DO)
        filled = await mentioning(session, workspace_id, answers(view), *typed, longest=LONGEST)
        said = _said(filled, party.person(by), now)
        debrief = await debriefing.record(session, party, visit, by, said, now=now)
        await schedule.conclude(session, party, visit, now=now)
        await visit_leaders.promise(session, debrief, now=now)
    await ack(response_action="update", view=payload(forms.saved(said)))


def _said(filled: Payload, sponsor: Person, now: datetime) -> Said:
    works, in_the_way, will_do = ((filled[name] or "").strip() for name in (WORKS, IN_THE_WAY, WILL_DO))
    due_on = day(filled, DUE, sponsor.zone, now)
    return Said(works, in_the_way, will_do, due_on, filled[SEEN] or [])


async def missed(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        party, visit = await of(session, body)
        debriefing.missed(party, visit, body["user"]["id"], now=now)
        await schedule.conclude(session, party, visit, now=now)
    await ack()


async def read(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    """What the sponsor wrote down, in a form and nowhere else."""
    async with sessions.reading() as session:
        party, visit = await of(session, body)
        said = await debriefing.read(session, party, visit, body["user"]["id"])
    await client.views_open(trigger_id=body["trigger_id"], view=payload(forms.written(party, visit, said)))
    await ack()


async def kept(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """A promise is kept."""
    nudge_id, _, debrief_id = pressed(body).partition(":")
    workspace_id, by = body["team"]["id"], body["user"]["id"]
    async with sessions.begin() as session:
        debrief = await debriefing.keep(session, workspace_id, by, handed_back.number(debrief_id), now=now)
        await tank.promise_kept(session, debrief, now=now)
        await visit_leaders.keep_promise(session, debrief, now=now)
        if not handed_back.number(nudge_id):
            await respond(session, body, lists.kept(), now)
        if nudge := await answering.latest(session, workspace_id, by, PROMISE, debrief_id):
            await answering.answer(session, nudge, State.DONE, RULES, now=now)
    await ack()


async def noted(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Somebody has seen a theme that comes up again and again."""
    async with sessions.begin() as session:
        nudge = await answering.one(session, body["team"]["id"], body["user"]["id"], handed_back.number(pressed(body)))
        await answering.answer(session, nudge, State.DONE, RULES, now=now)
    await ack()
