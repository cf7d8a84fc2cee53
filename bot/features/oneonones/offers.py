"""Which times a pair is offered: in the hours of both, before the day by which they should meet, free for both."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.database import Span
from bot.features.oneonones.pairs import Pair
from bot.features.oneonones.tables import Meeting
from bot.hours import moment, slots
from bot.hours import routine as hours_routine
from bot.hours.slots import Busy

CHOICES = 3
LEAD = timedelta(days=5)
"""So long before the day by which they should meet the first times are offered: earlier would hurry their rhythm."""
SOON = timedelta(days=14)
"""A pair that is due later is being offered times because somebody wants to meet now."""


def times(pair: Pair, meeting: Meeting, busy: Sequence[Busy], now: datetime, many: int = CHOICES) -> list[datetime]:
    """Times for a pair to choose from, none of which it has been offered before.

    Where none is left before the day by which they should meet, the first there are.
    """
    due = datetime.combine(pair.series.due_on, time(), ZoneInfo(pair.leader.zone))
    routine = hours_routine.of_person(pair.agent, pair.team)
    soonest, morning = moment.next_morning(routine, now), moment.morning_after_told(routine, now)
    wants = pair.series.asked_at or pair.series.is_missed or due > now + SOON
    first = morning if wants else max(morning, due - LEAD)
    taken = [*slots.taken(busy, set(pair.series.pair), but=meeting.about), *_offered(meeting)]
    for after, before in ((first, due), (morning, due), (soonest, due), (morning, None)):
        if found := slots.slots(pair.routines, after, meeting.length, many, taken, before=before):
            return found
    return []


def refresh(pair: Pair, meeting: Meeting, busy: Sequence[Busy], now: datetime) -> None:
    """Put fresh times in the place of those that have passed or that somebody else has taken."""
    kept = [at for at in meeting.times if is_free(pair, meeting, at, busy, now)]
    missing = CHOICES - len(kept)
    fresh = times(pair, meeting, busy, now, missing) if missing else []
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
