"""Celebrations by the clock: a spike that was over early, once its queue has stayed calm for a while."""

from datetime import datetime, timedelta
from statistics import median

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.celebrations import early, saying
from bot.features.celebrations.settings import Settings
from bot.features.celebrations.tables import Way
from bot.features.spikes import finding, history, settings
from bot.features.spikes import stints as spikes_stints
from bot.features.spikes.tables import Ended, Spike
from bot.hours import moment, routine
from bot.messages import celebrations as messages
from bot.teams.tables import Team
from bot.timetable.jobs import Job, JobName
from bot.timetable.tables import About, Occurrence
from schedules import tank
from schedules.spike_cards import ABOUT, put, tell

A_DAY = timedelta(days=1)


async def consider(session: AsyncSession, team: Team, spike: Spike, *, now: datetime) -> None:
    """A spike has ended: look back at it when its queue can no longer go on with the same card."""
    if spike.resolved_at and Settings.of(team).spikes:
        later = spike.resolved_at + timedelta(minutes=settings.Settings.of(team).cooldown)
        await put(session, LOOK_BACK, team, About(ABOUT, spike.id), due_at=max(later, now), now=now)


async def look_back(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Celebrate it, once and in the team's hours, if it is still calm and was over early."""
    spike = await finding.spike_of(session, due.about_id)
    cooldown = timedelta(minutes=settings.Settings.of(team).cooldown)
    is_calm = spike.resolved_at and spike.ended_how != Ended.QUIET and due.at >= spike.resolved_at + cooldown
    if not is_calm or team.is_closed:
        return
    good = moment.next_good(routine.of_team(team), due.at)
    if good != due.at:
        if good and good - due.at < 4 * A_DAY:
            await put(session, LOOK_BACK, team, About(ABOUT, spike.id), due_at=good, now=due.at)
        return
    past = await history.past(session, team, now=due.at)
    others = [each.minutes for each in past if each.opened_at != spike.opened_at and each.minutes is not None]
    minutes = _minutes(spike)
    if early.is_early(minutes, others):
        await _thank(session, team, spike, minutes, round(median(others)), now=due.at)


async def _thank(session: AsyncSession, team: Team, spike: Spike, minutes: int, usual: int, *, now: datetime) -> None:
    made = await saying.once(session, team, Way.EARLY, source=f"spike:{spike.id}", now=now)
    if made is None:
        return
    await tank.celebrated(session, team, f"celebration:{made.id}", now=now)
    stints = await spikes_stints.of_spike(session, spike)
    named = list(dict.fromkeys(each.person_id for each in stints if each.is_named))
    others = any(not each.is_named for each in stints)
    await tell(session, team, spike, messages.early(minutes, usual, named, others=others), now=now)


def _minutes(spike: Spike) -> int:
    ended = spike.resolved_at or spike.heard_at
    return max(1, round((ended - spike.opened_at).total_seconds() / 60))


LOOK_BACK = JobName("celebrations.look_back")
JOBS = [Job(look_back)]
