"""Queries on when teams were visited, and on a sponsor's debriefs and promises."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.sessions import vault_of
from bot.errors import AnswerTooLate
from bot.features.visits.models import Debrief, Sighting
from bot.features.visits.rules import DebriefAnswers, Promise
from bot.meetings.models import OPEN, Kind, Meeting, State
from bot.meetings.rules import Pair
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.refusals import common
from bot.refusals import visits as refusals

MOST_PROMISES = 10


async def fetch_answers(session: AsyncSession, pair: Pair, meeting: Meeting, by: str) -> DebriefAnswers:
    """Return the sponsor's debrief of a visit, decrypted, for the sponsor only."""
    pair.must_organize(by, meeting.kind)
    kept = (await session.scalars(select(Debrief).where(Debrief.meeting_id == meeting.id))).one_or_none()
    if kept is None:
        return DebriefAnswers()
    source = Sighting.source == meeting.about
    seen = select(Sighting.theme).where(Sighting.workspace_id == meeting.workspace_id, source).order_by(Sighting.theme)
    works, in_the_way, will_do = (_decrypt(session, each) for each in (kept.works, kept.in_the_way, kept.promise))
    return DebriefAnswers(works, in_the_way, will_do, kept.due_on, (await session.scalars(seen)).all())


async def find_promises(session: AsyncSession, workspace_id: str, by: str) -> list[Promise]:
    """Return the open promises that a sponsor made, soonest due first."""
    theirs = select(Debrief).where(
        Debrief.workspace_id == workspace_id,
        Debrief.sponsor_id == by,
        Debrief.promise.is_not(None),
        Debrief.kept_at.is_(None),
    )
    found = await session.scalars(theirs.order_by(Debrief.due_on, Debrief.id).limit(MOST_PROMISES))
    return [decrypt_promise(session, each) for each in found]


def decrypt_promise(session: AsyncSession, debrief: Debrief) -> Promise:
    """Return the promise in a debrief; its text is empty if nothing was promised."""
    return Promise(debrief.id, _decrypt(session, debrief.promise), debrief.due_on)


async def fulfil_promise(
    session: AsyncSession, workspace_id: str, by: str, debrief_id: int, *, now: datetime
) -> Debrief:
    """Mark a promise as kept by the sponsor who made it, and return its debrief.

    Raises `AnswerTooLate` if the promise is gone.
    """
    debrief = await locks.lock_row(session, Debrief, debrief_id)
    if debrief is None or (debrief.workspace_id, debrief.sponsor_id) != (workspace_id, by) or not debrief.promise:
        raise AnswerTooLate(refusals.PROMISE_GONE)
    debrief.kept_at = debrief.kept_at or now
    return debrief


def _decrypt(session: AsyncSession, sealed: bytes | None) -> str:
    return vault_of(session).decrypt(sealed) if sealed else ""


async def find_last_visited(session: AsyncSession, team: Team) -> datetime | None:
    """Return when the team's sponsor last visited it, or None."""
    return await session.scalar(select(func.max(Meeting.starts_at)).where(*_of([team.id]), Meeting.state == State.MET))


async def find_visited(session: AsyncSession, teams: Collection[int]) -> dict[int, datetime]:
    """Return the time of each team's latest visit, by team id; a visit that is still open counts too."""
    latest = select(Meeting.team_id, func.max(Meeting.starts_at)).where(
        *_of(teams), Meeting.state.in_([State.MET, *OPEN])
    )
    return {team_id: at for team_id, at in await session.execute(latest.group_by(Meeting.team_id)) if at}


async def is_under_way(session: AsyncSession, team: Team) -> bool:
    open_one = select(Meeting.id).where(*_of([team.id]), Meeting.state.in_(OPEN))
    return await session.scalar(open_one.limit(1)) is not None


def _of(teams: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    return Meeting.team_id.in_(teams), Meeting.kind == Kind.VISIT


async def find_team(session: AsyncSession, sponsor: Person, team_id: int) -> Team:
    team = await session.get(Team, team_id)
    if team is None or team.workspace_id != sponsor.workspace_id:
        raise AnswerTooLate(common.TEAM_GONE)
    return team
