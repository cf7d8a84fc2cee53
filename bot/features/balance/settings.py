"""A leader's target range for each kind of work."""

import re
from typing import Annotated, ClassVar, NamedTuple

from pydantic import AfterValidator, Field, ValidationInfo

from bot.features.balance.models import Part
from bot.org.teams.settings import Settings

TYPED = re.compile(r"(\d{1,3})\s*(?:%\s*)?(?:-|–|to)\s*(\d{1,3})\s*%?")
UNCLEAR = "Enter two numbers, like 15–35."


class Band(NamedTuple):
    """A target range in percent, both ends included."""

    low: int
    high: int

    def __contains__(self, share: object) -> bool:
        return isinstance(share, int) and self.low <= share <= self.high

    def __str__(self) -> str:
        return f"{self.low}–{self.high}"

    @classmethod
    def of(cls, kept: str) -> "Band":
        low, _, high = kept.partition("–")
        return cls(int(low), int(high))


def _band(typed: str) -> str:
    found = TYPED.fullmatch(typed)
    if not found:
        raise ValueError(UNCLEAR)
    band = Band(int(found[1]), int(found[2]))
    if not band.low < band.high <= 100:
        raise ValueError("The first number must be the smaller one, and neither above 100, like 15–35.")
    return str(band)


def _check_sum(typed: str, info: ValidationInfo) -> str:
    """Check that the three ranges can add up to 100."""
    bands = [Band.of(each) for each in (*info.data.values(), typed)]
    if sum(band.low for band in bands) > 100:
        raise ValueError("The first numbers of the three ranges add up to more than 100. Make one of them smaller.")
    if sum(band.high for band in bands) < 100 and len(bands) == len(Part):
        raise ValueError("The second numbers of the three ranges add up to less than 100. Make one of them larger.")
    return typed


class BalancePreferences(Settings):
    """A leader's own target ranges, which nobody else sees."""

    feature: ClassVar[str] = "balance"
    title: ClassVar[str] = "Your balance"
    frontline: Annotated[str, AfterValidator(_band)] = Field(
        "15–35",
        title="Frontline, % of your time",
        description="In the queue or shadowing an agent. For example, 15–35.",
    )
    people: Annotated[str, AfterValidator(_band)] = Field(
        "25–45", title="People, % of your time", description="One-on-ones, coaching, listening. For example, 25–45."
    )
    strategy: Annotated[str, AfterValidator(_band), AfterValidator(_check_sum)] = Field(
        "30–50", title="Strategy, % of your time", description="Longer-term work, such as staffing. For example, 30–50."
    )

    @property
    def bands(self) -> dict[Part, Band]:
        return {part: Band.of(getattr(self, part)) for part in Part}
