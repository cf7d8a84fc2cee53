"""Follow a visit's change: cards of sponsor, host and leaders, invitations, Home, and due jobs."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.visits import queries
from bot.features.visits.models import State, Visit
from bot.features.visits.rules import Participants
from bot.messages import invitations as calendars
from bot.messages.visits import cards, lists
from bot.messages.visits.cards import LEADERS_CARDS
from bot.org import people
from bot.org.availability import moment, working_hours
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack import home
from bot.slack.home import Visitor
from bot.slack.outbox import outbox
from bot.workflows import meetings

OUTCOME_DELAY = timedelta(minutes=15)
ABOUT = "visit"
NOT_TO_BE = (State.CANCELLED, State.DECLINED, State.LAPSED)


async def announce_change(
    session: AsyncSession, party: Participants, visit: Visit, *, by: Person | None = None, now: datetime
) -> None:
    """After an answer: what the clock has to do, and what everybody has to hear."""
    await plan_jobs(session, party, visit, now=now)
    await show_change(session, party, visit, by=by, now=now)


async def show_change(
    session: AsyncSession, party: Participants, visit: Visit, *, by: Person | None = None, now: datetime
) -> None:
    """The two cards, and what calendars have to know. Whoever waits for an answer gets a new card: no edit rings."""
    is_on = visit.state == State.PLANNED
    is_sent = visit.is_invited and (is_on or visit.state in NOT_TO_BE)
    links = calendars.links(_calendar_event(party, visit)) if is_on else None
    has_heard = visit.state == State.DECLINED and not visit.is_invited
    for reader in [party.sponsor] if has_heard else [party.sponsor, party.host]:
        post = cards.card(party, visit, reader, links)
        if is_sent:
            await outbox.show(session, post, to=reader.dm, now=now)
        elif reader is by or visit.state in (State.CANCELLED, State.LAPSED):
            await outbox.withdraw(session, post, to=reader.dm, now=now)
        else:
            await outbox.delete(session, post.card or "", to=reader.dm, now=now)
            await outbox.put(session, post, to=reader.dm, not_before=now, hours_of=party.team)
        if is_sent:
            comment = cards.comment(visit, by, reader)
            await meetings.send_invitation(
                session, _calendar_event(party, visit), reader, comment, is_on=is_on, now=now
            )
    await notify_leaders(session, party, visit, now=now)


async def at_home(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """What is on the way, and what a sponsor has promised."""
    workspace_id, person_id = visitor.person.workspace_id, visitor.person.id
    theirs = await queries.find_open_visits(session, workspace_id, person_id)
    return lists.at_home(theirs, await queries.find_promises(session, workspace_id, person_id), visitor.person)


async def plan_jobs(session: AsyncSession, party: Participants, visit: Visit, *, now: datetime) -> None:
    """Have done in time what a visit needs, and nothing that it needs no more."""
    home.mark_changed(session, visit.workspace_id, [visit.sponsor_id, *visit.passed, visit.host_id], now=now)
    wanted: dict[JobName, datetime] = {}
    match visit.state:
        case State.PLANNED:
            days = [day_of(reader, visit) for reader in (party.sponsor, party.host)]
            wanted = {REMIND: max(min(days), now), ASK: visit.span[1] + OUTCOME_DELAY}
        case State.ASKED:
            await _await_host(session, party, visit, now)
        case State.SUGGESTED:
            wanted = {LAPSE: visit.starts_at}
    await scheduler.set_jobs_about(session, party.team, About(ABOUT, visit.id), VISIT_JOBS, wanted, now=now)


async def _await_host(session: AsyncSession, party: Participants, visit: Visit, now: datetime) -> None:
    """Until their second morning. Each question has its own scheduled job: the one being run cannot be put again."""
    routine = working_hours.person_hours(party.host, party.team)
    due_at = min(moment.next_morning(routine, moment.next_morning(routine, now)), visit.starts_at)
    await scheduler.put_about(session, PASS_ON, party.team, question_about(visit), due_at=due_at, now=now)


def question_about(visit: Visit) -> About:
    return About(f"{ABOUT}.{visit.sequence}", visit.id)


def day_of(reader: Person, visit: Visit) -> datetime:
    """When somebody's day of the visit begins."""
    return datetime.combine(reader.local(visit.starts_at).date(), time(), ZoneInfo(reader.zone))


def _calendar_event(party: Participants, visit: Visit) -> calendars.Meeting:
    return calendars.Meeting(
        uid=f"visit-{visit.id}-{visit.workspace_id}@steward", title=cards.title(party), starts_at=visit.starts_at,
        minutes=visit.minutes, sequence=visit.sequence, organizer=party.sponsor, attendee=party.host,
        description=cards.description(), file="visit.ics",
    )  # fmt: skip


REMIND, ASK, ASK_AGAIN, LET_GO = (
    JobName("visits.remind"),
    JobName("visits.ask_outcome"),
    JobName("visits.ask_again"),
    JobName("visits.let_go"),
)


LAPSE, PASS_ON = JobName("visits.lapse"), JobName("visits.ask_another")


VISIT_JOBS = [REMIND, ASK, ASK_AGAIN, LET_GO, LAPSE]


async def notify_leaders(session: AsyncSession, party: Participants, visit: Visit, *, now: datetime) -> None:
    """Show how a visit stands, once it has a yes; a question to a host is between the two."""
    if not visit.is_invited or visit.state in (State.ASKED, State.SUGGESTED):
        return
    for leader in await find_leaders(session, party.team):
        post = cards.leader_card(party, visit, leader)
        if visit.state == State.PLANNED:
            await outbox.show(session, post, to=leader.dm, now=now, hours_of=party.team)
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
