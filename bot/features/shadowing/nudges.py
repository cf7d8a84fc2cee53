"""Nudges to leaders: whom to shadow this week, and roadblocks that are due."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.shadowing import queries
from bot.features.shadowing.models import Roadblock
from bot.features.shadowing.rules import Assignment, assign_agents
from bot.meetings.queries import RECENT
from bot.nudges.selection import Candidate, Urgency
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role

SUGGEST = "shadowing.suggest"
SUGGESTION_INTERVAL = timedelta(days=6)
"""Under a week, so that a morning that comes an hour early after a DST change still counts as next week's."""


def make_suggestion_candidate(seat: Seat, turn: Assignment | None, now: datetime) -> Candidate | None:
    """Return a nudge candidate that suggests whom a leader could shadow this week, and when, or None."""
    if turn is None or seat.role is not Role.LEADER:
        return None
    agent = turn.agent
    facts = {
        "agent": agent.person.id, "name": agent.person.name, "days": (now - agent.since).days,
        "sat": agent.last_shadowed_at is not None, "missed": agent.is_missed, "at": int(turn.at.timestamp()),
        "wall": seat.person.local(turn.at).replace(tzinfo=None).isoformat(),
    }  # fmt: skip
    return Candidate(seat, SUGGEST, facts=facts, every=SUGGESTION_INTERVAL)


async def find_suggestions(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Return nudge candidates that suggest an agent to shadow to each leader who has asked nobody this week.

    A leader of several teams gets the agent who has waited longest.
    """
    lead = [seat for seat in seats if seat.role is Role.LEADER]
    dealt = {}
    for week in await queries.find_weeks(session, lead, now):
        dealt[week.team.id] = assign_agents(week, now)
        await asyncio.sleep(0)  # yield to the event loop, so that acks are not delayed
    made = [make_suggestion_candidate(seat, dealt[seat.team.id].get(seat.person.id), now) for seat in lead]
    shortest_first = sorted((each for each in made if each), key=lambda each: int(each.facts["days"]))
    return list({each.seat.person.id: each for each in shortest_first}.values())


ROADBLOCK = "shadowing.roadblock"
REMINDER_INTERVAL = timedelta(days=365)


def make_roadblock_candidate(
    seat: Seat, roadblock_id: int, meeting_id: int | None, days: int, due_on: date
) -> Candidate:
    """Return a nudge candidate for a roadblock that is due; it does not contain the roadblock's text."""
    facts = {"roadblock": roadblock_id, "meeting": meeting_id or 0, "days": days, "due": due_on.isoformat()}
    return Candidate(
        seat, ROADBLOCK, about=str(roadblock_id), urgency=Urgency.TODAY, facts=facts, every=REMINDER_INTERVAL
    )


async def find_roadblock_reminders(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Return nudge candidates for roadblocks that are due, for their owners."""
    by = {seat.person.id: seat for seat in reversed(seats)}
    days = {id: seat.person.local(now).date() for id, seat in by.items()}
    due = select(Roadblock.id, Roadblock.meeting_id, Roadblock.leader_id, Roadblock.due_on, Roadblock.made_at).where(
        Roadblock.workspace_id.in_({seat.team.workspace_id for seat in seats}),
        Roadblock.leader_id.in_(by),
        Roadblock.due_on <= max(days.values(), default=now.date()),
        Roadblock.due_on > min(days.values(), default=now.date()) - RECENT,
        Roadblock.done_at.is_(None),
    )
    return [
        make_roadblock_candidate(
            by[row.leader_id], row.id, row.meeting_id, _days(by[row.leader_id], row.made_at, now), row.due_on
        )
        for row in await session.execute(due.order_by(Roadblock.due_on, Roadblock.id))
        if row.due_on <= days[row.leader_id]
    ]


def _days(seat: Seat, since: datetime, now: datetime) -> int:
    """Return the number of calendar days since an instant, in the person's time zone."""
    return (seat.person.local(now).date() - seat.person.local(since).date()).days
