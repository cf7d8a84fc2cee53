"""Nudges that tell leaders about a pack (rituals that run together in one week) two weeks before it starts."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.rituals.models import Ritual
from bot.features.rituals.packs import Pack, group_into_packs, plan_next_week
from bot.features.rituals.rules import local_day
from bot.nudges.selection import Candidate, NudgeRule
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team

AHEAD = "rituals.ahead"
NOTICE_PERIOD = timedelta(days=14)
COOLDOWN = timedelta(days=60)
AHEAD_RULE = NudgeRule(
    when=f"You lead a team in which a week of rituals starts in {NOTICE_PERIOD.days} days or less.",
    pace="Once for each such week.",
    acted_on="You pressed *Got it*.",
)


async def find_announcements(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Return nudge candidates that tell each leader about packs of rituals that start soon in their team."""
    led = [seat for seat in seats if seat.role is Role.LEADER and not seat.team.is_closed]
    known = await _packs_by_team(session, [seat.team for seat in led])
    found = [
        make_announcement_candidate(
            seat, pack.name, find_upcoming_days(seat.team, pack, now), local_day(seat.team, now)
        )
        for seat in led
        for pack in known[seat.team.id]
    ]
    return [each for each in found if each]


def make_announcement_candidate(seat: Seat, name: str, days: Sequence[date], today: date) -> Candidate | None:
    """Return a nudge candidate about a pack of rituals that runs within the notice period, else None.

    `days` are the days of the pack's next run.
    """
    if seat.role is not Role.LEADER or not days or not today < days[0] <= today + NOTICE_PERIOD:
        return None
    facts = {"pack": name, "days": [each.isoformat() for each in days]}
    return Candidate(seat, AHEAD, about=f"{seat.team.id}:{days[0].isoformat()}", facts=facts, every=COOLDOWN)


def find_upcoming_days(team: Team, pack: Pack, now: datetime) -> list[date]:
    """Return the days on which a pack of rituals runs next, without rituals that are off or paused then."""
    planned = [(local_day(team, at), ritual) for at, ritual in plan_next_week(team, pack, now)]
    return [day for day, ritual in planned if ritual.runs_on(day)]


_KEPT = select(Ritual).where(
    Ritual.workspace_id.in_(bindparam("workspace_ids", expanding=True)),
    Ritual.team_id.in_(bindparam("team_ids", expanding=True)),
    Ritual.is_on,
)
"""Built once at import, because every nudge check executes it."""


async def _packs_by_team(session: AsyncSession, teams: Sequence[Team]) -> dict[int, list[Pack]]:
    theirs: dict[int, list[Ritual]] = {team.id: [] for team in teams}
    of = {"workspace_ids": list({team.workspace_id for team in teams}), "team_ids": [*theirs]}
    for ritual in await session.scalars(_KEPT, of):
        if ritual.template:
            theirs[ritual.team_id].append(ritual)
    return {team_id: group_into_packs(found) for team_id, found in theirs.items()}
