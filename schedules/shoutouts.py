"""Scheduled jobs for shout-outs: weekly summary, daily notes, postponed shout-outs, question in a quiet channel."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows.shoutouts import digests, effects, postponement


async def post_round_up(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await digests.post_weekly_summary(session, team, due)


async def tell_quiet_thanks(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await effects.apply_effects(session, team, now=due.at)
    await digests.send_daily_notes(session, team, since=due.since, now=due.at)


async def apply_effects(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await effects.apply_effects(session, team, now=due.at)


async def give_kept(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await postponement.give_postponed(session, team.workspace_id, due.about_id, now=due.at)


async def look_whether_quiet(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await digests.request_reread(session, team, now=due.at)


async def break_silence(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await digests.ask_silent_channel(session, team, now=due.at)
