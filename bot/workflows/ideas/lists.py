"""The list of a team's open ideas."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from bot.followups import queries
from bot.followups.models import Audience, Followup, Kind, State
from bot.followups.rules import Role
from bot.messages.followups.lists import MOST_LISTED, Listed
from bot.messages.ideas import lists
from bot.org.teams import queries as teams_queries
from bot.slack.dispatcher import Actor
from bot.slack.post import Post
from bot.workflows.followups import steps


async def list_ideas(
    session: AsyncSession, actor: Actor, *, channel_id: str | None = None, chosen: str = lists.OPEN, start: int = 0
) -> Post:
    """Return a page of the open ideas that a person may read in the channel's team, or else in all their teams."""
    found = []
    for team in await teams_queries.team_meant(session, *actor, channel_id=channel_id):
        for idea in reversed(await queries.list_unclosed(session, team, Kind.IDEA)):
            roles = await queries.find_roles(session, team, idea, actor.person_id)
            if _may_read(idea, roles) and _fits(idea, chosen, roles):
                found.append((team, idea, roles))
    page = [
        Listed(await steps.load_view(session, team, idea), roles)
        for team, idea, roles in found[start : start + MOST_LISTED]
    ]
    return lists.idea_list(page, chosen, start=start, total=len(found))


def _may_read(idea: Followup, roles: Collection[Role]) -> bool:
    if idea.audience == Audience.TEAM:
        return bool(roles)
    return not {Role.LEADER, Role.AUTHOR, Role.OWNER}.isdisjoint(roles)


def _fits(idea: Followup, chosen: str, roles: Collection[Role]) -> bool:
    match chosen:
        case lists.MINE:
            return not {Role.AUTHOR, Role.OWNER}.isdisjoint(roles)
        case lists.NEW:
            return idea.state == State.OPEN
        case lists.TAKEN:
            return idea.state == State.OWNED
        case _:
            return not chosen.startswith(lists.THEME) or idea.theme == chosen.removeprefix(lists.THEME)
