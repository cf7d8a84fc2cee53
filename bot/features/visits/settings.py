"""A team's settings for its sponsor's visits."""

from datetime import time
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, ValidationInfo

from bot.org.teams import settings
from bot.org.teams.settings import KEPT


def _at_least_three(times: Any, info: ValidationInfo) -> Any:
    """Read a stored setting of 2 as 3, because 2 was allowed in the past."""
    return 3 if times == 2 and info.context == KEPT else times


class Settings(settings.Settings):
    """A team's settings for its sponsor's visits."""

    feature: ClassVar[str] = "visits"
    title: ClassVar[str] = "Visits"
    paused: bool = Field(
        False,
        title="Pause sponsor visits",
        description="While paused, I suggest no visits. Booked ones still take place.",
    )
    every: int = Field(
        28,
        ge=14,
        le=180,
        title="Days between visits",
        description="I suggest the next visit to the sponsor this long after the last one. 14 to 180.",
    )
    minutes: int = Field(
        45, ge=15, le=240, title="Length in minutes", description="How long the sponsor sits with the host. 15 to 240."
    )
    times: Annotated[int, BeforeValidator(_at_least_three)] = Field(
        3,
        ge=3,
        le=20,
        title="Mentions before I flag a theme",
        description="From sitting with at least three people, within the days below. 3 to 20.",
    )
    within: int = Field(
        30,
        ge=7,
        le=180,
        title="Days in which mentions count",
        description="I tell leaders and the sponsor once in this time. 7 to 180.",
    )
    monthly: bool = Field(
        True,
        title="Monthly themes",
        description="To leaders and the sponsor: what got in the way last month, by theme, if there is anything.",
    )
    monthly_on: int = Field(1, ge=1, le=28, title="Monthly themes day", description="Day of the month, 1 to 28.")
    monthly_at: time = Field(time(9, 30), title="Monthly themes time")
