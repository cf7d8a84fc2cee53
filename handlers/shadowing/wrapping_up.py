"""What comes of it: what the leader learnt, a roadblock to own, and a thank-you."""

from collections.abc import Mapping
from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory import Person
from bot.features.balance import keeping
from bot.features.balance.tables import Part
from bot.features.shadowing import sittings, tables, wrapping_up
from bot.features.shadowing.sittings import Pair
from bot.features.shadowing.tables import Sitting
from bot.features.shadowing.wrapping_up import LONGEST, WrapUp
from bot.features.visits import themes
from bot.features.visits.debriefing import SEEN
from bot.inbox import Sessions
from bot.messages import handed_back
from bot.messages.post import Payload, payload
from bot.messages.shadowing import forms, lists
from bot.messages.shadowing import names as shadowing_names
from bot.messages.shadowing.names import DUE, LEARNT, THANK
from bot.messages.typed import NO_NAMES
from bot.nudges import answering
from bot.nudges.tables import State
from handlers.forms import answers, day, mentioning
from handlers.presses import pressed, respond
from handlers.shadowing.sitting import of
from handlers.shoutouts.form import prefilled
from schedules import shadowing as schedule
from schedules import tank
from schedules.nudges import RULES


async def open_form(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    sitting_id, _, _ = pressed(body).partition(":")
    async with sessions.reading() as session:
        pair, sitting = await sittings.one(
            session, body["team"]["id"], body["user"]["id"], handed_back.number(sitting_id)
        )
    view = form(pair, sitting, body["user"]["id"], now)
    await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()


def form(
    pair: Pair, sitting: Sitting | None, by: str, now: datetime, learnt: str = "", names: Mapping[str, str] = NO_NAMES
) -> Payload:
    """The wrap-up of a sitting, or of one that nobody planned; `names` are of those whom what was learnt mentions."""
    pair.must_lead(by)
    if sitting:
        sittings.must_be(sitting, tables.State.PLANNED, tables.State.MISSED)
    remembered = f"{sitting.id if sitting else 0}:{pair.agent.id}"
    return payload(forms.wrap_up_form(pair.agent, pair.leader, remembered, now, learnt, names))


async def record(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    filled, workspace_id, by = answers(view), context.team_id or "", context.user_id or ""
    async with sessions.begin() as session:
        pair, sitting = await _of_form(session, workspace_id, by, view["private_metadata"], now)
        typed = (LEARNT, shadowing_names.ROADBLOCK)
        filled = await mentioning(session, workspace_id, filled, *typed, longest=LONGEST)
        await wrapping_up.record(session, pair, sitting, by, _said(filled, pair.leader, now), now=now)
        await schedule.conclude(session, pair, sitting, now=now)
        await count_for_balance(session, pair, sitting, now)
        await themes.see(
            session, pair.team, filled[SEEN] or [], source=f"{schedule.ABOUT}:{sitting.id}",
            beside=sitting.agent_id, now=now,
        )  # fmt: skip
        roadblocks = await wrapping_up.owned(session, workspace_id, by, sitting_id=sitting.id)
        next_view = payload(forms.saved(roadblocks))
        if whom := filled[THANK]:
            next_view = await prefilled(session, workspace_id, by, [whom])
    await ack(response_action="update", view=next_view)


async def count_for_balance(session: AsyncSession, pair: Pair, sitting: Sitting, now: datetime) -> None:
    """Time beside an agent is time at the frontline."""
    await keeping.count(
        session, pair.team, pair.leader.id, part=Part.FRONTLINE, minutes=sitting.minutes,
        started_at=sitting.starts_at, source=f"{schedule.ABOUT}:{sitting.id}", now=now,
    )  # fmt: skip


async def _of_form(
    session: AsyncSession, workspace_id: str, by: str, remembered: str, now: datetime
) -> tuple[Pair, Sitting]:
    sitting_id, _, agent_id = remembered.partition(":")
    if handed_back.number(sitting_id):
        return await sittings.one(session, workspace_id, by, handed_back.number(sitting_id))
    pair = await sittings.pair(session, workspace_id, by, agent_id)
    return pair, await wrapping_up.just_now(session, pair, now=now)


def _said(filled: Payload, leader: Person, now: datetime) -> WrapUp:
    learnt, roadblock = ((filled[name] or "").strip() for name in (LEARNT, shadowing_names.ROADBLOCK))
    return WrapUp(learnt, roadblock, day(filled, DUE, leader.zone, now))


async def missed(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """The agent comes first in the next round."""
    async with sessions.begin() as session:
        pair, sitting = await of(session, body)
        pair.must_lead(body["user"]["id"])
        wrapping_up.missed(sitting, now=now)
        await schedule.conclude(session, pair, sitting, now=now)
    await ack()


async def read(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    """What the leader wrote down, in a form and nowhere else."""
    workspace_id, by = body["team"]["id"], body["user"]["id"]
    async with sessions.reading() as session:
        pair, sitting = await of(session, body)
        learnt = wrapping_up.learnt(session, pair, sitting, by)
        roadblocks = await wrapping_up.owned(session, workspace_id, by, sitting_id=sitting.id)
    view = forms.written(pair, sitting, learnt, roadblocks)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def removed(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """A roadblock is out of the way."""
    nudge_id, _, roadblock_id = pressed(body).partition(":")
    workspace_id, by = body["team"]["id"], body["user"]["id"]
    async with sessions.begin() as session:
        roadblock = await wrapping_up.remove(session, workspace_id, by, handed_back.number(roadblock_id), now=now)
        if not handed_back.number(nudge_id):
            await respond(session, body, lists.out_of_the_way(), now)
        if nudge := await answering.latest(session, workspace_id, by, wrapping_up.ROADBLOCK, roadblock_id):
            await answering.answer(session, nudge, State.DONE, RULES, now=now)
        await tank.out_of_the_way(session, roadblock, now=now)
    await ack()
