"""Agree on a shadow session: ask, accept, suggest another time, decline, cancel.

The agent is asked first, and nothing is planned without a yes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.shadowing import queries, rules
from bot.features.shadowing.models import OPEN, ShadowSession, State
from bot.features.shadowing.queries import find_session
from bot.features.shadowing.rules import RESTS, Pair
from bot.features.shadowing.settings import Settings, ShadowingPreferences
from bot.messages.shadowing import cards
from bot.nudges import answers
from bot.nudges.models import NudgeState
from bot.org.availability import slots
from bot.org.availability.slots import Busy
from bot.org.teams.models import Team
from bot.refusals import shadowing as refusals
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.workflows.meetings import find_busy
from bot.workflows.nudges import KINDS
from bot.workflows.shadowing.updates import announce_change, plan_jobs, show_change


async def request_session(
    session: AsyncSession,
    actor: Actor,
    agent_id: str,
    at: datetime | None,
    *,
    is_picked: bool = False,
    nudge_id: int = 0,
    now: datetime,
) -> tuple[Pair, ShadowSession]:
    """Put the question to the agent, as `add_request` does, and answer the nudge that suggested it, 0 for none."""
    pair = await queries.find_pair(session, *actor, agent_id, books=True)
    planned = await _find_busy(session, pair, now)
    shadow = await add_request(session, pair, at, is_picked=is_picked, busy=planned, now=now)
    await _send_question(session, pair, shadow, now=now)
    if nudge_id:
        nudge = await answers.find_nudge(session, *actor, nudge_id)
        await answers.answer(session, nudge, NudgeState.DONE, KINDS, now=now)
    return pair, shadow


async def add_request(
    session: AsyncSession,
    pair: Pair,
    at: datetime | None,
    *,
    is_picked: bool = False,
    busy: Sequence[Busy] = (),
    now: datetime,
) -> ShadowSession:
    """Add a question for that very time if the leader picked it; else, where it is gone, for the next that suits both.

    `busy` is when they have something else to do.
    """
    await _check_agent(session, pair, now)
    length = timedelta(minutes=Settings.of(pair.team).minutes)
    if at and is_picked:
        rules.check_time(pair, at, length, busy, pair.agent.id, now)
    elif at is None or at <= now or slots.is_booked(busy, {pair.leader.id, pair.agent.id}, (at, at + length)):
        at = rules.find_slot(pair.team, (pair.leader, pair.agent), busy, now)
    if at is None:
        raise Refusal(refusals.NEVER_TOGETHER)
    return await queries.add_session(session, pair, State.ASKED, at, now=now)


async def _check_agent(session: AsyncSession, pair: Pair, now: datetime) -> None:
    """The agent may be asked, and by nobody else at the moment."""
    theirs = select(ShadowSession).where(
        ShadowSession.workspace_id == pair.agent.workspace_id,
        ShadowSession.agent_id == pair.agent.id,
        ShadowSession.state.in_([*OPEN, *RESTS]),
    )
    before = (await session.scalars(theirs)).all()
    rests = any(each.ended_at and now < each.ended_at + RESTS[State(each.state)] for each in before if not each.is_open)
    if rests or not ShadowingPreferences.of(pair.agent).may_be_asked:
        raise Refusal(refusals.another_time(pair.agent.shown))
    for each in before:
        if each.is_open and each.leader_id == pair.leader.id:
            raise Refusal(refusals.on_the_way(pair.agent.shown))
        if each.is_open:
            raise Refusal(refusals.asked_by_another(pair.agent.shown))


async def accept(session: AsyncSession, actor: Actor, sitting_id: int, *, now: datetime) -> None:
    """Plan a session, now that the person asked last says yes."""
    pair, shadow = await find_session(session, *actor, sitting_id, books=True)
    rules.accept(pair, shadow, actor.person_id, busy=await _find_busy(session, pair, now), now=now)
    await announce_change(session, pair, shadow, by=pair.person(actor.person_id), now=now)


async def suggest_time(session: AsyncSession, actor: Actor, sitting_id: int, at: datetime, *, now: datetime) -> None:
    """Ask the other one for another time."""
    pair, shadow = await find_session(session, *actor, sitting_id)
    rules.suggest_time(pair, shadow, actor.person_id, at, busy=await _find_busy(session, pair, now), now=now)
    if shadow.state == State.ASKED:
        await _send_question(session, pair, shadow, now=now)
    else:
        await announce_change(session, pair, shadow, by=pair.person(actor.person_id), now=now)


async def decline(session: AsyncSession, actor: Actor, sitting_id: int, *, now: datetime) -> None:
    """End what the agent would rather not do."""
    pair, shadow = await find_session(session, *actor, sitting_id)
    rules.decline(pair, shadow, actor.person_id, now=now)
    await announce_change(session, pair, shadow, by=pair.agent, now=now)


async def cancel(session: AsyncSession, actor: Actor, sitting_id: int, *, now: datetime) -> None:
    """Call it off, which either of the two may."""
    pair, shadow = await find_session(session, *actor, sitting_id)
    rules.check_state(shadow, *OPEN)
    rules.end_session(shadow, State.CANCELLED, now)
    await announce_change(session, pair, shadow, by=pair.person(actor.person_id), now=now)


async def cancel_orphaned(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Call off what cannot be, since somebody left or has another place, and tell those who are there."""
    for shadow in await queries.cancel_orphaned(session, team, now=now):
        await announce_change(session, await queries.load_pair(session, shadow), shadow, now=now)


async def expire(session: AsyncSession, sitting_id: int, *, now: datetime) -> None:
    """End a question that nobody answered before its time had passed."""
    pair, shadow = await queries.load_session(session, sitting_id)
    if shadow.state in (State.ASKED, State.SUGGESTED):
        rules.end_session(shadow, State.LAPSED, now)
        await show_change(session, pair, shadow, now=now)


async def _find_busy(session: AsyncSession, pair: Pair, now: datetime) -> list[Busy]:
    """All that either of the two has planned, of whatever feature."""
    return await find_busy(session, pair.team.workspace_id, (pair.leader.id, pair.agent.id), now)


async def _send_question(session: AsyncSession, pair: Pair, shadow: ShadowSession, *, now: datetime) -> None:
    """The agent hears the question at a good moment, as a new message; the leader sees that it is on its way."""
    await plan_jobs(session, pair, shadow, now=now)
    post = cards.card(pair, shadow, pair.agent)
    if shadow.sequence:
        await outbox.delete(session, post.card or "", to=pair.agent.dm, now=now)
    await outbox.put(session, post, to=pair.agent.dm, not_before=now, hours_of=pair.team, expires_at=shadow.starts_at)
    await outbox.show(session, cards.card(pair, shadow, pair.leader), to=pair.leader.dm, now=now)
