"""Questions with answers: the right one comes out some hours later, once."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.rituals import answering, occasions
from bot.features.rituals.tables import Occasion, Ritual
from bot.messages.rituals import answers, cards
from bot.outbox import outbox
from bot.teams.tables import Team
from bot.timetable.jobs import Job, JobName
from bot.timetable.tables import Occurrence
from schedules import ritual_cards

HALF_AN_HOUR = timedelta(minutes=30)


async def expect(session: AsyncSession, team: Team, ritual: Ritual, occasion: Occasion, *, now: datetime) -> None:
    """Where it has answers, the right one will come out."""
    if answering.answers(ritual, occasion):
        await ritual_cards.later(session, team, occasion, answering.reveal_at(team, now), REVEAL, now=now)


async def reveal(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The answer comes out, in the card and for those in its thread: late after an outage, rather than never."""
    occasion = await session.get(Occasion, due.about_id, with_for_update=True)
    ritual = await session.get(Ritual, occasion.ritual_id) if occasion else None
    if occasion is None or ritual is None or ritual.recipe is None or team.is_closed or occasion.revealed_at:
        return
    if at := await _reveal_later(session, team, occasion, due.at):
        await ritual_cards.later(session, team, occasion, at, REVEAL, now=due.at)
    elif await outbox.is_said(session, cards.name_of(occasion), to=team.channel):
        await _reveal(session, team, ritual, occasion, now=due.at)


async def _reveal_later(session: AsyncSession, team: Team, occasion: Occasion, due_at: datetime) -> datetime | None:
    """When, if it is too early: the question has come late, or Slack does not show it yet and still may that day."""
    card, later = cards.name_of(occasion), due_at + HALF_AN_HOUR
    if not await outbox.is_said(session, card, to=team.channel):
        return later if occasions.day_of(team, later) == occasions.day_of(team, occasion.starts_at) else None
    said_at = await outbox.said_at(session, card, to=team.channel, since=occasion.starts_at)
    at = answering.reveal_at(team, said_at or occasion.starts_at)
    return at if at > later else None


async def _reveal(session: AsyncSession, team: Team, ritual: Ritual, occasion: Occasion, *, now: datetime) -> None:
    await answering.reveal(session, ritual, occasion, now=now)
    await outbox.edit(
        session, await ritual_cards.post(session, team, ritual, occasion), to=team.channel, not_before=now
    )
    if said := answers.answered(await answering.outcome(session, ritual, occasion)):
        await outbox.reply(session, said, under=cards.name_of(occasion), to=team.channel, now=now, hours_of=team)


REVEAL = JobName("ritual_answers.reveal")
JOBS = [Job(reveal)]
