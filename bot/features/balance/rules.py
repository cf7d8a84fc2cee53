"""Rules that split a leader's last two weeks into kinds of work, and find the kind outside its target range."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from bot.errors import Refusal
from bot.features.balance.models import Duty, Part
from bot.features.balance.settings import Band
from bot.refusals import balance as refusals

DAYS = 14
SHORTEST, LONGEST = 5, 600
ENOUGH_MINUTES = 6 * 60
ENOUGH_DAYS = 3
MINUTES, DUTY, DAY = "minutes", "duty", "day"
"""Names of the form fields at which refusals are shown."""
LABELS = [each.label for each in Duty]
NAMED = f"{', '.join(LABELS[:-1])} or {LABELS[-1]}"


class Block(NamedTuple):
    """A block of time that a leader logs."""

    part: Part
    minutes: int
    duty: Duty | None = None


class DatedEntry(NamedTuple):
    """A time entry with its date in the leader's time zone."""

    day: date
    part: Part
    minutes: int
    duty: Duty | None = None


@dataclass(frozen=True)
class Fortnight:
    """A leader's time entries of the last fourteen days, including `today`."""

    today: date
    pieces: Sequence[DatedEntry] = ()

    @property
    def total(self) -> int:
        return sum(piece.minutes for piece in self.pieces)

    @property
    def has_enough_data(self) -> bool:
        """Whether there is enough data to judge.

        That is at least six hours, spread over three days or more, and some strategy time.
        Without any logged strategy time, only measured time is known, which says nothing about the rest.
        """
        days = {piece.day for piece in self.pieces}
        return self.total >= ENOUGH_MINUTES and len(days) >= ENOUGH_DAYS and self.minutes(Part.STRATEGY) > 0

    def minutes(self, part: Part) -> int:
        return sum(piece.minutes for piece in self.pieces if piece.part is part)

    def share(self, part: Part) -> int:
        """Return the share of one kind of work in percent, rounded."""
        return per_cent([self.minutes(each) for each in Part])[[*Part].index(part)]

    def duties(self) -> dict[Duty, int]:
        """Return the minutes of strategy time by duty, largest first."""
        sums: dict[Duty, int] = {}
        for piece in self.pieces:
            if piece.duty:
                sums[piece.duty] = sums.get(piece.duty, 0) + piece.minutes
        return dict(sorted(sums.items(), key=lambda each: -each[1]))

    def between(self, first: date, end: date) -> "Fortnight":
        """Return a copy with only the days from `first` up to, but not including, `end`."""
        return replace(self, pieces=[piece for piece in self.pieces if first <= piece.day < end])


def per_cent(amounts: Sequence[int]) -> list[int]:
    """Return the share of each amount as a whole percentage, 0 if the total is 0.

    Equal amounts have equal shares, so the shares of three thirds add up to 99.
    """
    total = sum(amounts) or 1
    return [(200 * amount + total) // (2 * total) for amount in amounts]


class OutOfRange(NamedTuple):
    """A kind of work whose share of a leader's time is outside its target range, and by how much."""

    part: Part
    by: int
    """Percentage points: negative below the target range, positive above it."""


def find_out_of_range(fortnight: Fortnight, bands: dict[Part, Band]) -> OutOfRange | None:
    """Return the kind of work farthest outside its target range, or None.

    If two are equally far, it is the one below its range.
    """
    outside = [OutOfRange(part, by) for part, band in bands.items() if (by := _outside(fortnight.share(part), band))]
    return max(outside, key=lambda each: (abs(each.by), each.by < 0), default=None)


def _outside(share: int, band: Band) -> int:
    return min(share - band.low, 0) or max(share - band.high, 0)


def check_block(block: Block) -> None:
    """Raise `Refusal` unless a block of time has a valid length and, only if it is strategy time, a duty."""
    if not SHORTEST <= block.minutes <= LONGEST:
        raise Refusal(refusals.wrong_length(shortest=SHORTEST, hours=LONGEST // 60), field=MINUTES)
    if block.part is Part.STRATEGY and not block.duty:
        raise Refusal(refusals.ask_duty(duties=NAMED, minutes=block.minutes), field=DUTY)
    if block.part is not Part.STRATEGY and block.duty:
        raise Refusal(
            refusals.duty_without_strategy(duty=block.duty.label, minutes=block.minutes, part=block.part), field=DUTY
        )


def check_day(day: date, today: date) -> None:
    if not first_day(today) <= day <= today:
        raise Refusal(refusals.day_not_loggable(DAYS), field=DAY)


def first_day(today: date) -> date:
    return today - timedelta(days=DAYS - 1)


def noon(day: date, now: datetime) -> datetime:
    """Return noon of a day, or `now` if that is earlier, in the zone of `now`."""
    return min(datetime.combine(day, time(12), now.tzinfo), now).astimezone(UTC)
