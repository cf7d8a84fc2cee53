"""Coffee: everybody hears in their own hours with whom they have it, and is asked a week later whether they met."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory import Person
from bot.features.rituals import coffee as rituals_coffee
from bot.features.rituals.tables import Occasion
from bot.hours import moment, routine, slots
from bot.messages.post import Post
from bot.messages.rituals import coffee
from bot.outbox import outbox
from bot.outbox.tables import Priority
from bot.teams.tables import Team
from bot.timetable.jobs import Job, JobName
from bot.timetable.tables import Occurrence
from schedules import ritual_cards

UNTIL_ASKED = timedelta(days=7)
TO_ANSWER = timedelta(days=5)
TEN_MINUTES = timedelta(minutes=10)
LEAD = timedelta(hours=1)

Words = Callable[[Occasion, Sequence[Person], Person], Post]


async def tell(session: AsyncSession, team: Team, occasion: Occasion, *, now: datetime) -> None:
    """Tell everybody by DM, for whom the channel's post may come at night."""
    asked_at = now + UNTIL_ASKED

    def paired(occasion: Occasion, group: Sequence[Person], reader: Person) -> Post:
        return coffee.paired(occasion, group, reader, _common(team, group, now, asked_at))

    await _tell_each(session, team, occasion, paired, now=now, expires_at=asked_at)
    await ritual_cards.later(session, team, occasion, asked_at, ASK, now=now)


async def ask(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """A week later: did they meet?"""
    occasion = await session.get(Occasion, due.about_id)
    if occasion and not team.is_closed:
        await _tell_each(session, team, occasion, coffee.have_met, now=due.at, expires_at=due.at + TO_ANSWER)


async def _tell_each(
    session: AsyncSession, team: Team, occasion: Occasion, words: Words, *, now: datetime, expires_at: datetime
) -> None:
    for group in await rituals_coffee.groups(session, occasion):
        for reader in group:
            await outbox.put(
                session, words(occasion, group, reader), to=reader.dm, not_before=now, priority=Priority.RITUAL,
                hours_of=team, expires_at=expires_at,
            )  # fmt: skip


def _common(team: Team, group: Sequence[Person], after: datetime, before: datetime) -> datetime | None:
    """When all of them are at work for ten minutes some time after each has read of it, if they are that week."""
    routines = [routine.of_person(each, team) for each in group]
    told_at = max((moment.next_good(each, after) or after for each in routines), default=after)
    found = slots.slots(routines, told_at + LEAD, TEN_MINUTES, 1)
    return next((at for at in found if at < before), None)


ASK = JobName("coffee.ask")
JOBS = [Job(ask)]
