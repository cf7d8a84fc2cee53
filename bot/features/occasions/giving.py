"""The day itself: what is wished now is looked at once more, and given once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory
from bot.directory import Person
from bot.features.occasions.cards import Signature, signatures
from bot.features.occasions.planning import plan
from bot.features.occasions.settings import Own, Wish
from bot.features.occasions.tables import Kind, Occasion, Signed
from bot.teams import membership
from bot.teams.tables import Team


@dataclass(frozen=True)
class Given:
    """What is to be said, and where."""

    occasion: Occasion
    person: Person
    wish: Wish
    years: int
    """Since they began; nothing of a birthday."""
    signatures: list[Signature]

    @property
    def is_public(self) -> bool:
        return self.wish is Wish.PUBLIC


async def give(session: AsyncSession, team: Team, occasion_id: int, *, now: datetime) -> Occasion | Given | None:
    """What is given now; the occasion itself when its time has moved on; None when there is nothing to give."""
    found = await session.get(Occasion, occasion_id)
    if found is None:
        return None
    person = await directory.person(session, team.workspace_id, found.person_id, lock=True)
    if team.is_closed or not await _is_of(session, team, person):
        await session.delete(found)
        return None
    if found not in await plan(session, team, [person.id], now=now):
        return None
    if found.due_at > now:
        return found
    kind, own = Kind(found.kind), Own.of(person)
    first = own.date_of(kind)
    years = found.year - first.year if first and kind is Kind.ANNIVERSARY else 0
    given = Given(found, person, own.wish(kind), years, await signatures(session, found))
    found.given_at = now
    await session.execute(delete(Signed).where(Signed.occasion_id == found.id))
    is_again = not given.is_public and await _was_given(session, found)
    return None if is_again else given


async def _is_of(session: AsyncSession, team: Team, person: Person) -> bool:
    """Whether somebody is a member of a team, or its sponsor."""
    sponsors = team.sponsor_id == person.id and person.may_join
    return sponsors or await membership.member(session, team, person.id) is not None


async def due_with(session: AsyncSession, given: Given) -> list[int]:
    """The other occasions of the team that are to be given at the same instant."""
    its = given.occasion
    others = select(Occasion.id).where(
        Occasion.team_id == its.team_id, Occasion.due_at == its.due_at, Occasion.given_at.is_(None)
    )
    return list(await session.scalars(others.order_by(Occasion.person_id, Occasion.id)))


async def _was_given(session: AsyncSession, occasion: Occasion) -> bool:
    """Whether another of their teams has kept it; their row is locked."""
    others = select(Occasion.id).where(
        Occasion.workspace_id == occasion.workspace_id, Occasion.person_id == occasion.person_id,
        Occasion.kind == occasion.kind, Occasion.year == occasion.year, Occasion.id != occasion.id,
        Occasion.given_at.is_not(None),
    )  # fmt: skip
    return await session.scalar(others.limit(1)) is not None


async def prune(session: AsyncSession, workspace_id: str, *, before: datetime, limit: int) -> int:
    """Forget those that retention ends; says how many. None comes again so much later."""
    old = select(Occasion.id).where(Occasion.workspace_id == workspace_id, Occasion.due_at < before).limit(limit)
    return len((await session.execute(delete(Occasion).where(Occasion.id.in_(old)).returning(Occasion.id))).all())
