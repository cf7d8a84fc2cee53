"""What rituals post in the channel, each on its own day, and what is scheduled about it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.rituals import coffee as rituals_coffee
from bot.features.rituals import quiz, rules
from bot.features.rituals.models import Ritual, RitualRun
from bot.messages.rituals import cards, coffee
from bot.messages.rituals import quiz as rituals_quiz
from bot.org.teams.models import Team
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.slack.post import Post

ABOUT_RUN = "occasion"
A_DAY = timedelta(days=1)


async def _kickoff(session: AsyncSession, team: Team, occasion: RitualRun) -> list[Block]:
    return cards.kickoff_blocks(team, occasion)


async def _coffee(session: AsyncSession, team: Team, occasion: RitualRun) -> list[Block]:
    return coffee.pair_list(await rituals_coffee.fetch_groups(session, occasion))


async def build_card(session: AsyncSession, team: Team, ritual: Ritual, occasion: RitualRun) -> Post:
    """What the ritual says, with all that belongs to this one alone."""
    more = await EXTRA_BLOCKS[ritual.slug](session, team, occasion) if ritual.slug in EXTRA_BLOCKS else []
    if occasion.revealed_at:
        asked = rituals_quiz.revealed_answer(await quiz.fetch_outcome(session, ritual, occasion))
    else:
        asked = rituals_quiz.answer_buttons(occasion, rules.shuffled_answers(ritual, occasion))
    return cards.card(team, ritual, occasion, more, asked)


async def post_today(session: AsyncSession, team: Team, said: Post, *, now: datetime) -> None:
    """On its own day, or never: nothing is as stale as yesterday's good morning."""
    tomorrow = rules.local_day(team, now) + A_DAY
    midnight = datetime.combine(tomorrow, time(), ZoneInfo(team.zone)).astimezone(UTC)
    await outbox.put(
        session, said, to=team.channel, not_before=now, priority=Priority.RITUAL, hours_of=team, expires_at=midnight
    )


async def schedule_about_run(
    session: AsyncSession, team: Team, occasion: RitualRun, at: datetime, job: JobName, *, now: datetime
) -> None:
    key = f"{job}:{occasion.id}:{at.isoformat()}"
    about = About(ABOUT_RUN, occasion.id)
    await scheduler.put(session, job=job, key=key, team=team, about=about, due_at=at, now=now)


EXTRA_BLOCKS: dict[str, Callable[[AsyncSession, Team, RitualRun], Awaitable[list[Block]]]] = {
    "coffee": _coffee,
    "kickoff": _kickoff,
}
"""What rituals say beyond their words and prompts, by the names of their files."""
