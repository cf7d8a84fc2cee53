"""Escalation: ask one person at a time until somebody accepts, in the same way for every kind of ask.

The subject of an ask (`thing`) is a spike, hand-up, break, ritual run or visit.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.models import TeamRow
from bot.errors import AnswerTooLate, Refusal
from bot.escalation import queries, rules
from bot.escalation.leaders import Facts
from bot.escalation.models import Ask, Kind, State
from bot.escalation.policy import POLICIES
from bot.escalation.rules import Candidate
from bot.features.balance import queries as balance_queries
from bot.features.balance.models import Part
from bot.features.spikes import stints
from bot.meetings import queries as meetings
from bot.org import people
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority

EXPIRE = JobName("escalation.expire")
RECHECK_INTERVAL = timedelta(minutes=1)


async def ask_next(
    session: AsyncSession, team: Team, kind: Kind, thing: TeamRow, candidates: Collection[Candidate], *,
    size: float | None = None, may_revive: bool = False, now: datetime,
) -> Ask | None:  # fmt: skip
    """Ask the next candidate, and return the ask; return None if nobody is left.

    With `may_revive`, the person whose ask was withdrawn last is asked again, before the next.
    """
    free = {each.person.id: each for each in candidates if each.is_free}
    ask = await queries.reopen_ask(session, kind, thing, free, now=now) if may_revive else None
    if ask:
        await _send_again(session, team, thing, ask, free[ask.person_id], now=now)
    elif found := rules.choose_next(candidates, size):
        ask = await _ask(session, team, kind, thing, found, size, now=now)
    return ask


async def ask_all(
    session: AsyncSession, team: Team, kind: Kind, thing: TeamRow, candidates: Collection[Candidate], *, now: datetime
) -> list[Ask]:
    """Ask all remaining candidates at once, including those whose earlier ask was withdrawn; return the asks."""
    free = {each.person.id: each for each in candidates if each.is_free}
    again = await queries.reopen_asks(session, kind, thing, free, now=now)
    for ask in again:
        await _send_again(session, team, thing, ask, free[ask.person_id], now=now)
    left = [each for each in candidates if rules.may_be_asked(each, None)]
    return again + [await _ask(session, team, kind, thing, each, with_others=True, now=now) for each in left]


async def _ask(
    session: AsyncSession, team: Team, kind: Kind, thing: TeamRow, asked: Candidate, size: float | None = None, *,
    with_others: bool = False, now: datetime,
) -> Ask:  # fmt: skip
    ask = await queries.add(session, kind, thing, asked.person.id, size, with_others=with_others, now=now)
    await _send(session, team, thing, ask, asked, now=now)
    return ask


async def _send_again(
    session: AsyncSession, team: Team, thing: TeamRow, ask: Ask, asked: Candidate, *, now: datetime
) -> None:
    """Repost the card of a reopened ask, because edits do not notify."""
    await outbox.delete(session, ask.card, to=_dm(ask), now=now)
    await _send(session, team, thing, ask, asked, priority=Priority.ANSWER, now=now)  # not before it is deleted


async def _send(
    session: AsyncSession, team: Team, thing: TeamRow, ask: Ask, asked: Candidate, *, priority: Priority | None = None,
    now: datetime,
) -> None:  # fmt: skip
    policy = POLICIES[ask.kind]
    await outbox.put(
        session, policy.texts.ask(team, thing, ask, asked.person), to=asked.person.dm, not_before=now,
        priority=policy.priority if priority is None else priority,
        hours_of=None if asked.is_off_hours else team, expires_at=now + policy.lives,
    )  # fmt: skip
    await _schedule_expiry(session, team, ask, due_at=now + RECHECK_INTERVAL, now=now)


async def answer(
    session: AsyncSession, actor: Actor, kind: Kind, ask_id: int, how: str | None, *, now: datetime,
    goes_on: Callable[[Any], bool] = lambda _: False,
) -> tuple[Team, Any, Ask, State]:  # fmt: skip
    """Record a person's answer: an acceptance, whose kind is `how`, or a refusal if `how` is None.

    Returns the team, the subject, the ask and the ask's earlier state. After an acceptance the other open asks about
    the subject are withdrawn, unless `goes_on` returns True because others are still asked.
    """
    policy, ask = POLICIES[kind], await session.get(Ask, ask_id)
    if ask is None or (ask.workspace_id, ask.kind) != (actor.workspace_id, kind):
        raise AnswerTooLate(policy.refusals.ASK_GONE)
    thing = await _lock(session, ask)
    team, before = await session.get_one(Team, ask.team_id), State(ask.state)
    await policy.check_person(session, team, actor.person_id)
    if ask.person_id != actor.person_id:
        raise Refusal(policy.refusals.ASKED_ANOTHER)
    if before is State.ACCEPTED:
        raise AnswerTooLate(policy.refusals.ANSWERED)
    if how is None:
        await _close(session, thing, ask, State.DECLINED, now=now)
    else:
        policy.check_needed(thing, ask)
        rules.change_state(ask, State.ACCEPTED, how=how, now=now)
        if not goes_on(thing):
            await withdraw(session, kind, thing, now=now)
    return team, thing, ask, before


async def _lock(session: AsyncSession, ask: Ask) -> Any:
    """Lock and return the row that an ask is about, such as a spike, so that nobody else changes the asks about it."""
    thing = await locks.lock_existing(session, POLICIES[ask.kind].model, ask.about_id)
    await session.get_one(Ask, ask.id, populate_existing=True)
    return thing


async def expire(session: AsyncSession, team: Team, ask_id: int, *, now: datetime) -> None:
    """Expire an ask that was not answered in time, and ask the next person."""
    ask = await session.get_one(Ask, ask_id)
    thing, policy = await _lock(session, ask), POLICIES[ask.kind]
    if ask.state != State.WAITING:
        return
    until = await answer_deadline(session, ask.card, _dm(ask), since=ask.asked_at, wait=policy.wait(thing), now=now)
    if until > now:
        await _schedule_expiry(session, team, ask, due_at=until, now=now)
        return
    await _close(session, thing, ask, State.EXPIRED, now=now)
    await policy.ask_next(session, team, thing, now=now)


async def load_facts(session: AsyncSession, team: Team, now: datetime) -> Facts:
    """Load how much recent time each leader had with customers, and who is in a meeting, in a queue or being asked."""
    ids = [member.user_id for member in await membership.leaders(session, team)]
    known = await people.fetch_people(session, team.workspace_id, ids)
    weeks = await balance_queries.fetch_fortnights(session, list(known.values()), now)
    busy = {
        id
        for each in await meetings.find_busy(session, team.workspace_id, ids, now)
        if each.is_planned and each.span[0] <= now < each.span[1]
        for id in each.ids
    }
    busy |= await stints.find_people_helping(session, team.workspace_id, known)
    asked = await queries.find_people_asked(session, team.workspace_id, ids)
    return Facts({id: week.minutes(Part.FRONTLINE) for id, week in weeks.items()}, busy, asked=asked)


async def answer_deadline(
    session: AsyncSession, card: str, to: Address, *, since: datetime, wait: timedelta, now: datetime
) -> datetime:
    """Return the deadline for the answer to a question, counted from its delivery.

    The deadline is `now` if Slack rejected the message or the message is still waiting for working hours, because there
    is then no answer to wait for. Whether the message is in the outbox is checked first, because it may be delivered
    between two reads.
    """
    if await outbox.is_on_its_way(session, card, to=to):
        return now + RECHECK_INTERVAL
    if said_at := await outbox.find_post_time(session, card, to=to, since=since):
        return said_at + wait
    return since + wait if await outbox.is_posted(session, card, to=to) else now


async def _schedule_expiry(session: AsyncSession, team: Team, ask: Ask, *, due_at: datetime, now: datetime) -> None:
    """Schedule the expiry, one job for each due time, because the job that is running cannot be scheduled again."""
    key = f"ask:{ask.id}:{EXPIRE}:{due_at.isoformat()}"
    await scheduler.put(session, job=EXPIRE, key=key, team=team, about=About("ask", ask.id), due_at=due_at, now=now)


async def resize(
    session: AsyncSession, team: Team, kind: Kind, thing: TeamRow, size: float | None, *, now: datetime
) -> None:
    """Update an open ask and its card to the new size of its subject, such as a spike that has grown."""
    for ask in await queries.find_asks(session, kind, thing, State.WAITING):
        ask.size = size
        person = await people.fetch_person(session, ask.workspace_id, ask.person_id)
        await outbox.change(session, POLICIES[kind].texts.ask(team, thing, ask, person), to=person.dm, now=now)


async def recheck(session: AsyncSession, team: Team, kind: Kind, thing: TeamRow, *, now: datetime) -> None:
    """Schedule a check of whether the open asks about a subject have expired, because their timeout has changed."""
    for ask in await queries.find_asks(session, kind, thing, State.WAITING):
        await _schedule_expiry(session, team, ask, due_at=now, now=now)


async def withdraw(session: AsyncSession, kind: Kind, thing: TeamRow, *, now: datetime) -> None:
    """Withdraw the open asks about a subject, such as a spike that is over."""
    for ask in await queries.find_asks(session, kind, thing, State.WAITING):
        await _close(session, thing, ask, State.WITHDRAWN, now=now)


async def withdraw_from_others(
    session: AsyncSession, team: Team, kind: Kind, ids: Collection[str], *, now: datetime
) -> None:
    """Withdraw asks to people who are not among `ids`, and ask the next people instead."""
    for ask in await queries.find_waiting(session, kind, team.id):
        if ask.person_id not in ids:
            thing = await _lock(session, ask)
            if ask.state == State.WAITING:
                await _close(session, thing, ask, State.WITHDRAWN, now=now)
                await POLICIES[kind].ask_next(session, team, thing, now=now)


async def _close(session: AsyncSession, thing: TeamRow, ask: Ask, state: State, *, now: datetime) -> None:
    rules.change_state(ask, state, now=now)
    await outbox.withdraw(session, POLICIES[ask.kind].texts.closed(thing, ask), to=_dm(ask), now=now)


def _dm(ask: Ask) -> Address:
    return Address(ask.workspace_id, ask.person_id)
