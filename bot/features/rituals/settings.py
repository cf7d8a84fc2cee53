"""A person's preferences about rituals, and a team's lean for the week: whether care or pace matters more."""

from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import ClassVar
from zoneinfo import ZoneInfo

from pydantic import Field

from bot.org.teams.models import Member, Team
from bot.org.teams.settings import Settings

LEAN_PERIOD = timedelta(days=7)


class Hosting(StrEnum):
    ASK_ME = "gladly"
    RATHER_NOT = "rather not"


class Coffee(StrEnum):
    PAIR_ME = "gladly"
    RATHER_NOT = "rather not"


class RitualPreferences(Settings):
    """A person's preferences about rituals."""

    feature: ClassVar[str] = "rituals"
    title: ClassVar[str] = "Rituals"
    hosting: Hosting = Field(
        Hosting.ASK_ME,
        title="When it's your turn to host",
        description="Ask me: I tell you the working day before, and you can pass. Rather not: I skip you.",
    )

    coffee: Coffee = Field(
        Coffee.PAIR_ME,
        title="Coffee with a colleague",
        description="Pair me: you take part when your team has coffee. Rather not: I leave you out, and tell nobody.",
    )

    @property
    def may_host(self) -> bool:
        return self.hosting is Hosting.ASK_ME

    @property
    def may_have_coffee(self) -> bool:
        return self.coffee is Coffee.PAIR_ME


class LeanWay(StrEnum):
    CARE = "care"
    PACE = "pace"


class Lean(Settings):
    """Whether care or pace matters more to a team this week, as a leader chose on Monday; expires with the week."""

    feature: ClassVar[str] = "lean"
    way: LeanWay | None = Field(None, title="This week's focus")
    by: str = Field("", title="Chosen by")
    since: datetime | None = Field(None, title="Since")

    def at(self, moment: datetime) -> LeanWay | None:
        is_it = self.since is not None and self.since <= moment < self.since + LEAN_PERIOD
        return self.way if is_it else None


def set_lean(team: Team, lead: Member, way: LeanWay, *, now: datetime) -> None:
    """Set whether care or pace matters more to the team this week."""
    lead.must_lead()
    local = now.astimezone(ZoneInfo(team.zone))
    monday = datetime.combine(local.date() - timedelta(days=local.weekday()), time(), ZoneInfo(team.zone))
    Lean(way=way, by=lead.user_id, since=monday).keep(team)
