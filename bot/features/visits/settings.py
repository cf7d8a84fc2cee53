"""What a team may choose about its sponsor's visits."""

from datetime import time
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, ValidationInfo

from bot.org.teams import settings
from bot.org.teams.settings import KEPT


def _at_least_three(times: Any, info: ValidationInfo) -> Any:
    """What a team chose when two were still allowed is three."""
    return 3 if times == 2 and info.context == KEPT else times


class Settings(settings.Settings):
    """A team's way with visits."""

    feature: ClassVar[str] = "visits"
    title: ClassVar[str] = "Visits"
    paused: bool = Field(
        False,
        title="Visits rest",
        description="While they rest, nobody is offered a visit. What is planned stays planned.",
    )
    every: int = Field(
        28,
        ge=14,
        le=180,
        title="Days between visits",
        description="So long after one visit the sponsor is offered the next, 14 to 180.",
    )
    minutes: int = Field(
        45, ge=15, le=240, title="Minutes", description="How long the sponsor sits beside their host, 15 to 240."
    )
    times: Annotated[int, BeforeValidator(_at_least_three)] = Field(
        3,
        ge=3,
        le=20,
        title="A theme is flagged when it was seen",
        description="So many times, 3 to 20, beside three people or more, within the days below.",
    )
    within: int = Field(
        30,
        ge=7,
        le=180,
        title="Within so many days",
        description="7 to 180. Leaders and the sponsor hear of it once, and not again for as many days.",
    )
    monthly: bool = Field(
        True,
        title="Monthly themes",
        description="To leaders and the sponsor, when there are any: what stood in the way last month, by theme.",
    )
    monthly_on: int = Field(1, ge=1, le=28, title="Day of the month for them", description="1 to 28.")
    monthly_at: time = Field(time(9, 30), title="Time of the monthly themes")
