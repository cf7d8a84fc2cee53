"""Pairs of agents and leaders: every agent has exactly one leader, even as people join and leave."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.one_on_ones import queries
from bot.meetings.models import Series, State
from bot.org import people
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.slack.dispatcher import Actor
from bot.workflows.one_on_ones import bookings
from tests.conftest import TUESDAY

MONDAY = (TUESDAY + timedelta(days=13)).date()
LATER = TUESDAY + timedelta(days=30)


async def pairs(session: AsyncSession) -> dict[str, str]:
    """Map each agent's ID to the ID of their leader."""
    await session.flush()
    active = select(Series).where(Series.ended_at.is_(None)).order_by(Series.id)
    return {each.agent_id: each.leader_id for each in await session.scalars(active)}


async def appoint(session: AsyncSession, team: Team, *leaders: str, deputies: tuple[str, ...] = ()) -> None:
    await membership.set_leaders(session, team, leaders=leaders, deputies=deputies, now=LATER)
    await queries.reconcile_pairs(session, team, now=LATER)


async def test_each_agent_has_one_leader_and_reconciling_pairs_is_idempotent(session: AsyncSession, team: Team) -> None:
    for _ in range(2):
        await queries.reconcile_pairs(session, team, now=TUESDAY)

    assert await pairs(session) == {"UANA": "UMAYA", "UBEN": "UMAYA", "UELI": "UMAYA"}


async def test_deputies_have_one_on_ones_only_if_the_team_has_no_other_leader(
    session: AsyncSession, team: Team
) -> None:
    await appoint(session, team, "UMAYA", "UELI", deputies=("UELI",))
    assert await pairs(session) == {"UANA": "UMAYA", "UBEN": "UMAYA"}

    await appoint(session, team, "UELI", deputies=("UELI",))
    assert await pairs(session) == {"UANA": "UELI", "UBEN": "UELI", "UMAYA": "UELI"}


async def test_new_leader_takes_over_the_agents_and_planned_meetings_are_canceled(
    session: AsyncSession, team: Team
) -> None:
    await queries.reconcile_pairs(session, team, now=TUESDAY)
    ana = (await session.scalars(select(Series).where(Series.agent_id == "UANA"))).one()
    ana.met_on, ana.due_on, ana.is_missed = MONDAY, MONDAY + timedelta(days=14), True
    pair = await queries.find_pair_of_series(session, "T1", "UMAYA", ana.id)
    meeting = await bookings.record_plan(
        session, Actor("T1", "UMAYA"), pair.series.id, 0, LATER + timedelta(days=1), now=TUESDAY
    )
    await membership.set_leaders(session, team, leaders=["UMAYA", "UELI"], now=LATER)
    await membership.remove_members(session, team, ["UMAYA"], now=LATER)
    cancelled = await queries.reconcile_pairs(session, team, now=LATER)

    assert await pairs(session) == {"UANA": "UELI", "UBEN": "UELI"}
    heir = (await session.scalars(select(Series).where(Series.agent_id == "UANA", Series.leader_id == "UELI"))).one()
    assert (heir.met_on, heir.due_on, heir.is_missed) == (MONDAY, MONDAY + timedelta(days=14), True)
    assert cancelled == [meeting]
    assert meeting.state == State.CANCELLED


async def test_newcomer_gets_the_leader_with_the_fewest_agents_and_a_one_on_one_next_week(
    session: AsyncSession, team: Team
) -> None:
    await membership.set_leaders(session, team, leaders=["UMAYA", "UELI"], now=TUESDAY)
    await queries.reconcile_pairs(session, team, now=TUESDAY)
    assert await pairs(session) == {"UANA": "UELI", "UBEN": "UMAYA"}

    session.add(Person("T1", "UNEW", "nia", "Europe/Lisbon"))
    await session.flush()
    await membership.add_members(session, team, ["UNEW"], now=TUESDAY)
    await queries.reconcile_pairs(session, team, now=TUESDAY)
    new = (await session.scalars(select(Series).where(Series.agent_id == "UNEW"))).one()
    assert (new.leader_id, new.due_on) == ("UELI", MONDAY)


async def test_returning_agent_gets_the_same_series_of_one_on_ones_with_a_new_due_date(
    session: AsyncSession, team: Team
) -> None:
    await queries.reconcile_pairs(session, team, now=TUESDAY)
    await membership.remove_members(session, team, ["UANA"], now=TUESDAY)
    await queries.reconcile_pairs(session, team, now=TUESDAY)
    assert "UANA" not in await pairs(session)

    await membership.add_members(session, team, ["UANA"], now=LATER)
    await queries.reconcile_pairs(session, team, now=LATER)
    again = (await session.scalars(select(Series).where(Series.agent_id == "UANA"))).one()
    assert again.ended_at is None
    assert again.due_on > LATER.date()


async def test_people_who_left_the_workspace_have_no_one_on_ones(session: AsyncSession, team: Team) -> None:
    (await people.fetch_person(session, "T1", "UBEN")).has_left = True
    await session.flush()
    await queries.reconcile_pairs(session, team, now=TUESDAY)

    assert await pairs(session) == {"UANA": "UMAYA", "UELI": "UMAYA"}
