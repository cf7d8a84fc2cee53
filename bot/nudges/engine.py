"""The nudge engine: checks people once a working day, and sends the most important nudges in one card."""

import asyncio
from collections.abc import Awaitable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, cast
from uuid import uuid4

import structlog
from sqlalchemy import CursorResult, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import insert
from bot.nudges import hours, pace, queries, selection
from bot.nudges.answers import expiry_of, lock_nudges
from bot.nudges.models import Nudge, NudgeCheck, NudgeState
from bot.nudges.policy import FindBusy, NudgeKind, Reserve
from bot.nudges.posts import NewCard, send
from bot.nudges.selection import Candidate, NudgePreferences, Urgency
from bot.org.teams.membership import Seat
from bot.slack import home
from bot.slack.outbox.models import Card

log = structlog.get_logger()

BATCH = 60
"""The number of people checked in one transaction.

Each part of the work that lets no ack through grows with it, and on SQLite everybody else who writes waits for it.
"""
RECHECK_INTERVAL = timedelta(days=1)
AFTER_ACTIVITY = timedelta(minutes=5)
"""How long after somebody has used the bot a card comes that was held back for them."""
ACTIVE = timedelta(hours=1)
"""How long after that it can still come as one that was held back."""

SEEN_AT_HOME = timedelta(days=1)
"""How long after somebody has opened their Home they are not told about what it lists."""


async def find_nobody(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> Collection[str]:
    return ()


async def schedule_checks(session: AsyncSession, workspace_id: str, checks: Mapping[str, datetime]) -> None:
    """Schedule the nudge checks of people, given by id. An existing check is only moved earlier, never later."""
    rows = [{"workspace_id": workspace_id, "person_id": id, "at": checks[id], "said": 0} for id in sorted(checks)]
    if rows:
        check = insert(session, NudgeCheck)
        sooner = check.on_conflict_do_update(
            index_elements=["workspace_id", "person_id"],
            set_={"at": check.excluded.at},
            where=NudgeCheck.at > check.excluded.at,
        )
        await session.execute(sooner, rows)


async def enroll(session: AsyncSession, workspace_id: str, *, now: datetime) -> bool:
    """Schedule the first check of up to `BATCH` new leaders and sponsors, for their next working morning.

    Returns whether these were the last ones.
    """
    ids = await queries.find_unknown(session, workspace_id, BATCH)
    mornings = hours.find_next_checks(await queries.find_seats(session, workspace_id, ids), now, counts={})
    await schedule_checks(session, workspace_id, {id: mornings.get(id, now + RECHECK_INTERVAL) for id in ids})
    return len(ids) < BATCH


async def wake(session: AsyncSession, workspace_id: str, ids: Sequence[str], *, now: datetime) -> datetime | None:
    """Schedule a check of these people in their next shift, when their nudges come. Return the earliest, or None."""
    seats = await queries.find_seats(session, workspace_id, ids)
    counts = await hours.load_counts(session, workspace_id, [theirs[0].person for theirs in seats.values()])
    checks = hours.find_next_checks(seats, now, counts=counts)
    await schedule_checks(session, workspace_id, checks)
    return min(checks.values(), default=None)


async def next_check_at(session: AsyncSession, workspace_id: str) -> datetime | None:
    """Return when the next check in a workspace is due, or None if nobody is checked there."""
    return await session.scalar(queries.NEXT_AT, {"workspace_id": workspace_id})


async def notice_activity(session: AsyncSession, workspace_id: str, person_id: str, *, now: datetime) -> bool:
    """Schedule a person's check for a few minutes from now if a card is held back for them; return whether one is."""
    theirs = update(NudgeCheck).where(
        NudgeCheck.workspace_id == workspace_id,
        NudgeCheck.person_id == person_id,
        NudgeCheck.held_on.is_not(None),
        NudgeCheck.active_at.is_(None),
    )
    done = await session.execute(theirs.values(at=now + AFTER_ACTIVITY, active_at=now))
    return cast("CursorResult[Any]", done).rowcount > 0


async def is_held_back(session: AsyncSession, workspace_id: str, person_id: str) -> bool:
    """Return whether a card is held back for a person until they use the bot."""
    check = await session.get(NudgeCheck, (workspace_id, person_id))
    return check is not None and check.held_on is not None and check.active_at is None


async def send_if_due(
    session: AsyncSession, candidate: Candidate, kinds: Sequence[NudgeKind], *, now: datetime
) -> None:
    """Send a nudge right away if it is due, not muted and within the person's daily budget; otherwise drop it."""
    seat = candidate.seat
    workspace_id, person_id = seat.team.workspace_id, seat.person.id
    check = await _lock_check(session, seat, now)
    before = (await queries.find_earlier(session, workspace_id, [person_id], now))[person_id]
    nudges = _choose_nudges(
        check,
        seat,
        [candidate],
        [each for each in before if each.state != NudgeState.SNOOZED],
        kinds,
        now,
        is_paced=False,
    )
    if nudges:
        await send(session, [NewCard(seat, nudges, before)], kinds, now)


async def spend_budget(session: AsyncSession, seat: Seat, *, is_reserved: bool = False, now: datetime) -> bool:
    """Spend one nudge of the day's budget, or the one reserved for this message; return False if none is left."""
    check = await _lock_check(session, seat, now)
    today = seat.person.local(now).date()
    if is_reserved:
        check.reserved_on = None
    if check.left(today, selection.BUDGET) < 1:
        return False
    check.spend(today, 1)
    return True


async def _lock_check(session: AsyncSession, seat: Seat, now: datetime) -> NudgeCheck:
    """Lock and return a person's check. Somebody who has none is checked from their next shift on."""
    check = await lock_nudges(session, *seat.person.dm)
    if check is None:
        at = hours.find_next_check(seat, now, counts=None)
        await schedule_checks(session, seat.team.workspace_id, {seat.person.id: at})
        check = await lock_nudges(session, *seat.person.dm)
    assert check  # noqa: S101
    return check


async def run_due_checks(
    session: AsyncSession, workspace_id: str, kinds: Sequence[NudgeKind], *, reserve: Reserve,
    find_busy: FindBusy = find_nobody, now: datetime,
) -> bool:  # fmt: skip
    """Run up to `BATCH` due checks, and schedule each person's next one. `reserve` comes before all nudges.

    People whom `find_busy` returns get no new nudges today.

    If they fail together, each is tried alone. Somebody whose own check fails is checked again the next day, so that
    nobody else has to wait; if all fail, it is nobody's own, and the last error is raised. Returns whether these were
    the last ones.
    """
    checks = await queries.lock_due(session, workspace_id, BATCH, now)
    together = partial(_run_checks, session, workspace_id, kinds=kinds, reserve=reserve, find_busy=find_busy, now=now)
    if checks and await _attempt(session, together(checks)):
        errors = list[Exception]()
        for check in checks:
            await session.refresh(check)
            if error := await _attempt(session, together([check]), person=check.person_id):
                errors.append(error)
                await session.refresh(check)
                check.at = now + RECHECK_INTERVAL
        if len(errors) == len(checks) > 1:
            raise errors[-1]
    return len(checks) < BATCH


async def _attempt(session: AsyncSession, work: Awaitable[None], **whose: str) -> Exception | None:
    """Do some work; if it fails, undo it, and log and return the error. Raises if the database is gone."""
    try:
        async with session.begin_nested():
            await work
    except Exception as error:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            raise
        log.exception("nudge_check_failed", **whose)
        return error
    return None


async def _run_checks(
    session: AsyncSession, workspace_id: str, checks: Sequence[NudgeCheck], *, kinds: Sequence[NudgeKind],
    reserve: Reserve, find_busy: FindBusy, now: datetime,
) -> None:  # fmt: skip
    seats = await queries.find_seats(session, workspace_id, [check.person_id for check in checks])
    before = await queries.find_earlier(session, workspace_id, list(seats), now)
    await _expire_unanswered(session, before, now)
    awake = {id: theirs for id, theirs in seats.items() if hours.find_opening(theirs[0], now) == now}
    found = await _find_candidates(session, kinds, awake, now)
    everybody = [each for theirs in awake.values() for each in theirs]
    await _leave_out_what_home_showed(session, workspace_id, kinds, found, now)
    reserved, busy = await reserve(session, everybody, now), await find_busy(session, everybody, now)
    sent = list[NewCard]()
    for check in checks:
        if check.person_id not in seats:
            await session.delete(check)
            continue
        seat, earlier = seats[check.person_id][0], before[check.person_id]
        theirs = [] if check.person_id in busy else found.get(check.person_id, [])
        if check.person_id in reserved:
            check.reserved_on = seat.person.local(now).date()
        if check.person_id in awake and (nudges := _choose_nudges(check, seat, theirs, earlier, kinds, now)):
            sent.append(NewCard(seat, nudges, earlier))
        hours.start_count(check, seat.person)
        check.at = hours.find_next_check(seat, now, counts=check.hours, nudges=earlier)
        await asyncio.sleep(0)
    if sent:
        await send(session, sent, kinds, now)


async def _expire_unanswered(session: AsyncSession, before: dict[str, list[Nudge]], now: datetime) -> None:
    """Set the final state of expired nudges: done if partly answered, ignored if posted, otherwise never delivered.

    A nudge that expires while it is snoozed counts as one whose card was not posted.
    """
    over = [each for theirs in before.values() for each in theirs if each.is_open and each.ends_at <= now]
    if over:
        cards = select(Card.name).where(Card.name.in_({each.card for each in over}))
        heard = set(await session.scalars(cards.where(Card.workspace_id == over[0].workspace_id)))
        for nudge in over:
            nudge.state = _expired_state(nudge, was_heard=nudge.state == NudgeState.SAID and nudge.card in heard)
            home.mark_changed(session, nudge.workspace_id, [nudge.person_id], now=now)


def _expired_state(nudge: Nudge, *, was_heard: bool) -> NudgeState:
    if nudge.answered_at:
        return NudgeState.DONE  # answered in part, which counts as an answer
    return NudgeState.IGNORED if was_heard else NudgeState.UNHEARD


async def _find_candidates(
    session: AsyncSession, kinds: Sequence[NudgeKind], seats: queries.SeatsByPerson, now: datetime
) -> dict[str, list[Candidate]]:
    """Return the candidates that the features find for each person."""
    found: dict[str, list[Candidate]] = {id: [] for id in seats}
    everybody = [seat for theirs in seats.values() for seat in theirs]
    for kind in kinds if everybody else ():
        for candidate in await kind.find(session, everybody, now) if kind.find else ():
            found[candidate.seat.person.id].append(candidate)
    return found


async def _leave_out_what_home_showed(
    session: AsyncSession, workspace_id: str, kinds: Sequence[NudgeKind], found: dict[str, list[Candidate]],
    now: datetime,
) -> None:  # fmt: skip
    """Remove the candidates that somebody has just seen on their Home, unless they are for today."""
    listed = {kind.kind for kind in kinds if kind.is_listed}
    theirs = {id for id, them in found.items() if any(each.kind in listed for each in them)}
    if theirs:
        for id in await home.find_openers(session, workspace_id, theirs, since=now - SEEN_AT_HOME):
            found[id] = [each for each in found[id] if each.kind not in listed or each.urgency is Urgency.LAST_DAY]


def _choose_nudges(
    check: NudgeCheck, seat: Seat, found: Sequence[Candidate], before: Sequence[Nudge], kinds: Sequence[NudgeKind],
    now: datetime, is_paced: bool = True,
) -> list[Nudge]:  # fmt: skip
    """Return the nudges to send: snoozed ones that are due again, and new ones within the day's budget.

    A snoozed nudge gets today's facts if its feature still finds it: a time or a person that it named may be gone.
    """
    known = {(each.kind, each.about): each for each in reversed(found)}
    again = [each for each in before if each.state == NudgeState.SNOOZED and each.again_at and each.again_at <= now]
    card = f"nudges:{uuid4().hex}"
    for nudge in again:
        nudge.card, nudge.state, nudge.said_at, nudge.again_at = card, NudgeState.SAID, now, None
        nudge.times, nudge.ends_at = nudge.times + 1, expiry_of(seat, now)
        if candidate := known.get((nudge.kind, nudge.about)):
            nudge.facts, nudge.team_id = candidate.facts, candidate.seat.team.id
    today = seat.person.local(now).date()
    left, together = check.left(today, selection.BUDGET), {kind.kind: kind.most_together for kind in kinds}
    muted = NudgePreferences.of(seat.person).muted
    fresh = selection.select_candidates(found, before, muted, left=left, together=together, is_paced=is_paced, now=now)
    if is_paced:
        fresh = _hold_back(check, fresh, before, today, now)
    check.spend(today, pace.count_cost([each.kind for each in fresh], together))
    return [*again, *(_new_nudge(candidate, card, now) for candidate in fresh)]


def _hold_back(
    check: NudgeCheck, fresh: list[Candidate], before: Sequence[Nudge], today: date, now: datetime
) -> list[Candidate]:
    """Return the nudges to send now: none while they are held back for a moment at which the person uses the bot.

    A card with anything that is for today does not wait.
    """
    waits = bool(fresh) and not any(each.urgency is Urgency.LAST_DAY for each in fresh)
    is_active = check.active_at is not None and now - check.active_at <= ACTIVE
    since = check.held_on or today
    if waits and not is_active and pace.may_hold(before, days=(today - since).days):
        check.held_on, check.active_at = since, None
        return []
    check.held_on = check.active_at = None
    return fresh


def _new_nudge(candidate: Candidate, card: str, now: datetime) -> Nudge:
    return Nudge(
        workspace_id=candidate.seat.team.workspace_id,
        team_id=candidate.seat.team.id,
        person_id=candidate.seat.person.id,
        kind=candidate.kind,
        about=candidate.about,
        facts=candidate.facts,
        card=card,
        said_at=now,
        ends_at=expiry_of(candidate.seat, now),
    )
