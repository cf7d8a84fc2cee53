"""How a sponsor comes to visit a team: a host is asked first, and nothing is planned without a yes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory import Person
from bot.errors import Passed, UserError
from bot.features.visits.hosts import Crowd
from bot.features.visits.parties import Party, end, must_be
from bot.features.visits.settings import Settings
from bot.features.visits.tables import OPEN, State, Visit
from bot.hours import routine, slots
from bot.hours.slots import Busy
from bot.teams import membership, settings
from bot.teams.tables import Team

TIME = "time"
"""The field of a form."""
PAST = "That time has passed. Pick a later one, please."
NOBODY = "Nobody who likes to be asked is free then. Pick another time, please."
BUSY = "You have something else then. Pick another time, please."
TAKEN = "One of you has something else then. Pick another time, please."
TAKEN_BY_NOW = "One of you has something else then by now. Suggest another time, please."
RESTING = "Visits to this team rest at the moment; its leaders let them go on with `/shadow visits resume`."


async def ask(session: AsyncSession, crowd: Crowd, sponsor: Person, at: datetime, *, now: datetime) -> Visit:
    """Ask the next agent in turn who can host at that time."""
    await must_be_ready(session, crowd.team, sponsor.id)
    if at <= now:
        raise UserError(PAST, field=TIME)
    if crowd.is_taken(at, sponsor):
        raise UserError(BUSY, field=TIME)
    host = crowd.host(sponsor, at)
    if host is None:
        raise UserError(NOBODY, field=TIME)
    team = crowd.team
    visit = Visit(team.workspace_id, team.id, sponsor.id, host.id, Settings.of(team).minutes, starts_at=at, made_at=now)
    session.add(visit)
    await session.flush()
    return visit


async def must_be_ready(session: AsyncSession, team: Team, sponsor_id: str | None) -> None:
    """A sponsor may visit their team, one visit at a time, unless visits rest; nobody asks another host meanwhile."""
    await membership.hold(session, team.id)
    if sponsor_id is None:
        raise UserError("This team has no sponsor yet. `/steward settings`, *People*, names one.")
    if team.sponsor_id != sponsor_id:
        raise UserError("Visits are for the team's sponsor. Sitting beside somebody as a leader is `/shadow`.")
    if Settings.of(team).paused:
        raise UserError(RESTING)
    if await is_on_the_way(session, team):
        raise UserError("A visit to this team is on the way already; `/shadow visits` shows it.")


async def is_on_the_way(session: AsyncSession, team: Team) -> bool:
    open_one = select(Visit.id).where(Visit.team_id == team.id, Visit.state.in_(OPEN))
    return await session.scalar(open_one.limit(1)) is not None


def accept(party: Party, visit: Visit, by: str, *, busy: Sequence[Busy] = (), now: datetime) -> None:
    """Plan the visit, now that the person asked last says yes."""
    must_be(visit, State.ASKED, State.SUGGESTED)
    if visit.state == State.ASKED:
        party.must_host(by)
    else:
        party.must_sponsor(by)
    if visit.starts_at <= now:
        raise Passed("That time has passed. Suggest a later one, please.")
    if slots.is_booked(busy, {visit.sponsor_id, visit.host_id}, visit.span, but=visit.about):
        raise Passed(TAKEN_BY_NOW)
    visit.state, visit.is_invited = State.PLANNED, True


def suggest_time(party: Party, visit: Visit, crowd: Crowd, by: str, at: datetime, *, now: datetime) -> None:
    """Another time, for the other one to say yes to; what was planned is planned no more until they do."""
    must_be(visit, *OPEN)
    if at <= now:
        raise UserError(PAST, field=TIME)
    other = party.other(party.person(by))
    if not slots.suits([routine.of_person(other, party.team)], at, visit.length):
        raise UserError(f"{other.shown} is not at work then. Pick a time in their day, please.", field=TIME)
    if crowd.without(visit).is_taken(at, party.sponsor, party.host):
        raise UserError(TAKEN, field=TIME)
    visit.state = State.ASKED if by == visit.sponsor_id else State.SUGGESTED
    visit.starts_at, visit.sequence = at, visit.sequence + 1


def decline(party: Party, visit: Visit, by: str) -> None:
    """The host would rather not, and needs no reason; what becomes of the visit `pass_on` says."""
    party.must_host(by)
    must_be(visit, State.ASKED, State.SUGGESTED)


def pass_on(party: Party, visit: Visit, crowd: Crowd, *, now: datetime) -> None:
    """Ask the next host for the same time, or end the visit if it was planned before or nobody is left to ask."""
    may_be_asked = visit.starts_at > now and not visit.is_invited
    apart = crowd.without(visit)
    visit.passed = [*visit.passed, visit.host_id]
    host = apart.host(party.sponsor, visit.starts_at, visit.passed) if may_be_asked else None
    if host is None:
        end(visit, State.DECLINED, now)
        return
    visit.host_id, visit.state, visit.sequence = host.id, State.ASKED, visit.sequence + 1


def cancel(visit: Visit, *, now: datetime) -> None:
    """Either of the two calls it off."""
    must_be(visit, *OPEN)
    end(visit, State.CANCELLED, now)


def lapse(visit: Visit, *, now: datetime) -> None:
    """The host had another time in mind, and it has passed unanswered."""
    end(visit, State.LAPSED, now)


async def rest(session: AsyncSession, team: Team, by: str, *, paused: bool, now: datetime) -> None:
    """Leaders have visits rest for a while, or go on."""
    await settings.change(session, team, by, Settings.of(team).model_copy(update={"paused": paused}), now=now)
