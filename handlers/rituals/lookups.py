"""Which ritual, run or pack a button or a form is about, and for whom."""

from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import UserError
from bot.features.rituals import packs as rituals_features_packs
from bot.features.rituals import queries
from bot.features.rituals.models import Ritual, RitualRun
from bot.features.rituals.packs import Pack
from bot.messages import callbacks
from bot.org.teams import membership
from bot.org.teams import queries as teams_queries
from bot.org.teams.models import Member, Team
from bot.org.workspaces import Address

NOT_IN_TEAM = "You are not in that team any more; `/funtank rituals` shows what yours keeps."


class Asked(NamedTuple):
    """A ritual, and who asks about it."""

    team: Team
    member: Member
    ritual: Ritual


async def find_ritual(
    session: AsyncSession, workspace_id: str, user_id: str, about: str, *, lock: bool = False
) -> Asked:
    """`about` is `team:ritual`; `lock` to change it."""
    team, member = await find_team(session, workspace_id, user_id, about, lock=lock)
    return Asked(team, member, await queries.find_ritual(session, team, about.partition(":")[2]))


async def find_led_ritual(session: AsyncSession, workspace_id: str, user_id: str, about: str) -> Asked:
    """The same, to open a form that leaders alone may send."""
    asked = await find_ritual(session, workspace_id, user_id, about)
    asked.member.must_lead()
    return asked


async def find_team(
    session: AsyncSession, workspace_id: str, user_id: str, about: str, *, lock: bool = False
) -> tuple[Team, Member]:
    """The team alone, where no ritual is named yet."""
    team = await teams_queries.own_team(session, workspace_id, user_id, callbacks.number(about.partition(":")[0]))
    if lock:
        await membership.lock_team(session, team.id)
    member = await membership.member(session, team, user_id)
    if member is None:
        raise UserError(NOT_IN_TEAM)
    return team, member


async def find_pack(
    session: AsyncSession, workspace_id: str, user_id: str, about: str, *, lock: bool = False
) -> tuple[Team, Member, Pack]:
    team, member = await find_team(session, workspace_id, user_id, about, lock=lock)
    return team, member, await rituals_features_packs.find_pack(session, team, about.partition(":")[2])


async def find_run(
    session: AsyncSession, by: Address, occasion_id: int, *, lock: bool = True
) -> tuple[Team, Ritual, RitualRun]:
    ritual, occasion = await queries.find_run(session, by.workspace_id, occasion_id, lock=lock)
    return await teams_queries.own_team(session, by.workspace_id, by.conversation, occasion.team_id), ritual, occasion
