"""Agree on a visit: ask a host, accept, suggest another time, pass on to the next host, cancel.

A host is asked first, and nothing is planned without a yes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Passed, UserError
from bot.features.shadowing.settings import ShadowingPreferences
from bot.features.visits import hosts, queries
from bot.features.visits.hosts import HostPool
from bot.features.visits.models import OPEN, State, Visit
from bot.features.visits.rules import Participants, check_state, end_visit
from bot.features.visits.settings import Settings
from bot.messages.visits import cards
from bot.org.availability import slots, working_hours
from bot.org.availability.slots import Busy
from bot.org.people import Person
from bot.org.teams import membership, settings
from bot.org.teams.models import Team
from bot.slack.outbox import outbox
from bot.workflows.meetings import find_busy
from bot.workflows.visits import updates

TIME = "time"
"""The field of a form."""
PAST = "That time has passed. Pick a later one, please."
NOBODY = "Nobody who likes to be asked is free then. Pick another time, please."
BUSY = "You have something else then. Pick another time, please."
TAKEN = "One of you has something else then. Pick another time, please."
TAKEN_BY_NOW = "One of you has something else then by now. Suggest another time, please."
RESTING = "Visits to this team rest at the moment; its leaders let them go on with `/shadow visits resume`."


async def add_visit(session: AsyncSession, crowd: HostPool, sponsor: Person, at: datetime, *, now: datetime) -> Visit:
    """Ask the next agent in turn who can host at that time."""
    await check_ready(session, crowd.team, sponsor.id)
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


async def check_ready(session: AsyncSession, team: Team, sponsor_id: str | None) -> None:
    """A sponsor may visit their team, one visit at a time, unless visits rest; nobody asks another host meanwhile."""
    await membership.lock_team(session, team.id)
    if sponsor_id is None:
        raise UserError("This team has no sponsor yet. `/steward settings`, *People*, names one.")
    if team.sponsor_id != sponsor_id:
        raise UserError("Visits are for the team's sponsor. Sitting beside somebody as a leader is `/shadow`.")
    if Settings.of(team).paused:
        raise UserError(RESTING)
    if await queries.is_under_way(session, team):
        raise UserError("A visit to this team is on the way already; `/shadow visits` shows it.")


def accept(party: Participants, visit: Visit, by: str, *, busy: Sequence[Busy] = (), now: datetime) -> None:
    """Plan the visit, now that the person asked last says yes."""
    check_state(visit, State.ASKED, State.SUGGESTED)
    if visit.state == State.ASKED:
        party.must_host(by)
    else:
        party.must_sponsor(by)
    if visit.starts_at <= now:
        raise Passed("That time has passed. Suggest a later one, please.")
    if slots.is_booked(busy, {visit.sponsor_id, visit.host_id}, visit.span, but=visit.about):
        raise Passed(TAKEN_BY_NOW)
    visit.state, visit.is_invited = State.PLANNED, True


def suggest_time(party: Participants, visit: Visit, crowd: HostPool, by: str, at: datetime, *, now: datetime) -> None:
    """Another time, for the other one to say yes to; what was planned is planned no more until they do."""
    check_state(visit, *OPEN)
    if at <= now:
        raise UserError(PAST, field=TIME)
    other = party.other(party.person(by))
    if not slots.suits([working_hours.person_hours(other, party.team)], at, visit.length):
        raise UserError(f"{other.shown} is not at work then. Pick a time in their day, please.", field=TIME)
    if crowd.without(visit).is_taken(at, party.sponsor, party.host):
        raise UserError(TAKEN, field=TIME)
    visit.state = State.ASKED if by == visit.sponsor_id else State.SUGGESTED
    visit.starts_at, visit.sequence = at, visit.sequence + 1


def decline(party: Participants, visit: Visit, by: str) -> None:
    """The host would rather not, and needs no reason; what becomes of the visit `choose_next_host` says."""
    party.must_host(by)
    check_state(visit, State.ASKED, State.SUGGESTED)


def choose_next_host(party: Participants, visit: Visit, crowd: HostPool, *, now: datetime) -> None:
    """Ask the next host for the same time, or end the visit if it was planned before or nobody is left to ask."""
    may_be_asked = visit.starts_at > now and not visit.is_invited
    apart = crowd.without(visit)
    visit.passed = [*visit.passed, visit.host_id]
    host = apart.host(party.sponsor, visit.starts_at, visit.passed) if may_be_asked else None
    if host is None:
        end_visit(visit, State.DECLINED, now)
        return
    visit.host_id, visit.state, visit.sequence = host.id, State.ASKED, visit.sequence + 1


def cancel(visit: Visit, *, now: datetime) -> None:
    """Either of the two calls it off."""
    check_state(visit, *OPEN)
    end_visit(visit, State.CANCELLED, now)


def expire(visit: Visit, *, now: datetime) -> None:
    """The host had another time in mind, and it has passed unanswered."""
    end_visit(visit, State.LAPSED, now)


async def set_paused(session: AsyncSession, team: Team, by: str, *, paused: bool, now: datetime) -> None:
    """Leaders have visits rest for a while, or go on."""
    await settings.change_settings(session, team, by, Settings.of(team).model_copy(update={"paused": paused}), now=now)


async def request_visit(session: AsyncSession, sponsor: Person, team_id: int, at: datetime, now: datetime) -> Visit:
    """Ask the next host in turn for the time that the sponsor picked."""
    team = await queries.find_team(session, sponsor, team_id)
    visit = await add_visit(session, await find_host_pool(session, team, now), sponsor, at, now=now)
    await send_question(session, await queries.load_participants(session, visit), visit, now=now)
    return visit


def may_host(person: Person) -> bool:
    """Who likes to be asked by leaders is asked for visits too: it is one choice."""
    return ShadowingPreferences.of(person).may_be_asked


async def find_host_pool(session: AsyncSession, team: Team, now: datetime) -> HostPool:
    """Who could host a visit, in turn, not over anything that is planned already."""
    return await hosts.find_host_pool(session, team, now, busy=find_busy, may_host=may_host)


async def cancel_orphaned(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Call off what cannot be, since somebody left or has another place, and tell those who are there."""
    for visit in await queries.find_orphaned(session, team):
        cancel(visit, now=now)
        await updates.announce_change(session, await queries.load_participants(session, visit), visit, now=now)
    await updates.drop_waiting_cards(session, team, now=now)


async def send_question(session: AsyncSession, party: Participants, visit: Visit, *, now: datetime) -> None:
    """The host hears the question at a good moment, as a new message; the sponsor sees that it is on its way."""
    await updates.plan_jobs(session, party, visit, now=now)
    post = cards.card(party, visit, party.host)
    await outbox.delete(session, post.card or "", to=party.host.dm, now=now)
    await outbox.put(session, post, to=party.host.dm, not_before=now, hours_of=party.team, expires_at=visit.starts_at)
    await outbox.show(session, cards.card(party, visit, party.sponsor), to=party.sponsor.dm, now=now)


async def ask_next_host(
    session: AsyncSession, party: Participants, visit: Visit, *, has_answered: bool = True, now: datetime
) -> None:
    """Somebody else is asked; where nobody else can, the sponsor hears “another time, then”, and never who said no."""
    choose_next_host(party, visit, await find_host_pool(session, party.team, now), now=now)
    if not visit.is_invited:
        farewell = cards.passed_by(party, visit, party.host, has_answered=has_answered)
        await outbox.withdraw(session, farewell, to=party.host.dm, now=now)
    if visit.is_open:
        await send_question(session, await queries.load_participants(session, visit), visit, now=now)
    else:
        await updates.announce_change(session, party, visit, by=party.host, now=now)
