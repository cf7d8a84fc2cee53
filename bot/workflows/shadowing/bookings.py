"""Agree on a shadow session: ask, accept, suggest another time, decline, cancel.

The agent is asked first, and nothing is planned without a yes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Passed, UserError
from bot.features.shadowing import queries
from bot.features.shadowing.models import OPEN, ShadowSession, State
from bot.features.shadowing.rules import RESTS, Pair, check_state, end_session, find_slot
from bot.features.shadowing.settings import Settings, ShadowingPreferences
from bot.messages.shadowing import cards
from bot.org.availability import slots
from bot.org.availability.slots import Busy
from bot.org.teams.models import Team
from bot.slack.outbox import outbox
from bot.workflows.meetings import find_busy
from bot.workflows.shadowing import updates

TIME = "time"
"""The field of a form."""
PAST = "That time has passed. Pick a later one, please."
TAKEN_BY_NOW = "One of you has something else then by now. Suggest another time, please."
ANOTHER_TIME = "Another time, then: {} is not free for this just now. `/shadow` names who is next."
"""All that a leader hears, whether the agent said so today, some days ago, or once and for all."""
NEVER_TOGETHER = "The two of you are not at work at the same time in the next three weeks. Pick a time with the form."


async def add_request(
    session: AsyncSession, pair: Pair, at: datetime | None, *, busy: Sequence[Busy] = (), now: datetime
) -> ShadowSession:
    """Put the question to the agent; without a time, or when it has gone by, for the first that suits them both.

    `busy` is when they have something else to do.
    """
    await _check_agent(session, pair, now)
    minutes = Settings.of(pair.team).minutes
    ids, length = {pair.leader.id, pair.agent.id}, timedelta(minutes=minutes)
    if at is None or at <= now or slots.is_booked(busy, ids, (at, at + length)):
        at = find_slot(pair.team, (pair.leader, pair.agent), busy, now)
    if at is None:
        raise UserError(NEVER_TOGETHER)
    return await _add_session(session, pair, at, minutes, now)


async def add_request_at(
    session: AsyncSession, pair: Pair, at: datetime, *, busy: Sequence[Busy] = (), now: datetime
) -> ShadowSession:
    """Put the question to the agent, for the very time that the leader picked."""
    await _check_agent(session, pair, now)
    minutes = Settings.of(pair.team).minutes
    _check_time(pair, at, timedelta(minutes=minutes), busy, pair.agent.id, now)
    return await _add_session(session, pair, at, minutes, now)


def accept(pair: Pair, sitting: ShadowSession, by: str, *, busy: Sequence[Busy] = (), now: datetime) -> None:
    """Plan the session, now that the person asked last says yes."""
    check_state(sitting, State.ASKED, State.SUGGESTED)
    if sitting.state == State.ASKED:
        pair.must_be_agent(by)
    else:
        pair.must_lead(by)
    if sitting.starts_at <= now:
        raise Passed("That time has passed. Suggest a later one, please.")
    if slots.is_booked(busy, {pair.leader.id, pair.agent.id}, sitting.span, but=sitting.about):
        raise Passed(TAKEN_BY_NOW)
    sitting.state, sitting.is_invited = State.PLANNED, True


def suggest_time(
    pair: Pair, sitting: ShadowSession, by: str, at: datetime, *, busy: Sequence[Busy] = (), now: datetime
) -> None:
    """Another time, for the other one to say yes to; what was planned is planned no more until they do."""
    check_state(sitting, *OPEN)
    others = [each for each in busy if each.about != sitting.about]
    _check_time(pair, at, sitting.length, others, sitting.other(by), now)
    sitting.state = State.ASKED if by == pair.leader.id else State.SUGGESTED
    sitting.starts_at, sitting.sequence = at, sitting.sequence + 1


def decline(pair: Pair, sitting: ShadowSession, by: str, *, now: datetime) -> None:
    """The agent would rather not, and needs no reason."""
    pair.must_be_agent(by)
    check_state(sitting, State.ASKED, State.SUGGESTED)
    end_session(sitting, State.DECLINED, now)


def cancel(sitting: ShadowSession, *, now: datetime) -> None:
    """Either of the two calls it off."""
    check_state(sitting, *OPEN)
    end_session(sitting, State.CANCELLED, now)


def expire(sitting: ShadowSession, *, now: datetime) -> None:
    """Nobody answered in time."""
    end_session(sitting, State.LAPSED, now)


async def _add_session(session: AsyncSession, pair: Pair, at: datetime, minutes: int, now: datetime) -> ShadowSession:
    team = pair.team
    sitting = ShadowSession(
        team.workspace_id, team.id, pair.leader.id, pair.agent.id, minutes, starts_at=at, made_at=now, state=State.ASKED
    )
    session.add(sitting)
    await session.flush()
    return sitting


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
        raise UserError(ANOTHER_TIME.format(pair.agent.shown))
    for each in before:
        if each.is_open and each.leader_id == pair.leader.id:
            raise UserError(f"You and {pair.agent.shown} have one on the way already; `/shadow` shows it.")
        if each.is_open:
            raise UserError(f"Another leader has just asked {pair.agent.shown}. `/shadow` names who is next.")


def _check_time(pair: Pair, at: datetime, length: timedelta, busy: Sequence[Busy], other: str, now: datetime) -> None:
    """A time that is to come, in the hours of the one who did not pick it, and free for both."""
    if at <= now:
        raise UserError(PAST, field=TIME)
    routine = pair.routines[0] if other == pair.leader.id else pair.routines[1]
    if not slots.suits([routine], at, length):
        raise UserError(
            f"{pair.person(other).shown} is not at work then. Pick a time in their day, please.", field=TIME
        )
    if slots.is_booked(busy, {pair.leader.id, pair.agent.id}, (at, at + length)):
        raise UserError("One of you has something else then. Pick another time, please.", field=TIME)


async def request_session(
    session: AsyncSession, workspace_id: str, by: str, agent_id: str, at: datetime | None, now: datetime
) -> tuple[Pair, ShadowSession]:
    """Put the question to the agent, for that time or else for the next that suits them both."""
    pair = await queries.find_pair(session, workspace_id, by, agent_id)
    planned = await find_busy(session, workspace_id, (by, agent_id), now)
    sitting = await add_request(session, pair, at, busy=planned, now=now)
    await send_question(session, pair, sitting, now=now)
    return pair, sitting


async def cancel_orphaned(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Call off what cannot be, since somebody left or has another place, and tell those who are there."""
    for sitting in await queries.cancel_orphaned(session, team, now=now):
        await updates.announce_change(session, await queries.load_pair(session, sitting), sitting, now=now)


async def send_question(session: AsyncSession, pair: Pair, sitting: ShadowSession, *, now: datetime) -> None:
    """The agent hears the question at a good moment, as a new message; the leader sees that it is on its way."""
    await updates.plan_jobs(session, pair, sitting, now=now)
    post = cards.card(pair, sitting, pair.agent)
    if sitting.sequence:
        await outbox.delete(session, post.card or "", to=pair.agent.dm, now=now)
    await outbox.put(session, post, to=pair.agent.dm, not_before=now, hours_of=pair.team, expires_at=sitting.starts_at)
    await outbox.show(session, cards.card(pair, sitting, pair.leader), to=pair.leader.dm, now=now)
