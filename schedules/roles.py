"""Telling people that they were named leader, deputy or sponsor of a team."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory import Address
from bot.messages import roles as messages
from bot.messages.roles import Named
from bot.outbox import outbox
from bot.teams.tables import Team

NOBODY: Mapping[str, Any] = {"leaders": [], "deputies": [], "sponsor": None}


async def tell(
    session: AsyncSession, team: Team, by_id: str, was: Mapping[str, Any], became: Mapping[str, Any], *, now: datetime
) -> None:
    """Tell those who are something else than they were, but for the one who named them."""
    before = named(was)
    for person_id, role in sorted(named(became).items()):
        if person_id != by_id and before.get(person_id) is not role:
            to = Address(team.workspace_id, person_id)
            await outbox.put(session, messages.named(team, role, by_id), to=to, not_before=now, hours_of=team)


def named(people: Mapping[str, Any]) -> dict[str, Named]:
    """What each of them is, of the people that a form names."""
    found = dict.fromkeys(people["leaders"], Named.LEADER) | dict.fromkeys(people["deputies"], Named.DEPUTY)
    return found | ({people["sponsor"]: Named.SPONSOR} if people["sponsor"] else {})
