"""What is celebrated, written down once; and what somebody celebrates in their own words."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database import insert
from bot.errors import UserError
from bot.features.celebrations.tables import Celebration, Cheered, Way
from bot.teams.tables import Team

WHAT = "what"
"""The field of a form."""
LONGEST = 500


async def say(
    session: AsyncSession, team: Team, person_id: str, words: str, *, source: str, now: datetime
) -> Celebration:
    """Somebody celebrates something."""
    if not words:
        raise UserError("Say what there is to celebrate, like `/funtank celebrate the backlog is at zero`.", field=WHAT)
    if len(words) > LONGEST:
        raise UserError(f"That is long; {LONGEST} characters are the most I can say at once.", field=WHAT)
    if team.is_closed:
        raise UserError("That team's channel is archived, or I was taken out of it, so nobody would hear you.")
    made = await once(session, team, Way.SAID, source=source, person_id=person_id, words=words, now=now)
    if made is None:
        raise UserError("That is celebrated already. Thank you for saying it!")
    return made


async def once(
    session: AsyncSession, team: Team, way: Way, *, source: str, person_id: str | None = None, words: str = "",
    now: datetime,
) -> Celebration | None:  # fmt: skip
    """Write down a celebration; None when that was celebrated before."""
    row = {
        "workspace_id": team.workspace_id, "team_id": team.id, "source": source, "way": way, "made_at": now,
        "person_id": person_id, "words": words,
    }  # fmt: skip
    return await session.scalar(
        insert(session, Celebration).values(row).on_conflict_do_nothing().returning(Celebration)
    )


async def between(session: AsyncSession, team: Team, start: datetime, end: datetime) -> Sequence[Celebration]:
    """What a team has celebrated, oldest first."""
    made = select(Celebration).where(
        Celebration.team_id == team.id, Celebration.made_at >= start, Celebration.made_at < end
    )
    return (await session.scalars(made.order_by(Celebration.made_at, Celebration.id))).all()


async def prune(session: AsyncSession, workspace_id: str, *, before: datetime, lately: datetime, limit: int) -> int:
    """Forget what retention ends, and who reacted to messages older than `lately`; says how much."""
    old = select(Celebration.id).where(Celebration.workspace_id == workspace_id, Celebration.made_at < before)
    gone = delete(Celebration).where(Celebration.id.in_(old.limit(limit))).returning(Celebration.id)
    stale = select(Cheered.id).where(Cheered.workspace_id == workspace_id, Cheered.said_at < lately)
    unwatched = delete(Cheered).where(Cheered.id.in_(stale.limit(limit))).returning(Cheered.id)
    return max(len((await session.execute(gone)).all()), len((await session.execute(unwatched)).all()))
