"""What leaders hear ahead: two weeks before a pack comes by itself, what it is, and that nothing is needed of them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.candidates import Candidate, Seat
from bot.features.rituals.occasions import day_of
from bot.features.rituals.packs import Pack, packs, week
from bot.features.rituals.tables import Ritual
from bot.teams.tables import Role, Team

AHEAD = "rituals.ahead"
TWO_WEEKS = timedelta(days=14)
ONCE = timedelta(days=60)


async def foretold(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """For each leader, the packs that come soon in their team."""
    led = [seat for seat in seats if seat.role is Role.LEADER and not seat.team.is_closed]
    known = await _packs(session, [seat.team for seat in led])
    found = [
        foretell(seat, pack.name, coming(seat.team, pack, now), day_of(seat.team, now))
        for seat in led
        for pack in known[seat.team.id]
    ]
    return [each for each in found if each]


def foretell(seat: Seat, name: str, days: Sequence[date], today: date) -> Candidate | None:
    """`days` are those on which it comes next."""
    if seat.role is not Role.LEADER or not days or not today < days[0] <= today + TWO_WEEKS:
        return None
    facts = {"pack": name, "days": [each.isoformat() for each in days]}
    return Candidate(seat, AHEAD, about=f"{seat.team.id}:{days[0].isoformat()}", facts=facts, every=ONCE)


def coming(team: Team, pack: Pack, now: datetime) -> list[date]:
    """The days of its next week, without what is off or paused then."""
    planned = [(day_of(team, at), ritual) for at, ritual in week(team, pack, now)]
    return [day for day, ritual in planned if ritual.comes_on(day)]


async def _packs(session: AsyncSession, teams: Sequence[Team]) -> dict[int, list[Pack]]:
    theirs: dict[int, list[Ritual]] = {team.id: [] for team in teams}
    kept = select(Ritual).where(
        Ritual.workspace_id.in_({team.workspace_id for team in teams}), Ritual.team_id.in_(theirs), Ritual.is_on
    )
    for ritual in await session.scalars(kept):
        if ritual.recipe:
            theirs[ritual.team_id].append(ritual)
    return {team_id: packs(found) for team_id, found in theirs.items()}
