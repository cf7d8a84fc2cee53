"""Rules of balance, without a database: how two weeks split, and which part is outside its target range (band)."""

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
"""The names of form fields that a refusal is shown at."""
NAMED = ", ".join(Duty)


class Block(NamedTuple):
    """A block of time that a leader logs."""

    part: Part
    minutes: int
    duty: Duty | None = None


class Piece(NamedTuple):
    """A time entry with its date in the leader's zone."""

    day: date
    part: Part
    minutes: int
    duty: Duty | None = None


@dataclass(frozen=True)
class Fortnight:
    """The last fourteen days of a leader, including `today`."""

    today: date
    pieces: Sequence[Piece] = ()

    @property
    def total(self) -> int:
        return sum(piece.minutes for piece in self.pieces)

    @property
    def is_telling(self) -> bool:
        """Whether the shares are meaningful: at least six hours on three days, and some of the time strategy.

        Without any logged strategy only measured time is known, which says nothing about the rest.
        """
        days = {piece.day for piece in self.pieces}
        return self.total >= ENOUGH_MINUTES and len(days) >= ENOUGH_DAYS and self.minutes(Part.STRATEGY) > 0

    def minutes(self, part: Part) -> int:
        return sum(piece.minutes for piece in self.pieces if piece.part is part)

    def share(self, part: Part) -> int:
        """Return a part's share of the time in percent, as shown and judged; the three shares add up to 100."""
        return per_cent([self.minutes(each) for each in Part])[[*Part].index(part)]

    def duties(self) -> dict[Duty, int]:
        """Return minutes of strategy by duty, largest first."""
        sums: dict[Duty, int] = {}
        for piece in self.pieces:
            if piece.duty:
                sums[piece.duty] = sums.get(piece.duty, 0) + piece.minutes
        return dict(sorted(sums.items(), key=lambda each: -each[1]))

    def between(self, first: date, end: date) -> "Fortnight":
        """Return the fortnight with only the days from `first` up to, but not including, `end`."""
        return replace(self, pieces=[piece for piece in self.pieces if first <= piece.day < end])


def per_cent(amounts: Sequence[int]) -> list[int]:
    """Return whole percentages that add up to 100 (largest remainder method); ties go to the first.

    All are 0 if the total is 0.
    """
    total = sum(amounts) or 1
    shares = [100 * amount // total for amount in amounts]
    by_remainder = sorted(range(len(amounts)), key=lambda nth: -(100 * amounts[nth] % total))
    for nth in by_remainder[: 100 - sum(shares) if sum(amounts) else 0]:
        shares[nth] += 1
    return shares


class Leaning(NamedTuple):
    """A part of a leader's time that is outside its band, and by how much."""

    part: Part
    by: int
    """Percentage points: negative below the band, positive above."""


def leaning(fortnight: Fortnight, bands: dict[Part, Band]) -> Leaning | None:
    """Return the part farthest outside its band, or None; if two are equally far, the one below its band."""
    outside = [Leaning(part, by) for part, band in bands.items() if (by := _outside(fortnight.share(part), band))]
    return max(outside, key=lambda each: (abs(each.by), each.by < 0), default=None)


def _outside(share: int, band: Band) -> int:
    return min(share - band.low, 0) or max(share - band.high, 0)


def check_block(block: Block) -> None:
    """Raise `Refusal` unless the length is valid, and a duty is given for strategy and only for strategy."""
    if not SHORTEST <= block.minutes <= LONGEST:
        raise Refusal(refusals.wrong_length(shortest=SHORTEST, hours=LONGEST // 60), field=MINUTES)
    if block.part is Part.STRATEGY and not block.duty:
        raise Refusal(refusals.no_duty(duties=NAMED, minutes=block.minutes), field=DUTY)
    if block.part is not Part.STRATEGY and block.duty:
        raise Refusal(
            refusals.duty_without_strategy(duty=block.duty, minutes=block.minutes, part=block.part), field=DUTY
        )


def check_day(day: date, today: date) -> None:
    if not first_day(today) <= day <= today:
        raise Refusal(refusals.day_outside(DAYS), field=DAY)


def first_day(today: date) -> date:
    return today - timedelta(days=DAYS - 1)


def noon(day: date, now: datetime) -> datetime:
    """Return noon of a day, or `now` if that is earlier, in the zone of `now`."""
    return min(datetime.combine(day, time(12), now.tzinfo), now).astimezone(UTC)
