"""The effects of a change of a meeting: updated cards, invitations, Homes, scheduled jobs and reminders."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.meetings import queries, rules
from bot.meetings.models import NOT_HELD, WAITING, Meeting, State
from bot.meetings.policy import POLICIES
from bot.meetings.queries import lock_meeting
from bot.meetings.rules import Pair
from bot.messages import invitations
from bot.messages.meetings import card_name, file_comment, told_in_thread
from bot.org.availability import good_moments
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack import home
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.slack.post import Post
from bot.workflows.meetings.outcomes import ASK_AGAIN, ASSUME

REMIND = JobName("meetings.remind")


ASK = JobName("meetings.ask_outcome")


EXPIRE = JobName("meetings.expire")


PASS_ON = JobName("meetings.pass_on")


REMIND_TO_ANSWER = JobName("meetings.remind_to_answer")


RENEW_TIMES = JobName("meetings.renew_times")


JOBS = [REMIND, ASK, ASK_AGAIN, ASSUME, EXPIRE, RENEW_TIMES]


MORNINGS = 3
"""Number of daily reminders to answer; one last reminder follows when the times have nearly passed."""


LAST_REMINDER_LEAD = timedelta(days=2)


async def repost_card(
    session: AsyncSession, meeting: Meeting, post: Post, reader: Person, team: Team, *,
    expires_at: datetime | None = None, now: datetime,
) -> None:  # fmt: skip
    """Post a reader's card again at the bottom of the DM, in working hours, because edits do not notify.

    A card that has invitations in its thread is edited instead, because Slack leaves a placeholder for a deleted one.
    The next invitation, which mentions the reader, notifies.
    """
    if meeting.is_invited and await outbox.change(session, post, to=reader.dm, now=now):
        return
    await outbox.delete(session, post.card or "", to=reader.dm, now=now)
    await outbox.put(session, post, to=reader.dm, not_before=now, hours_of=team, expires_at=expires_at)


async def renew_offers(session: AsyncSession, pair: Pair, meeting: Meeting, *, now: datetime) -> None:
    """Schedule a job to renew each open offer that overlaps with the meeting these people have now planned."""
    for offer in await queries.find_offers_during(session, pair, meeting):
        team = await session.get_one(Team, offer.team_id)
        await scheduler.put_about(session, RENEW_TIMES, team, About("meeting", offer.id), due_at=now, now=now)


async def show_times(session: AsyncSession, pair: Pair, meeting: Meeting, *, now: datetime) -> None:
    """Show the organizer the new offered times, and set the question to expire after the last of them."""
    about = About("meeting", meeting.id)
    await scheduler.put_about(session, EXPIRE, pair.team, about, due_at=max(meeting.times), now=now)
    card = POLICIES[meeting.kind].texts.card(pair, meeting, pair.organizer)
    await outbox.change(session, card, to=pair.organizer.dm, now=now)


async def _remind_next(
    session: AsyncSession, pair: Pair, meeting: Meeting, nth: int, after: datetime, now: datetime
) -> None:
    """Schedule the next reminder to answer.

    Each reminder has its own job, because the job that is running cannot be scheduled again.
    """
    morning = good_moments.next_morning(pair.hours(rules.find_person_asked(pair, meeting)), after)
    about = question_key(meeting, nth)
    await scheduler.put_about(session, REMIND_TO_ANSWER, pair.team, about, due_at=morning, now=now)


def question_key(meeting: Meeting, nth: int = 0) -> About:
    """Return the key of a scheduled job about the current question of a meeting, not an earlier or later one."""
    return About(f"meeting.{meeting.sequence}.{nth}", meeting.id)


async def announce_change(
    session: AsyncSession, pair: Pair, meeting: Meeting, *, by: Person | None = None, told: str = "", now: datetime
) -> None:
    """Announce a change to a meeting, and reschedule its jobs."""
    await plan_jobs(session, pair, meeting, now=now)
    await close_question(session, pair, meeting, now=now)
    await show_change(session, pair, meeting, by=by, told=told, now=now)


async def close_question(session: AsyncSession, pair: Pair, meeting: Meeting, *, now: datetime) -> bool:
    """Show the recorded outcome on the card that asked for it; return whether there is such a card."""
    recorded = POLICIES[meeting.kind].texts.recorded(pair, meeting)
    return await outbox.change(session, recorded, to=pair.organizer.dm, now=now)


async def show_change(
    session: AsyncSession, pair: Pair, meeting: Meeting, *, by: Person | None = None, told: str = "", now: datetime
) -> None:
    """Update both people's cards and calendars after a change to their meeting.

    The person who has to answer gets a new card, because edits do not notify. `told` is for the person other than `by`:
    the comment on their invitation, or without an invitation, a reply in the thread of their card.
    """
    policy, is_on = POLICIES[meeting.kind], meeting.state == State.PLANNED
    is_sent = meeting.is_invited and (is_on or meeting.state in NOT_HELD)
    if is_on:
        await renew_offers(session, pair, meeting, now=now)
    links = invitations.links(_calendar_event(pair, meeting)) if is_on else {}
    for reader in (each for each in pair.people if not each.has_left):
        post = policy.texts.card(pair, meeting, reader, links)
        if is_sent or is_on:
            await outbox.show(session, post, to=reader.dm, now=now)
        elif reader is by or (meeting.state in NOT_HELD and meeting.state != State.DECLINED):
            await outbox.withdraw(session, post, to=reader.dm, now=now)
        else:
            await repost_card(session, meeting, post, reader, pair.team, now=now)
        if is_sent:
            await send_invitation(session, pair, meeting, reader, by=by, told=told, now=now)
        elif by and told and reader is not by:
            await outbox.reply(session, told_in_thread(reader, told), under=post.card or "", to=reader.dm, now=now)
    await policy.on_change(session, pair, meeting, now)


async def send_invitation(
    session: AsyncSession, pair: Pair, meeting: Meeting, reader: Person, *, by: Person | None, told: str = "",
    now: datetime,
) -> None:  # fmt: skip
    """Send a calendar update in the thread of the reader's card: an agreed or suggested time, or a cancellation.

    `told` is for the person other than `by`.
    """
    event, texts = _calendar_event(pair, meeting), POLICIES[meeting.kind].texts
    if meeting.is_open:
        content = invitations.request(event, now, is_tentative=meeting.state in WAITING)
    else:
        content = invitations.cancel(event, now)
    about = told if told and reader is not by else texts.comment(meeting, by, reader)
    await outbox.file(
        session, name=event.file, content=content, title=event.title, comment=file_comment(meeting, reader, about),
        to=reader.dm, not_before=now, under=card_name(meeting, reader),
    )  # fmt: skip


def refresh_homes(session: AsyncSession, meeting: Meeting, *, now: datetime) -> None:
    home.mark_changed(session, meeting.workspace_id, (meeting.organizer_id, meeting.attendee_id), now=now)


async def plan_jobs(session: AsyncSession, pair: Pair, meeting: Meeting, *, now: datetime) -> None:
    """Schedule the jobs that a meeting needs, and cancel the others. Must not be called from one of those jobs."""
    policy, wanted = POLICIES[meeting.kind], dict[JobName, datetime]()
    refresh_homes(session, meeting, now=now)
    if meeting.state == State.PLANNED:
        first = min(policy.remind_at(pair, meeting, each) for each in pair.people)
        wanted = {REMIND: max(first, now), ASK: meeting.span[1] + policy.outcome_delay}
    elif meeting.state == State.REQUESTED and policy.next_attendee:
        routine = pair.hours(pair.attendee)
        second = good_moments.next_morning(routine, good_moments.next_morning(routine, now))
        due_at = min(second, meeting.starts_at)
        await scheduler.put_about(session, PASS_ON, pair.team, question_key(meeting), due_at=due_at, now=now)
    elif meeting.state in WAITING:
        wanted = {EXPIRE: max(meeting.times)}
        if policy.refresh:
            await _remind_next(session, pair, meeting, 0, now, now)
    await scheduler.set_jobs_about(session, pair.team, About("meeting", meeting.id), JOBS, wanted, now=now)


def _calendar_event(pair: Pair, meeting: Meeting) -> invitations.Meeting:
    policy = POLICIES[meeting.kind]
    return invitations.Meeting(
        uid=meeting.uid, title=policy.texts.title(pair), starts_at=meeting.starts_at, minutes=meeting.minutes,
        sequence=meeting.sequence, organizer=pair.organizer, attendee=pair.attendee, description=policy.description,
        file=policy.file,
    )  # fmt: skip


async def remind(session: AsyncSession, meeting_id: int, *, now: datetime) -> None:
    """Remind both people of their meeting in the threads of their cards, once for each time it was planned for."""
    pair, meeting = await lock_meeting(session, meeting_id)
    policy = POLICIES[meeting.kind]
    for reader in pair.people if meeting.state == State.PLANNED else ():
        post, under = await policy.reminder(session, pair, meeting, reader, now), card_name(meeting, reader)
        await outbox.put(
            session, post, to=reader.dm, not_before=max(now, policy.remind_at(pair, meeting, reader)),
            priority=Priority.NUDGE, hours_of=pair.team, expires_at=meeting.span[1],
            key=f"{post.card}:{meeting.sequence}",
            under=under if await outbox.is_posted(session, under, to=reader.dm) else None,
        )  # fmt: skip
