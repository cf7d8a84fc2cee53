"""Nudges about thanks: agents whom nobody has thanked recently, and casual thanks that could become a shout-out."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import Instant
from bot.features.shoutouts.models import Credit, MessageRef, Shoutout
from bot.features.shoutouts.settings import Settings
from bot.followups.models import Audience, Followup, Reason
from bot.followups.models import Kind as FollowupKind
from bot.followups.models import State as FollowupState
from bot.meetings.models import Series
from bot.nudges.selection import Candidate, NudgeRule, Urgency
from bot.org.availability import good_moments, working_hours
from bot.org.people import Person, draw_lot
from bot.org.teams.membership import Seat
from bot.org.teams.models import Member, Role

COVERAGE = "shoutouts.coverage"
MOST_NAMED = 5
LOOK_BACK = timedelta(days=60)
"""How long before the period for which nobody has thanked somebody their last thanks still decides who is named first.

Everything earlier counts as never.
"""
NEVER = datetime.min.replace(tzinfo=UTC)
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
    thanked = await _last_thanked(session, min(since.values()) - LOOK_BACK, since)
    reasons = await _find_reasons(session, since)
    found = []
    for seat in seats:
        last = thanked.get(seat.team.id, {})
        lately = {id for id, at in last.items() if at >= since[seat.team.id]}
        theirs = sorted(agents.get(seat.team.id, []), key=lambda each: _turn(each, seat.person.id, last))
        found.append(coverage_candidate(seat, [each.id for each in theirs], lately, reasons))
    return [candidate for candidate in found if candidate]


def coverage_candidate(
    seat: Seat, agents: Sequence[str], thanked: Collection[str], reasons: Mapping[tuple[int, str], int] = NO_REASONS
) -> Candidate | None:
    """Return a nudge candidate that names agents without recent thanks, or None if there is nobody to name.

    `agents` were in the team for the whole period, those first who should be named first; `thanked` were thanked in it.
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
    theirs = await session.scalars(_REASONS, {"team_ids": [*since], "since": min(since.values())})
    found = sorted(theirs, key=lambda each: each.kind == FollowupKind.IDEA)
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
_TEAMS: Any = bindparam("team_ids", expanding=True)
_SINCE: Any = bindparam("since")
_REASONS = (
    select(Followup)
    .where(Followup.team_id.in_(_TEAMS), _IS_REASON, or_(Followup.raised_at >= _SINCE, Followup.closed_at >= _SINCE))
    .order_by(Followup.id)
)
_AGENTS = (
    select(Member.team_id, Member.user_id, Member.joined_at, func.min(Series.leader_id))
    .join(Person, and_(Person.workspace_id == Member.workspace_id, Person.id == Member.user_id))
    .outerjoin(
        Series,
        and_(Series.team_id == Member.team_id, Series.agent_id == Member.user_id, Series.ended_at.is_(None)),
    )
    .where(
        Member.team_id.in_(_TEAMS),
        Member.role == Role.AGENT,
        Member.left_at.is_(None),
        not_(or_(Person.has_left, Person.is_bot, Person.is_stranger)),
    )
    .group_by(Member.team_id, Member.user_id, Member.joined_at)
)
_CREDITS = (
    select(Shoutout.team_id, Credit.receiver_id, func.max(Shoutout.given_at, type_=Instant()))
    .join(Credit, Credit.shoutout_id == Shoutout.id)
    .where(Shoutout.team_id.in_(_TEAMS), Shoutout.given_at >= _SINCE)
    .group_by(Shoutout.team_id, Credit.receiver_id)
)
"""Built once at import, because every nudge check executes them."""


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


class _Agent(NamedTuple):
    id: str
    joined_on: date
    lot: bytes
    """A random order of those who joined on the same day, which changes every week."""
    leader_id: str | None
    """The leader they have one-on-ones with."""


def _turn(agent: _Agent, leader_id: str, last: Mapping[str, datetime]) -> tuple[object, ...]:
    """Return an agent's sort key: the leader's own come first, then whoever has waited longest for thanks."""
    return agent.leader_id != leader_id, last.get(agent.id, NEVER), agent.joined_on, agent.lot


async def _agents(session: AsyncSession, since: dict[int, datetime], now: datetime) -> dict[int, list[_Agent]]:
    """Return the agents of each team who joined before a given time."""
    agents: dict[int, list[_Agent]] = {team_id: [] for team_id in since}
    for team_id, user_id, joined_at, leader_id in await session.execute(_AGENTS, {"team_ids": [*since]}):
        if joined_at and joined_at <= since[team_id]:
            lot = draw_lot(user_id, team_id, *now.isocalendar()[:2])
            agents[team_id].append(_Agent(user_id, joined_at.date(), lot, leader_id))
    return agents


async def _last_thanked(
    session: AsyncSession, earliest: datetime, teams: Collection[int]
) -> dict[int, dict[str, datetime]]:  # fmt: skip
    """Return when people of each team were last thanked by anybody, if that was after `earliest`."""
    lately = {"team_ids": [*teams], "since": earliest}
    last: dict[int, dict[str, datetime]] = {team_id: {} for team_id in teams}
    for team_id, receiver_id, given_at in await session.execute(_CREDITS, lately):
        if given_at:
            last[team_id][receiver_id] = given_at
    return last


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
