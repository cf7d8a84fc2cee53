"""Nudges by the clock: each leader and sponsor is looked at as their working day begins, and when they asked to be."""

from datetime import datetime, time, timedelta

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory import Workspace
from bot.homes import Visitor
from bot.messages import nudges as messages
from bot.nudges import answering, engine
from bot.timetable import timetable
from bot.timetable.jobs import Chore, JobName
from bot.timetable.tables import Occurrence
from schedules import balance, occasions, oneonones, packs, shadowing, shoutouts, tank, visits

RULES = [
    *oneonones.NUDGES, *shoutouts.NUDGES, *shadowing.NUDGES, *visits.NUDGES, *balance.NUDGES, *tank.NUDGES,
    *occasions.NUDGES, *packs.NUDGES,
]  # fmt: skip
A_MOMENT = timedelta(milliseconds=1)


async def look(session: AsyncSession, workspace: Workspace, due: Occurrence) -> None:
    """A batch of those whose time has come; those who are left have the next moment."""
    if await engine.turn(session, workspace.id, RULES, now=due.at):
        await greet(session, workspace.id, now=due.at)
    else:
        await wake(session, workspace.id, now=due.at, at=due.at)


async def greet(session: AsyncSession, workspace_id: str, *, now: datetime) -> None:
    """Have a batch of new leaders looked at from their next morning on; come again for those who are left."""
    is_all = await engine.greet(session, workspace_id, now=now)
    await wake(session, workspace_id, now=now, at=None if is_all else now)


async def at_home(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """What is due to somebody."""
    elsewhere = {rule.kind for rule in RULES if not rule.is_at_home}
    due = [each for each in await answering.due(session, visitor.person, now) if each.kind not in elsewhere]
    return messages.at_home(await answering.lines(session, due, RULES, visitor.person))


async def wake(session: AsyncSession, workspace_id: str, *, now: datetime, at: datetime | None = None) -> None:
    """Come again when anybody's time has come, or at `at`."""
    if at := at or await engine.next_at(session, workspace_id):
        await timetable.put_chore(session, LOOK_AGAIN, workspace_id, due_at=max(at, now + A_MOMENT))


LOOK_AGAIN = JobName("nudges.look")
CHORES = [Chore(look, at=time(0, 5))]
