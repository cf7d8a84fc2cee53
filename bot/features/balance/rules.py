"""The rules of balance, without a database: how two weeks split, and what is outside its band."""

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
"""The blocks of the form that a mistake is shown at."""
NAMED = ", ".join(Duty)


class Block(NamedTuple):
    """What somebody logs."""

    part: Part
    minutes: int
    duty: Duty | None = None


class Piece(NamedTuple):
    """A span as it counts: on a day of the leader's own."""

    day: date
    part: Part
    minutes: int
    duty: Duty | None = None


@dataclass(frozen=True)
class Fortnight:
    """The last fourteen of a leader's own days, `today` included."""

    today: date
    pieces: Sequence[Piece] = ()

    @property
    def total(self) -> int:
        return sum(piece.minutes for piece in self.pieces)

    @property
    def is_telling(self) -> bool:
        """Whether its shares say something: six hours on three days, and some strategy among them.

        Without any logged strategy only what counts by itself is there, which says nothing of the rest.
        """
        days = {piece.day for piece in self.pieces}
        return self.total >= ENOUGH_MINUTES and len(days) >= ENOUGH_DAYS and self.minutes(Part.STRATEGY) > 0

    def minutes(self, part: Part) -> int:
        return sum(piece.minutes for piece in self.pieces if piece.part is part)

    def share(self, part: Part) -> int:
        """Per cent, as it is shown and judged: the three come to 100."""
        return per_cent([self.minutes(each) for each in Part])[[*Part].index(part)]

    def duties(self) -> dict[Duty, int]:
        """Minutes of strategy by what it was for, the most first."""
        sums: dict[Duty, int] = {}
        for piece in self.pieces:
            if piece.duty:
                sums[piece.duty] = sums.get(piece.duty, 0) + piece.minutes
        return dict(sorted(sums.items(), key=lambda each: -each[1]))

    def between(self, first: date, end: date) -> "Fortnight":
        """Only the days from `first` on and before `end`."""
        return replace(self, pieces=[piece for piece in self.pieces if first <= piece.day < end])


def per_cent(amounts: Sequence[int]) -> list[int]:
    """Whole shares that come to 100: what is left after rounding down goes to the largest remainders, first ones first.

    All 0 when there is nothing to share.
    """
    total = sum(amounts) or 1
    shares = [100 * amount // total for amount in amounts]
    by_remainder = sorted(range(len(amounts)), key=lambda nth: -(100 * amounts[nth] % total))
    for nth in by_remainder[: 100 - sum(shares) if sum(amounts) else 0]:
        shares[nth] += 1
    return shares


class Leaning(NamedTuple):
    """A part outside its band."""

    part: Part
    by: int
    """Per cent below it when negative, else above."""


def leaning(fortnight: Fortnight, bands: dict[Part, Band]) -> Leaning | None:
    """The part that is farthest outside its band; of two that are as far, the one that lacks."""
    outside = [Leaning(part, by) for part, band in bands.items() if (by := _outside(fortnight.share(part), band))]
    return max(outside, key=lambda each: (abs(each.by), each.by < 0), default=None)


def _outside(share: int, band: Band) -> int:
    return min(share - band.low, 0) or max(share - band.high, 0)


def check_block(block: Block) -> None:
    """A block is of a length one spends on something, and strategy, and nothing else, is for one of the seven."""
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
    """An instant of that day, which has been, for somebody whose clock `now` shows."""
    return min(datetime.combine(day, time(12), now.tzinfo), now).astimezone(UTC)
