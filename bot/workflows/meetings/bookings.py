"""Request, accept, change, reassign and cancel meetings, the same for every kind.

The attendee is asked first, and nothing is planned without their consent.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.meetings import queries, rules
from bot.meetings.models import OPEN, WAITING, Meeting, State
from bot.meetings.policy import POLICIES
from bot.meetings.queries import busy_of, lock_meeting, lock_own_meeting
from bot.meetings.rules import Pair
from bot.org.teams.models import Team
from bot.scheduler.models import About
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.workflows.meetings import updates
from bot.workflows.meetings.updates import LAST_REMINDER_LEAD, MORNINGS
from bot.workflows.nudges import notice_activity


async def accept(session: AsyncSession, actor: Actor, meeting_id: int, *, now: datetime) -> None:
    """Book a meeting that the person who was asked has accepted."""
    pair, meeting = await lock_own_meeting(session, *actor, meeting_id, books=True)
    rules.accept(pair, meeting, actor.person_id, busy=await busy_of(session, pair, now), now=now)
    await updates.announce_change(session, pair, meeting, by=pair.person(actor.person_id), now=now)
    await notice_activity(session, actor, now=now)


async def suggest_time(session: AsyncSession, actor: Actor, meeting_id: int, at: datetime, *, now: datetime) -> None:
    """Suggest another time for a meeting to the other person."""
    pair, meeting = await lock_own_meeting(session, *actor, meeting_id, books=True)
    has_choice = POLICIES[meeting.kind].refresh is not None
    if has_choice:
        pair.must_attend(actor.person_id, meeting.kind)
    rules.check_state(meeting, *([State.REQUESTED] if has_choice else OPEN))
    rules.suggest_time(pair, meeting, actor.person_id, at, busy=await busy_of(session, pair, now), now=now)
    if meeting.state == State.REQUESTED:
        await send_question(session, pair, meeting, now=now)
    else:
        await updates.announce_change(session, pair, meeting, by=pair.attendee, now=now)
    for reader in pair.people if meeting.is_invited else ():
        by = pair.person(actor.person_id)
        await updates.send_invitation(session, pair, meeting, reader, by=by, now=now)


async def decline(session: AsyncSession, actor: Actor, meeting_id: int, *, now: datetime) -> None:
    """Decline a meeting without a reason; the next person is asked if there is one."""
    pair, meeting = await lock_own_meeting(session, *actor, meeting_id)
    pair.must_attend(actor.person_id, meeting.kind)
    rules.check_state(meeting, *WAITING)
    await _ask_next(session, pair, meeting, has_answered=True, now=now)


async def ask_next_attendee(session: AsyncSession, about: About, *, now: datetime) -> None:
    """Ask the next person to attend a meeting, because the attendee did not answer in time."""
    pair, meeting = await lock_meeting(session, about.id)
    if meeting.state == State.REQUESTED and about == updates.question_key(meeting):
        await _ask_next(session, pair, meeting, has_answered=False, now=now)


async def _ask_next(session: AsyncSession, pair: Pair, meeting: Meeting, *, has_answered: bool, now: datetime) -> None:
    """Ask the next person to attend a meeting.

    If nobody else can be asked, the organizer is told “another time, then”, and never who declined.
    """
    policy, other = POLICIES[meeting.kind], None
    updates.refresh_homes(session, meeting, now=now)
    if policy.next_attendee:
        other = await policy.next_attendee(session, pair, meeting, has_answered=has_answered, now=now)
    if other is None or policy.passed_by is None:
        rules.end(meeting, State.DECLINED, now, is_confirmed=has_answered)
        await updates.announce_change(session, pair, meeting, by=pair.attendee, now=now)
        return
    farewell = policy.passed_by(pair, meeting, has_answered=has_answered)
    await outbox.withdraw(session, farewell, to=pair.attendee.dm, now=now)
    meeting.attendee_id, meeting.state, meeting.sequence = other.id, State.REQUESTED, meeting.sequence + 1
    meeting.offered = []
    await send_question(session, await queries.load_pair(session, meeting), meeting, now=now)


async def cancel(session: AsyncSession, actor: Actor, meeting_id: int, *, now: datetime) -> None:
    """Cancel a meeting, as either of the two people may."""
    pair, meeting = await lock_own_meeting(session, *actor, meeting_id)
    was_planned, by = meeting.state == State.PLANNED, pair.person(actor.person_id)
    rules.cancel(meeting, now=now)
    told = POLICIES[meeting.kind].texts.comment(meeting, by, pair.other(by)) if was_planned else ""
    await updates.announce_change(session, pair, meeting, by=by, told=told, now=now)


async def cancel_orphaned(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Cancel meetings that cannot take place, and tell the people who are still there.

    A meeting cannot take place if one of the two has left or has a new role.
    """
    for meeting in await queries.lock_orphaned(session, team):
        rules.cancel(meeting, now=now)
        await updates.announce_change(session, await queries.load_pair(session, meeting), meeting, now=now)


async def expire(session: AsyncSession, meeting_id: int, *, now: datetime) -> None:
    """Expire a question about a meeting that nobody answered before its times had passed."""
    pair, meeting = await lock_meeting(session, meeting_id)
    if meeting.state in WAITING:
        rules.end(meeting, State.EXPIRED, now)
        updates.refresh_homes(session, meeting, now=now)
        await updates.show_change(session, pair, meeting, now=now)


async def send_question(session: AsyncSession, pair: Pair, meeting: Meeting, *, now: datetime) -> None:
    """Ask the attendee in a new message in working hours, and show the organizer that it was sent."""
    await updates.close_question(session, pair, meeting, now=now)
    await ask_attendee(session, pair, meeting, now=now)
    card = POLICIES[meeting.kind].texts.card(pair, meeting, pair.organizer)
    await outbox.show(session, card, to=pair.organizer.dm, now=now)


async def ask_attendee(session: AsyncSession, pair: Pair, meeting: Meeting, *, now: datetime) -> None:
    await updates.plan_jobs(session, pair, meeting, now=now)
    card = POLICIES[meeting.kind].texts.card(pair, meeting, pair.attendee)
    await updates.repost_card(session, meeting, card, pair.attendee, pair.team, expires_at=max(meeting.times), now=now)


async def renew_times(session: AsyncSession, meeting_id: int, *, now: datetime) -> None:
    """Replace the offered times of a meeting that are no longer free."""
    pair, meeting = await lock_meeting(session, meeting_id)
    policy, before = POLICIES[meeting.kind], meeting.offered
    if policy.refresh and meeting.state == State.REQUESTED:
        policy.refresh(pair, meeting, await busy_of(session, pair, now), now)
    if meeting.offered != before:
        await updates.show_times(session, pair, meeting, now=now)
        await outbox.change(session, policy.texts.card(pair, meeting, pair.attendee), to=pair.attendee.dm, now=now)


async def remind_to_answer(session: AsyncSession, about: About, *, now: datetime) -> None:
    """Ask the attendee again with the times that are still free, and schedule the next reminder."""
    pair, meeting = await lock_meeting(session, about.id)
    nth = int(about.kind.rpartition(".")[2])
    if meeting.state not in WAITING or about != updates.question_key(meeting, nth) or max(meeting.times) <= now:
        return
    policy, reader = POLICIES[meeting.kind], rules.find_person_asked(pair, meeting)
    if policy.refresh and meeting.state == State.REQUESTED:
        policy.refresh(pair, meeting, await busy_of(session, pair, now), now)
        await updates.show_times(session, pair, meeting, now=now)
    card = (policy.question_again or policy.texts.card)(pair, meeting, reader)
    await updates.repost_card(session, meeting, card, reader, pair.team, expires_at=max(meeting.times), now=now)
    if nth < MORNINGS:
        after = now if nth + 1 < MORNINGS else max(now, max(meeting.times) - LAST_REMINDER_LEAD)
        await updates._remind_next(session, pair, meeting, nth + 1, after, now)
