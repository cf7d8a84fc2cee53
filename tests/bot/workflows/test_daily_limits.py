"""Daily limits per person for actions that notify others."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.org.workspaces import Workspace
from bot.workflows import daily_limits

LATE = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
"""23:30 in Lisbon and 18:30 in New York."""
MOST = 3


async def taken(session: AsyncSession, user: str = "UANA", what: str = "calls", at: datetime = LATE) -> int:
    """Try an action five times, and return how many times it was allowed."""
    count = 0
    for _ in range(5):
        try:
            await daily_limits.count_use(session, "T1", user, what, MOST, at)
        except Refusal:
            continue
        count += 1
    return count


@pytest.mark.usefixtures("workspace")
async def test_daily_limit_is_counted_per_person_and_kind_of_action(session: AsyncSession) -> None:
    assert await taken(session) == MOST
    assert await taken(session, "UBEN") == MOST
    assert await taken(session, what="celebrations") == MOST
    assert await taken(session) == 0


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize(("user", "later"), [("UANA", MOST), ("UELI", 0)])
async def test_daily_limit_resets_at_midnight_in_the_persons_time_zone(
    session: AsyncSession, user: str, later: int
) -> None:
    await taken(session, user)

    assert await taken(session, user, at=LATE + timedelta(minutes=31)) == later


@pytest.mark.usefixtures("workspace")
async def test_refusal_beyond_the_daily_limit_repeats_the_typed_text(session: AsyncSession) -> None:
    await taken(session)
    with pytest.raises(Refusal, match="phones 42"):
        await daily_limits.count_use(session, "T1", "UANA", "calls", MOST, LATE, typed="phones 42")


async def test_action_by_an_unknown_person_is_refused(session: AsyncSession, workspace: Workspace) -> None:
    with pytest.raises(Refusal):
        await daily_limits.count_use(session, workspace.id, "UNOBODY", "calls", MOST, LATE)
