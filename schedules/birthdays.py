"""Jobs of birthdays: plan what comes each morning, give each in its own time."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.birthdays import queries
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows import birthdays


async def plan_upcoming(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """What comes in the next weeks has its appointment, and its card in time."""
    await birthdays.schedule_occasions(session, team, await membership.everybody(session, team), now=due.at)


async def give(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The day has come; of several on one day the first to be due brings the others with it, in one post."""
    await membership.lock_team(session, team.id)
    given = await birthdays.take_or_reschedule(session, team, due.about_id, due.at)
    if given is None:
        return
    others = [
        await birthdays.take_or_reschedule(session, team, each, due.at)
        for each in await queries.due_together(session, given)
    ]
    every = [given, *(each for each in others if each)]
    for alone in (each for each in every if not each.is_public):
        await birthdays.congratulate(session, team, [alone], now=due.at)
    if public := [each for each in every if each.is_public]:
        await birthdays.congratulate(session, team, public, now=due.at)
