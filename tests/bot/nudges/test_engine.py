"""States of nudges: snoozed, expired before delivery, and pruned after retention."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import personal_data
from bot.nudges import engine
from bot.nudges.models import Nudge, NudgeState
from bot.nudges.policy import NudgeKind
from bot.nudges.selection import Candidate
from bot.org.teams.membership import Seat
from bot.org.teams.models import Team
from bot.workflows.nudges import KINDS
from tests.conftest import TUESDAY

A_DAY = timedelta(days=1)
NINE = TUESDAY.replace(hour=9)


async def add_nudge(session: AsyncSession, team: Team, *, at: datetime, **more: object) -> Nudge:
    """Store a nudge that was sent to Maya."""
    nudge = Nudge(
        team.workspace_id, team.id, "UMAYA", kind="shoutouts.coverage", about="",
        facts={"people": ["UANA"], "days": 10}, card="nudges:1:1", said_at=at, ends_at=at + A_DAY,
    )  # fmt: skip
    for name, value in more.items():
        setattr(nudge, name, value)
    session.add(nudge)
    await session.flush()
    return nudge


async def reserve_none(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> Collection[str]:
    return ()


async def run_check(session: AsyncSession, team: Team, at: datetime, kinds: Sequence[NudgeKind] = KINDS[:0]) -> None:
    await engine.schedule_checks(session, team.workspace_id, {"UMAYA": at})
    await engine.run_due_checks(session, team.workspace_id, kinds, reserve=reserve_none, now=at)
    await session.flush()


async def test_nudge_snoozed_for_half_a_year_is_sent_again_when_the_snooze_ends(
    session: AsyncSession, team: Team
) -> None:
    then = NINE + 182 * A_DAY
    nudge = await add_nudge(session, team, at=NINE, state=NudgeState.SNOOZED, again_at=then, ends_at=then + A_DAY)
    await run_check(session, team, then - A_DAY)
    assert nudge.state == NudgeState.SNOOZED

    await run_check(session, team, then)
    assert (nudge.state, nudge.times, nudge.said_at) == (NudgeState.SAID, 2, then)


@pytest.mark.parametrize(("about", "people"), [("", ["UBEN"]), ("another team", ["UANA"])])
async def test_snoozed_nudge_is_sent_again_with_current_facts_if_still_applicable(
    session: AsyncSession, team: Team, about: str, people: list[str]
) -> None:
    async def find(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
        facts = {"people": ["UBEN"], "days": 10}
        return [Candidate(seat, "shoutouts.coverage", about=about, facts=facts) for seat in seats]

    kinds = [replace(each, find=find) for each in KINDS if each.kind == "shoutouts.coverage"]
    at = NINE + A_DAY
    nudge = await add_nudge(session, team, at=NINE, state=NudgeState.SNOOZED, again_at=at, ends_at=at + A_DAY)
    await run_check(session, team, at, kinds)

    assert (nudge.state, nudge.said_at, nudge.facts["people"]) == (NudgeState.SAID, at, people)


async def test_snoozed_nudge_that_expires_before_it_is_sent_does_not_count_as_ignored(
    session: AsyncSession, team: Team
) -> None:
    nudge = await add_nudge(
        session, team, at=NINE, state=NudgeState.SNOOZED, again_at=NINE + A_DAY, ends_at=NINE + 2 * A_DAY
    )
    await run_check(session, team, NINE + 3 * A_DAY)

    assert nudge.state == NudgeState.UNHEARD


async def test_old_answered_nudges_are_pruned_and_open_nudges_are_kept(session: AsyncSession, team: Team) -> None:
    for at, state in ((NINE, NudgeState.DONE), (NINE, NudgeState.SNOOZED), (NINE + 2 * A_DAY, NudgeState.IGNORED)):
        await add_nudge(session, team, at=at, state=state)
    gone = await personal_data.prune(session, team.workspace_id, now=NINE + 91 * A_DAY, limit=10, models=[Nudge])

    assert gone == 1
    left = (await session.scalars(select(Nudge.state).order_by(Nudge.id))).all()
    assert left == [NudgeState.SNOOZED, NudgeState.IGNORED]
