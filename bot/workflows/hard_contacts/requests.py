"""The agent's actions in a hard contact: pick a leader, decide whether another one is asked, or drop it."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import AnswerTooLate, Refusal
from bot.escalation import leaders
from bot.features import hard_contacts as contacts
from bot.features.hand_ups import queries as hand_up_queries
from bot.features.hand_ups.models import Ending
from bot.features.hard_contacts import Details, HardContact
from bot.messages import hard_contacts as messages
from bot.messages.hard_contacts import LEADER, Choice
from bot.org import people
from bot.org.teams import membership
from bot.org.teams.models import Role, Team
from bot.org.workspaces import Address
from bot.refusals import hard_contacts as refusals
from bot.scheduler.jobs import JobName
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.text.formats import wall
from bot.workflows import escalation, fun_tank
from bot.workflows.hand_ups import requests as hand_ups
from bot.workflows.hard_contacts import cards, endings

CHECK_ANSWER = JobName("hard_contacts.check_answer")


async def list_choices(
    session: AsyncSession, actor: Actor, channel_id: str | None, now: datetime, *, excluding: Sequence[str] = ()
) -> list[Choice]:
    """Return the leaders at work whom an agent can pick, except those in `excluding`, in a different order each day.

    Raises `Refusal` for leaders, and if no leader is at work.
    """
    teams = await hand_ups.find_agents_teams(session, actor, channel_id)
    at_work = [
        Choice(team, leader) for team in teams for leader in (await leaders.find_at_work(session, team, now)).values()
    ]
    at_work.sort(key=lambda each: people.draw_lot(each.leader.id, actor.person_id, now.date()))
    if not at_work:
        raise Refusal(refusals.nobody_at_work(await _next_at_work(session, actor, teams, now)))
    found = [each for each in at_work if each.leader.id not in excluding]
    if not found:
        raise Refusal(refusals.NOBODY_LEFT)
    return found


async def _next_at_work(session: AsyncSession, actor: Actor, teams: Sequence[Team], now: datetime) -> str:
    agent = await people.fetch_person(session, *actor)
    found = [await leaders.next_leader_at(session, team, now) for team in teams]
    at = min((each for each in found if each), default=None)
    return wall(agent.local(at), agent.locale) if at and at > now else ""


async def raise_contact(
    session: AsyncSession, actor: Actor, team: Team, leader_id: str, *, ticket: str = "",
    hand_up_id: int | None = None, now: datetime,
) -> None:  # fmt: skip
    """Ask the leader whom an agent has picked, and end the hand-up that turned out to be a hard contact."""
    await people.lock_people(session, actor.workspace_id, [actor.person_id, leader_id])
    await _must_be_agent(session, team, actor.person_id)
    await contacts.must_not_be_asking(session, team, actor.person_id)
    await _must_be_at_work(session, team, leader_id, now)
    if hand_up_id is not None:
        await _end_hand_up(session, actor, hand_up_id, now)
    details = Details(
        agent_id=actor.person_id, leader_id=leader_id, ticket=ticket, asked_at=now,
        asked_ids=[leader_id], agent_card=cards.new_card_name(), leader_card=cards.new_card_name(),
    )  # fmt: skip
    today = now.astimezone(ZoneInfo(team.zone)).date()
    contact = await contacts.add(session, team, details, raised_on=today)
    await _ask(session, team, contact, details, now=now)
    await endings.schedule_end(session, team, contact, await people.fetch_person(session, *actor), now=now)
    await contacts.count_contact(session, team, actor.person_id, day=today)
    await endings.schedule_month_end(session, team, contacts.month_of(today), now=now)
    await fun_tank.record_hard_contact(session, team, actor.person_id, now=now)


async def _must_be_agent(session: AsyncSession, team: Team, person_id: str) -> None:
    member = await membership.member(session, team, person_id)
    if member is None or member.role is not Role.AGENT:
        raise Refusal(refusals.NOT_IN_TEAM)


async def _must_be_at_work(session: AsyncSession, team: Team, leader_id: str, now: datetime) -> None:
    if leader_id not in await leaders.find_at_work(session, team, now):
        leader = await people.fetch_person(session, team.workspace_id, leader_id)
        raise Refusal(refusals.not_at_work(leader.shown), field=LEADER)


async def _end_hand_up(session: AsyncSession, actor: Actor, hand_up_id: int, now: datetime) -> None:
    """End the agent's hand-up as *Sorted* does, so that nobody can tell the difference."""
    _, found = await hand_ups.find_raised(session, actor, hand_up_id)
    team, hand_up = await hand_up_queries.lock_hand_up(session, actor.workspace_id, found.id)
    if not hand_up.is_over:
        await hand_ups.end(session, team, hand_up, Ending.BY_AGENT, now=now)


async def _ask(session: AsyncSession, team: Team, contact: HardContact, details: Details, *, now: datetime) -> None:
    """Ask the picked leader, and schedule a check for the answer."""
    view = await cards.load_view(session, team, contact, details, now)
    await outbox.put(
        session, messages.leader_card(view), to=view.leader.dm, not_before=now, priority=Priority.URGENT,
        hours_of=team, expires_at=now + contacts.LAST_FIRST_CHECK_IN,
    )  # fmt: skip
    await cards.schedule_job(session, CHECK_ANSWER, team, contact, due_at=now + escalation.RECHECK_INTERVAL, now=now)
    await outbox.show(session, messages.agent_card(view), to=view.agent.dm, now=now)


async def check_answer(session: AsyncSession, team: Team, contact_id: int, *, now: datetime) -> None:
    """Ask the agent whether to ask another leader, if the picked one has not answered within five minutes."""
    found = await cards.lock_unless_deleted(session, team, contact_id)
    if found is None or found[1].is_answered or found[1].needs_another:
        return
    contact, details = found
    until = await escalation.answer_deadline(
        session, details.leader_card, Address(team.workspace_id, details.leader_id), since=details.asked_at,
        wait=contacts.ASK_TIMEOUT, now=now,
    )  # fmt: skip
    if until > now:
        await cards.schedule_job(session, CHECK_ANSWER, team, contact, due_at=until, now=now)
        return
    details.needs_another = True
    await cards.show_agent(session, team, contact, details, is_news=True, now=now)


async def find_own(session: AsyncSession, actor: Actor, contact_id: int, *, lock: bool = False) -> HardContact:
    """Return an agent's own hard contact that no leader has answered, or whose leader no longer leads the team."""
    contact = await contacts.find(session, actor.workspace_id, contact_id, lock=lock)
    details = contact.details
    if details.agent_id != actor.person_id:
        raise Refusal(refusals.NOT_YOURS)
    if details.is_answered and not details.is_leader_gone:
        raise AnswerTooLate(refusals.ANSWERED)
    return contact


async def list_other_choices(session: AsyncSession, actor: Actor, contact_id: int, now: datetime) -> list[Choice]:
    """Return the leaders at work whom the agent of a hard contact has not picked yet."""
    contact = await find_own(session, actor, contact_id)
    team = await session.get_one(Team, contact.team_id)
    return await list_choices(session, actor, team.channel_id, now, excluding=contact.details.asked_ids)


async def ask_another(session: AsyncSession, actor: Actor, contact_id: int, leader_id: str, *, now: datetime) -> None:
    """Ask another leader instead, as the agent has chosen."""
    contact = await find_own(session, actor, contact_id, lock=True)
    team, details = await session.get_one(Team, contact.team_id), contact.details
    await _must_be_at_work(session, team, leader_id, now)
    if leader_id in details.asked_ids:
        raise AnswerTooLate(refusals.ASKED_BEFORE)
    await cards.close_leader_card(session, contact, messages.handed_over_card(details), details, now=now)
    renewed = details.model_copy(
        update={
            "leader_id": leader_id, "leader_card": cards.new_card_name(), "asked_at": now, "needs_another": False,
            "is_leader_gone": False, "acts": [], "asked_ids": [*details.asked_ids, leader_id],
            "first_check_in_at": None, "second_check_in_at": None, "is_first_done": False,
        }
    )  # fmt: skip
    contact.seal(renewed)
    await _ask(session, team, contact, renewed, now=now)


async def drop_contact(session: AsyncSession, actor: Actor, contact_id: int, *, now: datetime) -> None:
    """Delete a hard contact at once, because the agent no longer needs a leader."""
    contact = await find_own(session, actor, contact_id, lock=True)
    await cards.delete_contact(session, contact, contact.details, now=now)
