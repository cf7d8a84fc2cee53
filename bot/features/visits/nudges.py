"""Nudges: offer a sponsor a visit, and flag recurring themes."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.visits import queries, rules
from bot.features.visits.hosts import find_host_pools
from bot.features.visits.models import Sighting
from bot.features.visits.settings import Settings
from bot.nudges.selection import Candidate, NudgeRule
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team

OFFER = "visits.offer"
GRACE = timedelta(days=1)
FIRST_WEEK = timedelta(days=7)
"""How long a new team is left alone before its first visit is offered."""
OFFER_RULE = NudgeRule(
    when=f"You sponsor a team, and your last visit was {Settings().every} days ago (the team can change that). The "
    "first offer comes when a team is a week old.",
    pace="Once in that time for each team.",
    acted_on="You picked a time.",
)


def make_offer_candidate(seat: Seat, times: Sequence[datetime]) -> Candidate | None:
    """Return a nudge candidate that offers a sponsor times for a visit, or None if there are no times."""
    if not times:
        return None
    facts = {"times": [[int(at.timestamp()), seat.person.local(at).replace(tzinfo=None).isoformat()] for at in times]}
    every = timedelta(days=Settings.of(seat.team).every) - GRACE
    return Candidate(seat, OFFER, about=str(seat.team.id), facts=facts, every=every)


async def find_offers(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Return a nudge candidate for each team whose sponsor has not visited it for a while."""
    sponsors = [seat for seat in seats if seat.role is None and rules.takes_visits(seat.team)]
    visited = await queries.find_latest_visit_times(session, [seat.team.id for seat in sponsors])
    waiting = [seat for seat in sponsors if _is_due(seat.team, visited.get(seat.team.id), now)]
    found = []
    hosts = await find_host_pools(session, [seat.team for seat in waiting], now)
    for seat in waiting:
        found.append(make_offer_candidate(seat, hosts[seat.team.id].find_times(seat.person, now)))
        await asyncio.sleep(0)  # yield to the event loop, so that acks are not delayed
    return [each for each in found if each]


def _is_due(team: Team, visited: datetime | None, now: datetime) -> bool:
    if visited is None:
        return now - team.created_at >= FIRST_WEEK
    return now - visited >= timedelta(days=Settings.of(team).every) - GRACE


THEME = "visits.theme"
THEME_RECENCY = timedelta(days=14)
THEME_ONCE = timedelta(days=365)
THEME_RULE = NudgeRule(
    when=f"You lead or sponsor a team where people who sat with agents noted the same theme {Settings().times} times "
    f"in {Settings().within} days (the team can change both).",
    pace="Once each time this happens.",
    acted_on="You pressed *Noted*.",
)


def make_theme_candidate(seat: Seat, sighting: Sighting) -> Candidate:
    """Return a nudge candidate about a theme (a kind of obstacle) that keeps coming up in a team."""
    facts = {"theme": sighting.theme, "times": sighting.times, "within": Settings.of(seat.team).within}
    return Candidate(seat, THEME, about=str(sighting.id), facts=facts, every=THEME_ONCE)


async def find_flagged_themes(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Return nudge candidates about recently flagged themes, for the leaders and the sponsor of each team."""
    theirs = [seat for seat in seats if seat.role is not Role.AGENT]
    if not theirs:
        return []
    flagged = select(Sighting).where(
        Sighting.workspace_id == theirs[0].team.workspace_id,
        Sighting.team_id.in_({seat.team.id for seat in theirs}),
        Sighting.seen_at > now - THEME_RECENCY,
        Sighting.times.is_not(None),
    )
    found = (await session.scalars(flagged.order_by(Sighting.id))).all()
    return [make_theme_candidate(seat, each) for seat in theirs for each in found if each.team_id == seat.team.id]
