"""When a person's nudges are checked next: at the start of their day, or at the hour when they usually answer.

A person can agree that their answers are counted by the hour of the day. Then their nudges come at the best hour: the
one with the most points among the full hours of their working day, except the last. An answer gives three points to its
own hour, two to the hour before and one to the hour before that. Until `ENOUGH` answers are counted, nudges come at the
start of the day. Once more than `MOST` are counted, all counts are halved, so that the best hour follows a changed
habit.

Hours before an answer get points, and hours after it get none, because people answer some time after a card has come.
Otherwise the cards of somebody who takes an hour or two would come a little later each time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

import structlog
from pydantic import Field
from sqlalchemy import null, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.nudges.models import HISTORY_PERIOD, Nudge, NudgeCheck, NudgeState
from bot.org.availability import good_moments
from bot.org.availability.working_hours import WorkingHours
from bot.org.people import Person
from bot.org.teams.membership import Seat
from bot.org.teams.settings import Settings

log = structlog.get_logger()

HOURS = 24
NO_ANSWERS = (0,) * HOURS
ENOUGH, MOST = 8, 40
ROOM = timedelta(hours=2)
"""How much is left of the working day when nudges come at a best hour: that hour, and one after it."""
BURST = timedelta(hours=1)
"""Answers to the rows of one nudge count once within this time."""


class HourPreferences(Settings):
    """A person's consent to count their answers by the hour of the day."""

    feature: ClassVar[str] = "reminder_hours"
    title: ClassVar[str] = "Your reminders"
    is_learned: bool = Field(
        False,
        title="Send my reminders at the hour when I usually answer",
        description="I then keep how often you answered in each hour of the day, and nothing else. Nobody else sees "
        "it, and I delete it when you turn this off. Until I've counted "
        f"{ENOUGH} answers, your reminders come when your working day starts.",
    )


def count_answer(counts: Sequence[int], hour: int) -> list[int]:
    """Return the answers by hour with one more, all halved if they are more than `MOST` then."""
    counted = [count + (each == hour) for each, count in enumerate(counts)]
    return [count // 2 for count in counted] if sum(counted) > MOST else counted


def find_best_time(routine: WorkingHours, morning: datetime, counts: Sequence[int]) -> datetime:
    """Return the start of a person's best hour on the day of `morning`, which is when they start, or are back.

    It is `morning` itself if too few answers are counted, or none in or soon after the hours of that day.
    """
    if sum(counts) < ENOUGH:
        return morning
    zone = ZoneInfo(routine.zone)
    day = morning.astimezone(zone).date()
    starts = {hour: datetime.combine(day, time(hour), zone).astimezone(UTC) for hour in range(HOURS)}
    fitting = [hour for hour, at in starts.items() if at >= morning and good_moments.fits_in_shift(routine, at, ROOM)]
    best = max(fitting, key=lambda hour: _points(counts, hour), default=None)
    return starts[best] if best is not None and _points(counts, best) else morning


def _points(counts: Sequence[int], hour: int) -> int:
    return 3 * counts[hour] + 2 * counts[(hour + 1) % HOURS] + counts[(hour + 2) % HOURS]


def find_opening(seat: Seat, now: datetime) -> datetime:
    """Return `now` if it is within the working hours, otherwise when they next begin.

    Do Not Disturb is ignored here, because the outbox relay checks it.
    """
    return good_moments.next_good_moment(replace(seat.routine, quiet=None), now) or now + HISTORY_PERIOD


def find_next_check(
    seat: Seat, now: datetime, *, counts: Sequence[int] | None, nudges: Sequence[Nudge] = ()
) -> datetime:
    """Return when a person is checked next: on the next working day, or earlier if one of these nudges is snoozed.

    `counts` are the person's answers by hour, or None if they have not agreed to count them.
    """
    opens = find_opening(seat, now)
    morning = good_moments.next_morning(seat.routine, now) if opens == now else opens
    again = [
        each.again_at for each in nudges if each.state == NudgeState.SNOOZED and each.again_at and each.again_at > now
    ]
    return min([find_best_time(seat.routine, morning, counts or NO_ANSWERS), *again])


def find_next_checks(
    seats: Mapping[str, Sequence[Seat]], now: datetime, *, counts: Mapping[str, Sequence[int]]
) -> dict[str, datetime]:
    """Return when each of these people is checked next, without those whose hours cannot be read, which is logged."""
    checks = {}
    for id, theirs in seats.items():
        try:
            checks[id] = find_next_check(theirs[0], now, counts=counts.get(id))
        except Exception:
            log.exception("nudge_check_failed", person=id)
    return checks


def start_count(check: NudgeCheck, person: Person) -> None:
    """Start to count a person's answers by hour if they have agreed to it, unless it has started."""
    if check.hours is None and HourPreferences.of(person).is_learned:
        check.hours = [*NO_ANSWERS]


async def load_counts(session: AsyncSession, workspace_id: str, people: Sequence[Person]) -> Mapping[str, list[int]]:
    """Return the answers by hour of those of these people who have agreed to count them; no query if nobody has."""
    ids = [each.id for each in people if HourPreferences.of(each).is_learned]
    theirs = select(NudgeCheck.person_id, NudgeCheck.hours).where(
        NudgeCheck.workspace_id == workspace_id, NudgeCheck.person_id.in_(ids)
    )
    return {id: counts for id, counts in await session.execute(theirs) if counts} if ids else {}


async def apply_preference(session: AsyncSession, person: Person) -> bool:
    """Start to count a locked person's answers by hour, or delete the counts. Return whether counts were deleted.

    Somebody who has no check yet starts with their first one.
    """
    is_learned, kept = HourPreferences.of(person).is_learned, NudgeCheck.hours
    change = (
        update(NudgeCheck)
        .where(NudgeCheck.workspace_id == person.workspace_id, NudgeCheck.person_id == person.id)
        .where(kept.is_(None) if is_learned else kept.is_not(None))
        .values(hours=[*NO_ANSWERS] if is_learned else null())
    )
    changed = await session.scalar(change.returning(NudgeCheck.person_id))
    return changed is not None and not is_learned
