"""How often one person may do on a day what others are told of."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.org.workspaces import Workspace
from bot.workflows import daily_limits

LATE = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
"""23:30 in Lisbon, half past six in the evening in New York."""
MOST = 3


async def taken(session: AsyncSession, user: str = "UANA", what: str = "calls", at: datetime = LATE) -> int:
    """How many of five tries are let through."""
    count = 0
    for _ in range(5):
        try:
            await daily_limits.count_use(session, "T1", user, what, MOST, at)
        except Refusal:
            continue
        count += 1
    return count


@pytest.mark.usefixtures("workspace")
async def test_a_few_are_taken_and_another_persons_and_another_kind_are_counted_apart(session: AsyncSession) -> None:
    assert await taken(session) == MOST
    assert await taken(session, "UBEN") == MOST
    assert await taken(session, what="celebrations") == MOST
    assert await taken(session) == 0


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize(("user", "later"), [("UANA", MOST), ("UELI", 0)])
async def test_a_day_ends_at_the_persons_own_midnight(session: AsyncSession, user: str, later: int) -> None:
    await taken(session, user)

    assert await taken(session, user, at=LATE + timedelta(minutes=31)) == later


@pytest.mark.usefixtures("workspace")
async def test_what_was_typed_comes_back(session: AsyncSession) -> None:
    await taken(session)
    with pytest.raises(Refusal, match="phones 42"):
        await daily_limits.count_use(session, "T1", "UANA", "calls", MOST, LATE, typed="phones 42")


async def test_nobody_counts_for_whom_slack_has_not_told_of(session: AsyncSession, workspace: Workspace) -> None:
    with pytest.raises(Refusal):
        await daily_limits.count_use(session, workspace.id, "UNOBODY", "calls", MOST, LATE)
