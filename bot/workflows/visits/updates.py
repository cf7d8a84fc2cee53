"""Follow a visit's change: cards, invitations, Home, due jobs; and what people are reminded of."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.shadowing.settings import ShadowingPreferences
from bot.features.visits import nudges, queries, themes
from bot.features.visits.models import State, Visit
from bot.features.visits.nudges import OFFER, PROMISE, THEME
from bot.features.visits.rules import Participants
from bot.messages import invitations as calendars
from bot.messages.visits import cards, lists
from bot.messages.visits.cards import LEADERS_CARDS
from bot.messages.visits.nudges import offer, promise, theme
from bot.nudges.policy import NudgeKind
from bot.nudges.selection import Candidate
from bot.org import people
from bot.org.availability import moment, working_hours
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.membership import Seat
from bot.org.teams.models import Team
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack import home
from bot.slack.home import Visitor
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.workflows import meetings

OUTCOME_DELAY = timedelta(minutes=15)
ABOUT = "visit"
REMIND = JobName("visits.remind")
ASK = JobName("visits.ask_outcome")
ASK_AGAIN = JobName("visits.ask_again")
LET_GO = JobName("visits.let_go")
LAPSE = JobName("visits.lapse")
PASS_ON = JobName("visits.ask_another")
VISIT_JOBS = [REMIND, ASK, ASK_AGAIN, LET_GO, LAPSE]
THEMES_EXPIRY = timedelta(days=7)
MONTHS_BACK = 6
"""So far back it is looked for themes that wait for the next month."""
NOT_TO_BE = (State.CANCELLED, State.DECLINED, State.LAPSED)


async def announce_change(
    session: AsyncSession, pair: Participants, visit: Visit, *, by: Person | None = None, now: datetime
) -> None:
    """Have everybody hear of an answer, and the clock do what it has to."""
    await plan_jobs(session, pair, visit, now=now)
    await show_change(session, pair, visit, by=by, now=now)


async def show_change(
    session: AsyncSession, pair: Participants, visit: Visit, *, by: Person | None = None, now: datetime
) -> None:
    """The two cards, and what calendars have to know. Whoever waits for an answer gets a new card: no edit rings."""
    is_on = visit.state == State.PLANNED
    is_sent = visit.is_invited and (is_on or visit.state in NOT_TO_BE)
    if is_on:
        ids = [pair.sponsor.id, pair.host.id]
        await meetings.renew_offers(session, visit.workspace_id, ids, visit.span, now=now)
    links = calendars.links(_calendar_event(pair, visit)) if is_on else None
    has_heard = visit.state == State.DECLINED and not visit.is_invited
    for reader in [pair.sponsor] if has_heard else [pair.sponsor, pair.host]:
        post = cards.card(pair, visit, reader, links)
        if is_sent:
            await outbox.show(session, post, to=reader.dm, now=now)
        elif reader is by or visit.state in (State.CANCELLED, State.LAPSED):
            await outbox.withdraw(session, post, to=reader.dm, now=now)
        else:
            await meetings.repost(session, post, reader, pair.team, now=now)
        if is_sent:
            comment = cards.comment(visit, by, reader)
            await meetings.send_invitation(session, _calendar_event(pair, visit), reader, comment, is_on=is_on, now=now)
    await notify_leaders(session, pair, visit, now=now)


async def at_home(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """What is on the way, and what a sponsor has promised."""
    workspace_id, person_id = visitor.person.workspace_id, visitor.person.id
    theirs = await queries.find_open_visits(session, workspace_id, person_id)
    return lists.at_home(theirs, await queries.find_promises(session, workspace_id, person_id), visitor.person)


async def plan_jobs(session: AsyncSession, pair: Participants, visit: Visit, *, now: datetime) -> None:
    """Have done in time what a visit needs, and nothing that it needs no more."""
    home.mark_changed(session, visit.workspace_id, [visit.sponsor_id, *visit.passed, visit.host_id], now=now)
    wanted: dict[JobName, datetime] = {}
    match visit.state:
        case State.PLANNED:
            days = [_day_of(reader, visit) for reader in (pair.sponsor, pair.host)]
            wanted = {REMIND: max(min(days), now), ASK: visit.span[1] + OUTCOME_DELAY}
        case State.ASKED:
            await _await_host(session, pair, visit, now)
        case State.SUGGESTED:
            wanted = {LAPSE: visit.starts_at}
    await scheduler.set_jobs_about(session, pair.team, About(ABOUT, visit.id), VISIT_JOBS, wanted, now=now)


async def _await_host(session: AsyncSession, pair: Participants, visit: Visit, now: datetime) -> None:
    """Until their second morning. Each question has its own scheduled job: the one being run cannot be put again."""
    routine = working_hours.person_hours(pair.host, pair.team)
    due_at = min(moment.next_morning(routine, moment.next_morning(routine, now)), visit.starts_at)
    await scheduler.put_about(session, PASS_ON, pair.team, question_about(visit), due_at=due_at, now=now)


def question_about(visit: Visit) -> About:
    return About(f"{ABOUT}.{visit.sequence}", visit.id)


def _day_of(reader: Person, visit: Visit) -> datetime:
    """When somebody's day of the visit begins."""
    return datetime.combine(reader.local(visit.starts_at).date(), time(), ZoneInfo(reader.zone))


def _calendar_event(pair: Participants, visit: Visit) -> calendars.Meeting:
    return calendars.Meeting(
        uid=f"visit-{visit.id}-{visit.workspace_id}@steward", title=cards.title(pair), starts_at=visit.starts_at,
        minutes=visit.minutes, sequence=visit.sequence, organizer=pair.sponsor, attendee=pair.host,
        description=cards.description(), file="visit.ics",
    )  # fmt: skip


async def notify_leaders(session: AsyncSession, pair: Participants, visit: Visit, *, now: datetime) -> None:
    """Show how a visit stands, once it has a yes; a question to a host is between the two."""
    if not visit.is_invited or visit.state in (State.ASKED, State.SUGGESTED):
        return
    for leader in await find_leaders(session, pair.team):
        post = cards.leader_card(pair, visit, leader)
        if visit.state == State.PLANNED:
            await outbox.show(session, post, to=leader.dm, now=now, hours_of=pair.team)
        else:
            await outbox.withdraw(session, post, to=leader.dm, now=now)


async def drop_waiting_cards(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Who does not lead any more reads nothing that waited for their working hours."""
    leaders = [leader.id for leader in await find_leaders(session, team)]
    for names in LEADERS_CARDS:
        await outbox.drop_waiting(session, team, names, spare=leaders, now=now)


async def find_leaders(session: AsyncSession, team: Team) -> list[Person]:
    ids = [member.user_id for member in await membership.leaders(session, team)]
    return list((await people.fetch_people(session, team.workspace_id, ids)).values())


async def remind(session: AsyncSession, visit_id: int, *, now: datetime) -> None:
    """Remind both of a visit, each as their day of it begins."""
    pair, visit = await queries.load_visit(session, visit_id)
    for reader in (pair.sponsor, pair.host) if visit.state == State.PLANNED else ():
        post, at = cards.reminder(pair, visit, reader), max(now, _day_of(reader, visit))
        await meetings.remind(session, post, reader, pair.team, sequence=visit.sequence, at=at, ends_at=visit.span[1])


async def post_themes(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Tell those who can do something about them what stood in the way last month."""
    bounds = [now - relativedelta(months=ago) for ago in range(MONTHS_BACK, -1, -1)]
    counted = await themes.count_monthly(session, team, bounds)
    ids = await membership.leaders_and_sponsor(session, team) if counted else []
    readers = await people.fetch_people(session, team.workspace_id, ids)
    for reader in (each for each in readers.values() if each.may_join):
        await outbox.put(
            session, lists.themes(team, counted), to=reader.dm, not_before=now, priority=Priority.NUDGE,
            hours_of=team, expires_at=now + THEMES_EXPIRY, key=f"themes:{team.id}:{now:%Y-%m-%d}:{reader.id}",
        )  # fmt: skip


def may_host(person: Person) -> bool:
    """Who likes to be asked by leaders is asked for visits too: it is one choice."""
    return ShadowingPreferences.of(person).may_be_asked


async def find_offers(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    return await nudges.find_offers(session, seats, now, busy=meetings.find_busy, may_host=may_host)


NUDGES = [
    NudgeKind(OFFER, "visits to a team you sponsor", offer, find_offers),
    NudgeKind(PROMISE, "what you promised after a visit", promise, nudges.find_promise_reminders),
    NudgeKind(THEME, "themes that come up again and again", theme, nudges.find_flags),
]
