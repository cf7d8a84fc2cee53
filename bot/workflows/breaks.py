"""Breaks: an agent asks for minutes off the queue, leaders at work are asked in turn, and all of them are notified."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import AnswerTooLate, Refusal
from bot.escalation import leaders
from bot.escalation import models as asked
from bot.escalation import queries as escalation_queries
from bot.escalation import rules as escalation_rules
from bot.escalation.policy import Policy
from bot.features.breaks import queries
from bot.features.breaks.models import Break, State
from bot.messages import breaks as messages
from bot.org import people
from bot.org.teams import membership
from bot.org.teams.models import Role, Team
from bot.org.workspaces import Address
from bot.refusals import breaks as refusals
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.workflows import escalation

ASK_TIMEOUT = timedelta(minutes=5)
IN_A_WHILE = timedelta(minutes=10)
LONGEST_ASK = timedelta(hours=1)
HOW_OK = "ok"
LINE_EXPIRY = timedelta(minutes=30)
"""How long the notice to leaders about a break may wait; after that, it is out of date and not sent."""


async def ask_for_break(session: AsyncSession, actor: Actor, team: Team, minutes: int, *, now: datetime) -> None:
    """Ask the leaders at work, one at a time, whether an agent may take a break.

    An earlier request that no leader answered is dropped. Raises `Refusal` for a leader or an invalid length, if
    leaders are being asked already, and if the agent is on a break.
    """
    member = await membership.member(session, team, actor.person_id)
    if member is None or member.role is not Role.AGENT:
        raise Refusal(refusals.FOR_AGENTS)
    queries.check_minutes(minutes)
    await people.lock_people(session, actor.workspace_id, [actor.person_id])
    if earlier := await queries.find_current(session, *actor, now):
        await _drop_unanswered(session, actor, earlier, now=now)
    this = await queries.add(session, team, actor.person_id, minutes, now=now)
    await ask_next_leader(session, team, this, now=now)


async def _drop_unanswered(session: AsyncSession, actor: Actor, earlier: Break, *, now: datetime) -> None:
    """Drop a break that no leader has answered, with its card. Raises `Refusal` for any other break."""
    if earlier.state != State.UNANSWERED:
        raise Refusal(refusals.ON_BREAK if earlier.is_decided else refusals.ASKED_BEFORE)
    earlier.state = State.DROPPED
    await session.flush()
    await outbox.delete(session, earlier.card, to=Address(*actor), now=now)


async def ask_next_leader(session: AsyncSession, team: Team, this: Break, *, now: datetime) -> None:
    """Ask the next leader at work; if nobody is left, let the agent decide."""
    if this.is_decided or await escalation_queries.find_asks(session, asked.Kind.BREAK, this, asked.State.WAITING):
        return
    facts = replace(await escalation.load_facts(session, team, now), unavailable={this.agent_id})
    candidates = await leaders.list_candidates(session, team, asked.Kind.BREAK, this, facts, now=now)
    found = await escalation.ask_next(session, team, asked.Kind.BREAK, this, candidates, now=now)
    this.state = State.ASKING if found else State.UNANSWERED
    await _show(session, team, this, is_news=not found, now=now)


async def answer_ask(
    session: AsyncSession, actor: Actor, ask_id: int, *, agrees: bool, in_a_while: bool = False, now: datetime
) -> None:
    """Record a leader's answer: the break starts now or in ten minutes, or another leader is asked."""
    how = ("in_a_while" if in_a_while else HOW_OK) if agrees else None
    team, this, ask, before = await escalation.answer(session, actor, asked.Kind.BREAK, ask_id, how, now=now)
    if agrees:
        await outbox.change(session, messages.closed(this, ask), to=Address(ask.workspace_id, ask.person_id), now=now)
        await _start(session, team, this, actor.person_id, now + (IN_A_WHILE if in_a_while else timedelta()), now=now)
    elif before is asked.State.WAITING:
        await ask_next_leader(session, team, this, now=now)


async def grant_break(
    session: AsyncSession, team: Team, agent_id: str, minutes: int, *, leader_id: str, asked_at: datetime, now: datetime
) -> None:
    """Give an agent a break, even if they did not ask for one, or asked other leaders. Lock the agent first.

    Every row and message is the same as if the agent had asked this leader at `asked_at` and the leader had agreed.
    Raises `Refusal` if the agent is on a break already.
    """
    earlier = await queries.find_current(session, team.workspace_id, agent_id, now)
    if earlier and earlier.is_decided:
        agent = await people.fetch_person(session, team.workspace_id, agent_id)
        raise Refusal(refusals.already_on_break(agent.shown))
    if earlier:
        team, this = await queries.lock_break(session, team.workspace_id, earlier.id)
        await escalation.withdraw(session, asked.Kind.BREAK, this, now=now)
    else:
        this = await queries.add(session, team, agent_id, minutes, now=asked_at)
        ask = await escalation_queries.add(session, asked.Kind.BREAK, this, leader_id, now=asked_at)
        escalation_rules.change_state(ask, asked.State.ACCEPTED, how=HOW_OK, now=now)
    await _start(session, team, this, leader_id, now, now=now)


async def take_break(session: AsyncSession, actor: Actor, break_id: int, *, now: datetime) -> None:
    """Let the agent take a break that no leader has answered."""
    team, this = await _lock_own(session, actor, break_id)
    await escalation.withdraw(session, asked.Kind.BREAK, this, now=now)
    await _start(session, team, this, None, now, now=now)


async def drop_break(session: AsyncSession, actor: Actor, break_id: int, *, now: datetime) -> None:
    """Drop a break that the agent no longer wants."""
    team, this = await _lock_own(session, actor, break_id)
    await _drop(session, team, this, now=now)


async def _drop(session: AsyncSession, team: Team, this: Break, *, now: datetime) -> None:
    this.state = State.DROPPED
    await session.flush()
    await escalation.withdraw(session, asked.Kind.BREAK, this, now=now)
    await _show(session, team, this, now=now)


async def drop_orphaned(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Drop the undecided breaks of agents who have left the team."""
    for each in await queries.list_open(session, team):
        if await membership.member(session, team, each.agent_id) is None:
            _, this = await queries.lock_break(session, team.workspace_id, each.id)
            if not this.is_decided:
                await _drop(session, team, this, now=now)


async def _lock_own(session: AsyncSession, actor: Actor, break_id: int) -> tuple[Team, Break]:
    team, this = await queries.lock_break(session, actor.workspace_id, break_id)
    if this.agent_id != actor.person_id:
        raise Refusal(refusals.NOT_YOURS)
    _check_needed(this)
    return team, this


async def _start(
    session: AsyncSession, team: Team, this: Break, leader_id: str | None, starts_at: datetime, *, now: datetime
) -> None:
    """Grant a break, and tell the agent and each leader at work."""
    this.state, this.leader_id, this.starts_at = State.AGREED, leader_id, starts_at
    await _show(session, team, this, is_news=leader_id is not None, now=now)
    for person in (await leaders.find_at_work(session, team, now)).values():
        post = messages.break_notice(this, person, is_later=starts_at > now)
        await outbox.put(
            session, post, to=person.dm, not_before=now, priority=Priority.URGENT, hours_of=team,
            expires_at=now + LINE_EXPIRY,
        )  # fmt: skip


async def _show(session: AsyncSession, team: Team, this: Break, *, is_news: bool = False, now: datetime) -> None:
    """Update the agent's card. Post it again if it brings news, because Slack does not notify people of edits."""
    await session.flush()
    known = await people.fetch_people(session, team.workspace_id, {this.agent_id, this.leader_id or this.agent_id})
    waiting = await escalation_queries.find_asks(session, asked.Kind.BREAK, this, asked.State.WAITING)
    agent = known[this.agent_id]
    post = messages.card(
        messages.View(
            this, agent, known.get(this.leader_id or ""), now=now,
            until=waiting[-1].asked_at + ASK_TIMEOUT if waiting else None,
            is_at_work=bool(await leaders.find_at_work(session, team, now)),
        )
    )  # fmt: skip
    if is_news and await outbox.is_posted(session, this.card, to=agent.dm):
        await outbox.delete(session, this.card, to=agent.dm, now=now)
        await outbox.put(session, post, to=agent.dm, not_before=now)
    else:
        await outbox.show(session, post, to=agent.dm, now=now)


async def withdraw_from_former_leaders(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Withdraw asks to people who no longer lead, and ask the next leader instead."""
    ids = {member.user_id for member in await membership.leaders(session, team)}
    await escalation.withdraw_from_others(session, team, asked.Kind.BREAK, ids, now=now)


def _check_needed(this: Break, ask: asked.Ask | None = None) -> None:
    if this.is_decided:
        raise AnswerTooLate(refusals.DECIDED)


Policy(
    asked.Kind.BREAK, Break, messages, refusals, wait=lambda _: ASK_TIMEOUT, lives=LONGEST_ASK,
    check_person=queries.must_lead, check_needed=_check_needed, ask_next=ask_next_leader,
)  # fmt: skip
