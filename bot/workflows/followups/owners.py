"""Changes of a follow-up's owner: handed on by the owner, or handed back because the owner has left or is away."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import Private
from bot.errors import Refusal
from bot.features.roadblocks import next_reminder_day
from bot.followups import queries
from bot.followups.models import Followup, Kind, Reason
from bot.followups.rules import Step, own
from bot.messages.followups.cards import View
from bot.messages.followups.forms import WHO
from bot.messages.promises import OWNER_LEFT
from bot.org import people
from bot.org.availability import working_hours
from bot.org.availability.absences import find_return
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.refusals import followups as refusals
from bot.slack.dispatcher import Actor
from bot.workflows.followups import steps


async def hand_on(session: AsyncSession, actor: Actor, followup_id: int, to: str, *, now: datetime) -> View:
    """Make another leader of the team the owner. Raises `Refusal` if they do not lead the team."""

    def store(this: Followup, by: Person) -> None:
        own(this, to, receiver.local(now).date())

    team, _ = await queries.lock_followup(session, actor.workspace_id, followup_id)
    if to == actor.person_id or to not in {each.user_id for each in await membership.leaders(session, team)}:
        raise Refusal(refusals.NO_LEADER, field=WHO)
    receiver = await people.fetch_person(session, actor.workspace_id, to)
    return await steps.take_step(session, actor, followup_id, Step.HAND_ON, change=store, now=now)


async def hand_back_orphaned(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Hand back follow-ups whose owners no longer lead or sponsor the team; close the promises of people who left."""
    leading = await membership.leaders_and_sponsor(session, team)
    present = await membership.everybody(session, team)
    for this in await queries.find_owned_in_team(session, team):
        is_here = this.owner_id in (present if this.kind == Kind.PROMISE else leading)
        if not is_here:
            await _release(session, team, this.id, now)


async def hand_back_absent(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Hand back roadblocks and ideas whose owner is away until after their next reminder."""
    owned = await queries.find_owned_in_team(session, team, Kind.ROADBLOCK, Kind.IDEA)
    known = await people.fetch_people(session, team.workspace_id, {each.owner_id or "" for each in owned})
    for this in owned:
        if (owner := known.get(this.owner_id or "")) and is_away_too_long(team, this, owner, now):
            await _release(session, team, this.id, now)


def is_away_too_long(team: Team, this: Followup, owner: Person, now: datetime) -> bool:
    """Return whether the owner is away now, and comes back only after the day of their next reminder."""
    back = find_return(owner.absences, now)
    routine = working_hours.person_hours(owner, team)
    return back is not None and owner.local(back).date() > next_reminder_day(this, routine, owner.local(now).date())


async def _release(session: AsyncSession, team: Team, followup_id: int, now: datetime) -> None:
    _, this = await queries.lock_followup(session, team.workspace_id, followup_id)
    former, step = this.owner_id, Step.HAND_BACK
    if this.kind == Kind.PROMISE:
        step, this.reason, this.outcome = Step.CLOSE, Reason.LET_GO, Private(OWNER_LEFT)
    await queries.take_step(session, this, step, None, (), now=now)
    await steps.publish(session, team, this, step, by=None, former=former, now=now)
