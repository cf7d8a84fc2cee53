"""What follows a few seconds after a shout-out was given: the fun tank and Homes show it.

The effects of all shout-outs of a team within a few seconds are one job, so that nobody who gives thanks waits for
the lock on the team's tank.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.shoutouts import queries
from bot.features.shoutouts.models import Shoutout
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.slack import home
from bot.workflows import fun_tank

APPLY = JobName("shoutouts.apply_effects")


async def schedule_effects(session: AsyncSession, team: Team, shoutout: Shoutout, *, now: datetime) -> None:
    """Schedule the effects of a shout-out that was given now, together with others of these seconds."""
    if not shoutout.effects_due:
        shoutout.effects_due = True
    await scheduler.put_once(session, APPLY, team, due_at=home.end_of_slot(now))


async def apply_effects(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Apply the due effects of a team's shout-outs. One that was taken back meanwhile has none."""
    await membership.lock_team(session, team.id)
    if given := await queries.claim_effects(session, team):
        await fun_tank.record_many_thanks(session, team, given, now=now)
        whose = {person_id for each in given for person_id in [each.giver_id, *each.receivers]}
        home.mark_changed(session, team.workspace_id, sorted(whose), now=now, at_once=True)
