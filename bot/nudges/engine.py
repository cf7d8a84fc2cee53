"""The engine: looks at people when their morning comes, and says what matters most, in one card."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, func, or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory, homes
from bot.candidates import Candidate, Seat
from bot.database import insert
from bot.hours import moment
from bot.messages import nudges as messages
from bot.nudges import choosing
from bot.nudges.answering import ends, lines
from bot.nudges.rules import Rule
from bot.nudges.settings import Own
from bot.nudges.tables import OPEN, Look, Nudge, State
from bot.outbox import outbox
from bot.outbox.outbox import Notice
from bot.outbox.tables import Card, Priority
from bot.teams.tables import Member, Role, Team

A_BATCH = 30
"""People looked at in one transaction: acks find their way in between."""
A_FEW = 8
A_DAY = timedelta(days=1)
A_QUARTER = timedelta(days=90)
"""How far back answers count."""

Places = dict[str, list[Seat]]


async def expect(session: AsyncSession, workspace_id: str, looks: Mapping[str, datetime]) -> None:
    """Have people, by their ids, looked at no later than then."""
    rows = [{"workspace_id": workspace_id, "person_id": id, "at": looks[id], "said": 0} for id in sorted(looks)]
    if rows:
        look = insert(session, Look)
        sooner = look.on_conflict_do_update(
            index_elements=["workspace_id", "person_id"],
            set_={"at": look.excluded.at},
            where=Look.at > look.excluded.at,
        )
        await session.execute(sooner, rows)


async def greet(session: AsyncSession, workspace_id: str, *, now: datetime) -> bool:
    """Have a batch of leaders and sponsors whom nobody looks at yet looked at from their next working morning on.

    Says whether these were all.
    """
    known = select(Look.person_id).where(Look.workspace_id == workspace_id)
    lead = select(Member.user_id).where(
        Member.workspace_id == workspace_id,
        Member.role == Role.LEADER,
        Member.left_at.is_(None),
        Member.user_id.not_in(known),
    )
    sponsor = select(Team.sponsor_id).where(
        Team.workspace_id == workspace_id, Team.sponsor_id.is_not(None), Team.sponsor_id.not_in(known)
    )
    ids = [id for id in await session.scalars(union(lead, sponsor).limit(A_BATCH)) if id]
    seats = await _seats(session, workspace_id, ids)
    mornings = {id: _next_look(seats[id][0], [], now) if id in seats else now + A_DAY for id in ids}
    await expect(session, workspace_id, mornings)
    return len(ids) < A_BATCH


async def summon(session: AsyncSession, workspace_id: str, ids: Sequence[str], *, now: datetime) -> datetime | None:
    """Schedule a check of these people for the start of their next working day; return the earliest, None for none."""
    seats = await _seats(session, workspace_id, ids)
    looks = {id: _next_look(theirs[0], [], now) for id, theirs in seats.items()}
    await expect(session, workspace_id, looks)
    return min(looks.values(), default=None)


async def next_at(session: AsyncSession, workspace_id: str) -> datetime | None:
    """When somebody is to be looked at next."""
    return await session.scalar(select(func.min(Look.at)).where(Look.workspace_id == workspace_id))


async def offer(session: AsyncSession, candidate: Candidate, rules: Sequence[Rule], *, now: datetime) -> None:
    """Say something as it happens, within the day's budget, or not at all."""
    seat = candidate.seat
    workspace_id, person_id = seat.team.workspace_id, seat.person.id
    await expect(session, workspace_id, {person_id: _next_look(seat, [], now)})
    theirs = select(Look).where(Look.workspace_id == workspace_id, Look.person_id == person_id)
    look = (await session.scalars(theirs.with_for_update())).one()
    before = (await _before(session, workspace_id, [person_id], now))[person_id]
    nudges = _say(look, seat, [candidate], [each for each in before if each.state != State.SNOOZED], now)
    session.add_all(nudges)
    await session.flush()
    if nudges:
        await _post(session, [(seat, nudges)], rules, now)


async def turn(session: AsyncSession, workspace_id: str, rules: Sequence[Rule], *, now: datetime) -> bool:
    """Look at a batch of those whose time has come, and say when each is looked at next.

    Says whether these were all.
    """
    looks = await _due(session, workspace_id, now)
    if not looks:
        return True
    seats = await _seats(session, workspace_id, [look.person_id for look in looks])
    before = await _before(session, workspace_id, list(seats), now)
    await _end(session, before, now)
    awake = {id: theirs for id, theirs in seats.items() if _opens(theirs[0], now) == now}
    found = await _found(session, rules, awake, now)
    said: list[tuple[Seat, list[Nudge]]] = []
    for number, look in enumerate(looks):
        if number % A_FEW == 0:
            await session.flush()  # a little at a time: acks find their way in between
        if look.person_id not in seats:
            await session.delete(look)
            continue
        seat, earlier = seats[look.person_id][0], before[look.person_id]
        if look.person_id in awake and (nudges := _say(look, seat, found[look.person_id], earlier, now)):
            session.add_all(nudges)
            said.append((seat, nudges))
        look.at = _next_look(seat, earlier, now)
        await asyncio.sleep(0)
    await session.flush()
    if said:
        await _post(session, said, rules, now)
    return len(looks) < A_BATCH


async def prune(session: AsyncSession, workspace_id: str, *, now: datetime, limit: int) -> int:
    """Forget nudges that count no more; says how many."""
    old = select(Nudge.id).where(
        Nudge.workspace_id == workspace_id, Nudge.said_at < now - A_QUARTER, Nudge.state.not_in(OPEN)
    )
    these = delete(Nudge).where(Nudge.id.in_(old.limit(limit)))
    return len((await session.execute(these.returning(Nudge.id))).all())


async def _due(session: AsyncSession, workspace_id: str, now: datetime) -> Sequence[Look]:
    due = select(Look).where(Look.workspace_id == workspace_id, Look.at <= now).order_by(Look.at, Look.person_id)
    return (await session.scalars(due.limit(A_BATCH).with_for_update(skip_locked=True))).all()


async def _seats(session: AsyncSession, workspace_id: str, ids: Sequence[str]) -> Places:
    """The teams that people are in, then those they sponsor; who has neither has no seat."""
    rows = await session.execute(
        select(Member, Team)
        .join(Team, Team.id == Member.team_id)
        .where(
            Member.workspace_id == workspace_id,
            Member.user_id.in_(ids),
            Member.left_at.is_(None),
        )
        .order_by(Member.id)
    )
    people = await directory.people(session, workspace_id, ids)
    seats: Places = defaultdict(list)
    for member, team in rows:
        if (person := people.get(member.user_id)) and person.may_join:
            seats[person.id].append(Seat(person, team, member.role))
    sponsored = select(Team).where(Team.workspace_id == workspace_id, Team.sponsor_id.in_(ids)).order_by(Team.id)
    for team in await session.scalars(sponsored):
        if (person := people.get(team.sponsor_id or "")) and person.may_join:
            seats[person.id].append(Seat(person, team, None))
    return dict(seats)


async def _before(
    session: AsyncSession, workspace_id: str, ids: Sequence[str], now: datetime
) -> dict[str, list[Nudge]]:
    """What people were told lately, or have put off for however long, newest first."""
    lately = select(Nudge).where(
        Nudge.workspace_id == workspace_id,
        Nudge.person_id.in_(ids),
        or_(Nudge.said_at > now - A_QUARTER, Nudge.state.in_(OPEN)),
    )
    before: dict[str, list[Nudge]] = {id: [] for id in ids}
    for nudge in await session.scalars(lately.order_by(Nudge.said_at.desc(), Nudge.id.desc())):
        before[nudge.person_id].append(nudge)
    return before


async def _end(session: AsyncSession, before: dict[str, list[Nudge]], now: datetime) -> None:
    """What nobody answered in time was ignored, if it was heard at all; what was put off was not said again."""
    over = [each for theirs in before.values() for each in theirs if each.is_open and each.ends_at <= now]
    if over:
        cards = select(Card.name).where(Card.name.in_({each.card for each in over}))
        heard = set(await session.scalars(cards.where(Card.workspace_id == over[0].workspace_id)))
        for nudge in over:
            nudge.state = _became(nudge, was_heard=nudge.state == State.SAID and nudge.card in heard)
            homes.touch(session, nudge.workspace_id, [nudge.person_id], now=now)


def _became(nudge: Nudge, *, was_heard: bool) -> State:
    if nudge.answered_at:
        return State.DONE  # in part, which is an answer too
    return State.IGNORED if was_heard else State.UNHEARD


async def _found(
    session: AsyncSession, rules: Sequence[Rule], seats: Places, now: datetime
) -> dict[str, list[Candidate]]:
    """What the features would remind each of."""
    found: dict[str, list[Candidate]] = {id: [] for id in seats}
    everybody = [seat for theirs in seats.values() for seat in theirs]
    for rule in rules if everybody else ():
        for candidate in await rule.find(session, everybody, now) if rule.find else ():
            found[candidate.seat.person.id].append(candidate)
    return found


def _say(look: Look, seat: Seat, found: Sequence[Candidate], before: Sequence[Nudge], now: datetime) -> list[Nudge]:
    """What was snoozed until now, and what the day's budget allows of the rest."""
    again = [each for each in before if each.state == State.SNOOZED and each.again_at and each.again_at <= now]
    card = f"nudges:{uuid4().hex}"
    for nudge in again:
        nudge.card, nudge.state, nudge.said_at, nudge.again_at = card, State.SAID, now, None
        nudge.times, nudge.ends_at = nudge.times + 1, ends(seat, now)
    today = seat.person.local(now).date()
    left = look.left(today, choosing.BUDGET)
    fresh = choosing.chosen(found, before, Own.of(seat.person).muted, left=left, now=now)
    look.spend(today, len(fresh))
    return [*again, *(_nudge(candidate, card, now) for candidate in fresh)]


def _nudge(candidate: Candidate, card: str, now: datetime) -> Nudge:
    return Nudge(
        workspace_id=candidate.seat.team.workspace_id,
        team_id=candidate.seat.team.id,
        person_id=candidate.seat.person.id,
        kind=candidate.kind,
        about=candidate.about,
        facts=candidate.facts,
        card=card,
        said_at=now,
        ends_at=ends(candidate.seat, now),
    )


async def _post(
    session: AsyncSession, said: Sequence[tuple[Seat, list[Nudge]]], rules: Sequence[Rule], now: datetime
) -> None:
    """Each person's nudges on one card. That nobody hears them twice the lock on their look sees to."""
    notices = []
    for seat, nudges in said:
        post = messages.card(nudges[0].card, await lines(session, nudges, rules, seat.person))
        notices.append(Notice(post, seat.person.dm, seat.team, min(nudge.ends_at for nudge in nudges)))
        await asyncio.sleep(0)
        homes.touch(session, seat.team.workspace_id, [seat.person.id], now=now)
    await outbox.put_all(session, notices, not_before=now, priority=Priority.NUDGE)


def _opens(seat: Seat, now: datetime) -> datetime:
    """`now` within somebody's hours, else when they begin. Do Not Disturb is the relay's to ask."""
    return moment.next_good(replace(seat.routine, quiet=None), now) or now + A_QUARTER


def _next_look(seat: Seat, nudges: Sequence[Nudge], now: datetime) -> datetime:
    opens = _opens(seat, now)
    morning = moment.next_morning(seat.routine, now) if opens == now else opens
    again = [each.again_at for each in nudges if each.state == State.SNOOZED and each.again_at and each.again_at > now]
    return min([morning, *again])
