"""Former leaders: they are no longer asked to help, and cannot answer an ask that is still open."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Alert, Signal
from bot.errors import Refusal
from bot.escalation.models import Ask
from bot.features.spikes import queries, signals
from bot.features.spikes.models import Ended, Kind, Spike, State
from bot.org import people
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.slack.dispatcher import Actor
from bot.workflows import members
from bot.workflows.spikes import asks as spikes_asks
from bot.workflows.spikes import stints
from bot.workflows.spikes.signals import conclude_spike, receive_alert
from tests.conftest import TUESDAY

MINUTE = timedelta(minutes=1)
Change = Callable[[AsyncSession, Team], Awaitable[None]]


async def demoted(session: AsyncSession, team: Team) -> None:
    await membership.set_leaders(session, team, leaders=["UELI"], agents=["UMAYA"], now=TUESDAY)


async def left_the_channel(session: AsyncSession, team: Team) -> None:
    await membership.remove_members(session, team, ["UMAYA"], now=TUESDAY)


async def left_the_workspace(session: AsyncSession, team: Team) -> None:
    (await people.fetch_person(session, "T1", "UMAYA")).has_left = True


async def became_a_stranger(session: AsyncSession, team: Team) -> None:
    (await people.fetch_person(session, "T1", "UMAYA")).is_stranger = True


CHANGES = [demoted, left_the_channel, left_the_workspace, became_a_stranger]


async def fired(session: AsyncSession, team: Team, *, at: int = 0) -> Spike:
    now = TUESDAY + at * MINUTE
    await receive_alert(session, team, Alert("grafana", Signal.FIRING, key="a", queue="phones", value=40), now=now)
    return (await session.scalars(select(Spike))).one()


async def asks(session: AsyncSession) -> list[tuple[str, str]]:
    return [(each.person_id, each.state) for each in await session.scalars(select(Ask).order_by(Ask.id))]


async def press(session: AsyncSession, team: Team, spike: Spike, how: Kind | None, who: str = "UMAYA") -> None:
    ask = (await session.scalars(select(Ask).where(Ask.person_id == who))).one()
    await spikes_asks.answer_ask(session, Actor("T1", who), ask.id, how, 30, now=TUESDAY + MINUTE)


@pytest.mark.parametrize("how", [*Kind, None])
@pytest.mark.parametrize("change", CHANGES)
async def test_former_leader_cannot_answer_an_open_ask(
    session: AsyncSession, team: Team, change: Change, how: Kind | None
) -> None:
    spike = await fired(session, team)
    await change(session, team)
    await session.flush()
    with pytest.raises(Refusal):
        await press(session, team, spike, how)

    assert await asks(session) == [("UMAYA", "waiting")]
    assert spike.state == State.ASKING


@pytest.mark.parametrize("change", CHANGES)
async def test_ask_to_a_former_leader_is_withdrawn_and_the_next_leader_is_asked(
    session: AsyncSession, team: Team, change: Change
) -> None:
    await membership.set_leaders(session, team, leaders=["UMAYA", "UELI"], deputies=["UELI"], now=TUESDAY)
    (await people.fetch_person(session, "T1", "UELI")).zone = "Europe/Lisbon"
    await fired(session, team)
    await change(session, team)
    await session.flush()
    await members.cancel_orphaned(session, team, now=TUESDAY + MINUTE)

    assert await asks(session) == [("UMAYA", "withdrawn"), ("UELI", "waiting")]


@pytest.mark.parametrize("change", CHANGES)
async def test_former_leader_is_not_asked_about_a_reopened_spike(
    session: AsyncSession, team: Team, change: Change
) -> None:
    spike = await fired(session, team)
    await signals.resolve_spike(session, spike, Ended.PERSON, now=TUESDAY + MINUTE)
    await conclude_spike(session, team, spike, now=TUESDAY + MINUTE)
    await change(session, team)
    await session.flush()
    await fired(session, team, at=3)

    assert ("UMAYA", "waiting") not in await asks(session)


async def test_ask_to_a_current_leader_stays_open(session: AsyncSession, team: Team) -> None:
    await fired(session, team)
    await members.cancel_orphaned(session, team, now=TUESDAY + MINUTE)

    assert await asks(session) == [("UMAYA", "waiting")]


@pytest.mark.parametrize("change", CHANGES)
async def test_former_leader_can_still_end_a_running_stint(session: AsyncSession, team: Team, change: Change) -> None:
    spike = await fired(session, team)
    maya = await people.fetch_person(session, "T1", "UMAYA")
    stint = await stints.start_stint(session, team, spike, maya, Kind.QUEUE, 30, now=TUESDAY)
    await change(session, team)
    await session.flush()
    with pytest.raises(Refusal):
        await queries.must_lead(session, team, "UMAYA")
    await stints.finish_stint(session, team, spike, stint, at=TUESDAY + MINUTE, now=TUESDAY + MINUTE)

    assert stint.ended_at


async def test_only_leaders_and_regular_workspace_admins_can_manage_a_team(session: AsyncSession, team: Team) -> None:
    session.add_all(
        [
            Person("T1", "UROOT", "root", is_admin=True),
            Person("T1", "UFAR", "far", is_admin=True, is_stranger=True),
            Person("T1", "UOLD", "old", is_admin=True, has_left=True),
            Person("T1", "UAPP", "app", is_admin=True, is_bot=True),
            Person("T1", "UGUEST", "guest", is_admin=True, is_guest=True),
        ]
    )
    await session.flush()
    may = []
    for id in ("UROOT", "UFAR", "UOLD", "UAPP", "UGUEST", "UMAYA", "UANA"):
        try:
            await membership.must_manage(session, team, await people.fetch_person(session, "T1", id))
        except Refusal:
            continue
        may.append(id)

    assert may == ["UROOT", "UMAYA"]
    assert [each.id for each in await people.admins(session, "T1")] == ["UROOT"]
