"""Sponsor visits: ask a host, tell the team's leaders, and record the sponsor's notes and promises."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import vault_of
from bot.errors import Refusal
from bot.escalation import queries as asks
from bot.escalation.models import Kind as AskedFor
from bot.escalation.models import State as Asked
from bot.features.visits import hosts, queries, themes
from bot.features.visits import rules as visit_rules
from bot.features.visits.hosts import HostPool
from bot.features.visits.models import Debrief
from bot.features.visits.rules import DebriefAnswers
from bot.features.visits.settings import Settings
from bot.followups import queries as followups_queries
from bot.followups.models import Audience
from bot.followups.models import Kind as FollowupKind
from bot.followups.models import State as FollowupState
from bot.followups.rules import own
from bot.meetings import queries as meetings_queries
from bot.meetings import rules
from bot.meetings.models import WAITING, Kind, Meeting, State
from bot.meetings.policy import Policy
from bot.meetings.rules import TIME, Pair
from bot.messages.visits import cards, lists, nudges
from bot.nudges.models import NudgeState
from bot.org import people
from bot.org.people import Person
from bot.org.teams import membership, settings
from bot.org.teams.models import Team
from bot.refusals import common
from bot.refusals import visits as refusals
from bot.slack import home
from bot.slack.dispatcher import Actor
from bot.slack.home import Visitor
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.slack.post import Post
from bot.workflows.followups import steps
from bot.workflows.meetings import bookings, outcomes
from bot.workflows.nudges import answer

THEMES_EXPIRY = timedelta(days=7)
MONTHS_BACK = 6
"""How far back to look for themes that are still to be included in a monthly post."""


async def request_visit(
    session: AsyncSession, actor: Actor, team_id: int, at: datetime, *, nudge_id: int = 0, now: datetime
) -> tuple[Pair, Meeting]:
    """Ask the next host in turn for the time that the sponsor picked.

    `nudge_id` is the nudge that offered the visit, and is answered by this request; 0 for none.
    """
    sponsor = await people.fetch_person(session, *actor)
    team = await queries.find_team(session, sponsor, team_id)
    visit = await add_visit(session, await hosts.find_host_pool(session, team, now), sponsor, at, now=now)
    pair = await meetings_queries.load_pair(session, visit)
    await bookings.send_question(session, pair, visit, now=now)
    if nudge_id:
        await answer(session, actor, nudge_id, NudgeState.DONE, now=now)
    return pair, visit


async def add_visit(session: AsyncSession, pool: HostPool, sponsor: Person, at: datetime, *, now: datetime) -> Meeting:
    """Add a visit and the ask to the next agent in turn who can host at that time.

    Raises a `Refusal` if the time has passed, the sponsor is busy, or no agent can host.
    """
    team = pool.team
    await check_ready(session, team, sponsor.id)
    if at <= now:
        raise Refusal(common.TIME_PASSED, field=TIME)
    if pool.is_taken(at, sponsor):
        raise Refusal(refusals.SPONSOR_BUSY, field=TIME)
    host = pool.find_host(sponsor, at)
    if host is None:
        raise Refusal(refusals.NO_HOST, field=TIME)
    pair, minutes = Pair(team, sponsor, host), Settings.of(team).minutes
    visit = await meetings_queries.add(session, Kind.VISIT, pair, State.REQUESTED, at, minutes=minutes, now=now)
    await asks.add(session, AskedFor.VISIT, visit, host.id, now=now)
    return visit


async def check_ready(session: AsyncSession, team: Team, sponsor_id: str | None) -> None:
    """Raise unless this person may request a visit: as the team's sponsor, one visit at a time, and not while paused.

    Locks the team, so no other visit can be requested at the same time.
    """
    await membership.lock_team(session, team.id)
    if sponsor_id is None:
        raise Refusal(refusals.NO_SPONSOR)
    if team.sponsor_id != sponsor_id:
        raise Refusal(refusals.NOT_SPONSOR)
    if Settings.of(team).paused:
        raise Refusal(refusals.PAUSED)
    if await queries.is_under_way(session, team):
        raise Refusal(refusals.ON_THE_WAY)


async def next_host(
    session: AsyncSession, pair: Pair, meeting: Meeting, *, has_answered: bool, now: datetime
) -> Person | None:
    """Return the next person to ask to host a visit at the time already chosen.

    Returns None if the time has passed, the visit is planned already, or nobody is left to ask.
    """
    state = Asked.DECLINED if has_answered else Asked.EXPIRED
    await asks.answer(session, AskedFor.VISIT, meeting, state, now=now)
    if meeting.starts_at <= now or meeting.is_invited:
        return None
    pool = (await hosts.find_host_pool(session, pair.team, now)).without(meeting)
    asked = {each.person_id for each in await asks.find_asks(session, AskedFor.VISIT, meeting)}
    host = pool.find_host(pair.organizer, meeting.starts_at, asked)
    if host:
        await asks.add(session, AskedFor.VISIT, meeting, host.id, now=now)
    return host


async def invite_sponsor(session: AsyncSession, leader: Person, team: Team, *, now: datetime) -> None:
    """Offer the sponsor a visit at a leader's request.

    The offer is sent at once, like a message from a colleague, and at most once a day per team.
    """
    await check_ready(session, team, team.sponsor_id)
    sponsor = await people.fetch_person(session, team.workspace_id, team.sponsor_id or "")
    times = (await hosts.find_host_pool(session, team, now)).find_times(sponsor, now)
    if not times:
        raise Refusal(refusals.no_times(team.channel_id))
    shown = [(int(at.timestamp()), sponsor.local(at)) for at in times]
    key = f"visit:by_hand:{team.id}:{now:%Y-%m-%d}"
    post = nudges.requested_offer(team, leader.id, shown, sponsor.locale)
    await outbox.put(session, post, to=sponsor.dm, not_before=now, key=key)


async def set_paused(session: AsyncSession, team: Team, by: str, *, paused: bool, now: datetime) -> None:
    """Pause or resume the visits of a team's sponsor."""
    await membership.lock_team(session, team.id)
    await settings.change_settings(session, team, by, Settings.of(team).model_copy(update={"paused": paused}), now=now)
    home.mark_changed(session, team.workspace_id, await membership.leaders_and_sponsor(session, team), now=now)


async def record_host_answer(session: AsyncSession, pair: Pair, meeting: Meeting, now: datetime) -> None:
    """Record the host's answer, and show leaders the state of a visit as soon as a host has accepted.

    Until then a request is only between the sponsor and the host.
    """
    if meeting.state != State.REQUESTED:
        state = Asked.ACCEPTED if meeting.state in (State.COUNTERED, State.PLANNED) else Asked.WITHDRAWN
        await asks.answer(session, AskedFor.VISIT, meeting, state, now=now)
    if not meeting.is_invited or meeting.state in WAITING:
        return
    for leader in await find_leaders(session, pair.team):
        post = cards.leader_card(pair, meeting, leader)
        if meeting.state == State.PLANNED:
            await outbox.show(session, post, to=leader.dm, now=now, hours_of=pair.team)
        else:
            await outbox.withdraw(session, post, to=leader.dm, now=now)


async def drop_waiting_cards(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Drop unsent cards about visits for people who no longer lead the team."""
    leaders = [leader.id for leader in await find_leaders(session, team)]
    await outbox.drop_waiting(session, team, cards.LEADERS_CARDS, spare=leaders, now=now)


async def find_leaders(session: AsyncSession, team: Team) -> list[Person]:
    ids = [member.user_id for member in await membership.leaders(session, team)]
    return list((await people.fetch_people(session, team.workspace_id, ids)).values())


async def save_debrief(
    session: AsyncSession, actor: Actor, meeting_id: int, said: DebriefAnswers, *, now: datetime
) -> None:
    """Save the sponsor's debrief of a visit, and record their promise to the team, which its leaders read."""
    await membership.lock_team_of(session, Meeting, meeting_id)
    pair, visit = await meetings_queries.lock_own_meeting(session, *actor, meeting_id)
    await add_debrief(session, pair, visit, actor.person_id, said, now=now)
    if said.will_do:
        await _promise(session, pair, visit, said, now=now)


async def _promise(session: AsyncSession, pair: Pair, visit: Meeting, said: DebriefAnswers, *, now: datetime) -> None:
    sponsor = pair.organizer
    this = await followups_queries.add(
        session, pair.team, FollowupKind.PROMISE, sponsor.id, said.will_do, state=FollowupState.OWNED,
        audience=Audience.LEADERS, is_named=True, source=visit.about, now=now,
    )  # fmt: skip
    this.due_on, this.theme = said.due_on, themes.first_theme(said.themes)
    own(this, sponsor.id, sponsor.local(now).date())
    await steps.publish_new(session, pair.team, this, by=sponsor, now=now)


async def add_debrief(
    session: AsyncSession, pair: Pair, meeting: Meeting, by: str, said: DebriefAnswers, *, now: datetime
) -> Debrief:
    """Mark a visit as held, save the sponsor's encrypted answers, and count the themes among them."""
    pair.must_organize(by, meeting.kind)
    rules.check_state(meeting, State.PLANNED, State.MISSED)
    visit_rules.check_debrief(said, pair.organizer.local(now).date())
    was_to_come = meeting.starts_at > now
    meeting.starts_at = min(meeting.starts_at, now - meeting.length)
    debrief = Debrief(meeting.workspace_id, meeting.team_id, meeting.id, by, now)
    debrief.works, debrief.in_the_way = _encrypt(session, said.works), _encrypt(session, said.in_the_way)
    session.add(debrief)
    await session.flush()
    about, agent_id = meeting.about, meeting.attendee_id
    await themes.record_themes(session, pair.team, said.themes, source=about, agent_id=agent_id, now=now)
    await outcomes.conclude(session, pair, meeting, State.MET, was_to_come=was_to_come, now=now)
    return debrief


def _encrypt(session: AsyncSession, words: str) -> bytes | None:
    return vault_of(session).encrypt(words) if words else None


async def home_section(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """Return a person's open visits for Home."""
    workspace_id, person_id = visitor.person.workspace_id, visitor.person.id
    booked = await meetings_queries.find_open(session, workspace_id, person_id, Kind.VISIT)
    return lists.home_section(booked, visitor.person)


async def send_themes(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Send the themes of last month's debriefs and wrap-ups to the leaders and the sponsor."""
    bounds = [now - relativedelta(months=ago) for ago in range(MONTHS_BACK, -1, -1)]
    counted = await themes.find_shown_themes(session, team, bounds)
    ids = await membership.leaders_and_sponsor(session, team) if counted else []
    readers = await people.fetch_people(session, team.workspace_id, ids)
    for reader in (each for each in readers.values() if each.may_join):
        await outbox.put(
            session, lists.themes(team, counted), to=reader.dm, not_before=now, priority=Priority.NUDGE,
            hours_of=team, expires_at=now + THEMES_EXPIRY, key=f"themes:{team.id}:{now:%Y-%m-%d}:{reader.id}",
        )  # fmt: skip


def _day_of(pair: Pair, meeting: Meeting, reader: Person) -> datetime:
    """Return the start of the visit's day in the reader's time zone."""
    return datetime.combine(reader.local(meeting.starts_at).date(), time(), ZoneInfo(reader.zone))


async def _reminder(session: AsyncSession, pair: Pair, meeting: Meeting, reader: Person, now: datetime) -> Post:
    return cards.reminder(pair, meeting, reader)


Policy(
    Kind.VISIT, cards, file="visit.ics", outcome_delay=timedelta(minutes=15), silence=State.MISSED,
    remind_at=_day_of, reminder=_reminder, description=cards.DESCRIPTION, next_attendee=next_host,
    passed_by=cards.closed_host_card, on_change=record_host_answer,
)  # fmt: skip
