"""Show the months that were sent to leaders and the sponsor, as each may read them."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.voice import queries
from bot.messages.voice import cards
from bot.org import people
from bot.org.teams import membership
from bot.org.teams import queries as teams
from bot.org.teams.models import Role, Team
from bot.refusals import common
from bot.slack.dispatcher import Actor
from bot.slack.post import Post


async def list_months(session: AsyncSession, actor: Actor) -> Post:
    """List the latest months of the actor's teams. Raises `Refusal` for anybody who neither leads nor sponsors one."""
    await people.fetch_person(session, *actor)
    theirs = {each.id: each for each in await teams.teams_of_person(session, *actor)}
    readable = {id: team for id, team in theirs.items() if await _may_read(session, actor, team)}
    if not readable:
        raise Refusal(common.VOICE_FOR_LEADERS)
    return cards.months([(readable[each.team_id], each) for each in await queries.list_sent(session, readable)])


async def show_month(session: AsyncSession, actor: Actor, month_id: int) -> Post:
    """Return a month as text. The notes for the sponsor in it are shown to the sponsor alone."""
    team, found = await queries.find_month(session, actor.workspace_id, month_id)
    if not await _may_read(session, actor, team) or not found.words:
        raise Refusal(common.VOICE_FOR_LEADERS)
    return cards.month(found.words if team.sponsor_id == actor.person_id else found.leader_words)


async def _may_read(session: AsyncSession, actor: Actor, team: Team) -> bool:
    member = await membership.member(session, team, actor.person_id)
    return team.sponsor_id == actor.person_id or (member is not None and member.role is Role.LEADER)
