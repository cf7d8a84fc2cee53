"""What rituals say in the channel, each on its own day, and what becomes of it later."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.rituals import answering, occasions
from bot.features.rituals import coffee as rituals_coffee
from bot.features.rituals.tables import Occasion, Ritual
from bot.messages.post import Post
from bot.messages.rituals import answers, cards, coffee
from bot.outbox import outbox
from bot.outbox.tables import Priority
from bot.teams.tables import Team
from bot.timetable import timetable
from bot.timetable.jobs import JobName
from bot.timetable.tables import About

AN_OCCASION = "occasion"
A_DAY = timedelta(days=1)


async def _kickoff(session: AsyncSession, team: Team, occasion: Occasion) -> list[Block]:
    return cards.kickoff(team, occasion)


async def _coffee(session: AsyncSession, team: Team, occasion: Occasion) -> list[Block]:
    return coffee.coffee(await rituals_coffee.groups(session, occasion))


MORE: dict[str, Callable[[AsyncSession, Team, Occasion], Awaitable[list[Block]]]] = {
    "coffee": _coffee,
    "kickoff": _kickoff,
}
"""What rituals say beyond their words and prompts, by the names of their files."""


async def post(session: AsyncSession, team: Team, ritual: Ritual, occasion: Occasion) -> Post:
    """What the ritual says, with all that belongs to this one alone."""
    more = await MORE[ritual.slug](session, team, occasion) if ritual.slug in MORE else []
    if occasion.revealed_at:
        asked = answers.revealed(await answering.outcome(session, ritual, occasion))
    else:
        asked = answers.choices(occasion, answering.choices(ritual, occasion))
    return cards.card(team, ritual, occasion, more, asked)


async def say(session: AsyncSession, team: Team, said: Post, *, now: datetime) -> None:
    """On its own day, or never: nothing is as stale as yesterday's good morning."""
    tomorrow = occasions.day_of(team, now) + A_DAY
    midnight = datetime.combine(tomorrow, time(), ZoneInfo(team.zone)).astimezone(UTC)
    await outbox.put(
        session, said, to=team.channel, not_before=now, priority=Priority.RITUAL, hours_of=team, expires_at=midnight
    )


async def later(
    session: AsyncSession, team: Team, occasion: Occasion, at: datetime, job: JobName, *, now: datetime
) -> None:
    key = f"{job}:{occasion.id}:{at.isoformat()}"
    about = About(AN_OCCASION, occasion.id)
    await timetable.put(session, job=job, key=key, team=team, about=about, due_at=at, now=now)
