"""Endings of hard contacts: they expire, people leave, and a month's count is closed."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features import hard_contacts as contacts
from bot.features.hard_contacts import HardContact
from bot.messages import hard_contacts as messages
from bot.org.availability import working_hours
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.workflows.hard_contacts import cards

FORGET, CLOSE_MONTH = JobName("hard_contacts.forget"), JobName("hard_contacts.close_month")
A_DAY = timedelta(days=1)


async def schedule_end(
    session: AsyncSession, team: Team, contact: HardContact, agent: Person, *, now: datetime
) -> None:
    """Schedule the deletion of a hard contact for the end of the agent's third working day."""
    routine = working_hours.person_hours(agent, team)
    last = working_hours.add_working_days(routine, agent.local(now).date(), contacts.DAYS_KEPT)
    await cards.schedule_job(session, FORGET, team, contact, due_at=_start_of(last + A_DAY, agent.zone), now=now)


def _start_of(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


async def delete_expired(session: AsyncSession, team: Team, contact_id: int, *, now: datetime) -> None:
    """Delete a hard contact that has expired."""
    if found := await cards.lock_unless_deleted(session, team, contact_id):
        await cards.delete_contact(session, *found, now=now)


async def end_orphaned(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Delete the hard contacts of agents who have left; if the leader no longer leads, ask the agent about another."""
    lead = {member.user_id for member in await membership.leaders(session, team)}
    for each in await contacts.list_all(session, team):
        seen = each.details
        if await membership.member(session, team, seen.agent_id) is None:
            contact, details = await cards.lock_contact(session, team.workspace_id, each.id)
            await cards.delete_contact(session, contact, details, now=now)
        elif seen.leader_id not in lead and not seen.is_leader_gone:
            contact, details = await cards.lock_contact(session, team.workspace_id, each.id)
            await cards.close_leader_card(session, contact, messages.handed_over_card(details), details, now=now)
            details.needs_another = details.is_leader_gone = True
            await cards.show_agent(session, team, contact, details, is_news=True, now=now)


async def schedule_month_end(session: AsyncSession, team: Team, month: date, *, now: datetime) -> None:
    """Schedule the closing of a month's count, once."""
    due_at = _start_of(contacts.month_after(month), team.zone)
    key = f"team:{team.id}:{CLOSE_MONTH}:{month}"
    await scheduler.put(session, job=CLOSE_MONTH, key=key, team=team, due_at=due_at, now=now)


async def close_month(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Close the count of the month that has ended, and delete the hashes of its agents."""
    yesterday = now.astimezone(ZoneInfo(team.zone)).date() - A_DAY
    month = contacts.month_of(yesterday)
    if await contacts.close_month(session, team, month):
        await schedule_month_end(session, team, contacts.month_after(month), now=now)
