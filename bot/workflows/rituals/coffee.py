"""Coffee: everybody hears in their own hours with whom they have it."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.rituals import coffee as rituals_coffee
from bot.features.rituals.models import RitualRun
from bot.messages.rituals import coffee
from bot.org.availability import moment, slots, working_hours
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.scheduler.jobs import JobName
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.slack.post import Post
from bot.workflows.rituals import cards

UNTIL_ASKED = timedelta(days=7)
COFFEE_LENGTH = timedelta(minutes=10)
TIME_TO_READ = timedelta(hours=1)
Words = Callable[[RitualRun, Sequence[Person], Person], Post]
ASK = JobName("rituals.ask_whether_met")


async def notify_pairs(session: AsyncSession, team: Team, occasion: RitualRun, *, now: datetime) -> None:
    """Tell everybody by DM, for whom the channel's post may come at night."""
    asked_at = now + UNTIL_ASKED

    def paired(occasion: RitualRun, group: Sequence[Person], reader: Person) -> Post:
        return coffee.paired_note(occasion, group, reader, common_time(team, group, now, asked_at))

    await notify_each(session, team, occasion, paired, now=now, expires_at=asked_at)
    await cards.schedule_about_run(session, team, occasion, asked_at, ASK, now=now)


async def notify_each(
    session: AsyncSession, team: Team, occasion: RitualRun, words: Words, *, now: datetime, expires_at: datetime
) -> None:
    for group in await rituals_coffee.fetch_groups(session, occasion):
        for reader in group:
            await outbox.put(
                session, words(occasion, group, reader), to=reader.dm, not_before=now, priority=Priority.RITUAL,
                hours_of=team, expires_at=expires_at,
            )  # fmt: skip


def common_time(team: Team, group: Sequence[Person], after: datetime, before: datetime) -> datetime | None:
    """When all of them are at work for ten minutes some time after each has read of it, if they are that week."""
    routines = [working_hours.person_hours(each, team) for each in group]
    told_at = max((moment.next_good(each, after) or after for each in routines), default=after)
    found = slots.slots(routines, told_at + TIME_TO_READ, COFFEE_LENGTH, 1)
    return next((at for at in found if at < before), None)
