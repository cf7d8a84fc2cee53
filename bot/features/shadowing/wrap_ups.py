"""What comes of a session: what the leader learnt, and a roadblock to own; for their eyes alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.sessions import vault_of
from bot.errors import Passed
from bot.features.shadowing.models import Roadblock, ShadowSession, State
from bot.features.shadowing.rules import Pair
from bot.refusals import shadowing as refusals

LONGEST = 2000
MOST_ROADBLOCKS = 10
RECENT = timedelta(days=14)


@dataclass(frozen=True)
class OwnedRoadblock:
    """A roadblock that a leader has taken on, readable."""

    id: int
    sitting_id: int
    words: str
    due_on: date
    is_done: bool = False


@dataclass(frozen=True)
class WrapUp:
    """What a leader writes down afterwards; all of it may be left out."""

    learnt: str = ""
    roadblock: str = ""
    due_on: date | None = None
    themes: Sequence[str] = ()


async def find_latest(
    session: AsyncSession, workspace_id: str, by: str, agent_id: str | None = None, *, now: datetime
) -> ShadowSession | None:
    """What a leader would wrap up: of those not wrapped up lately the latest; of a named agent also one to come."""
    theirs = select(ShadowSession).where(
        ShadowSession.workspace_id == workspace_id,
        ShadowSession.leader_id == by,
        ShadowSession.state.in_([State.PLANNED, State.MISSED]),
        ShadowSession.starts_at > now - RECENT,
        ShadowSession.agent_id == agent_id if agent_id else ShadowSession.starts_at <= now,
    )
    return await session.scalar(theirs.order_by(ShadowSession.starts_at.desc(), ShadowSession.id.desc()).limit(1))


def fetch_learnt(session: AsyncSession, pair: Pair, shadow: ShadowSession, by: str) -> str:
    """What the leader wrote down, for the leader alone."""
    pair.must_lead(by)
    return vault_of(session).decrypt(shadow.sealed) if shadow.sealed else ""


async def find_roadblocks(
    session: AsyncSession, workspace_id: str, by: str, *, sitting_id: int | None = None
) -> Sequence[OwnedRoadblock]:
    """The roadblocks that somebody owns and has not removed yet, soonest first; or those of one session."""
    theirs = select(Roadblock).where(Roadblock.workspace_id == workspace_id, Roadblock.leader_id == by)
    which = Roadblock.done_at.is_(None) if sitting_id is None else Roadblock.sitting_id == sitting_id
    found = await session.scalars(theirs.where(which).order_by(Roadblock.due_on, Roadblock.id).limit(MOST_ROADBLOCKS))
    vault = vault_of(session)
    return [
        OwnedRoadblock(each.id, each.sitting_id, vault.decrypt(each.sealed), each.due_on, each.done_at is not None)
        for each in found
    ]


async def remove_roadblock(
    session: AsyncSession, workspace_id: str, by: str, roadblock_id: int, *, now: datetime
) -> Roadblock:
    """Its owner says that it is out of the way."""
    roadblock = await locks.lock_row(session, Roadblock, roadblock_id)
    if roadblock is None or (roadblock.workspace_id, roadblock.leader_id) != (workspace_id, by):
        raise Passed(refusals.ROADBLOCK_GONE)
    roadblock.done_at = roadblock.done_at or now
    return roadblock
