"""Fun tank movements when roadblocks, ideas and promises are done or reopened."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.fun_tank import ledger
from bot.features.fun_tank.models import Movement, PrivateEntry
from bot.features.fun_tank.rules import Cause
from bot.followups import queries
from bot.followups.models import Audience, Followup, Kind, Reason, State
from bot.org.teams.models import Team
from bot.workflows import fun_tank
from tests.conftest import TUESDAY

MONDAY_AFTER = TUESDAY + timedelta(days=6)


async def done(
    session: AsyncSession, team: Team, kind: Kind, audience: Audience = Audience.TEAM, author_id: str = "UANA",
    reason: Reason = Reason.DONE,
) -> Followup:  # fmt: skip
    this = await queries.add(
        session, team, kind, author_id, "a thing", state=State.CLOSED, audience=audience, now=TUESDAY
    )
    this.reason = reason
    await fun_tank.record_followup_done(session, team, this, now=TUESDAY)
    return this


async def movements(session: AsyncSession) -> list[tuple[str, int]]:
    rows = await session.scalars(select(Movement).where(Movement.cause != Cause.START).order_by(Movement.id))
    return [(each.cause, each.amount) for each in rows]


@pytest.mark.parametrize(("kind", "amount"), [(Kind.PROMISE, 3), (Kind.ROADBLOCK, 4), (Kind.IDEA, 4)])
async def test_finished_followup_fills_the_fun_tank_once_and_reopening_reverses_that(
    session: AsyncSession, team: Team, kind: Kind, amount: int
) -> None:
    this = await done(session, team, kind)
    await fun_tank.record_followup_done(session, team, this, now=TUESDAY)
    assert await movements(session) == [(kind, amount)]
    await fun_tank.record_followup_reopened(session, team, this, now=TUESDAY)
    await fun_tank.record_followup_done(session, team, this, now=TUESDAY)
    assert await movements(session) == [(kind, amount), (kind, -amount), (kind, amount)]


@pytest.mark.parametrize("reason", [each for each in Reason if each is not Reason.DONE])
async def test_followup_closed_without_being_done_does_not_move_the_fun_tank(
    session: AsyncSession, team: Team, reason: Reason
) -> None:
    await done(session, team, Kind.PROMISE, reason=reason)
    assert await movements(session) == []


async def test_private_followups_count_only_in_a_weekly_sum_of_at_least_three_people(
    session: AsyncSession, team: Team
) -> None:
    await done(session, team, Kind.PROMISE, Audience.PAIR, "UMAYA")
    await done(session, team, Kind.ROADBLOCK, Audience.LEADERS, "UANA")
    await ledger.sum_up_weeks(session, team, now=MONDAY_AFTER)
    assert await movements(session) == []
    await done(session, team, Kind.ROADBLOCK, Audience.LEADERS, "UBEN")
    await ledger.sum_up_weeks(session, team, now=MONDAY_AFTER)
    assert await movements(session) == [(Cause.PRIVATE, 11)]


async def test_reopened_private_followup_is_removed_from_the_weekly_sum(session: AsyncSession, team: Team) -> None:
    this = await done(session, team, Kind.PROMISE, Audience.PAIR)
    (entry,) = await session.scalars(select(PrivateEntry))
    assert (entry.amount, this.author_id in str(vars(entry))) == (3, False)
    await fun_tank.record_followup_reopened(session, team, this, now=TUESDAY)
    assert not (await session.scalars(select(PrivateEntry))).all()
