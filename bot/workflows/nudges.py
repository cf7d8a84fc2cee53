"""Every kind of nudge there is, and when people are checked for them."""

from datetime import datetime, timedelta

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot.nudges import answers, cards, engine
from bot.nudges.settings import NudgePreferences
from bot.org.people import Person
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.slack.home import Visitor
from bot.workflows import balance, birthdays, fun_tank
from bot.workflows.one_on_ones import nudges
from bot.workflows.rituals import packs
from bot.workflows.shadowing import nudges as shadowing_nudges
from bot.workflows.shoutouts import digests
from bot.workflows.visits import nudges as visits_nudges

KINDS = [
    *nudges.NUDGES, *digests.NUDGES, *shadowing_nudges.NUDGES, *visits_nudges.NUDGES, *balance.NUDGES, *fun_tank.NUDGES,
    *birthdays.NUDGES, *packs.NUDGES,
]  # fmt: skip
TITLES = {rule.kind: rule.title for rule in KINDS}
PASSED_PERIOD = timedelta(days=7)
A_MOMENT = timedelta(milliseconds=1)
CHECK_DUE = JobName("nudges.check_due")


async def list_reminders(session: AsyncSession, person: Person, now: datetime) -> list[Block]:
    """What somebody has muted, and what passed them by lately: for `/steward me`."""
    passed = await answers.passed_nudges(session, person, since=now - PASSED_PERIOD)
    muted = {kind: TITLES[kind] for kind in NudgePreferences.of(person).muted if kind in TITLES}
    return cards.reminders(muted, [(each.state, TITLES[each.kind]) for each in passed if each.kind in TITLES])


async def snooze(session: AsyncSession, person: Person, nudge_id: int, until: datetime, now: datetime) -> None:
    nudge = await answers.find_nudge(session, person.workspace_id, person.id, nudge_id)
    await answers.snooze(session, nudge, until, KINDS, now=now)
    await schedule_next_check(session, person.workspace_id, now=now)


async def enroll_leaders(session: AsyncSession, workspace_id: str, *, now: datetime) -> None:
    """Have a batch of new leaders looked at from their next morning on; come again for those who are left."""
    is_all = await engine.enroll(session, workspace_id, now=now)
    await schedule_next_check(session, workspace_id, now=now, at=None if is_all else now)


async def at_home(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """What is due to somebody."""
    elsewhere = {rule.kind for rule in KINDS if not rule.is_at_home}
    due = [each for each in await answers.due_nudges(session, visitor.person, now) if each.kind not in elsewhere]
    return cards.at_home(await answers.card_lines(session, due, KINDS, visitor.person))


async def schedule_next_check(
    session: AsyncSession, workspace_id: str, *, now: datetime, at: datetime | None = None
) -> None:
    """Come again when anybody's time has come, or at `at`."""
    if at := at or await engine.next_check_at(session, workspace_id):
        await scheduler.put_workspace_job(session, CHECK_DUE, workspace_id, due_at=max(at, now + A_MOMENT))
