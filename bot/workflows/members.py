"""What follows when somebody gets another place in a team: leads, stops leading, leaves."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import settings
from bot.messages.settings import Named
from bot.messages.setup import ZONE
from bot.org import channels
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.scheduler import scheduler
from bot.slack.outbox import outbox
from bot.workflows.nudges import enroll_leaders
from bot.workflows.one_on_ones.bookings import reconcile_pairs
from bot.workflows.setup import must_be_a_zone, who_leads
from bot.workflows.shadowing import bookings
from bot.workflows.spikes import asks
from bot.workflows.visits import bookings as visits_bookings


async def change_people(session: AsyncSession, team: Team, form: dict[str, Any], now: datetime) -> None:
    must_be_a_zone(form[ZONE])
    leaders, deputies, team.sponsor_id = await who_leads(session, team.workspace_id, form)
    await membership.appoint(session, team, leaders=leaders, deputies=deputies, now=now)
    await reconcile_pairs(session, team, now=now)
    await cancel_orphaned_meetings(session, team, now=now)
    await enroll_leaders(session, team.workspace_id, now=now)
    if team.zone != form[ZONE]:
        team.zone = form[ZONE]
        await scheduler.move_zone(session, team, now=now)
    await outbox.reschedule_waiting(session, team.workspace_id, team=team, now=now)
    if channel := await channels.fetch_channel(session, team.workspace_id, team.channel_id):
        channel.is_stale = True  # who was a leader or the sponsor may be an agent now


async def cancel_orphaned_meetings(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Take back what only those could answer or do who have another place now, and tell whoever is there.

    Pairs for one-on-ones are dealt anew at once where leaders change, else each morning: who left may come back.
    """
    await bookings.cancel_orphaned(session, team, now=now)
    await visits_bookings.cancel_orphaned(session, team, now=now)
    await asks.withdraw_from_former_leaders(session, team, now=now)


NOBODY: Mapping[str, Any] = {"leaders": [], "deputies": [], "sponsor": None}


async def notify_new_roles(
    session: AsyncSession, team: Team, by_id: str, was: Mapping[str, Any], became: Mapping[str, Any], *, now: datetime
) -> None:
    """Tell those who are something else than they were, but for the one who named them."""
    before = roles_named(was)
    for person_id, role in sorted(roles_named(became).items()):
        if person_id != by_id and before.get(person_id) is not role:
            to = Address(team.workspace_id, person_id)
            await outbox.put(session, settings.role_given(team, role, by_id), to=to, not_before=now, hours_of=team)


def roles_named(people: Mapping[str, Any]) -> dict[str, Named]:
    """What each of them is, of the people that a form names."""
    found = dict.fromkeys(people["leaders"], Named.LEADER) | dict.fromkeys(people["deputies"], Named.DEPUTY)
    return found | ({people["sponsor"]: Named.SPONSOR} if people["sponsor"] else {})
