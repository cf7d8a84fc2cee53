"""The leader's side of a hard contact: check in twice, cover the queue, give the agent a break, watch the ticket."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import AnswerTooLate, Refusal
from bot.features import hard_contacts as contacts
from bot.features.hard_contacts import Act, Details, HardContact
from bot.features.spikes import queries as spikes
from bot.features.spikes.models import Kind
from bot.features.spikes.stints import DEFAULT_MINUTES
from bot.messages import hard_contacts as messages
from bot.org import people
from bot.org.availability import good_moments, working_hours
from bot.org.teams import membership
from bot.org.teams.models import Role, Team
from bot.refusals import hard_contacts as refusals
from bot.scheduler.jobs import JobName
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.workflows import breaks, ticket_watches
from bot.workflows.hard_contacts import cards
from bot.workflows.spikes import asks as spikes_asks

REMIND = JobName("hard_contacts.remind")


async def check_in(session: AsyncSession, actor: Actor, contact_id: int, *, now: datetime) -> None:
    """Record that the leader is checking in now."""
    team, contact, details = await _lock_for_leader(session, actor, contact_id, Act.CHECK_IN)
    await _record_act(session, team, contact, details, Act.CHECK_IN, now=now)


async def join_queue(session: AsyncSession, actor: Actor, contact_id: int, *, now: datetime) -> None:
    """Put the leader into the queue, as `/queue join` does, so that nobody can tell the difference."""
    team, contact, details = await _lock_for_leader(session, actor, contact_id, Act.COVER)
    person = await people.fetch_person(session, *actor)
    spike = next(iter(await spikes.list_open_spikes(session, team)), None)
    spike = await spikes.lock_spike(session, spike.id) if spike else None
    await spikes_asks.join_unasked(session, team, spike, person, Kind.QUEUE, DEFAULT_MINUTES, now=now)
    await _record_act(session, team, contact, details, Act.COVER, now=now)


async def give_break(session: AsyncSession, actor: Actor, contact_id: int, *, now: datetime) -> None:
    """Give the agent an ordinary break, as if they had asked for it and this leader had agreed."""
    team, contact, details = await _lock_for_leader(session, actor, contact_id, Act.BREAK)
    await breaks.grant_break(
        session, team, details.agent_id, contacts.BREAK_MINUTES, leader_id=actor.person_id,
        asked_at=details.asked_at, now=now,
    )  # fmt: skip
    await _record_act(session, team, contact, details, Act.BREAK, now=now)


async def watch_ticket(session: AsyncSession, actor: Actor, contact_id: int, *, now: datetime) -> None:
    """Watch the ticket of a hard contact for the leader. The watch does not refer to the hard contact."""
    await membership.lock_team_of(session, HardContact, contact_id)
    team, _, details = await _lock_for_leader(session, actor, contact_id)
    await ticket_watches.start_watch(session, team, actor, details.ticket, now=now)


async def _lock_for_leader(
    session: AsyncSession, actor: Actor, contact_id: int, act: Act | None = None
) -> tuple[Team, HardContact, Details]:
    """Lock a hard contact for the leader who was picked. Raises `AnswerTooLate` if they have chosen `act` before."""
    contact, details = await cards.lock_with_people(session, actor.workspace_id, contact_id)
    team = await session.get_one(Team, contact.team_id)
    if details.leader_id != actor.person_id:
        raise Refusal(refusals.NOT_YOURS)
    member = await membership.member(session, team, actor.person_id)
    if member is None or member.role is not Role.LEADER:
        raise Refusal(refusals.FOR_LEADERS)
    if act in details.acts:
        raise AnswerTooLate(refusals.DONE_BEFORE)
    return team, contact, details


async def _record_act(
    session: AsyncSession, team: Team, contact: HardContact, details: Details, act: Act, *, now: datetime
) -> None:
    """Record what the leader does, and show it to both people; after the first answer, schedule the two check-ins."""
    is_first = not details.is_answered
    details.acts, details.needs_another = [*details.acts, act], False
    if is_first:
        details.first_check_in_at = now + contacts.FIRST_CHECK_IN
        details.second_check_in_at = await _next_day(session, team, details, now)
        for at in (details.first_check_in_at, details.second_check_in_at):
            await cards.schedule_job(session, REMIND, team, contact, due_at=at, now=now)
    await cards.show_agent(session, team, contact, details, is_news=is_first, now=now)
    view = await cards.load_view(session, team, contact, details, now)
    await outbox.change(session, messages.leader_card(view), to=view.leader.dm, now=now)


async def _next_day(session: AsyncSession, team: Team, details: Details, now: datetime) -> datetime:
    """Return the first time on the agent's next working day at which both people are at work."""
    known = await people.fetch_people(session, team.workspace_id, {details.agent_id, details.leader_id})
    agent, leader = (working_hours.person_hours(known[id], team) for id in (details.agent_id, details.leader_id))
    morning = good_moments.next_morning(agent, now)
    return good_moments.next_good_moment(leader, morning) or morning


async def remind(session: AsyncSession, team: Team, contact_id: int, *, now: datetime) -> None:
    """Remind the leader of the check-in that is due, unless it is done."""
    found = await cards.lock_unless_deleted(session, team, contact_id)
    if found is None or not found[1].is_due(now):
        return
    contact, details = found
    view = await cards.load_view(session, team, contact, details, now)
    await outbox.delete(session, details.leader_card, to=view.leader.dm, now=now)
    is_second = details.is_second(now)
    await outbox.put(
        session, messages.reminder(view, is_second=is_second), to=view.leader.dm, not_before=now, hours_of=team,
        expires_at=now + (contacts.LONGEST_KEPT if is_second else contacts.LAST_FIRST_CHECK_IN),
    )  # fmt: skip


async def finish_check_in(session: AsyncSession, actor: Actor, contact_id: int, *, now: datetime) -> None:
    """Record that the leader has checked in; after the second time, delete the hard contact."""
    team, contact, details = await _lock_for_leader(session, actor, contact_id)
    if details.is_second(now):
        await cards.delete_contact(session, contact, details, now=now)
    elif details.is_first_done:
        raise AnswerTooLate(refusals.DONE_BEFORE)
    else:
        details.is_first_done = True
        contact.seal(details)
        view = await cards.load_view(session, team, contact, details, now)
        await outbox.change(session, messages.checked_in_card(view), to=view.leader.dm, now=now)
