"""Nudges about thanks: agents whom nobody has thanked recently, and casual thanks that could become a shout-out."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import and_, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.shoutouts.models import Credit, MessageRef, Shoutout
from bot.features.shoutouts.settings import Settings
from bot.followups.models import Audience, Followup, Reason
from bot.followups.models import Kind as FollowupKind
from bot.followups.models import State as FollowupState
from bot.nudges.selection import Candidate, NudgeRule, Urgency
from bot.org.availability import good_moments, working_hours
from bot.org.people import Person, draw_lot
from bot.org.teams.membership import Seat
from bot.org.teams.models import Member, Role

COVERAGE = "shoutouts.coverage"
MOST_NAMED = 3
COVERAGE_INTERVAL = timedelta(days=7)
NO_REASONS: Mapping[tuple[int, str], int] = MappingProxyType({})
COVERAGE_RULE = NudgeRule(
    when=f"You lead a team with an agent whom nobody has thanked for {Settings().coverage} working days (the team can "
    "change that). If you got *your week* lately, you find it there instead.",
    pace="Once a week for each team.",
    acted_on="You opened the form with *Thank them* or *Thank one of them*.",
)


async def coverage_candidates(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Return one nudge candidate for each leader whose team has agents without recent thanks."""
    since = {seat.team.id: _since(seat, now) for seat in seats if seat.role is Role.LEADER}
    if not since:
        return []
    agents = await _agents(session, since, now)
    thanked = await _thanked_since(session, since)
    reasons = await _find_reasons(session, since)
    found = [
        coverage_candidate(seat, agents.get(seat.team.id, []), thanked.get(seat.team.id, ()), reasons) for seat in seats
    ]
    return [candidate for candidate in found if candidate]


def coverage_candidate(
    seat: Seat, agents: Sequence[str], thanked: Collection[str], reasons: Mapping[tuple[int, str], int] = NO_REASONS
) -> Candidate | None:
    """Return a nudge candidate that names agents without recent thanks, or None if there is nobody to name.

    `agents` were in the team for the whole period, earliest to join first; `thanked` were thanked in that period.
    `reasons` maps teams and people to a follow-up that is a reason to thank them.
    """
    unseen = [each for each in agents if each not in thanked]
    if not unseen or seat.role is not Role.LEADER:
        return None
    named = unseen[:MOST_NAMED]
    because = [reasons[seat.team.id, each] for each in named if (seat.team.id, each) in reasons]
    facts = {"people": named, "days": Settings.of(seat.team).coverage, "followups": because}
    return Candidate(seat, COVERAGE, about=str(seat.team.id), facts=facts, every=COVERAGE_INTERVAL)


async def _find_reasons(session: AsyncSession, since: dict[int, datetime]) -> dict[tuple[int, str], int]:
    """Return the latest reason to thank each person since a given time, by team and person.

    It is an idea of theirs that was done, or else a roadblock that they raised.
    """
    lately = or_(Followup.raised_at >= min(since.values()), Followup.closed_at >= min(since.values()))
    theirs = select(Followup).where(Followup.team_id.in_(since), _IS_REASON, lately).order_by(Followup.id)
    found = sorted(await session.scalars(theirs), key=lambda each: each.kind == FollowupKind.IDEA)
    return {
        (each.team_id, each.author_id): each.id
        for each in found if (each.closed_at or each.raised_at) >= since[each.team_id]
    }  # fmt: skip


_IS_REASON = and_(
    Followup.is_named, Followup.audience != Audience.PAIR, Followup.state != FollowupState.OFFERED,
    or_(
        and_(Followup.kind == FollowupKind.IDEA, Followup.reason == Reason.DONE),
        and_(Followup.kind == FollowupKind.ROADBLOCK, or_(Followup.reason.is_(None), Followup.reason == Reason.DONE)),
    ),
)  # fmt: skip
"""Work that every leader of the team may read, with the name of the person who raised it."""


async def load_reasons(session: AsyncSession, asked: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Load the texts of reasons to thank people, except withdrawn ones and those whose author now hides their name."""
    ids = {id for facts in asked for id in facts.get("followups", ())}
    theirs = select(Followup).where(Followup.id.in_(ids), _IS_REASON).order_by(Followup.id)
    found = (await session.scalars(theirs)).all() if ids else []
    return [
        {
            "reasons": [
                {"who": each.author_id, "kind": each.kind, "text": each.text}
                for each in found if each.id in facts.get("followups", ())
            ]
        }
        for facts in asked
    ]  # fmt: skip


def _since(seat: Seat, now: datetime) -> datetime:
    return good_moments.days_before(working_hours.team_hours(seat.team), now, Settings.of(seat.team).coverage)


async def _agents(session: AsyncSession, since: dict[int, datetime], now: datetime) -> dict[int, list[str]]:
    """Return the agents of each team who joined before a given time, earliest first.

    Those who joined on the same day are in a random order that changes every week.
    """
    is_them = and_(Person.workspace_id == Member.workspace_id, Person.id == Member.user_id)
    here = (
        select(Member.team_id, Member.user_id, Member.joined_at)
        .join(Person, is_them)
        .where(
            Member.team_id.in_(since),
            Member.role == Role.AGENT,
            Member.left_at.is_(None),
            not_(or_(Person.has_left, Person.is_bot, Person.is_stranger)),
        )
    )
    agents: dict[int, list[tuple[date, bytes, str]]] = {team_id: [] for team_id in since}
    for team_id, user_id, joined_at in await session.execute(here):
        if joined_at and joined_at <= since[team_id]:
            agents[team_id].append((joined_at.date(), draw_lot(user_id, team_id, *now.isocalendar()[:2]), user_id))
    return {team_id: [user_id for _, _, user_id in sorted(found)] for team_id, found in agents.items()}


async def _thanked_since(session: AsyncSession, since: dict[int, datetime]) -> dict[int, set[str]]:
    """Return who in each team has been thanked by anybody since a given time."""
    credits = (
        select(Shoutout.team_id, Credit.receiver_id, Shoutout.given_at)
        .join(Credit, Credit.shoutout_id == Shoutout.id)
        .where(Shoutout.team_id.in_(since), Shoutout.given_at >= min(since.values()))
    )
    thanked: dict[int, set[str]] = {team_id: set() for team_id in since}
    for team_id, receiver_id, given_at in await session.execute(credits):
        if given_at and given_at >= since[team_id]:
            thanked[team_id].add(receiver_id)
    return thanked


LISTEN = "shoutouts.listen"


PASSING_THANKS = ("thanks", "thank you", "thank you so much", "many thanks", "thx", "cheers")
"""Phrases for casual thanks that are not meant as a shout-out."""


NO_INTERVAL = timedelta(0)
LISTEN_RULE = NudgeRule(
    when="You thanked someone in your team's channel, and the team has *Listen for thanks* on.",
    pace="Once for each message, at once; dropped if the day's limit is reached.",
    acted_on="You opened the form with *Make it a shout-out*.",
)


def offer_candidate(seat: Seat, place: MessageRef, receivers: Sequence[str]) -> Candidate:
    """Return a nudge candidate that offers to turn somebody's casual thanks into a shout-out."""
    facts = {"people": list(receivers), "place": str(place)}
    return Candidate(seat, LISTEN, about=str(place), urgency=Urgency.TODAY, facts=facts, every=NO_INTERVAL)
