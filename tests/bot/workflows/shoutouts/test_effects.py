"""Effects of shout-outs on the fun tank and Homes, which follow a few seconds later."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.fun_tank.models import Movement, PrivateEntry
from bot.features.fun_tank.rules import Cause
from bot.features.shoutouts.models import Manner
from bot.org.teams.models import Team
from bot.scheduler.models import ScheduledJob
from bot.workflows.shoutouts import change, effects
from tests.bot.workflows.shoutouts.test_give import MAYA, give
from tests.conftest import TUESDAY

SOON = TUESDAY + timedelta(seconds=6)


async def movements(session: AsyncSession) -> list[int]:
    amounts = select(Movement.amount).where(Movement.cause == Cause.SHOUTOUT).order_by(Movement.id)
    return [*await session.scalars(amounts)]


async def test_shoutouts_of_the_same_seconds_share_one_job(session: AsyncSession, team: Team) -> None:
    for number in range(3):
        await give(session, team, message=f"m{number}")
    jobs = select(ScheduledJob).where(ScheduledJob.job == effects.APPLY)

    assert len((await session.scalars(jobs)).all()) == 1
    assert await movements(session) == []
    await effects.apply_effects(session, team, now=SOON)
    assert await movements(session) == [1, 1, 1]


async def test_effects_are_applied_once(session: AsyncSession, team: Team) -> None:
    await give(session, team)
    await effects.apply_effects(session, team, now=SOON)
    await effects.apply_effects(session, team, now=SOON)

    assert await movements(session) == [1]


async def test_shoutout_that_was_undone_first_has_no_effect(session: AsyncSession, team: Team) -> None:
    given = await give(session, team)
    await change.undo(session, MAYA, given.id, now=TUESDAY)
    await effects.apply_effects(session, team, now=SOON)

    assert await movements(session) == []


async def test_shoutout_that_is_undone_afterwards_reverses_its_effect(session: AsyncSession, team: Team) -> None:
    given = await give(session, team)
    await effects.apply_effects(session, team, now=SOON)
    await change.undo(session, MAYA, given.id, now=SOON)

    assert await movements(session) == [1, -1]


async def test_public_thanks_count_up_to_the_daily_limit_of_the_tank(session: AsyncSession, team: Team) -> None:
    for number in range(5):
        await give(session, team, message=f"m{number}")
    await give(session, team, message="private", manner=Manner(is_private=True), now=TUESDAY + timedelta(days=1))
    await effects.apply_effects(session, team, now=SOON)

    assert sum(await movements(session)) == 5
    assert [each.amount for each in await session.scalars(select(PrivateEntry))] == [1]


async def test_shoutout_beyond_the_daily_limit_has_no_effect(session: AsyncSession, team: Team) -> None:
    for number in range(6):
        await give(session, team, message=f"m{number}")
    await effects.apply_effects(session, team, now=SOON)

    assert len(await movements(session)) == 5
