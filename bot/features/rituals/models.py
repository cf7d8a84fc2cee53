"""The tables of rituals: what a team has, each run of it, who hosts, takes part, answers, has coffee."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import Base, TeamRow
from bot.db.personal import WITH_ITS_PARENT, Erase, Keep, Personal, Reader
from bot.features.rituals import recurrence
from bot.features.rituals.catalogue import RitualTemplate, catalogue


class Ritual(TeamRow):
    """A ritual of a team's: one of the catalogue that it has switched on or changed, or one of its own."""

    __tablename__ = "rituals"
    __table_args__ = (UniqueConstraint("team_id", "slug"),)

    slug: Mapped[str]
    """The name of its file in the catalogue, or one that no file has."""
    rule: Mapped[str]
    at: Mapped[time]
    is_on: Mapped[bool] = mapped_column(default=False)
    paused_until: Mapped[date | None] = mapped_column(default=None)
    """The first day on which it may come again."""
    own: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    """The team's own words; None for one of the catalogue."""

    @property
    def template(self) -> RitualTemplate | None:
        """What it is; None when its file is there no more."""
        return RitualTemplate.model_validate(self.own) if self.own else catalogue().get(self.slug)

    @property
    def what(self) -> RitualTemplate:
        """The same, where it is known to be there."""
        template = self.template
        assert template  # noqa: S101
        return template

    @property
    def words(self) -> str:
        """Return `every Friday at 15:00`."""
        return recurrence.describe_rule(self.rule, self.at)

    def comes_on(self, day: date) -> bool:
        return self.is_on and self.may_come_on(day)

    def may_come_on(self, day: date) -> bool:
        """Planned by hand it comes though it is off."""
        return self.template is not None and not self.is_paused_on(day)

    def is_paused_on(self, day: date) -> bool:
        return self.paused_until is not None and day < self.paused_until


class RunState(StrEnum):
    PLANNED = "planned"
    WAITING = "waiting"
    """A queue is over its limit: it comes later this day, or not."""
    SAID = "said"
    LET_GO = "let go"


class RitualRun(TeamRow):
    """One time that a ritual comes."""

    __tablename__ = "ritual_runs"
    __table_args__ = (
        UniqueConstraint("ritual_id", "day"),
        Index(None, "workspace_id", "starts_at"),
        {"sqlite_autoincrement": True},  # a run that is cancelled goes, and whom it asked must not stand for another
    )

    ritual_id: Mapped[int] = mapped_column(ForeignKey("rituals.id", ondelete="CASCADE"))
    day: Mapped[date]
    """The day that its rule names."""
    starts_at: Mapped[datetime]
    """When it comes; later than its rule says after a day off."""
    prompt: Mapped[str]
    """What it asks, if anything: not again for a year."""
    host_id: Mapped[str | None] = mapped_column(default=None)
    """None when Steward hosts it."""
    state: Mapped[str] = mapped_column(default=RunState.PLANNED)
    revealed_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the answer to what it asks came out, if that has one."""
    is_known: Mapped[bool | None] = mapped_column(default=None)
    """Whether at least half of those who answered knew it; None when too few did."""

    @property
    def is_ahead(self) -> bool:
        return self.state in (RunState.PLANNED, RunState.WAITING)


class Participation(Base):
    """Somebody took part: they replied in its thread, reacted, or pressed an answer. Once a run."""

    __tablename__ = "ritual_participations"

    occasion_id: Mapped[int] = mapped_column(ForeignKey("ritual_runs.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))


class CoffeePair(Base):
    """Two who have coffee together; a group of three is three such pairs."""

    __tablename__ = "ritual_pairs"
    __table_args__ = (Index(None, "team_id"),)

    occasion_id: Mapped[int] = mapped_column(ForeignKey("ritual_runs.id", ondelete="CASCADE"), primary_key=True)
    one_id: Mapped[str] = mapped_column(primary_key=True)
    """Of the two the one whose id is first in order."""
    other_id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))


class QuizAnswer(Base):
    """What somebody pressed, where a ritual's question has answers: their last word before the right one came out."""

    __tablename__ = "ritual_answers"

    occasion_id: Mapped[int] = mapped_column(ForeignKey("ritual_runs.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    said: Mapped[str]


Personal(Ritual, "rituals", words=[Ritual.own], plain="slug rule", read_by=Reader.TEAM, keep="what a team chose")
Personal(
    RitualRun,
    "rituals",
    people=[RitualRun.host_id],
    plain="prompt state",
    read_by=Reader.TEAM,
    on_erase=Erase.UNNAME,
    keep=Keep(RitualRun.starts_at),
)
Personal(
    Participation,
    "rituals",
    people=[Participation.person_id],
    read_by=Reader.TEAM,
    on_erase=Erase.UNNAME,
    keep=WITH_ITS_PARENT,
)
Personal(
    CoffeePair, "rituals", people=[CoffeePair.one_id, CoffeePair.other_id], read_by=Reader.TEAM, keep=WITH_ITS_PARENT
)
Personal(
    QuizAnswer,
    "rituals",
    people=[QuizAnswer.person_id],
    words=[QuizAnswer.said],
    on_erase=Erase.UNNAME,
    keep=WITH_ITS_PARENT,
)
