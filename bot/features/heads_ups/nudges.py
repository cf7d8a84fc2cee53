"""Nudges to leaders on the working day before a heads-up, about the hours that nobody covers yet."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.heads_ups import queries, rules
from bot.features.heads_ups.models import HeadsUp
from bot.nudges.selection import Candidate, NudgeRule, Urgency
from bot.org.availability import working_hours
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role

COVER = "heads_ups.cover"
HORIZON = timedelta(days=30)
"""How far ahead to look: more than the longest run of days off before a heads-up."""
REMINDER_INTERVAL = timedelta(hours=12)
"""Less than a day, so that leaders are asked again on the day before the new first day of one that was moved."""
MOST_HOURS = 4
"""How many of the hours the nudge names."""
COVER_RULE = NudgeRule(
    when="You lead a team with a launch that asks for cover and starts on your next working day, and some of its "
    "hours have no leader.",
    pace="Once for each launch, and again if it's moved.",
    acted_on="You booked an hour, every hour was covered, or the launch was called off or moved.",
)


async def find_uncovered(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Return a nudge candidate for each leader and heads-up that starts on their next working day without cover."""
    led = [seat for seat in seats if seat.role is Role.LEADER and not seat.team.is_closed]
    if not led:
        return []
    ahead = await queries.list_ahead(session, {seat.team.id for seat in led}, now=now, until=now + HORIZON)
    rotas = await queries.load_rotas(session, ahead) if ahead else {}
    candidates = (
        make_candidate(seat, each, rotas.get(each.id, {}), now)
        for seat in led
        for each in ahead
        if each.team_id == seat.team.id
    )
    return [each for each in candidates if each]


def make_candidate(
    seat: Seat, found: HeadsUp, rota: Mapping[datetime, Collection[str]], now: datetime
) -> Candidate | None:
    """Return a nudge candidate, or None if it is not time for it or every hour has somebody."""
    if not found.cover or not rules.is_eve(seat.routine, found.starts_at, now):
        return None
    hours = rules.list_hours(working_hours.team_hours(seat.team), found.starts_at, found.ends_at)
    empty = [hour for hour in hours if hour not in rota]
    if not empty:
        return None
    facts = {
        "heads_up": found.id, "starts": found.starts_at.timestamp(), "empty": len(empty),
        "first": [hour.timestamp() for hour in empty[:MOST_HOURS]],
    }  # fmt: skip
    return Candidate(seat, COVER, str(found.id), Urgency.DUE_SOON, facts, REMINDER_INTERVAL)


async def load_titles(session: AsyncSession, asked: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the titles and how the heads-ups stand, which are not stored with the nudges."""
    those = select(HeadsUp).where(HeadsUp.id.in_({facts["heads_up"] for facts in asked}))
    found = {each.id: each for each in await session.scalars(those)}
    rotas = await queries.load_rotas(session, [*found.values()])
    return [_describe(found.get(id := facts["heads_up"]), rotas.get(id, {}), facts) for facts in asked]


def _describe(found: HeadsUp | None, rota: Mapping[datetime, Collection[str]], facts: dict[str, Any]) -> dict[str, Any]:
    if found is None:
        return {"title": ""}
    return {
        "title": found.title,
        "is_cancelled": found.cancelled_at is not None,
        "starts_now": found.starts_at.timestamp(),
        "is_own": any(facts["reader"] in booked for booked in rota.values()),
        "is_covered": all(datetime.fromtimestamp(hour, UTC) in rota for hour in facts["first"]),
    }
