"""Follow a shadow session's change: cards, invitations, Home, due jobs; and what leaders are reminded of."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.shadowing import nudges, queries, wrap_ups
from bot.features.shadowing.models import ShadowSession, State
from bot.features.shadowing.nudges import ROADBLOCK, SUGGEST
from bot.features.shadowing.rules import Pair
from bot.messages import invitations as calendars
from bot.messages.shadowing import cards, lists
from bot.messages.shadowing.nudges import roadblock, suggestion
from bot.nudges.policy import NudgeKind
from bot.nudges.selection import Candidate
from bot.org.people import Person
from bot.org.teams.membership import Seat
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack import home
from bot.slack.home import Visitor
from bot.slack.outbox import outbox
from bot.workflows import meetings

REMINDER_LEAD = timedelta(hours=1)
OUTCOME_DELAY = timedelta(minutes=15)
ABOUT = "sitting"
REMIND = JobName("shadowing.remind")
ASK = JobName("shadowing.ask_outcome")
ASK_AGAIN = JobName("shadowing.ask_again")
LET_GO = JobName("shadowing.let_go")
LAPSE = JobName("shadowing.lapse")
SESSION_JOBS = [REMIND, ASK, ASK_AGAIN, LET_GO, LAPSE]
NOT_TO_BE = (State.CANCELLED, State.DECLINED, State.LAPSED)


async def announce_change(
    session: AsyncSession, pair: Pair, shadow: ShadowSession, *, by: Person | None = None, now: datetime
) -> None:
    """Have everybody hear of an answer, and the clock do what it has to."""
    await plan_jobs(session, pair, shadow, now=now)
    await show_change(session, pair, shadow, by=by, now=now)


async def show_change(
    session: AsyncSession, pair: Pair, shadow: ShadowSession, *, by: Person | None = None, now: datetime
) -> None:
    """The two cards, and what calendars have to know. Whoever waits for an answer gets a new card: no edit rings."""
    is_on = shadow.state == State.PLANNED
    is_sent = shadow.is_invited and (is_on or shadow.state in NOT_TO_BE)
    if is_on:
        ids = [shadow.leader_id, shadow.agent_id]
        await meetings.renew_offers(session, shadow.workspace_id, ids, shadow.span, now=now)
    links = calendars.links(_calendar_event(pair, shadow)) if is_on else None
    for reader in (each for each in (pair.leader, pair.agent) if not each.has_left):
        post = cards.card(pair, shadow, reader, links)
        if is_sent or reader is by:
            await outbox.show(session, post, to=reader.dm, now=now)
        elif shadow.state in (State.CANCELLED, State.LAPSED):
            await outbox.withdraw(session, post, to=reader.dm, now=now)
        else:
            await meetings.repost(session, post, reader, pair.team, now=now)
        if is_sent:
            comment = cards.comment(shadow, by, reader)
            await meetings.send_invitation(
                session, _calendar_event(pair, shadow), reader, comment, is_on=is_on, now=now
            )


async def at_home(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """What is on the way, and the roadblocks somebody owns."""
    workspace_id, person_id = visitor.person.workspace_id, visitor.person.id
    shadows = await queries.find_open_sessions(session, workspace_id, person_id)
    return lists.at_home(shadows, await wrap_ups.find_roadblocks(session, workspace_id, person_id), visitor.person)


async def plan_jobs(session: AsyncSession, pair: Pair, shadow: ShadowSession, *, now: datetime) -> None:
    """Have done in time what a session needs, and nothing that it needs no more."""
    home.mark_changed(session, shadow.workspace_id, [shadow.leader_id, shadow.agent_id], now=now)
    wanted: dict[JobName, datetime] = {}
    if shadow.state == State.PLANNED:
        starts, ends = shadow.span
        wanted = {REMIND: max(starts - REMINDER_LEAD, now), ASK: ends + OUTCOME_DELAY}
    elif shadow.is_open:
        wanted = {LAPSE: shadow.starts_at}
    await scheduler.set_jobs_about(session, pair.team, About(ABOUT, shadow.id), SESSION_JOBS, wanted, now=now)


def _calendar_event(pair: Pair, shadow: ShadowSession) -> calendars.Meeting:
    return calendars.Meeting(
        uid=f"sitting-{shadow.id}-{shadow.workspace_id}@steward", title=cards.title(pair),
        starts_at=shadow.starts_at, minutes=shadow.minutes, sequence=shadow.sequence,
        organizer=pair.leader, attendee=pair.agent, file="shadowing.ics",
    )  # fmt: skip


async def remind(session: AsyncSession, sitting_id: int, *, now: datetime) -> None:
    """Remind both of a session to come."""
    pair, shadow = await queries.load_session(session, sitting_id)
    for reader in (pair.leader, pair.agent) if shadow.state == State.PLANNED else ():
        post = cards.reminder(pair, shadow, reader)
        await meetings.remind(
            session, post, reader, pair.team, sequence=shadow.sequence, at=now, ends_at=shadow.span[1]
        )


async def find_suggestions(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Whom leaders could sit beside this week, not over anything that is planned already."""
    return await nudges.find_suggestions(session, seats, now, busy=meetings.find_busy)


NUDGES = [
    NudgeKind(SUGGEST, "whom to sit beside next", suggestion, find_suggestions),
    NudgeKind(ROADBLOCK, "roadblocks whose day has come", roadblock, nudges.find_roadblock_reminders),
]
