"""Wrap-ups of shadow sessions: what the leader learned, and a roadblock to own, readable only by the leader."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.sessions import vault_of
from bot.errors import AnswerTooLate
from bot.features.shadowing.models import Roadblock
from bot.meetings.models import Meeting
from bot.meetings.rules import Pair
from bot.refusals import shadowing as refusals

LONGEST = 2000
MOST_ROADBLOCKS = 10


@dataclass(frozen=True)
class OwnedRoadblock:
    """A decrypted roadblock that a leader owns."""

    id: int
    words: str
    due_on: date
    is_done: bool = False


@dataclass(frozen=True)
class WrapUp:
    """What a leader writes down after a shadow session; all fields are optional."""

    learnt: str = ""
    roadblock: str = ""
    due_on: date | None = None
    themes: Sequence[str] = ()


def fetch_learnt(session: AsyncSession, pair: Pair, meeting: Meeting, by: str) -> str:
    """Return what a leader wrote down after a shadow session, for that leader only."""
    pair.must_organize(by, meeting.kind)
    return vault_of(session).decrypt(meeting.sealed) if meeting.sealed else ""


async def find_roadblocks(
    session: AsyncSession, workspace_id: str, by: str, *, meeting_id: int | None = None
) -> Sequence[OwnedRoadblock]:
    """Return a person's open roadblocks, soonest due first; or all roadblocks of one shadow session."""
    theirs = select(Roadblock).where(Roadblock.workspace_id == workspace_id, Roadblock.leader_id == by)
    which = Roadblock.done_at.is_(None) if meeting_id is None else Roadblock.meeting_id == meeting_id
    found = await session.scalars(theirs.where(which).order_by(Roadblock.due_on, Roadblock.id).limit(MOST_ROADBLOCKS))
    return [decrypt(session, each) for each in found]


def decrypt(session: AsyncSession, roadblock: Roadblock) -> OwnedRoadblock:
    words = vault_of(session).decrypt(roadblock.sealed)
    return OwnedRoadblock(roadblock.id, words, roadblock.due_on, roadblock.done_at is not None)


async def remove_roadblock(
    session: AsyncSession, workspace_id: str, by: str, roadblock_id: int, *, now: datetime
) -> Roadblock:
    """Mark a roadblock as cleared by its owner, and return it. Raises `AnswerTooLate` if it is gone."""
    roadblock = await locks.lock_row(session, Roadblock, roadblock_id)
    if roadblock is None or (roadblock.workspace_id, roadblock.leader_id) != (workspace_id, by):
        raise AnswerTooLate(refusals.ROADBLOCK_GONE)
    roadblock.done_at = roadblock.done_at or now
    return roadblock
