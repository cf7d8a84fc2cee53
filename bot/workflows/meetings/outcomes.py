"""Ask for the outcome of a meeting, and record it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import AnswerTooLate
from bot.meetings import rules
from bot.meetings.models import Meeting, State
from bot.meetings.policy import POLICIES
from bot.meetings.queries import lock_meeting, lock_own_meeting
from bot.meetings.rules import Pair
from bot.messages import meetings
from bot.org.availability import good_moments
from bot.refusals import common
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.workflows.meetings import updates
from bot.workflows.nudges import notice_activity

ASK_AGAIN = JobName("meetings.ask_again")
ASSUME = JobName("meetings.assume_outcome")


async def ask_outcome(session: AsyncSession, meeting_id: int, following: JobName, *, now: datetime) -> None:
    """Ask the organizer for a meeting's outcome in their working hours; their older card becomes one line.

    If there is no answer by the next morning, the job `following` runs.
    """
    pair, meeting = await lock_meeting(session, meeting_id)
    if meeting.state != State.PLANNED:
        return
    person, is_again = pair.organizer, following == ASSUME
    post = POLICIES[meeting.kind].texts.outcome(pair, meeting, again=is_again)
    routine = pair.hours(person)
    morning = good_moments.next_morning(routine, good_moments.next_good_moment(routine, now) or now)
    if is_again:
        await outbox.delete(session, post.card or "", to=person.dm, now=now)
    await outbox.put(
        session, post, to=person.dm, not_before=now, priority=Priority.NUDGE, hours_of=pair.team, expires_at=morning
    )
    await outbox.change(session, meetings.awaiting_outcome(pair, meeting, person), to=person.dm, now=now)
    await scheduler.put_about(session, following, pair.team, About("meeting", meeting.id), due_at=morning, now=now)


async def record(session: AsyncSession, actor: Actor, meeting_id: int, state: State, *, now: datetime) -> None:
    """Record a meeting's outcome as its organizer reports it."""
    pair, meeting = await lock_own_meeting(session, *actor, meeting_id)
    pair.must_organize(actor.person_id, meeting.kind)
    rules.check_lacks_outcome(meeting)
    if meeting.is_open and meeting.starts_at > now:
        raise AnswerTooLate(common.SETTLED[meeting.kind])  # the card asks about the meeting's earlier time
    await conclude(session, pair, meeting, state, now=now)
    await notice_activity(session, actor, now=now)


async def mark_missed(session: AsyncSession, actor: Actor, meeting_id: int, *, now: datetime) -> None:
    """Record that a meeting did not happen, so that its pair has priority next time."""
    await record(session, actor, meeting_id, State.MISSED, now=now)


async def assume_outcome(session: AsyncSession, meeting_id: int, *, now: datetime) -> None:
    """Record the most likely outcome of a meeting because nobody answered; a later answer replaces it."""
    pair, meeting = await lock_meeting(session, meeting_id)
    if meeting.state == State.PLANNED:
        await conclude(session, pair, meeting, POLICIES[meeting.kind].silence, is_confirmed=False, now=now)


async def conclude(
    session: AsyncSession, pair: Pair, meeting: Meeting, state: State, *, is_confirmed: bool = True,
    was_to_come: bool = False, now: datetime,
) -> None:  # fmt: skip
    """Record a meeting's outcome, and show it to both people; if it is confirmed, cancel the meeting's jobs.

    The organizer sees it on the card that asked for it, if there is one, and their older card stays one line. A meeting
    that took place ended at its scheduled end, however late its outcome is reported. With `was_to_come`, the meeting
    was still ahead, and is removed from calendars.
    """
    policy, ended_at = POLICIES[meeting.kind], min(now, meeting.span[1]) if state == State.MET else now
    rules.end(meeting, state, ended_at, is_confirmed=is_confirmed)
    await policy.on_outcome(session, pair, meeting, now)
    if is_confirmed:
        await updates.plan_jobs(session, pair, meeting, now=now)
    else:
        updates.refresh_homes(session, meeting, now=now)
    was_asked = await updates.close_question(session, pair, meeting, now=now)
    for reader in pair.people:
        is_told = was_asked and reader is pair.organizer
        post = meetings.awaiting_outcome(pair, meeting, reader) if is_told else policy.texts.card(pair, meeting, reader)
        await outbox.change(session, post, to=reader.dm, now=now)
    for reader in pair.people if meeting.is_invited and was_to_come else ():
        await updates.send_invitation(session, pair, meeting, reader, by=pair.organizer, now=now)
    await policy.on_change(session, pair, meeting, now)
