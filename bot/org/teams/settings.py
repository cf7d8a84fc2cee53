"""Settings of a team or a person, one pydantic model per feature in one JSON column, and their audit log."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar, Self, cast

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import JSON, Index, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import TeamRow
from bot.db.personal_data import Erase, Keep, Personal, Reader
from bot.org.people import Person
from bot.org.teams.models import Team

KEPT = {"is_kept": True}
"""Validation context for stored values. They were checked when set, and a country may have been dropped since."""


class Settings(BaseModel):
    """Base class for a team's or a person's settings for one feature; each field has a default.

    `feature` is the key in the JSON column; forms and docs show each field's title and description.
    """

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, frozen=True)

    feature: ClassVar[str]
    title: ClassVar[str] = ""
    """The name of these settings in forms and docs."""

    @classmethod
    def of(cls, holder: "Team | Person") -> Self:
        return cast("Self", _read(cls, json.dumps(holder.settings.get(cls.feature, {}))))

    def keep(self, holder: "Team | Person") -> None:
        """Store the settings in their holder (a team or person), without default values, so that new defaults apply."""
        kept = self.model_dump(mode="json", exclude_defaults=True)
        others = {feature: said for feature, said in holder.settings.items() if feature != self.feature}
        holder.settings = {**others, **({self.feature: kept} if kept else {})}


@lru_cache(maxsize=2000)
def _read(model: type[Settings], kept: str) -> Settings:
    """Return settings from their stored JSON. Cached, because one command may read the same settings ten times."""
    return model.model_validate(json.loads(kept), context=KEPT)


class Goals(Settings):
    """A team's goals, in its own words."""

    feature: ClassVar[str] = "goals"
    title: ClassVar[str] = "Goals"
    goals: list[str] = Field(
        [], title="Goals", description="One per line: what the team wants to achieve, in plain words."
    )


class SettingsChange(TeamRow):
    """An audit log entry: who changed which setting of a team, and when."""

    __tablename__ = "settings_changes"
    __table_args__ = (Index(None, "team_id", "changed_at"),)

    changed_by: Mapped[str]
    changed_at: Mapped[datetime]
    name: Mapped[str]
    """The feature and field, such as `shoutouts.daily`."""
    was: Mapped[Any] = mapped_column(JSON)
    became: Mapped[Any] = mapped_column(JSON)


Personal(
    SettingsChange,
    "audit log",
    people=[SettingsChange.changed_by],
    words=[SettingsChange.was, SettingsChange.became],
    plain="name",
    read_by=Reader.LEADERS,
    on_erase=Erase.UNNAME,
    keep=Keep(SettingsChange.changed_at),
)


async def change_settings(
    session: AsyncSession, team: Team, changed_by: str, settings: Settings, *, now: datetime
) -> None:
    """Store a team's settings for one feature, and record each changed field in the audit log."""
    was = type(settings).of(team).model_dump(mode="json")
    became = settings.model_dump(mode="json")
    settings.keep(team)
    for name in became:
        record_change(session, team, changed_by, f"{settings.feature}.{name}", was[name], became[name], now=now)


def record_change(
    session: AsyncSession, team: Team, changed_by: str, name: str, was: Any, became: Any, *, now: datetime
) -> None:
    """Add an audit log entry, unless the value stays the same."""
    if was != became:
        session.add(SettingsChange(team.workspace_id, team.id, changed_by, now, name, was, became))


async def latest_changes(session: AsyncSession, team: Team, limit: int | None = 10) -> Sequence[SettingsChange]:
    """Return the latest audit log entries of a team's settings, newest first; with None, all of them."""
    latest = select(SettingsChange).where(
        SettingsChange.workspace_id == team.workspace_id, SettingsChange.team_id == team.id
    )
    return (
        await session.scalars(latest.order_by(SettingsChange.changed_at.desc(), SettingsChange.id.desc()).limit(limit))
    ).all()
