"""Queries on asks: open asks, and when each person was asked before.

The subject of an ask (`thing`) is what somebody is needed for, such as a spike, a ritual run or a meeting.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, bindparam, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import TeamRow
from bot.escalation import rules
from bot.escalation.models import WITHOUT_TURNS, Ask, Kind, State


@dataclass
class EarlierAsks:
    """How often and how recently one person was asked."""

    asked_at: datetime | None = None
    """When the person was last asked about any subject of the same kind."""
    is_recent: bool = False
    """Whether the person was asked about another subject within the cooldown, and that ask was not withdrawn."""
    sizes: list[float | None] = field(default_factory=list)
    """The size of this subject each time the person was asked about it."""


_ASKS = (
    select(Ask)
    .where(
        Ask.kind == bindparam("kind"),
        Ask.about_id == bindparam("thing"),
        Ask.state.in_(bindparam("states", expanding=True)),
    )
    .order_by(Ask.asked_at, Ask.id)
)
_THEIRS = (
    Ask.workspace_id == bindparam("workspace_id"),
    Ask.person_id.in_(bindparam("ids", expanding=True)),
    Ask.kind == bindparam("kind"),
)
_IS_RECENT = and_(Ask.about_id != bindparam("thing"), Ask.asked_at > bindparam("since"), Ask.state != State.WITHDRAWN)
_EARLIER = (
    select(Ask.person_id, func.max(Ask.asked_at), func.max(case((_IS_RECENT, 1), else_=0)))
    .where(*_THEIRS)
    .group_by(Ask.person_id)
)
_EARLIER_OF_THIS = select(Ask.person_id, Ask.size).where(*_THEIRS, Ask.about_id == bindparam("thing")).order_by(Ask.id)
"""Built once at import, because each step of an escalation executes them several times."""


async def find_asks(session: AsyncSession, kind: Kind, thing: TeamRow, *states: State) -> Sequence[Ask]:
    """Return the asks about a subject in these states, or in any state if none is given, oldest first."""
    wanted = {"kind": kind, "thing": thing.id, "states": [*(states or State)]}
    return (await session.scalars(_ASKS, wanted)).all()


async def find_waiting(session: AsyncSession, kind: Kind, team_id: int) -> Sequence[Ask]:
    """Return all open asks of a team, sorted in the lock order of their subjects."""
    theirs = select(Ask).where(Ask.team_id == team_id, Ask.kind == kind, Ask.state == State.WAITING)
    return (await session.scalars(theirs.order_by(Ask.about_id))).all()


async def find_people_asked(session: AsyncSession, workspace_id: str, ids: Collection[str]) -> set[str]:
    """Return who among these people has an open ask that wants an answer within minutes, about any subject."""
    return set(await session.scalars(_ASKED, {"workspace_id": workspace_id, "ids": [*ids]}))


_ASKED = select(Ask.person_id).where(
    Ask.workspace_id == bindparam("workspace_id"),
    Ask.person_id.in_(bindparam("ids", expanding=True)),
    Ask.kind.in_(WITHOUT_TURNS),
    Ask.state == State.WAITING,
)
"""Built once at import, because every search for a free leader executes it."""


async def find_earlier_asks(
    session: AsyncSession, kind: Kind, thing: TeamRow, ids: Collection[str], *, since: datetime
) -> Mapping[str, EarlierAsks]:
    """Return how often and how recently each person was asked; asks before `since` do not count as recent."""
    asked = {"workspace_id": thing.workspace_id, "ids": [*ids], "kind": kind, "thing": thing.id}
    past = defaultdict[str, EarlierAsks](EarlierAsks)
    for id, at, recently in await session.execute(_EARLIER, {**asked, "since": since}):
        past[id] = EarlierAsks(at, bool(recently))
    for id, size in await session.execute(_EARLIER_OF_THIS, asked):
        past[id].sizes.append(size)
    return past


async def add(
    session: AsyncSession, kind: Kind, thing: TeamRow, person_id: str, size: float | None = None, *,
    with_others: bool = False, now: datetime,
) -> Ask:  # fmt: skip
    ask = Ask(thing.workspace_id, thing.team_id, kind, thing.id, person_id, now, size, with_others=with_others)
    session.add(ask)
    await session.flush()
    return ask


async def answer(
    session: AsyncSession, kind: Kind, thing: TeamRow, state: State, *, how: str | None = None, now: datetime
) -> None:
    """Record the answer to the open ask about a subject, if there is one."""
    for ask in await find_asks(session, kind, thing, State.WAITING):
        rules.change_state(ask, state, how=how, now=now)
    await session.flush()


async def reopen_ask(
    session: AsyncSession, kind: Kind, thing: TeamRow, ids: Collection[str], *, now: datetime
) -> Ask | None:
    """Reopen the last ask about a subject that was withdrawn from one of these people, or return None."""
    withdrawn = [each for each in await find_asks(session, kind, thing, State.WITHDRAWN) if each.person_id in ids]
    for ask in withdrawn[-1:]:
        rules.change_state(ask, State.WAITING, now=now)
        return ask
    return None


async def reopen_asks(
    session: AsyncSession, kind: Kind, thing: TeamRow, ids: Collection[str], *, now: datetime
) -> list[Ask]:
    """Reopen all asks about a subject that were withdrawn from these people; all of them are open at once."""
    withdrawn = [each for each in await find_asks(session, kind, thing, State.WITHDRAWN) if each.person_id in ids]
    for ask in withdrawn:
        ask.with_others = True
        rules.change_state(ask, State.WAITING, now=now)
    return withdrawn
