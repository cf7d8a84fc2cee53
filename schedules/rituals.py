"""Rituals by the clock: who hosts is asked the working day before; then each comes on its day, or kindly not.

An open spike comes first: the ritual waits, half an hour at a time, while the team is at work that day, and is then let
go. What was planned is a *run*; a job for one that is there no more does nothing. A week after coffee people are asked
whether they met, and a quiz's answer comes out some hours later.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.rituals import queries
from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows.rituals import coffee, plans, quiz, runs


async def appoint_hosts(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Each morning: what comes until the next working day is over has a host, who hears of it."""
    await plans.appoint_next_hosts(session, team, now=due.at)


async def open_run(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """It is time, by its rule; after a day off it comes a little later."""
    await runs.open_due_run(session, team, due)


async def open_moved_run(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """What was moved, or planned by hand: that comes though its ritual is off."""
    found = await queries.load_run(session, due.about_id)
    if found is None or team.is_closed:
        return
    ritual, run = found
    if run.starts_at <= due.at and ritual.may_come_on(run.day):  # SQLite gives the id of one called off to the next
        await runs.open_or_give_way(session, team, ritual, run, now=due.at)


async def ask_whether_met(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """A week later: did they meet?"""
    await coffee.ask_whether_met(session, team, due.about_id, now=due.at)


async def reveal_answer(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The answer comes out, in the card and for those in its thread: late after an outage, rather than never."""
    await quiz.reveal_due_answer(session, team, due.about_id, now=due.at)
