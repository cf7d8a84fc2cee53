"""Reminders of change notices: one for each edition, to those who have not said that they have read it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.notices import queries
from bot.features.notices.models import Notice
from bot.nudges.selection import Candidate, NudgeRule, Urgency
from bot.org.teams.membership import Seat

READ = "notices.read"
LONGEST_REMINDED = timedelta(days=80)
"""How long after a notice was posted it can be reminded of; nudges are forgotten after 90 days."""
ONCE = timedelta(days=365)
"""A cooldown longer than any reminder period, so that nobody is reminded of one edition twice."""
READ_RULE = NudgeRule(
    when="A change notice in your team's channel is at least a day old and still valid, and you haven't pressed *Got "
    "it* or *Unclear to me*.",
    pace="Once for each version of a notice.",
    acted_on="You pressed *Got it* or *Unclear to me*, here or in the channel, or the notice was changed or ended.",
)


async def find_unread(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Return a candidate for each valid notice that somebody in its team has not read, from the day after it came.

    So people who join the team later, or come back, get the notices that are still valid.
    """
    members = [seat for seat in seats if seat.role is not None and not seat.team.is_closed]
    valid = await queries.list_valid(session, {seat.team.id for seat in members})
    if not valid:
        return []
    read = {(each.notice_id, each.person_id) for each in await queries.list_receipts(session, valid)}
    return [
        Candidate(seat, READ, notice.about, Urgency.AWAITED, {"notice": notice.id, "edition": notice.edition}, ONCE)
        for notice in valid
        for seat in members
        if seat.team.id == notice.team_id and (notice.id, seat.person.id) not in read and is_due(notice, seat, now)
    ]


def is_due(notice: Notice, seat: Seat, now: datetime) -> bool:
    """Return whether a person is to be reminded: not its author, and not on the day on which everybody was asked."""
    today = seat.person.local(now).date()
    asked_on = seat.person.local(notice.asked_at).date()
    return seat.person.id != notice.author_id and asked_on < today <= min(notice.ends_on, asked_on + LONGEST_REMINDED)


async def load_words(session: AsyncSession, asked: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Load the words of notices, which reminders do not store."""
    those = select(Notice).where(Notice.id.in_({facts["notice"] for facts in asked}))
    found = {each.id: each for each in await session.scalars(those)}
    return [_describe(found.get(facts["notice"]), facts) for facts in asked]


def _describe(found: Notice | None, facts: dict[str, Any]) -> dict[str, Any]:
    if found is None:
        return {
            "change": "",
            "link": "",
            "starts_on": "",
            "is_changed": False,
            "is_replaced": False,
            "has_ended": False,
        }
    return {
        "change": found.change, "link": found.link, "starts_on": found.starts_on.isoformat(),
        "is_changed": found.edition > 1, "is_replaced": found.edition > facts["edition"],
        "has_ended": found.ended_at is not None,
    }  # fmt: skip
