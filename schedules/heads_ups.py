"""Jobs of a heads-up: post its card again, start, close it, and ask its leader for a look back."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows.heads_ups import endings


async def post_again(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Post the card again on the morning of the first day."""
    await endings.post_again(session, team, due.about_id, now=due.at)


async def start(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Show on the cards of open spikes that a heads-up holds now."""
    await endings.start(session, team, due.about_id, now=due.at)


async def close(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Shrink the card to one line."""
    await endings.close(session, team, due.about_id, now=due.at)


async def ask_review(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await endings.ask_review(session, team, due.about_id, now=due.at)
