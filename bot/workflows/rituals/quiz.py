"""Quiz rituals: reveal the right answer once, some hours after the question."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.rituals import queries, quiz, rules
from bot.features.rituals.models import Ritual, RitualRun
from bot.messages.rituals import cards
from bot.org.teams.models import Team
from bot.scheduler.jobs import JobName
from bot.slack.outbox import outbox
from bot.workflows.rituals import cards as rituals_cards

RETRY_INTERVAL = timedelta(minutes=30)
REVEAL = JobName("rituals.reveal_answer")


async def schedule_reveal(session: AsyncSession, team: Team, ritual: Ritual, run: RitualRun, *, now: datetime) -> None:
    """Schedule the reveal of a ritual's answer, if it has answers."""
    if rules.quiz_answers(ritual, run):
        await rituals_cards.schedule_about_run(session, team, run, rules.reveal_time(team, now), REVEAL, now=now)


async def reveal_due_answer(session: AsyncSession, team: Team, run_id: int, *, now: datetime) -> None:
    """Reveal a quiz's answer once, under its posted card; if it is too early, reschedule."""
    found = await queries.load_run(session, run_id, lock=True)
    if found is None or found[0].template is None or team.is_closed or found[1].revealed_at:
        return
    ritual, run = found
    if at := await _reveal_later(session, team, run, now):
        await rituals_cards.schedule_about_run(session, team, run, at, REVEAL, now=now)
    elif await outbox.is_posted(session, cards.card_name(run), to=team.channel):
        await _reveal_answer(session, team, ritual, run, now=now)


async def _reveal_later(session: AsyncSession, team: Team, run: RitualRun, due_at: datetime) -> datetime | None:
    """Return a later time to reveal a quiz's answer if it is too early now, else None.

    It is too early if the question was posted late, or if Slack has not accepted the question yet and still may that
    day.
    """
    card, later = cards.card_name(run), due_at + RETRY_INTERVAL
    if not await outbox.is_posted(session, card, to=team.channel):
        return later if rules.local_day(team, later) == rules.local_day(team, run.starts_at) else None
    said_at = await outbox.find_post_time(session, card, to=team.channel, since=run.starts_at)
    at = rules.reveal_time(team, said_at or run.starts_at)
    return at if at > later else None


async def _reveal_answer(session: AsyncSession, team: Team, ritual: Ritual, run: RitualRun, *, now: datetime) -> None:
    await quiz.reveal_answer(session, ritual, run, now=now)
    card = await rituals_cards.build_card(session, team, ritual, run)
    await outbox.edit(session, card, to=team.channel, not_before=now)
