"""How a leader comes to sit beside an agent: the agent is asked first, and nothing is planned without a yes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Passed, UserError
from bot.features.shadowing.settings import Own, Settings
from bot.features.shadowing.sittings import Pair, end, must_be
from bot.features.shadowing.tables import OPEN, Sitting, State
from bot.features.shadowing.turns import RESTS, slot
from bot.hours import slots
from bot.hours.slots import Busy

TIME = "time"
"""The field of a form."""
PAST = "That time has passed. Pick a later one, please."
TAKEN_BY_NOW = "One of you has something else then by now. Suggest another time, please."
ANOTHER_TIME = "Another time, then: {} is not free for this just now. `/shadow` names who is next."
"""All that a leader hears, whether the agent said so today, some days ago, or once and for all."""
NEVER_TOGETHER = "The two of you are not at work at the same time in the next three weeks. Pick a time with the form."


async def ask(
    session: AsyncSession, pair: Pair, at: datetime | None, *, busy: Sequence[Busy] = (), now: datetime
) -> Sitting:
    """Put the question to the agent; without a time, or when it has gone by, for the first that suits them both.

    `busy` is when they have something else to do.
    """
    await _must_be_free(session, pair, now)
    minutes = Settings.of(pair.team).minutes
    ids, length = {pair.leader.id, pair.agent.id}, timedelta(minutes=minutes)
    if at is None or at <= now or slots.is_booked(busy, ids, (at, at + length)):
        at = slot(pair.team, (pair.leader, pair.agent), busy, now)
    if at is None:
        raise UserError(NEVER_TOGETHER)
    return await _begin(session, pair, at, minutes, now)


async def ask_for(
    session: AsyncSession, pair: Pair, at: datetime, *, busy: Sequence[Busy] = (), now: datetime
) -> Sitting:
    """Put the question to the agent, for the very time that the leader picked."""
    await _must_be_free(session, pair, now)
    minutes = Settings.of(pair.team).minutes
    _must_suit(pair, at, timedelta(minutes=minutes), busy, pair.agent.id, now)
    return await _begin(session, pair, at, minutes, now)


def accept(pair: Pair, sitting: Sitting, by: str, *, busy: Sequence[Busy] = (), now: datetime) -> None:
    """Plan the session, now that the person asked last says yes."""
    must_be(sitting, State.ASKED, State.SUGGESTED)
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
    pair: Pair, sitting: Sitting, by: str, at: datetime, *, busy: Sequence[Busy] = (), now: datetime
) -> None:
    """Another time, for the other one to say yes to; what was planned is planned no more until they do."""
    must_be(sitting, *OPEN)
    others = [each for each in busy if each.about != sitting.about]
    _must_suit(pair, at, sitting.length, others, sitting.other(by), now)
    sitting.state = State.ASKED if by == pair.leader.id else State.SUGGESTED
    sitting.starts_at, sitting.sequence = at, sitting.sequence + 1


def decline(pair: Pair, sitting: Sitting, by: str, *, now: datetime) -> None:
    """The agent would rather not, and needs no reason."""
    pair.must_be_agent(by)
    must_be(sitting, State.ASKED, State.SUGGESTED)
    end(sitting, State.DECLINED, now)


def cancel(sitting: Sitting, *, now: datetime) -> None:
    """Either of the two calls it off."""
    must_be(sitting, *OPEN)
    end(sitting, State.CANCELLED, now)


def lapse(sitting: Sitting, *, now: datetime) -> None:
    """Nobody answered in time."""
    end(sitting, State.LAPSED, now)


async def _begin(session: AsyncSession, pair: Pair, at: datetime, minutes: int, now: datetime) -> Sitting:
    team = pair.team
    sitting = Sitting(
        team.workspace_id, team.id, pair.leader.id, pair.agent.id, minutes, starts_at=at, made_at=now, state=State.ASKED
    )
    session.add(sitting)
    await session.flush()
    return sitting


async def _must_be_free(session: AsyncSession, pair: Pair, now: datetime) -> None:
    """The agent may be asked, and by nobody else at the moment."""
    theirs = select(Sitting).where(
        Sitting.workspace_id == pair.agent.workspace_id,
        Sitting.agent_id == pair.agent.id,
        Sitting.state.in_([*OPEN, *RESTS]),
    )
    before = (await session.scalars(theirs)).all()
    rests = any(each.ended_at and now < each.ended_at + RESTS[State(each.state)] for each in before if not each.is_open)
    if rests or not Own.of(pair.agent).may_be_asked:
        raise UserError(ANOTHER_TIME.format(pair.agent.shown))
    for each in before:
        if each.is_open and each.leader_id == pair.leader.id:
            raise UserError(f"You and {pair.agent.shown} have one on the way already; `/shadow` shows it.")
        if each.is_open:
            raise UserError(f"Another leader has just asked {pair.agent.shown}. `/shadow` names who is next.")


def _must_suit(pair: Pair, at: datetime, length: timedelta, busy: Sequence[Busy], other: str, now: datetime) -> None:
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
