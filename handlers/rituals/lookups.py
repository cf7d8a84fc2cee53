"""Lookups of the ritual or pack that a button or form is about, with its team and the member who asks."""

from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.rituals import packs, queries
from bot.features.rituals.models import Ritual
from bot.features.rituals.packs import Pack
from bot.messages import callbacks
from bot.org.teams import membership
from bot.org.teams import queries as teams_queries
from bot.org.teams.models import Member, Team
from bot.refusals import rituals as refusals
from bot.slack.dispatcher import Actor

Thing = TypeVar("Thing")


class Asked(NamedTuple, Generic[Thing]):
    """A ritual or a pack, its team, and the member who asks about it."""

    team: Team
    member: Member
    thing: Thing


class Find(Protocol):
    """A lookup of a ritual or pack by `about`, which is `team:ritual` or `team:pack`; `lock` locks its team."""

    async def __call__(self, session: AsyncSession, actor: Actor, about: str, *, lock: bool = False) -> Asked[Any]: ...


async def find_ritual(session: AsyncSession, actor: Actor, about: str, *, lock: bool = False) -> Asked[Ritual]:
    team, member = await _find_team(session, actor, about, lock=lock)
    return Asked(team, member, await queries.find_ritual(session, team, about.partition(":")[2]))


async def find_own_ritual(
    session: AsyncSession, actor: Actor, about: str, *, lock: bool = False
) -> Asked[Ritual | None]:
    """Find a team's own ritual; the ritual is None for a new one, which has no slug yet."""
    team, member = await _find_team(session, actor, about, lock=lock)
    slug = about.partition(":")[2]
    return Asked(team, member, await queries.find_ritual(session, team, slug) if slug else None)


async def find_pack(session: AsyncSession, actor: Actor, about: str, *, lock: bool = False) -> Asked[Pack]:
    team, member = await _find_team(session, actor, about, lock=lock)
    return Asked(team, member, await packs.find_pack(session, team, about.partition(":")[2]))


async def _find_team(session: AsyncSession, actor: Actor, about: str, *, lock: bool) -> tuple[Team, Member]:
    team = await find_shown_team(session, actor, about)
    if lock:
        await membership.lock_team(session, team.id)
    member = await membership.member(session, team, actor.person_id)
    if member is None:
        raise Refusal(refusals.NOT_IN_TEAM)
    return team, member


async def find_shown_team(session: AsyncSession, actor: Actor, about: str) -> Team:
    """Find the team of a ritual's button; raise a `Refusal` unless the actor may see the team."""
    return await teams_queries.own_team(session, *actor, callbacks.number(about.partition(":")[0]))
