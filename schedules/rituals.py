"""Scheduled jobs for rituals: ask hosts the working day before, run rituals, reveal quiz answers, ask coffee pairs.

While a spike is open, a ritual is postponed by half an hour at a time, as long as the team is at work that day, and
then skipped. A planned ritual is a *run*; a job for a run that no longer exists does nothing. Coffee pairs are asked a
week later whether they met, and a quiz's answer is revealed some hours later.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.rituals import queries
from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows.rituals import coffee, plans, quiz, runs


async def appoint_hosts(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Appoint and ask hosts for all runs until the end of the next working day; this happens each morning."""
    await plans.appoint_next_hosts(session, team, now=due.at)


async def open_run(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Open a ritual's run that is due by its recurrence rule; a run on a day off is opened later."""
    await runs.open_due_run(session, team, due)


async def open_moved_run(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Open a run that was moved or planned by hand; such a run is opened even if its ritual is off."""
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
    """Reveal a quiz's answer in the card and its thread, even if an outage makes it late."""
    await quiz.reveal_due_answer(session, team, due.about_id, now=due.at)
