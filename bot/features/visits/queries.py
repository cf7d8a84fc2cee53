"""Queries on when teams were visited, and on a sponsor's debriefs."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import vault_of
from bot.errors import AnswerTooLate
from bot.features.visits.models import Debrief, Sighting
from bot.features.visits.rules import DebriefAnswers
from bot.followups import queries as followups
from bot.followups.models import Kind as FollowupKind
from bot.meetings.models import OPEN, Kind, Meeting, State
from bot.meetings.rules import Pair
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.refusals import common


async def fetch_answers(session: AsyncSession, pair: Pair, meeting: Meeting, by: str) -> DebriefAnswers:
    """Return the sponsor's debrief of a visit, decrypted, for the sponsor only."""
    pair.must_organize(by, meeting.kind)
    kept = (await session.scalars(select(Debrief).where(Debrief.meeting_id == meeting.id))).one_or_none()
    if kept is None:
        return DebriefAnswers()
    source = Sighting.source == meeting.about
    seen = select(Sighting.theme).where(Sighting.workspace_id == meeting.workspace_id, source).order_by(Sighting.theme)
    works, in_the_way = _decrypt(session, kept.works), _decrypt(session, kept.in_the_way)
    promise = await followups.find_by_source(session, meeting.team_id, FollowupKind.PROMISE, meeting.about)
    will_do, due_on = (promise.text, promise.due_on) if promise else ("", None)
    return DebriefAnswers(works, in_the_way, will_do, due_on, (await session.scalars(seen)).all())


def _decrypt(session: AsyncSession, sealed: bytes | None) -> str:
    return vault_of(session).read(sealed) if sealed else ""


async def find_last_visited(session: AsyncSession, team: Team) -> datetime | None:
    """Return when the team's sponsor last visited it, or None."""
    return await session.scalar(select(func.max(Meeting.starts_at)).where(*_of([team.id]), Meeting.state == State.MET))


async def find_latest_visit_times(session: AsyncSession, teams: Collection[int]) -> dict[int, datetime]:
    """Return the time of each team's latest visit, by team id; a visit that is still open counts too."""
    return {team_id: at for team_id, at in await session.execute(_LATEST, {"team_ids": [*teams]}) if at}


async def is_under_way(session: AsyncSession, team: Team) -> bool:
    open_one = select(Meeting.id).where(*_of([team.id]), Meeting.state.in_(OPEN))
    return await session.scalar(open_one.limit(1)) is not None


def _of(teams: Any) -> tuple[ColumnElement[bool], ...]:
    return Meeting.team_id.in_(teams), Meeting.kind == Kind.VISIT


_LATEST = (
    select(Meeting.team_id, func.max(Meeting.starts_at))
    .where(*_of(bindparam("team_ids", expanding=True)), Meeting.state.in_([State.MET, *OPEN]))
    .group_by(Meeting.team_id)
)
"""Built once at import, because every nudge check executes it."""


async def find_team(session: AsyncSession, sponsor: Person, team_id: int) -> Team:
    team = await session.get(Team, team_id)
    if team is None or team.workspace_id != sponsor.workspace_id:
        raise AnswerTooLate(common.TEAM_GONE)
    return team
