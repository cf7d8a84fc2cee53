"""Ask the leaders at work in turn to come to an agent, until somebody comes or nobody is left."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import AnswerTooLate
from bot.escalation import leaders
from bot.escalation import models as asked
from bot.escalation import queries as escalation_queries
from bot.escalation.policy import Policy
from bot.escalation.rules import Candidate
from bot.features.hand_ups import queries, rules
from bot.features.hand_ups.models import HandUp, State
from bot.features.hand_ups.settings import Settings
from bot.features.one_on_ones import queries as one_on_ones
from bot.messages.hand_ups import leader_cards
from bot.org import people as org_people
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.refusals import hand_ups as refusals
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack.dispatcher import Actor
from bot.workflows import escalation
from bot.workflows.hand_ups import cards

LONGEST_ASK = timedelta(hours=1)
"""How long an ask may wait for delivery before it expires."""
ASK_NEXT, ASK_IF_THERE, END_DAY = (
    JobName("hand_ups.ask_next"), JobName("hand_ups.ask_if_there"), JobName("hand_ups.end_day"),
)  # fmt: skip


async def ask_next_leader(session: AsyncSession, team: Team, hand_up: HandUp, *, now: datetime) -> None:
    """Ask the next leader or, if a customer is waiting and three have not come, all remaining leaders at once.

    If nobody is left, the leader who can come in ten minutes is expected; without one, the agent is told that nobody
    can come.
    """
    if hand_up.is_over or rules.is_helped(hand_up) or hand_up.state == State.HELD:
        return
    earlier = await escalation_queries.find_asks(session, asked.Kind.HAND_UP, hand_up)
    if any(each.state == asked.State.WAITING for each in earlier):
        return
    candidates = await _candidates(session, team, hand_up, now)
    if rules.asks_everybody(hand_up, len(earlier)):
        found = bool(await escalation.ask_all(session, team, asked.Kind.HAND_UP, hand_up, candidates, now=now))
    else:
        found = bool(await escalation.ask_next(
            session, team, asked.Kind.HAND_UP, hand_up, candidates, may_revive=True, now=now,
        ))  # fmt: skip
    was_asking = hand_up.state == State.ASKING
    if found:
        hand_up.state = State.ASKING
        await cards.show(session, team, hand_up, now=now)
    elif hand_up.later_id:
        rules.expect_later_helper(hand_up, now)
        await schedule_question(session, team, hand_up, now=now)
        await cards.show(session, team, hand_up, aloud=True, now=now)
    else:
        await _give_up(session, team, hand_up, is_news=was_asking and bool(earlier), now=now)


async def _give_up(session: AsyncSession, team: Team, hand_up: HandUp, *, is_news: bool, now: datetime) -> None:
    """Tell the agent that nobody can come, and schedule asking again for when another leader can be asked."""
    hand_up.state = State.UNANSWERED
    agent = await org_people.fetch_person(session, hand_up.workspace_id, hand_up.agent_id)
    if at := await cards.next_ask_at(session, team, hand_up, agent, now):
        await schedule_job(session, ASK_NEXT, team, hand_up, due_at=at, now=now)
    await cards.show(session, team, hand_up, aloud=is_news, now=now)


async def _candidates(session: AsyncSession, team: Team, hand_up: HandUp, now: datetime) -> list[Candidate]:
    members = [member.user_id for member in await membership.leaders(session, team)]
    own = await _own_leaders(session, team, hand_up)
    facts = await escalation.load_facts(session, team, now)
    helping = await queries.find_helping(session, team, members)
    facts = replace(facts, own=own, unavailable={*helping, hand_up.agent_id})
    return await leaders.list_candidates(
        session, team, asked.Kind.HAND_UP, hand_up, facts, asks_deputies=hand_up.asks_deputies, now=now
    )


async def _own_leaders(session: AsyncSession, team: Team, hand_up: HandUp) -> set[str]:
    if not Settings.of(team).own_leader_first:
        return set()
    pairs = await one_on_ones.find_pairs(session, hand_up.workspace_id, hand_up.agent_id)
    return {pair.organizer.id for pair in pairs if pair.team.id == team.id}


async def answer_ask(
    session: AsyncSession, actor: Actor, ask_id: int, *, comes: bool, in_a_while: bool = False, now: datetime
) -> None:
    """Record a leader's answer: they come now or in ten minutes, or another leader is asked.

    Raises `AnswerTooLate` with the helper's name if somebody else is already coming.
    """
    how = ("in_a_while" if in_a_while else queries.COMING) if comes else None
    await _check_untaken(session, actor, ask_id, comes=comes)
    team, hand_up, _, before = await escalation.answer(
        session, actor, asked.Kind.HAND_UP, ask_id, how, now=now,
        goes_on=lambda this: in_a_while and this.is_waiting,
    )  # fmt: skip
    if not comes:
        if before is asked.State.WAITING:
            await ask_next_leader(session, team, hand_up, now=now)
        return
    rules.accept(hand_up, actor.person_id, in_a_while=in_a_while, now=now)
    if rules.is_helped(hand_up):
        await schedule_question(session, team, hand_up, now=now)
        await cards.show(session, team, hand_up, aloud=True, now=now)
    else:
        await cards.show(session, team, hand_up, now=now)
        await ask_next_leader(session, team, hand_up, now=now)


async def _check_untaken(session: AsyncSession, actor: Actor, ask_id: int, *, comes: bool) -> None:
    """Raise `AnswerTooLate` with another leader's name if that leader is already coming."""
    ask = await session.get(asked.Ask, ask_id)
    if ask is None or ask.kind != asked.Kind.HAND_UP or not comes:
        return
    _, hand_up = await queries.lock_hand_up(session, actor.workspace_id, ask.about_id)
    if not hand_up.is_over and rules.is_helped(hand_up) and hand_up.helper_id != actor.person_id:
        helper = await org_people.fetch_person(session, actor.workspace_id, hand_up.helper_id or "")
        raise AnswerTooLate(refusals.already_helped(helper.shown))


def _check_needed(hand_up: HandUp, ask: asked.Ask) -> None:
    if hand_up.is_over:
        raise AnswerTooLate(refusals.ASK_GONE)


async def schedule_question(session: AsyncSession, team: Team, hand_up: HandUp, *, now: datetime) -> None:
    """Schedule asking the agent whether the helper has arrived."""
    if hand_up.comes_by:
        await schedule_job(session, ASK_IF_THERE, team, hand_up, due_at=hand_up.comes_by, now=now)


async def schedule_job(
    session: AsyncSession, job: JobName, team: Team, hand_up: HandUp, *, due_at: datetime, now: datetime
) -> None:
    """Schedule a job about a hand-up, once for each due time. A job that is no longer wanted does nothing."""
    key = f"{hand_up.source}:{job}:{due_at.isoformat()}"
    about = About("hand_up", hand_up.id)
    await scheduler.put(session, job=job, key=key, team=team, about=about, due_at=due_at, now=now)


async def withdraw_from_former_leaders(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Withdraw asks to people who no longer lead the team, and ask the next leader instead.

    Hand-ups whose helper no longer leads the team are treated in the same way, and nobody expects a former leader in
    ten minutes.
    """
    ids = {member.user_id for member in await membership.leaders(session, team)}
    await escalation.withdraw_from_others(session, team, asked.Kind.HAND_UP, ids, now=now)
    for each in await queries.list_open(session, team):
        if ids.issuperset({each.helper_id, each.later_id} - {None}):
            continue
        _, hand_up = await queries.lock_hand_up(session, team.workspace_id, each.id)
        rules.forget_former_leaders(hand_up, ids)
        await ask_next_leader(session, team, hand_up, now=now)
        await cards.show(session, team, hand_up, now=now)


Policy(
    asked.Kind.HAND_UP, HandUp, leader_cards, refusals, wait=rules.answer_timeout, lives=LONGEST_ASK,
    check_person=queries.must_lead, check_needed=_check_needed, ask_next=ask_next_leader,
)  # fmt: skip
