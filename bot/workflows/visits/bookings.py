"""Agree on a visit: ask a host, accept, suggest another time, pass on to the next host, cancel.

A host is asked first, and nothing is planned without a yes."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.visits import hosts, queries, rules
from bot.features.visits.hosts import HostPool
from bot.features.visits.models import OPEN, State, Visit
from bot.features.visits.queries import find_visit
from bot.features.visits.rules import TIME, Participants, check_state, end_visit
from bot.features.visits.settings import Settings
from bot.messages.visits import cards, nudges
from bot.nudges import answers
from bot.nudges.models import NudgeState
from bot.org import people
from bot.org.availability import slots, working_hours
from bot.org.people import Person
from bot.org.teams import membership, settings
from bot.org.teams.models import Team
from bot.refusals import common
from bot.refusals import visits as refusals
from bot.scheduler.models import About
from bot.slack import home
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.workflows.meetings import find_busy, repost
from bot.workflows.nudges import KINDS
from bot.workflows.visits import updates
from bot.workflows.visits.updates import announce_change, may_host, question_about


async def add_visit(session: AsyncSession, pool: HostPool, sponsor: Person, at: datetime, *, now: datetime) -> Visit:
    """Ask the next agent in turn who can host at that time."""
    await check_ready(session, pool.team, sponsor.id)
    if at <= now:
        raise Refusal(common.TIME_PASSED, field=TIME)
    if pool.is_taken(at, sponsor):
        raise Refusal(refusals.SPONSOR_BUSY, field=TIME)
    host = pool.host(sponsor, at)
    if host is None:
        raise Refusal(refusals.NO_HOST, field=TIME)
    team = pool.team
    visit = Visit(team.workspace_id, team.id, sponsor.id, host.id, Settings.of(team).minutes, starts_at=at, made_at=now)
    session.add(visit)
    await session.flush()
    return visit


async def check_ready(session: AsyncSession, team: Team, sponsor_id: str | None) -> None:
    """A sponsor may visit their team, one visit at a time, unless visits rest; nobody asks another host meanwhile."""
    await membership.lock_team(session, team.id)
    if sponsor_id is None:
        raise Refusal(refusals.NO_SPONSOR)
    if team.sponsor_id != sponsor_id:
        raise Refusal(refusals.NOT_SPONSOR)
    if Settings.of(team).paused:
        raise Refusal(refusals.PAUSED)
    if await queries.is_under_way(session, team):
        raise Refusal(refusals.ON_THE_WAY)


async def request_visit(
    session: AsyncSession, actor: Actor, team_id: int, at: datetime, *, nudge_id: int = 0, now: datetime
) -> tuple[Participants, Visit]:
    """Ask the next host in turn for the time that the sponsor picked; answers the nudge that offered it, 0 for none."""
    sponsor = await people.fetch_person(session, *actor)
    team = await queries.find_team(session, sponsor, team_id)
    visit = await add_visit(session, await find_host_pool(session, team, now), sponsor, at, now=now)
    pair = await queries.load_participants(session, visit)
    await send_question(session, pair, visit, now=now)
    if nudge_id:
        nudge = await answers.find_nudge(session, *actor, nudge_id)
        await answers.answer(session, nudge, NudgeState.DONE, KINDS, now=now)
    return pair, visit


async def invite_sponsor(session: AsyncSession, leader: Person, team: Team, *, now: datetime) -> None:
    """Offer the sponsor a visit since a leader would like one: at once, as what colleagues send, and once a day."""
    await check_ready(session, team, team.sponsor_id)
    sponsor = await people.fetch_person(session, team.workspace_id, team.sponsor_id or "")
    times = (await find_host_pool(session, team, now)).times(sponsor, now)
    if not times:
        raise Refusal(refusals.no_times(team.channel_id))
    shown = [(int(at.timestamp()), sponsor.local(at)) for at in times]
    key = f"visit:by_hand:{team.id}:{now:%Y-%m-%d}"
    await outbox.put(session, nudges.by_hand(team, leader.id, shown), to=sponsor.dm, not_before=now, key=key)


async def set_paused(session: AsyncSession, team: Team, by: str, *, paused: bool, now: datetime) -> None:
    """Have visits rest for a while, or go on."""
    await membership.lock_team(session, team.id)
    await settings.change_settings(session, team, by, Settings.of(team).model_copy(update={"paused": paused}), now=now)
    home.mark_changed(session, team.workspace_id, await membership.leaders_and_sponsor(session, team), now=now)


async def find_host_pool(session: AsyncSession, team: Team, now: datetime) -> HostPool:
    """Who could host a visit, in turn, not over anything that is planned already."""
    return await hosts.find_host_pool(session, team, now, busy=find_busy, may_host=may_host)


async def accept(session: AsyncSession, actor: Actor, visit_id: int, *, now: datetime) -> None:
    """Plan a visit, now that the person asked last says yes."""
    pair, visit = await find_visit(session, *actor, visit_id, books=True)
    planned = await find_busy(session, visit.workspace_id, (visit.sponsor_id, visit.host_id), now)
    rules.accept(pair, visit, actor.person_id, busy=planned, now=now)
    await announce_change(session, pair, visit, by=pair.person(actor.person_id), now=now)


async def suggest_time(session: AsyncSession, actor: Actor, visit_id: int, at: datetime, *, now: datetime) -> None:
    """Ask the other one for another time; what was planned is planned no more until they say yes."""
    pair, visit = await find_visit(session, *actor, visit_id)
    by, pool = pair.person(actor.person_id), await find_host_pool(session, pair.team, now)
    check_state(visit, *OPEN)
    if at <= now:
        raise Refusal(common.TIME_PASSED, field=TIME)
    other = pair.other(by)
    if not slots.suits([working_hours.person_hours(other, pair.team)], at, visit.length):
        raise Refusal(common.not_at_work(other.shown), field=TIME)
    if pool.without(visit).is_taken(at, pair.sponsor, pair.host):
        raise Refusal(common.TIME_TAKEN, field=TIME)
    visit.state = State.ASKED if by is pair.sponsor else State.SUGGESTED
    visit.starts_at, visit.sequence = at, visit.sequence + 1
    if visit.state == State.ASKED:
        await send_question(session, pair, visit, now=now)
    else:
        await announce_change(session, pair, visit, by=by, now=now)


async def decline(session: AsyncSession, actor: Actor, visit_id: int, *, now: datetime) -> None:
    """Ask another host, since this one would rather not, and needs no reason."""
    pair, visit = await find_visit(session, *actor, visit_id)
    pair.must_host(actor.person_id)
    check_state(visit, State.ASKED, State.SUGGESTED)
    await _ask_next_host(session, pair, visit, has_answered=True, now=now)


async def pass_on(session: AsyncSession, visit_id: int, question: About | None, *, now: datetime) -> None:
    """Ask another host, since this one did not answer the question in time."""
    pair, visit = await queries.load_visit(session, visit_id)
    if visit.state == State.ASKED and question == question_about(visit):
        await _ask_next_host(session, pair, visit, has_answered=False, now=now)


async def _ask_next_host(
    session: AsyncSession, pair: Participants, visit: Visit, *, has_answered: bool, now: datetime
) -> None:
    """Somebody else is asked; where nobody else can, the sponsor hears “another time, then”, and never who said no."""
    choose_next_host(pair, visit, await find_host_pool(session, pair.team, now), now=now)
    if not visit.is_invited:
        farewell = cards.passed_by(pair, visit, pair.host, has_answered=has_answered)
        await outbox.withdraw(session, farewell, to=pair.host.dm, now=now)
    if visit.is_open:
        await send_question(session, await queries.load_participants(session, visit), visit, now=now)
    else:
        await announce_change(session, pair, visit, by=pair.host, now=now)


def choose_next_host(pair: Participants, visit: Visit, pool: HostPool, *, now: datetime) -> None:
    """Ask the next host for the same time, or end the visit if it was planned before or nobody is left to ask."""
    may_be_asked = visit.starts_at > now and not visit.is_invited
    apart = pool.without(visit)
    visit.passed = [*visit.passed, visit.host_id]
    host = apart.host(pair.sponsor, visit.starts_at, visit.passed) if may_be_asked else None
    if host is None:
        end_visit(visit, State.DECLINED, now)
        return
    visit.host_id, visit.state, visit.sequence = host.id, State.ASKED, visit.sequence + 1


async def cancel(session: AsyncSession, actor: Actor, visit_id: int, *, now: datetime) -> None:
    pair, visit = await find_visit(session, *actor, visit_id)
    rules.cancel(visit, now=now)
    await announce_change(session, pair, visit, by=pair.person(actor.person_id), now=now)


async def cancel_orphaned(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Call off what cannot be, since somebody left or has another place, and tell those who are there."""
    for visit in await queries.find_orphaned(session, team):
        rules.cancel(visit, now=now)
        await announce_change(session, await queries.load_participants(session, visit), visit, now=now)
    await updates.drop_waiting_cards(session, team, now=now)


async def expire(session: AsyncSession, visit_id: int, *, now: datetime) -> None:
    """End a suggestion of the host's that the sponsor did not answer before its time had passed."""
    pair, visit = await queries.load_visit(session, visit_id)
    if visit.state == State.SUGGESTED:
        end_visit(visit, State.LAPSED, now)
        await updates.show_change(session, pair, visit, now=now)


async def send_question(session: AsyncSession, pair: Participants, visit: Visit, *, now: datetime) -> None:
    """The host hears the question at a good moment, as a new message; the sponsor sees that it is on its way."""
    await updates.plan_jobs(session, pair, visit, now=now)
    post = cards.card(pair, visit, pair.host)
    await repost(session, post, pair.host, pair.team, expires_at=visit.starts_at, now=now)
    await outbox.show(session, cards.card(pair, visit, pair.sponsor), to=pair.sponsor.dm, now=now)
