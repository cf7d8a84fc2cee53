"""Rules of one-on-ones: who meets whom, when a pair is due, in which order pairs plan, and which times are offered."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from bot.db.models import Span
from bot.errors import Refusal
from bot.features.one_on_ones.settings import Cadence
from bot.meetings.models import Meeting, Series, State
from bot.meetings.rules import Pair, check_state, check_time, is_free, plan
from bot.org.availability import good_moments, slots
from bot.org.availability.absences import find_return
from bot.org.availability.slots import Busy
from bot.org.availability.working_hours import DAY, FARTHEST, WorkingHours, is_at_work_on
from bot.org.people import draw_lot
from bot.org.teams.models import Member, Role
from bot.refusals import one_on_ones as refusals

WEEKDAYS = {"MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday"}
NTHS = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
MONTHLY = "FREQ=MONTHLY"
CADENCES: dict[str, str] = {
    Cadence.EVERY_WEEK: "every week",
    Cadence.EVERY_2_WEEKS: "every 2 weeks",
    Cadence.EVERY_4_WEEKS: "every 4 weeks",
    **{
        f"{MONTHLY};BYDAY={nth}{day}": f"on the {word} {name} of the month"
        for nth, word in NTHS.items()
        for day, name in WEEKDAYS.items()
    },
}
"""Every recurrence rule that a pair can choose, with its description."""
PLANNING_PERIOD = timedelta(days=7)


def due_after(rule: str, day: date, routines: Sequence[WorkingHours] = ()) -> date:
    """Return the day by which a pair that met, or skipped a meeting, on `day` should meet again.

    For an interval in weeks, the days on which one of the two is known to be off, by their `routines`, do not count. A
    certain day of the month stays.
    """
    start = datetime.combine(day, time())
    after: datetime | None = rrulestr(rule, dtstart=start).after(start)
    due = after.date() if after else day + PLANNING_PERIOD
    usual = [replace(each, country="", absences=()) for each in routines]
    return shift_due(rule, due, day, usual, routines)


def shift_due(
    rule: str, due: date, since: date, before: Sequence[WorkingHours], after: Sequence[WorkingHours]
) -> date:  # fmt: skip
    """Return the day that leaves a pair as many days at work together from `since` on as `due` did.

    `before` and `after` are the working hours of both, with their absences as they were known and as they are now.
    """
    if rule.startswith(MONTHLY) or not after:
        return due
    lost = _count_shared(before, since, due) - _count_shared(after, since, due)
    step = 1 if lost > 0 else -1
    for _ in range(FARTHEST):
        if not lost:
            break
        due += step * DAY
        lost -= step * _is_shared(after, due)
    return due


def _count_shared(routines: Sequence[WorkingHours], since: date, until: date) -> int:
    """Return on how many days after `since`, up to `until`, all of these people are at work."""
    return sum(_is_shared(routines, since + nth * DAY) for nth in range(1, (until - since).days + 1))


def _is_shared(routines: Sequence[WorkingHours], day: date) -> bool:
    return all(is_at_work_on(each, day) for each in routines)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def sunday_of(day: date) -> date:
    return monday_of(day) + timedelta(days=6)


def first_due(day: date, before: int, weekly: int) -> date:
    """Return when a new pair is due: the week after next or later, so that planning starts next Monday at the earliest.

    `before` is how many other pairs the leader has; at most `weekly` pairs are due for the first time in one week.
    """
    return sunday_of(day) + timedelta(days=1) + (1 + before // weekly) * PLANNING_PERIOD


def list_leaders_and_agents(members: Sequence[Member]) -> tuple[list[str], list[str]]:
    """Return the ids of a team's leaders and agents who have one-on-ones, in the order in which they joined.

    Deputies are included only if there are no other leaders.
    """
    lead = [member for member in members if member.role is Role.LEADER]
    first = [member for member in lead if not member.is_deputy] or lead
    return [each.user_id for each in first], [each.user_id for each in members if each.role is Role.AGENT]


def select_pairs_to_plan(due: Sequence[Series], *, left: int, today: date, until: date | None = None) -> list[Series]:
    """Return the pairs that should plan a one-on-one now, most urgent first.

    Pairs whose agent asked come first, then those whose last meeting was missed, then by due date, longest waiting
    first; ties are broken by a weekly draw. All who asked are included; others only until there are `left` pairs, and
    only if they are due by `until`, which is the end of next week by default.
    """
    until = until or planned_until(today)
    lots = {each.id: draw_lot(each.agent_id, each.leader_id, *today.isocalendar()[:2]) for each in due}

    def turn(each: Series) -> tuple[object, ...]:
        return not each.asked_at, not each.is_missed, each.due_on, waiting_since(each), lots[each.id]

    waiting = sorted(due, key=turn)
    asked = [each for each in waiting if each.asked_at]
    others = [each for each in waiting if not each.asked_at and each.due_on <= until]
    return [*asked, *others[: max(0, left - len(asked))]]


def planned_until(today: date) -> date:
    """Return the day up to which meetings are planned: the last day of next week."""
    return sunday_of(today) + PLANNING_PERIOD


def waiting_since(series: Series) -> date:
    return series.met_on or series.since.date()


def check_is_active(pair: Pair) -> None:
    if pair.series.ended_at:
        raise Refusal(refusals.NO_PAIR)


OFFERED_TIMES = 3
OFFER_LEAD = timedelta(days=5)
"""How long before the due date the first offered time may be: earlier meetings would shorten the interval."""
DUE_SOON = timedelta(days=14)
"""A pair that is due later than this is offered times only if somebody wants to meet now."""

OFFERED_AHEAD = timedelta(days=6)
"""How long before the due day the bot offers times by itself: a day more than `OFFER_LEAD`, for the agent to answer."""
ANSWERED_WITHIN = timedelta(days=1)
"""How long a leader has to answer an agent's request, before the bot offers times by itself."""
OFFERED_AGAIN = timedelta(days=4)
"""How long after an offer has expired, or a one-on-one was cancelled, the bot makes no new offer by itself."""

LONGEST_ABSENCE = timedelta(days=7)
"""How long after the due date somebody may be away for the next one-on-one to be booked right after the last."""


def find_times(
    pair: Pair, meeting: Meeting, busy: Sequence[Busy], now: datetime, many: int = OFFERED_TIMES
) -> list[datetime]:
    """Return times for a pair to choose from, none of which has been offered before.

    A pair that wants to meet soon gets the first free ones. Others get the last free ones by the due day, so that those
    who meet every second Tuesday go on to do so, or before an absence that covers it. If there are none, or only ones
    so early that they would halve the interval, they get the first free ones after it.
    """
    due = datetime.combine(pair.series.due_on, time(), ZoneInfo(pair.organizer.zone))
    routine, length = pair.hours(pair.attendee), meeting.length
    soonest, morning = good_moments.next_morning(routine, now), good_moments.morning_after_delivery(routine, now)
    taken = [*slots.taken_spans(busy, pair.ids, excluding=meeting.about), *_offered(meeting)]
    if pair.series.asked_at or pair.series.is_missed or due > now + DUE_SOON:
        find: Callable[..., list[datetime]] = slots.find_slots
        spans, later = [(morning, due), (soonest, due)], morning
    else:
        find, later = slots.find_latest_slots, max(morning, due)
        lead, halfway = due - OFFER_LEAD, due - (pair.series.due_on - waiting_since(pair.series)) / 2
        end_of_due = due + timedelta(days=1) if morning < due else due
        spans = [(max(morning, lead), end_of_due), (max(morning, halfway), due), (max(soonest, halfway), due)]
    for after, before in spans:
        if found := find(pair.routines, after, length, many, taken, before=before):
            return found
    return slots.find_slots(pair.routines, later, length, many, taken)


def may_book_next(pair: Pair, meeting: Meeting) -> bool:
    """Return whether the card of a one-on-one that has ended offers the leader to book the next one.

    After one that was held, only if the next one is due within two weeks, and nobody is away until long after that.
    """
    if pair.series.ended_at or pair.organizer.has_left or pair.attendee.has_left:
        return False
    if meeting.state != State.MET:
        return meeting.state in (State.MISSED, State.CANCELLED, State.EXPIRED)
    due = datetime.combine(pair.series.due_on, time(), ZoneInfo(pair.organizer.zone))
    returns = [find_return(each.absences, due) or due for each in pair.people]
    return meeting.is_confirmed and due - meeting.starts_at <= DUE_SOON and max(returns) <= due + LONGEST_ABSENCE


def refresh_times(pair: Pair, meeting: Meeting, busy: Sequence[Busy], now: datetime) -> None:
    """Replace those offered times of a one-on-one that have passed or are taken."""
    kept = [at for at in meeting.times if is_free(pair, meeting, at, busy, now)]
    missing = OFFERED_TIMES - len(kept)
    fresh = find_times(pair, meeting, busy, now, missing) if missing else []
    if not kept and not fresh:
        return
    meeting.refused = [*meeting.refused, *(each.isoformat() for each in meeting.times if each not in kept)]
    meeting.offered = [each.isoformat() for each in sorted([*kept, *fresh])]
    meeting.starts_at = meeting.times[0]


def _offered(meeting: Meeting) -> list[Span]:
    before = [datetime.fromisoformat(slot) for slot in (*meeting.refused, *meeting.offered)]
    return [(at, at + meeting.length) for at in before]


def plan_at_offered_time(
    pair: Pair, meeting: Meeting, by: str, at: datetime, *, busy: Sequence[Busy] = (), now: datetime
) -> bool:
    """Plan a one-on-one at the offered time that the agent picked.

    Returns False, and refreshes the offered times, if that time is no longer available.
    """
    pair.must_attend(by, meeting.kind)
    check_state(meeting, State.REQUESTED)
    if at in meeting.times and is_free(pair, meeting, at, busy, now):
        plan(meeting, at)
        return True
    refresh_times(pair, meeting, busy, now)
    return False


def reschedule(pair: Pair, meeting: Meeting, at: datetime, *, busy: Sequence[Busy] = (), now: datetime) -> None:
    """Reschedule a planned one-on-one, even after its time has passed; either person may do so."""
    check_state(meeting, State.PLANNED)
    check_time(pair, meeting.length, at, busy, now, excluding=meeting.about)
    meeting.starts_at, meeting.sequence = at, meeting.sequence + 1
