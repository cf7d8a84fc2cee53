"""Queries for spikes: the queue names that are suggested to people."""

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.spikes import queries
from bot.features.spikes.models import PERSON, Spike
from bot.org.teams.models import Team
from tests.conftest import TUESDAY

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("called", "known"),
    [
        (["phones", "phones", "phoens"], ["phones"]),
        (["phones", "phones", "phoens", "phoens"], ["phoens", "phones"]),
        (["phones", "phones", "chat"], ["chat", "phones"]),
        (["queue 1", "queue 1", "queue 2"], ["queue 1", "queue 2"]),
        (["phones", "phoens"], ["phoens", "phones"]),
        (["phones again", "phoens"], ["phones"]),
        (["grafana:phones", "grafana:phoens"], ["phoens", "phones"]),
    ],
)
async def test_queue_name_that_was_probably_mistyped_once_is_not_suggested(
    session: AsyncSession, team: Team, called: list[str], known: list[str]
) -> None:
    for each in called:
        source, _, queue = each.removesuffix(" again").rpartition(":")
        made = Spike("T1", team.id, queue, queue, source or PERSON, opened_at=TUESDAY, heard_at=TUESDAY)
        made.resolved_at, made.reopened = TUESDAY + HOUR, int(each.endswith(" again"))
        session.add(made)
    await session.flush()

    assert await queries.list_queues(session, team, now=TUESDAY + HOUR) == known
