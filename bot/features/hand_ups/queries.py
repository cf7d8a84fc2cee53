"""Queries on hand-ups: add, find and lock them, and summarize a week."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.models import Private
from bot.errors import AnswerTooLate, Refusal
from bot.escalation.models import Ask, Kind
from bot.escalation.models import State as AskState
from bot.features.hand_ups.models import HandUp, State
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Role, Team
from bot.refusals import hand_ups as refusals

COMING = "coming"
"""How a leader accepts an ask who comes at once."""
FEWEST_PEOPLE = 3
"""How many agents must have named a theme before its count is shown."""
FEWEST_ANSWERED = 5
"""How many hand-ups must have been answered before a usual time says something."""


async def add(
    session: AsyncSession, team: Team, agent_id: str, words: str, *, is_waiting: bool, ticket: str, now: datetime
) -> HandUp:
    hand_up = HandUp(
        team.workspace_id, team.id, agent_id, Private(words), now, is_waiting, Private(ticket) if ticket else ""
    )
    session.add(hand_up)
    await session.flush()
    return hand_up


async def find_open(session: AsyncSession, workspace_id: str, agent_id: str) -> HandUp | None:
    """Return an agent's open hand-up, or None."""
    return await session.scalar(
        select(HandUp).where(
            HandUp.workspace_id == workspace_id, HandUp.agent_id == agent_id, HandUp.ended_at.is_(None)
        )
    )


async def lock_hand_up(session: AsyncSession, workspace_id: str, hand_up_id: int) -> tuple[Team, HandUp]:
    """Lock and return a hand-up, and its team. Raises `AnswerTooLate` if it does not exist."""
    await locks.lock_row(session, HandUp, hand_up_id, refresh=True)
    return await fetch_hand_up(session, workspace_id, hand_up_id)


async def fetch_hand_up(session: AsyncSession, workspace_id: str, hand_up_id: int) -> tuple[Team, HandUp]:
    """Return a hand-up, and its team, without a lock. Raises `AnswerTooLate` if it does not exist."""
    found = await session.get(HandUp, hand_up_id)
    if found is None or found.workspace_id != workspace_id:
        raise AnswerTooLate(refusals.ENDED)
    return await session.get_one(Team, found.team_id), found


async def list_open(session: AsyncSession, team: Team) -> Sequence[HandUp]:
    """Return a team's open hand-ups, oldest first."""
    theirs = select(HandUp).where(HandUp.team_id == team.id, HandUp.ended_at.is_(None))
    return (await session.scalars(theirs.order_by(HandUp.raised_at, HandUp.id))).all()


async def find_helping(session: AsyncSession, team: Team, ids: Collection[str]) -> set[str]:
    """Return the leaders who are helping another agent already, or are on their way."""
    helping = await session.scalars(_HELPING, {"workspace_id": team.workspace_id, "ids": [*ids]})
    return {id for id in helping if id}


_HELPING = select(HandUp.helper_id).where(
    HandUp.workspace_id == bindparam("workspace_id"),
    HandUp.helper_id.in_(bindparam("ids", expanding=True)),
    HandUp.state.in_((State.COMING, State.HERE)),
)
"""Built once at import, because every search for a free leader executes it."""


async def must_lead(session: AsyncSession, team: Team, person_id: str) -> None:
    """Raise `Refusal` unless the person leads the team."""
    member = await membership.member(session, team, person_id)
    if member is None:
        raise Refusal(refusals.NOT_IN_TEAM)
    if member.role is not Role.LEADER:
        raise Refusal(refusals.FOR_LEADERS)


async def list_waits(session: AsyncSession, leader: Person, since: datetime, until: datetime) -> list[timedelta]:
    """Return how long each agent to whom this leader has come waited for the leader's own answer, in order of answers.

    Another leader may have answered earlier and not come. A leader who could only come later, or was not asked, answers
    by coming.
    """
    said_yes = select(func.min(Ask.answered_at)).where(
        Ask.kind == Kind.HAND_UP,
        Ask.about_id == HandUp.id,
        Ask.person_id == HandUp.helper_id,
        Ask.state == AskState.ACCEPTED,
        Ask.how == COMING,
    )
    answered_at = func.coalesce(said_yes.scalar_subquery(), HandUp.here_at)
    theirs = select(answered_at, HandUp.raised_at).where(
        HandUp.workspace_id == leader.workspace_id,
        HandUp.helper_id == leader.id,
        answered_at >= since,
        answered_at < until,
    )
    return [at - raised_at for at, raised_at in await session.execute(theirs.order_by(answered_at)) if at]


@dataclass(frozen=True)
class WeekSummary:
    """A summary of a team's hand-ups in a period, which names nobody."""

    raised: int = 0
    answered: int = 0
    """How many hand-ups a leader said yes to."""
    minutes: int | None = None
    """The median time until a leader said yes, in minutes; None if none did."""
    themes: Mapping[str, int] = field(default_factory=dict)
    """Hand-ups by theme, for themes that at least `FEWEST_PEOPLE` agents named; most frequent first."""
    agents: int = 0
    """How many different agents raised them."""


async def week_summary(session: AsyncSession, team: Team, *, since: datetime, until: datetime) -> WeekSummary:
    """Summarize the hand-ups raised between `since` (included) and `until` (not included)."""
    theirs = select(HandUp).where(HandUp.team_id == team.id, HandUp.raised_at >= since, HandUp.raised_at < until)
    found = (await session.scalars(theirs)).all()
    waits = [(each.helped_at - each.raised_at) / timedelta(minutes=1) for each in found if each.helped_at]
    agents, counts = defaultdict[str, set[str]](set), defaultdict[str, int](int)
    for each in found:
        if each.theme:
            agents[each.theme].add(each.agent_id)
            counts[each.theme] += 1
    shown = {theme: counts[theme] for theme in counts if len(agents[theme]) >= FEWEST_PEOPLE}
    return WeekSummary(
        len(found), len(waits), round(median(waits)) if waits else None,
        dict(sorted(shown.items(), key=lambda item: (-item[1], item[0]))), len({each.agent_id for each in found}),
    )  # fmt: skip
