"""When a pair is due, who comes first, who meets whom, which times a pair is offered, and what becomes of a meeting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from bot.db.models import Span
from bot.errors import Passed, Refusal
from bot.features.one_on_ones.models import Meeting, Series, State
from bot.features.one_on_ones.settings import Cadence
from bot.org.availability import moment, slots, working_hours
from bot.org.availability.slots import Busy
from bot.org.availability.working_hours import WorkingHours
from bot.org.people import Person, draw_lot
from bot.org.teams.models import Member, Role, Team
from bot.refusals import common
from bot.refusals import one_on_ones as refusals

WEEKDAYS = {"MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday"}
NTHS = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
CADENCES: dict[str, str] = {
    Cadence.EVERY_WEEK: "every week",
    Cadence.EVERY_2_WEEKS: "every 2 weeks",
    Cadence.EVERY_4_WEEKS: "every 4 weeks",
    **{
        f"FREQ=MONTHLY;BYDAY={nth}{day}": f"every {word} {name} of the month"
        for nth, word in NTHS.items()
        for day, name in WEEKDAYS.items()
    },
}
"""Every rhythm a pair may choose, in words."""
A_WEEK = timedelta(days=7)


def due_after(rule: str, day: date) -> date:
    """The day by which a pair should meet that met, or let one go, on `day`."""
    start = datetime.combine(day, time())
    after: datetime | None = rrulestr(rule, dtstart=start).after(start)
    return after.date() if after else day + A_WEEK


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def sunday_of(day: date) -> date:
    return monday_of(day) + timedelta(days=6)


def first_due(day: date, before: int, weekly: int) -> date:
    """When a new pair is due whose leader has `before` others: to be planned from next Monday on, not all at once."""
    return sunday_of(day) + timedelta(days=1) + (1 + before // weekly) * A_WEEK


def who_meets(members: Sequence[Member]) -> tuple[list[str], list[str]]:
    """Leaders, deputies only where nobody else leads, and agents; both in the order in which they came."""
    lead = [member for member in members if member.role is Role.LEADER]
    first = [member for member in lead if not member.is_deputy] or lead
    return [each.user_id for each in first], [each.user_id for each in members if each.role is Role.AGENT]


def rota(due: Sequence[Series], *, left: int, today: date) -> list[Series]:
    """Whom to meet: who asked, then whose last was missed, then by the day due, longest waiting first, ties in turn.

    Who asked is always there; of the others as many as the week has left.
    """
    lots = {each.id: draw_lot(each.agent_id, each.leader_id, *today.isocalendar()[:2]) for each in due}

    def turn(each: Series) -> tuple[object, ...]:
        return not each.asked_at, not each.is_missed, each.due_on, waits_since(each), lots[each.id]

    waiting = sorted(due, key=turn)
    asked = [each for each in waiting if each.asked_at]
    others = [each for each in waiting if not each.asked_at and each.due_on <= planned_until(today)]
    return [*asked, *others[: max(0, left - len(asked))]]


def planned_until(today: date) -> date:
    """The end of next week."""
    return sunday_of(today) + A_WEEK


def waits_since(series: Series) -> date:
    return series.met_on or series.since.date()


@dataclass(frozen=True)
class Pair:
    """A series with the people and the team it is of."""

    series: Series
    team: Team
    leader: Person
    agent: Person

    @property
    def routines(self) -> list[WorkingHours]:
        return [working_hours.person_hours(self.leader, self.team), working_hours.person_hours(self.agent, self.team)]

    def person(self, id: str) -> Person:
        return self.leader if id == self.leader.id else self.agent

    def must_be_active(self) -> None:
        if self.series.ended_at:
            raise Refusal(refusals.NO_PAIR)

    def must_lead(self, person_id: str) -> None:
        if person_id != self.leader.id:
            raise Refusal(refusals.FOR_LEADER)

    def must_be_agent(self, person_id: str) -> None:
        if person_id != self.agent.id:
            raise Refusal(refusals.FOR_AGENT)


def must_be_open(meeting: Meeting) -> None:
    if not meeting.is_open:
        raise Passed(refusals.SETTLED)


def must_be_unsaid(meeting: Meeting) -> None:
    if not meeting.is_unsaid:
        raise Passed(refusals.SETTLED)


CHOICES = 3
OFFER_LEAD = timedelta(days=5)
"""So long before the day by which they should meet the first times are offered: earlier would hurry their rhythm."""


DUE_SOON = timedelta(days=14)
"""A pair that is due later is being offered times because somebody wants to meet now."""


def find_times(
    pair: Pair, meeting: Meeting, busy: Sequence[Busy], now: datetime, many: int = CHOICES
) -> list[datetime]:
    """Times for a pair to choose from, none of which it has been offered before.

    Where none is left before the day by which they should meet, the first there are.
    """
    due = datetime.combine(pair.series.due_on, time(), ZoneInfo(pair.leader.zone))
    routine = working_hours.person_hours(pair.agent, pair.team)
    soonest, morning = moment.next_morning(routine, now), moment.morning_after_told(routine, now)
    wants = pair.series.asked_at or pair.series.is_missed or due > now + DUE_SOON
    first = morning if wants else max(morning, due - OFFER_LEAD)
    taken = [*slots.taken(busy, set(pair.series.pair), but=meeting.about), *_offered(meeting)]
    for after, before in ((first, due), (morning, due), (soonest, due), (morning, None)):
        if found := slots.slots(pair.routines, after, meeting.length, many, taken, before=before):
            return found
    return []


def refresh_times(pair: Pair, meeting: Meeting, busy: Sequence[Busy], now: datetime) -> None:
    """Put fresh times in the place of those that have passed or that somebody else has taken."""
    kept = [at for at in meeting.times if is_free(pair, meeting, at, busy, now)]
    missing = CHOICES - len(kept)
    fresh = find_times(pair, meeting, busy, now, missing) if missing else []
    if not kept and not fresh:
        return
    meeting.refused = [*meeting.refused, *(each.isoformat() for each in meeting.times if each not in kept)]
    meeting.slots = [each.isoformat() for each in sorted([*kept, *fresh])]


def is_free(pair: Pair, meeting: Meeting, at: datetime, busy: Sequence[Busy], now: datetime) -> bool:
    """Whether a time is still to come, and neither of the two has something else planned then."""
    ids = set(pair.series.pair)
    return at > now and not slots.is_booked(busy, ids, (at, at + meeting.length), but=meeting.about)


def _offered(meeting: Meeting) -> list[Span]:
    before = [datetime.fromisoformat(slot) for slot in (*meeting.refused, *meeting.slots)]
    return [(at, at + meeting.length) for at in before]


TIME = "time"
"""The field of a form."""


def pick(pair: Pair, meeting: Meeting, by: str, at: datetime, *, busy: Sequence[Busy] = (), now: datetime) -> bool:
    """Plan one of the times for the agent; False when it has gone by then, and fresh ones are there instead."""
    pair.must_be_agent(by)
    _check_state(meeting, State.PROPOSED)
    if at in meeting.times and is_free(pair, meeting, at, busy, now):
        _book(pair, meeting, at)
        return True
    refresh_times(pair, meeting, busy, now)
    return False


def counter(pair: Pair, meeting: Meeting, by: str, at: datetime, *, busy: Sequence[Busy] = (), now: datetime) -> None:
    """Suggest the agent's own time to the leader."""
    pair.must_be_agent(by)
    _check_state(meeting, State.PROPOSED)
    check_free(pair, meeting, at, busy, now)
    if not slots.suits(pair.routines[:1], at, meeting.length):
        raise Refusal(common.not_at_work(pair.leader.shown), field=TIME)
    meeting.offer(State.COUNTERED, [at])


def accept(pair: Pair, meeting: Meeting, by: str, *, busy: Sequence[Busy] = (), now: datetime) -> None:
    """Plan what the agent suggested, now that the leader says yes."""
    pair.must_lead(by)
    _check_state(meeting, State.COUNTERED)
    (at,) = meeting.times
    if not is_free(pair, meeting, at, busy, now):
        raise Refusal(refusals.TAKEN_BY_NOW if at > now else common.TIME_PASSED)
    _book(pair, meeting, at)


def move(pair: Pair, meeting: Meeting, at: datetime, *, busy: Sequence[Busy] = (), now: datetime) -> None:
    """Give another time to what is planned, or did not happen at its time; either of the two may."""
    _check_state(meeting, State.PLANNED)
    check_free(pair, meeting, at, busy, now)
    meeting.starts_at, meeting.sequence = at, meeting.sequence + 1


def cancel(meeting: Meeting, *, now: datetime) -> None:
    """Call it off; the pair is due as before."""
    must_be_open(meeting)
    meeting.state, meeting.ended_at, meeting.sequence = State.CANCELLED, now, meeting.sequence + 1


def check_free(pair: Pair, meeting: Meeting, at: datetime, busy: Sequence[Busy], now: datetime) -> None:
    if at <= now:
        raise Refusal(common.TIME_PASSED, field=TIME)
    if not is_free(pair, meeting, at, busy, now):
        raise Refusal(common.TIME_TAKEN, field=TIME)


def _book(pair: Pair, meeting: Meeting, at: datetime) -> None:
    meeting.state, meeting.starts_at, meeting.is_invited = State.PLANNED, at, True
    pair.series.asked_at = None


def _check_state(meeting: Meeting, state: State) -> None:
    if meeting.state != state:
        raise Passed(refusals.SETTLED)
