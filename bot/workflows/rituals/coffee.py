"""Coffee pairs: tell each person their partners in working hours, and ask a week later whether they met."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.rituals import coffee as rituals_coffee
from bot.features.rituals.models import RitualRun
from bot.messages.rituals import coffee
from bot.org.availability import good_moments, slots, working_hours
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.scheduler.jobs import JobName
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.slack.post import Post
from bot.workflows.rituals import cards

UNTIL_ASKED = timedelta(days=7)
TIME_TO_ANSWER = timedelta(days=5)
COFFEE_LENGTH = timedelta(minutes=10)
TIME_TO_READ = timedelta(hours=1)
Words = Callable[[RitualRun, Sequence[Person], Person], Post]
ASK = JobName("rituals.ask_whether_met")


async def notify_pairs(session: AsyncSession, team: Team, run: RitualRun, *, now: datetime) -> None:
    """Tell everybody their partners by DM, and schedule asking them whether they met.

    The post in the channel does not name them: it may come at night for some, and would notify everybody again.
    """
    asked_at = now + UNTIL_ASKED

    def paired(run: RitualRun, group: Sequence[Person], reader: Person) -> Post:
        return coffee.paired_note(run, group, reader, common_time(team, group, now, asked_at))

    await _notify_each(session, team, run, paired, now=now, expires_at=asked_at)
    await cards.schedule_about_run(session, team, run, asked_at, ASK, now=now)


async def ask_whether_met(session: AsyncSession, team: Team, run_id: int, *, now: datetime) -> None:
    run = await session.get(RitualRun, run_id)
    if run and not team.is_closed:
        await _notify_each(session, team, run, coffee.ask_whether_met, now=now, expires_at=now + TIME_TO_ANSWER)


async def _notify_each(
    session: AsyncSession, team: Team, run: RitualRun, words: Words, *, now: datetime, expires_at: datetime
) -> None:
    for group in await rituals_coffee.fetch_groups(session, run):
        for reader in group:
            await outbox.put(
                session, words(run, group, reader), to=reader.dm, not_before=now, priority=Priority.RITUAL,
                hours_of=team, expires_at=expires_at,
            )  # fmt: skip


def common_time(team: Team, group: Sequence[Person], after: datetime, before: datetime) -> datetime | None:
    """Return the start of the first ten minutes in which all people of a group are at work.

    It is at least an hour after each of them could read the note. Returns None if there is no such time before
    `before`.
    """
    routines = [working_hours.person_hours(each, team) for each in group]
    told_at = max((good_moments.next_good_moment(each, after) or after for each in routines), default=after)
    found = slots.find_slots(routines, told_at + TIME_TO_READ, COFFEE_LENGTH, 1)
    return next((at for at in found if at < before), None)
