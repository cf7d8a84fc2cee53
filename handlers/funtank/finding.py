"""Which ritual a button or a form is about, and for whom."""

from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import UserError
from bot.features.rituals import keeping
from bot.features.rituals.tables import Ritual
from bot.messages import handed_back
from bot.teams import finding, membership
from bot.teams.tables import Member, Team

NOT_IN_TEAM = "You are not in that team any more; `/funtank rituals` shows what yours keeps."


class Asked(NamedTuple):
    """A ritual, and who asks about it."""

    team: Team
    member: Member
    ritual: Ritual


async def of(session: AsyncSession, workspace_id: str, user_id: str, about: str, *, lock: bool = False) -> Asked:
    """`about` is `team:ritual`; `lock` to change it."""
    team, member = await place(session, workspace_id, user_id, about, lock=lock)
    return Asked(team, member, await keeping.one(session, team, about.partition(":")[2]))


async def led(session: AsyncSession, workspace_id: str, user_id: str, about: str) -> Asked:
    """The same, to open a form that leaders alone may send."""
    asked = await of(session, workspace_id, user_id, about)
    asked.member.must_lead()
    return asked


async def place(
    session: AsyncSession, workspace_id: str, user_id: str, about: str, *, lock: bool = False
) -> tuple[Team, Member]:
    """The team alone, where no ritual is named yet."""
    team = await finding.one(session, workspace_id, user_id, handed_back.number(about.partition(":")[0]))
    if lock:
        await membership.hold(session, team.id)
    member = await membership.member(session, team, user_id)
    if member is None:
        raise UserError(NOT_IN_TEAM)
    return team, member
