"""Forms of shadowing: a time to ask for, another time, and the wrap-up."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.shadowing import queries, wrap_ups
from bot.features.shadowing.models import ShadowSession, State
from bot.features.shadowing.rules import Pair
from bot.features.shadowing.wrap_ups import LONGEST, WrapUp
from bot.features.visits import themes
from bot.features.visits.rules import SEEN
from bot.messages import callbacks
from bot.messages.shadowing import forms
from bot.messages.shadowing import names as shadowing_names
from bot.messages.shadowing.names import DUE, LEARNT, THANK
from bot.org.people import Person
from bot.slack.inbox import Sessions
from bot.slack.post import Payload, payload
from bot.workflows.meetings import find_busy
from bot.workflows.shadowing import bookings, outcomes, updates
from handlers.payloads import form_values, parse_day, parse_instant, with_mentions
from handlers.shadowing import actions
from handlers.shoutouts.views import prefilled


async def save_wrap_up(
    ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime
) -> None:
    filled, workspace_id, by = form_values(view), context.team_id or "", context.user_id or ""
    async with sessions.begin() as session:
        pair, sitting = await _find_of_form(session, workspace_id, by, view["private_metadata"], now)
        typed = (LEARNT, shadowing_names.ROADBLOCK)
        filled = await with_mentions(session, workspace_id, filled, *typed, longest=LONGEST)
        await outcomes.save_wrap_up(session, pair, sitting, by, _parse_wrap_up(filled, pair.leader, now), now=now)
        await outcomes.conclude(session, pair, sitting, now=now)
        await outcomes.count_for_balance(session, pair, sitting, now)
        await themes.record_themes(
            session, pair.team, filled[SEEN] or [], source=f"{updates.ABOUT}:{sitting.id}",
            beside=sitting.agent_id, now=now,
        )  # fmt: skip
        roadblocks = await wrap_ups.find_roadblocks(session, workspace_id, by, sitting_id=sitting.id)
        next_view = payload(forms.saved(roadblocks))
        if whom := filled[THANK]:
            next_view = await prefilled(session, workspace_id, by, [whom])
    await ack(response_action="update", view=next_view)


async def _find_of_form(
    session: AsyncSession, workspace_id: str, by: str, remembered: str, now: datetime
) -> tuple[Pair, ShadowSession]:
    sitting_id, _, agent_id = remembered.partition(":")
    if callbacks.number(sitting_id):
        return await queries.find_session(session, workspace_id, by, callbacks.number(sitting_id))
    pair = await queries.find_pair(session, workspace_id, by, agent_id)
    return pair, await wrap_ups.add_unplanned(session, pair, now=now)


def _parse_wrap_up(filled: Payload, leader: Person, now: datetime) -> WrapUp:
    learnt, roadblock = ((filled[name] or "").strip() for name in (LEARNT, shadowing_names.ROADBLOCK))
    return WrapUp(learnt, roadblock, parse_day(filled, DUE, leader.zone, now))


async def suggest_time(
    ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime
) -> None:
    """The other one is asked: also a time that was planned is moved only with a yes."""
    workspace_id, by_id = context.team_id or "", context.user_id or ""
    async with sessions.begin() as session:
        pair, sitting = await queries.find_session(
            session, workspace_id, by_id, callbacks.number(view["private_metadata"])
        )
        by = pair.person(by_id)
        planned = await find_busy(session, workspace_id, (pair.leader.id, pair.agent.id), now)
        at = parse_instant(form_values(view), by, now)
        bookings.suggest_time(pair, sitting, by.id, at, busy=planned, now=now)
        if sitting.state == State.ASKED:
            await bookings.send_question(session, pair, sitting, now=now)
        else:
            await updates.announce_change(session, pair, sitting, by=by, now=now)
    await ack()


async def ask_at(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    nudge_id, agent_id, _ = actions.parse_suggestion(view["private_metadata"])
    workspace_id, by = context.team_id or "", context.user_id or ""
    async with sessions.begin() as session:
        pair = await queries.find_pair(session, workspace_id, by, agent_id)
        planned = await find_busy(session, workspace_id, (by, agent_id), now)
        at = parse_instant(form_values(view), pair.leader, now)
        sitting = await bookings.add_request_at(session, pair, at, busy=planned, now=now)
        await bookings.send_question(session, pair, sitting, now=now)
        if nudge_id:
            await actions.answer_suggestion(session, pair, nudge_id, now)
    await ack()
