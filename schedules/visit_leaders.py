"""What a team's leaders hear of their sponsor's visits: before, after, and what was promised."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory
from bot.directory import Person
from bot.features.visits import debriefing
from bot.features.visits.parties import Party
from bot.features.visits.tables import Debrief, State, Visit
from bot.messages.visits import leaders as visits_leaders
from bot.messages.visits.leaders import LEADERS_CARDS
from bot.outbox import outbox
from bot.teams import membership
from bot.teams.tables import Team


async def tell(session: AsyncSession, party: Party, visit: Visit, *, now: datetime) -> None:
    """Show how a visit stands, once it has a yes; a question to a host is between the two."""
    if not visit.is_invited or visit.state in (State.ASKED, State.SUGGESTED):
        return
    for leader in await _leaders(session, party.team):
        post = visits_leaders.for_leader(party, visit, leader)
        if visit.state == State.PLANNED:
            await outbox.show(session, post, to=leader.dm, now=now, hours_of=party.team)
        else:
            await outbox.withdraw(session, post, to=leader.dm, now=now)


async def promise(session: AsyncSession, debrief: Debrief, *, now: datetime) -> None:
    """Pass on what the sponsor promised."""
    team, promised = await session.get_one(Team, debrief.team_id), debriefing.readable(session, debrief)
    for leader in await _leaders(session, team) if promised.words else ():
        post = visits_leaders.promised(team, promised, debrief.sponsor_id, leader)
        await outbox.put(session, post, to=leader.dm, not_before=now, hours_of=team)


async def keep_promise(session: AsyncSession, debrief: Debrief, *, now: datetime) -> None:
    """Show that a promise is kept, where it was passed on."""
    team, kept = await session.get_one(Team, debrief.team_id), debriefing.readable(session, debrief)
    for leader in await _leaders(session, team):
        post = visits_leaders.promised(team, kept, debrief.sponsor_id, leader, is_kept=True)
        await outbox.change(session, post, to=leader.dm, now=now)


async def settle(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Who does not lead any more reads nothing that waited for their working hours."""
    leaders = [leader.id for leader in await _leaders(session, team)]
    for cards in LEADERS_CARDS:
        await outbox.drop_waiting(session, team, cards, spare=leaders, now=now)


async def _leaders(session: AsyncSession, team: Team) -> list[Person]:
    ids = [member.user_id for member in await membership.leaders(session, team)]
    return list((await directory.people(session, team.workspace_id, ids)).values())
