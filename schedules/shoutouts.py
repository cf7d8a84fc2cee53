"""Shout-outs by the clock: Friday's round-up, and what was kept for the morning."""

from datetime import time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot import outbox
from bot.features import shoutouts
from bot.messages import shoutouts as messages
from bot.outbox import Priority
from bot.teams import Team
from bot.timetable import FRIDAY, Job, Occurrence, weekly

STILL_COMING = timedelta(seconds=5)
"""What arrived this shortly before may not be committed yet; it is read out a week later rather than never."""


async def post_round_up(session: AsyncSession, team: Team, due: Occurrence) -> None:
    given = await shoutouts.given_between(session, team, due.since - STILL_COMING, due.at - STILL_COMING)
    if given:
        receivers = await shoutouts.receivers_of(session, given)
        post = messages.round_up(given, receivers)
        await outbox.put(session, post, to=team.channel, not_before=due.at, priority=Priority.RITUAL, hours_of=team)


async def give_kept(session: AsyncSession, team: Team, due: Occurrence) -> None:
    assert due.about  # noqa: S101
    shoutout = await shoutouts.one(session, team.workspace_id, due.about.id)
    if shoutout.given_at:
        return
    await shoutouts.give_kept(session, shoutout, now=due.at)
    receivers = (await shoutouts.receivers_of(session, [shoutout]))[shoutout.id]
    for to, post in messages.announced(shoutout, team, receivers):
        await outbox.put(session, post, to=to, not_before=due.at)


TIMETABLE = [
    weekly(
        FRIDAY,
        time(15),
        post_round_up,
        title="Friday's round-up",
        told="the week's thanks are read out here, when there were any",
        late=timedelta(hours=3),
    )
]
JOBS = [Job(give_kept)]
