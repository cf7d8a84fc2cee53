"""What every way of giving in one's own words shares: give and tell, keep for the morning."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory, homes, places
from bot.features.shoutouts import giving, rules
from bot.features.shoutouts.giving import Manner
from bot.features.shoutouts.rules import MOST_RECEIVERS
from bot.features.shoutouts.settings import Settings
from bot.features.shoutouts.tables import Place, Shoutout
from bot.messages.post import Post
from bot.messages.shoutouts import answers, cards
from bot.messages.shoutouts.answers import Unsure
from bot.outbox import outbox
from bot.teams.tables import Team
from bot.timetable import timetable
from bot.timetable.jobs import JobName
from bot.timetable.tables import About
from schedules import tank

GIVE_KEPT = JobName("shoutouts.give_kept")


async def give(
    session: AsyncSession,
    team: Team,
    giver_id: str,
    *,
    receivers: Sequence[str],
    reason: str,
    manner: Manner,
    source: str,
    now: datetime,
    about: Place | None = None,
) -> Shoutout:
    """Thank, and tell everybody whom it concerns."""
    shoutout, notes = await giving.give(
        session, team, giver_id,
        receivers=receivers, reason=reason, source=source, now=now, about=about, manner=manner,
    )  # fmt: skip
    if shoutout.is_given:
        url = await directory.url(session, team.workspace_id) if about else ""
        await outbox.tell(session, cards.announced(shoutout, team, notes, url), now=now)
        homes.touch(session, team.workspace_id, [giver_id, *shoutout.receivers], now=now)
        await tank.thanked(session, team, shoutout, now=now)
    return shoutout


async def keep(session: AsyncSession, workspace_id: str, giver_id: str, shoutout_id: int, now: datetime) -> datetime:
    """Keep for the giver's next morning; says when, in the giver's own zone."""
    team, shoutout = await giving.one(session, workspace_id, shoutout_id)
    until = await giving.keep(session, shoutout, giver_id, now=now)
    about = About("shoutout", shoutout.id)
    await timetable.put(
        session, job=GIVE_KEPT, key=f"kept:{shoutout.id}", team=team, about=about, due_at=until, now=now
    )
    giver = await directory.person(session, workspace_id, giver_id)
    return giver.local(until)


async def answer(session: AsyncSession, shoutout: Shoutout, team: Team, perhaps: Sequence[str] = ()) -> Post:
    """What the giver of spoken thanks reads; `perhaps` are those whom the words may thank as well."""
    left = [each for each in perhaps if each not in shoutout.receivers]
    left = left[: MOST_RECEIVERS - len(shoutout.receivers)]
    if not shoutout.is_given:
        return answers.offered(shoutout, left)
    tags = rules.unknown_tags(shoutout.reason, Settings.of(team).values)
    channels = await places.called(session, team.workspace_id, tags)
    return answers.given(shoutout, team, Unsure(left, channels))
