"""Scheduled jobs for rituals: ask hosts the working day before, open runs, reveal quiz answers, ask coffee pairs.

One occurrence of a ritual is a *run*; a job for a deleted run does nothing. While a spike is open, a run is postponed
by half an hour at a time, and skipped if that takes it past the team's working hours.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.rituals import queries
from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows.rituals import coffee, plans, quiz, runs


async def appoint_hosts(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Appoint and ask hosts, each morning, for all runs until the end of the next working day."""
    await plans.appoint_next_hosts(session, team, now=due.at)


async def open_run(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Open the run that a ritual's recurrence rule has due now; on a day off, schedule it for later."""
    await runs.open_due_run(session, team, due)


async def open_moved_run(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Open a run that was moved or planned by hand, even if its ritual is turned off."""
    found = await queries.load_run(session, due.about_id)
    if found is None or team.is_closed:
        return
    ritual, run = found
    if run.starts_at <= due.at and ritual.can_run_on(run.day):  # SQLite reuses the id of a deleted run
        await runs.open_or_give_way(session, team, ritual, run, now=due.at)


async def ask_whether_met(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Ask coffee pairs, a week after they were paired, whether they met."""
    await coffee.ask_whether_met(session, team, due.about_id, now=due.at)


async def reveal_answer(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Reveal a quiz's answer in its card and thread, even if an outage has delayed this."""
    await quiz.reveal_due_answer(session, team, due.about_id, now=due.at)
