"""Nudges that suggest to leaders whom to shadow this week."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.shadowing import queries
from bot.features.shadowing.rules import Assignment, assign_agents
from bot.nudges.selection import Candidate, NudgeRule
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role

SUGGEST = "shadowing.suggest"
SUGGESTION_INTERVAL = timedelta(days=6)
"""Less than a week, so that a morning that comes an hour early after a DST change still counts as next week's."""
SUGGEST_RULE = NudgeRule(
    when="You lead a team and haven't asked anyone this week. It's the agent who has waited longest among those who "
    "agree to be asked, and a different one for each leader. If you got *your week* lately, you find it there instead.",
    pace="Once a week.",
    acted_on="You asked the agent, for this time or another one.",
)


def make_suggestion_candidate(seat: Seat, turn: Assignment | None, now: datetime) -> Candidate | None:
    """Return a nudge candidate that suggests whom a leader could shadow this week, and when, or None."""
    if turn is None or seat.role is not Role.LEADER:
        return None
    agent = turn.agent
    facts = {
        "agent": agent.person.id, "name": agent.person.name, "days": (now - agent.waiting_since).days,
        "sat": agent.last_shadowed_at is not None, "missed": agent.is_missed, "at": int(turn.at.timestamp()),
        "wall": seat.person.local(turn.at).replace(tzinfo=None).isoformat(),
    }  # fmt: skip
    return Candidate(seat, SUGGEST, facts=facts, every=SUGGESTION_INTERVAL)


async def find_suggestions(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Return nudge candidates that suggest whom to shadow, to each leader who has asked nobody this week.

    A leader of several teams gets the agent who has waited longest.
    """
    lead = [seat for seat in seats if seat.role is Role.LEADER]
    dealt = {}
    for week in await queries.find_this_week_by_team(session, lead, now):
        dealt[week.team.id] = assign_agents(week, now)
        await asyncio.sleep(0)  # yield to the event loop, so that acks are not delayed
    made = [make_suggestion_candidate(seat, dealt[seat.team.id].get(seat.person.id), now) for seat in lead]
    shortest_first = sorted((each for each in made if each), key=lambda each: int(each.facts["days"]))
    return list({each.seat.person.id: each for each in shortest_first}.values())
