"""Ritual hosts: ask them ahead, let them skip or swap, and tell them when the ritual is canceled."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.escalation import queries as asks
from bot.escalation.models import Kind, State
from bot.features.rituals import hosts, queries
from bot.features.rituals.models import Ritual, RitualRun
from bot.messages.rituals import cards
from bot.org import people
from bot.org.people import Person
from bot.org.teams import queries as teams_queries
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority


async def ask_host(
    session: AsyncSession, team: Team, ritual: Ritual, run: RitualRun, *, by: str = "", now: datetime
) -> None:
    """Ask the host, if there is one, in their working hours; `by` is the person who asks to swap turns with them."""
    if run.host_id is None:
        return
    host = await people.fetch_person(session, team.workspace_id, run.host_id)
    post = cards.host_asked(team, ritual, run, host, by)
    await outbox.put(
        session, post, to=host.dm, not_before=now, priority=Priority.NUDGE, hours_of=team, expires_at=run.starts_at
    )


async def start_hosting(session: AsyncSession, team: Team, ritual: Ritual, run: RitualRun, *, now: datetime) -> None:
    """Remove the buttons from the host's card as the ritual starts; if the host is away, it starts without one."""
    asked = run.host_id
    if asked is None:
        return
    can_host = await hosts.can_still_host(session, team, run, asked)
    await asks.answer(session, Kind.RITUAL, run, State.ACCEPTED if can_host else State.EXPIRED, now=now)
    run.host_id = asked if can_host else None
    post = cards.host_started(team, ritual, run, asked)
    await outbox.withdraw(session, post, to=Address(run.workspace_id, asked), now=now)


async def release_host(session: AsyncSession, ritual: Ritual, run: RitualRun, *, now: datetime) -> None:
    """Tell the host, if there is one, that the ritual is canceled."""
    if run.host_id:
        await asks.answer(session, Kind.RITUAL, run, State.WITHDRAWN, now=now)
        post = cards.host_called_off(ritual, run, run.host_id)
        await outbox.withdraw(session, post, to=Address(run.workspace_id, run.host_id), now=now)


async def skip_turn(session: AsyncSession, actor: Actor, run_id: int, *, now: datetime) -> None:
    """Skip the host's turn, and ask the next person."""
    team, ritual, run = await _find_run(session, actor, run_id)
    await hosts.skip_turn(session, team, run, actor.person_id, now=now)
    await outbox.edit(session, cards.host_skipped(run, actor.person_id), to=Address(*actor), not_before=now)
    await ask_host(session, team, ritual, run, now=now)


async def swap_turn(session: AsyncSession, actor: Actor, run_id: int, to: str, *, now: datetime) -> None:
    """Swap the host's turn with the person they picked, and ask that person."""
    team, ritual, run = await _find_run(session, actor, run_id)
    await hosts.swap_turn(session, team, run, actor.person_id, to, now=now)
    swapped = cards.host_swapped(ritual, run, actor.person_id, to)
    await outbox.edit(session, swapped, to=Address(*actor), not_before=now)
    await ask_host(session, team, ritual, run, by=actor.person_id, now=now)


async def list_possible_hosts(
    session: AsyncSession, actor: Actor, run_id: int
) -> tuple[Ritual, RitualRun, Sequence[Person]]:
    """Return a run that has a host, and the people who could host it instead."""
    team, ritual, run = await _find_run(session, actor, run_id, lock=False)
    hosts.check_is_host(run, actor.person_id)
    return ritual, run, await hosts.possible_hosts(session, team, run)


async def _find_run(
    session: AsyncSession, actor: Actor, run_id: int, *, lock: bool = True
) -> tuple[Team, Ritual, RitualRun]:
    ritual, run = await queries.find_run(session, actor.workspace_id, run_id, lock=lock)
    return await teams_queries.own_team(session, *actor, run.team_id), ritual, run
