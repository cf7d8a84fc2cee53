"""Forms of visits: a time to pick, another time, and the debrief."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext

from bot.features.visits import queries
from bot.features.visits.models import State
from bot.features.visits.rules import DUE, IN_THE_WAY, LONGEST_ANSWER, SEEN, WILL_DO, DebriefAnswers
from bot.messages import callbacks
from bot.messages.visits import forms
from bot.messages.visits.names import WORKS
from bot.org import people
from bot.org.people import Person
from bot.slack.inbox import Sessions
from bot.slack.post import Payload, payload
from bot.workflows.visits import bookings, outcomes, updates
from handlers.payloads import form_values, parse_day, parse_instant, with_mentions
from handlers.visits import actions


async def save_debrief(
    ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime
) -> None:
    workspace_id, by = context.team_id or "", context.user_id or ""
    async with sessions.begin() as session:
        party, visit = await queries.find_visit(session, workspace_id, by, callbacks.number(view["private_metadata"]))
        typed = (WORKS, IN_THE_WAY, WILL_DO)
        filled = await with_mentions(session, workspace_id, form_values(view), *typed, longest=LONGEST_ANSWER)
        said = _parse_answers(filled, party.person(by), now)
        debrief = await outcomes.save_debrief(session, party, visit, by, said, now=now)
        await outcomes.conclude(session, party, visit, now=now)
        await outcomes.announce_promise(session, debrief, now=now)
    await ack(response_action="update", view=payload(forms.saved(said)))


def _parse_answers(filled: Payload, sponsor: Person, now: datetime) -> DebriefAnswers:
    works, in_the_way, will_do = ((filled[name] or "").strip() for name in (WORKS, IN_THE_WAY, WILL_DO))
    due_on = parse_day(filled, DUE, sponsor.zone, now)
    return DebriefAnswers(works, in_the_way, will_do, due_on, filled[SEEN] or [])


async def pick_at(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    nudge_id, team_id, _ = actions.parse_offer(view["private_metadata"])
    async with sessions.begin() as session:
        sponsor = await people.fetch_person(session, context.team_id or "", context.user_id or "")
        await bookings.request_visit(session, sponsor, team_id, parse_instant(form_values(view), sponsor, now), now)
        if nudge_id:
            await actions.answer_offer(session, sponsor, nudge_id, now)
    await ack()


async def suggest_time(
    ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime
) -> None:
    """The other one is asked: also a time that was planned is moved only with a yes."""
    async with sessions.begin() as session:
        workspace_id, by_id = context.team_id or "", context.user_id or ""
        party, visit = await queries.find_visit(
            session, workspace_id, by_id, callbacks.number(view["private_metadata"])
        )
        by = party.person(by_id)
        crowd = await bookings.find_host_pool(session, party.team, now)
        bookings.suggest_time(party, visit, crowd, by.id, parse_instant(form_values(view), by, now), now=now)
        if visit.state == State.ASKED:
            await bookings.send_question(session, party, visit, now=now)
        else:
            await updates.announce_change(session, party, visit, by=by, now=now)
    await ack()
