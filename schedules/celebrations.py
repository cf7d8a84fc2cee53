"""The job of celebrations: look back at a spike once its queue has stayed calm for a while."""

from datetime import timedelta
from statistics import median

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.celebrations import rules
from bot.features.spikes import history, queries, settings
from bot.features.spikes.models import Ended
from bot.org.availability import moment, working_hours
from bot.org.teams.models import Team
from bot.scheduler.models import About, Occurrence
from bot.workflows import celebrations
from bot.workflows.celebrations import LOOK_BACK
from bot.workflows.spikes.cards import ABOUT_SPIKE, schedule_job

A_DAY = timedelta(days=1)


async def look_back(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Celebrate it, once and in the team's hours, if it is still calm and was over early."""
    spike = await queries.lock_spike(session, due.about_id)
    cooldown = timedelta(minutes=settings.Settings.of(team).cooldown)
    is_calm = spike.resolved_at and spike.ended_how != Ended.QUIET and due.at >= spike.resolved_at + cooldown
    if not is_calm or team.is_closed:
        return
    good = moment.next_good(working_hours.team_hours(team), due.at)
    if good != due.at:
        if good and good - due.at < 4 * A_DAY:
            await schedule_job(session, LOOK_BACK, team, About(ABOUT_SPIKE, spike.id), due_at=good, now=due.at)
        return
    past = await history.list_past_spikes(session, team, now=due.at)
    others = [each.minutes for each in past if each.opened_at != spike.opened_at and each.minutes is not None]
    minutes = celebrations.spike_minutes(spike)
    if rules.is_early(minutes, others):
        await celebrations.thank_for_early_end(session, team, spike, minutes, round(median(others)), now=due.at)
