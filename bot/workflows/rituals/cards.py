"""Cards that rituals post in the channel on the day they run, and jobs scheduled about them."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.heads_ups import queries as heads_ups
from bot.features.rituals import queries, quiz, rules
from bot.features.rituals.models import Ritual, RitualRun
from bot.followups import queries as followups_queries
from bot.followups.models import Audience, Followup, State
from bot.followups.models import Kind as FollowupKind
from bot.messages.heads_ups import cards as heads_ups_cards
from bot.messages.rituals import cards
from bot.messages.rituals import quiz as rituals_quiz
from bot.org.availability import good_moments, working_hours
from bot.org.teams.models import Team
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.slack.post import Post

DAY, WEEK = timedelta(days=1), timedelta(days=7)
ABOUT_RUN = "occasion"
MOST_OPEN = 3
"""How many open roadblocks and ideas the kick-off shows."""
KICKOFF, COFFEE, WITH_ROUND_UP = "kickoff", "coffee", "wins"
"""Slugs of rituals with extra behavior.

The last one is added to the weekly summary if both are due at the same time.
"""


async def build_card(session: AsyncSession, team: Team, ritual: Ritual, run: RitualRun) -> Post:
    """Build the card for one run of a ritual."""
    more = await _build_kickoff(session, team, run) if ritual.slug == KICKOFF else []
    if run.revealed_at:
        asked = rituals_quiz.revealed_answer(await quiz.fetch_outcome(session, ritual, run))
    else:
        asked = rituals_quiz.answer_buttons(run, rules.shuffled_answers(ritual, run))
    return cards.card(team, ritual, run, more, asked)


async def _build_kickoff(session: AsyncSession, team: Team, run: RitualRun) -> list[Block]:
    """Return what the kick-off adds: this week's heads-ups, the goal, open follow-ups and the lean."""
    first = good_moments.start_of_week(working_hours.team_hours(team), run.day)
    ends_at = datetime.combine(first + WEEK, time(), ZoneInfo(team.zone)).astimezone(UTC)
    ahead = await heads_ups.list_between(session, team, run.starts_at, ends_at)
    blocks = cards.kickoff_blocks(team, run, await _find_open(session, team))
    return [*heads_ups_cards.week_blocks(ahead, team, first), *blocks]


async def update_kickoff(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Edit the card of this week's kick-off, if it has been posted, because a heads-up has changed."""
    first = good_moments.start_of_week(working_hours.team_hours(team), rules.local_day(team, now))
    if found := await queries.find_latest_run(session, team, KICKOFF, since=first):
        await outbox.change(session, await build_card(session, team, *found), to=team.channel, now=now)


async def _find_open(session: AsyncSession, team: Team) -> Sequence[Followup]:
    """Return the oldest roadblocks and ideas that the team may read and that are not closed."""
    found = await followups_queries.list_unclosed(session, team, FollowupKind.ROADBLOCK, FollowupKind.IDEA)
    shown = [each for each in found if each.audience == Audience.TEAM and each.state in (State.OPEN, State.OWNED)]
    return shown[:MOST_OPEN]


async def post_today(session: AsyncSession, team: Team, post: Post, *, now: datetime) -> None:
    """Post a card that expires at midnight in the team's zone: a ritual is never posted on a later day."""
    tomorrow = rules.local_day(team, now) + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time(), ZoneInfo(team.zone)).astimezone(UTC)
    await outbox.put(
        session, post, to=team.channel, not_before=now, priority=Priority.RITUAL, hours_of=team, expires_at=midnight
    )


async def schedule_about_run(
    session: AsyncSession, team: Team, run: RitualRun, at: datetime, job: JobName, *, now: datetime
) -> None:
    key = f"{job}:{run.id}:{at.isoformat()}"
    await scheduler.put(session, job=job, key=key, team=team, about=About(ABOUT_RUN, run.id), due_at=at, now=now)
