"""Tests of the question that the bot asks in a quiet channel."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.channels import Channel
from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Outgoing, State
from bot.slack.post import Post
from schedules import shoutouts
from tests.conftest import TUESDAY

NOW = TUESDAY + timedelta(days=20)
A_DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("where", "ago", "state", "is_asked"),
    [
        (None, A_DAY, State.SENT, True),
        ("C1", timedelta(minutes=5), State.SENT, False),
        ("C1", 1.9 * A_DAY, State.SENT, False),
        ("C1", 2.1 * A_DAY, State.SENT, True),
        ("C1", timedelta(0), State.WAITING, False),
        ("C1", A_DAY, State.DROPPED, True),
        ("C1", A_DAY, State.FAILED, True),
        ("C2", A_DAY, State.SENT, True),
    ],
)
async def test_no_question_is_asked_in_a_quiet_channel_where_the_bot_has_just_posted(
    session: AsyncSession, team: Team, where: str | None, ago: timedelta, state: State, *, is_asked: bool
) -> None:
    channel = Channel("T1", "C1", "harbour-support", is_stale=False, said_at=NOW - 9 * A_DAY)
    session.add(channel)
    if where:
        to = team.channel._replace(conversation=where)
        await outbox.put(session, Post("Which song gets you through?"), to=to, not_before=NOW - ago)
        (said,) = await session.scalars(select(Outgoing))
        if state is not State.WAITING:
            said.finish(state, NOW - ago)
    await session.flush()
    await shoutouts.break_silence(session, team, Occurrence(NOW, NOW - A_DAY))

    assert (channel.asked_at is not None) is is_asked
