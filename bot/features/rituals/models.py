"""Tables of rituals, their runs, hosts, participants, answers and coffee pairs."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import NEVER_REUSED, Base, TeamRow
from bot.db.personal_data import WITH_ITS_PARENT, Erase, Keep, Personal, Reader
from bot.features.rituals import recurrence
from bot.features.rituals.catalog import RitualTemplate, load_catalog


class Ritual(TeamRow):
    """A team's ritual: the team's own, or from the catalog if the team has switched it on or changed it."""

    __tablename__ = "rituals"
    __table_args__ = (UniqueConstraint("team_id", "slug"),)

    slug: Mapped[str]
    """The name of its file in the catalog, or a unique name for a team's own."""
    rule: Mapped[str]
    at: Mapped[time]
    is_on: Mapped[bool] = mapped_column(default=False)
    paused_until: Mapped[date | None] = mapped_column(default=None)
    """The first day on which the ritual may run again."""
    own: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    """The template of a team's own ritual; None for one of the catalog."""

    @property
    def template(self) -> RitualTemplate | None:
        """The ritual's template, or None if the catalog no longer has its file."""
        return RitualTemplate.model_validate(self.own) if self.own else load_catalog().get(self.slug)

    @property
    def existing_template(self) -> RitualTemplate:
        """The ritual's template; asserts that it exists."""
        template = self.template
        assert template  # noqa: S101
        return template

    @property
    def words(self) -> str:
        """The schedule in words, like `every Friday at 15:00`."""
        return recurrence.describe_rule(self.rule, self.at)

    def runs_on(self, day: date) -> bool:
        return self.is_on and self.can_run_on(day)

    def can_run_on(self, day: date) -> bool:
        """Return whether the ritual can run on a day. It can even if it is off, because it may be planned by hand."""
        return self.template is not None and not self.is_paused_on(day)

    def is_paused_on(self, day: date) -> bool:
        return self.paused_until is not None and day < self.paused_until


class RunState(StrEnum):
    PLANNED = "planned"
    WAITING = "waiting"
    """Postponed while a queue is over its limit: it runs later this day, or not at all."""
    SAID = "said"
    LET_GO = "let go"


class RitualRun(TeamRow):
    """One run of a ritual on one day."""

    __tablename__ = "ritual_runs"
    __table_args__ = (
        UniqueConstraint("ritual_id", "day"),
        Index(None, "workspace_id", "starts_at"),
        NEVER_REUSED,
    )

    ritual_id: Mapped[int] = mapped_column(ForeignKey("rituals.id", ondelete="CASCADE"))
    day: Mapped[date]
    """The day according to the ritual's recurrence rule."""
    starts_at: Mapped[datetime]
    """When it runs; later than the rule says if that is a day off."""
    prompt: Mapped[str]
    """The prompt that the run asks, if any; not repeated for a year."""
    host_id: Mapped[str | None] = mapped_column(default=None)
    """The host; None if Steward hosts it."""
    state: Mapped[str] = mapped_column(default=RunState.PLANNED)
    revealed_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the correct answer was revealed, for a quiz."""
    is_known: Mapped[bool | None] = mapped_column(default=None)
    """Whether at least half of those who answered were right; None if too few answered."""

    @property
    def is_ahead(self) -> bool:
        return self.state in (RunState.PLANNED, RunState.WAITING)


class Participation(Base):
    """A person's part in one run of a ritual: a reply in its thread, a reaction, or a quiz answer."""

    __tablename__ = "ritual_participations"

    occasion_id: Mapped[int] = mapped_column(ForeignKey("ritual_runs.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))


class CoffeePair(Base):
    """Two people who have coffee together; a group of three is three such pairs."""

    __tablename__ = "ritual_pairs"
    __table_args__ = (Index(None, "team_id"),)

    occasion_id: Mapped[int] = mapped_column(ForeignKey("ritual_runs.id", ondelete="CASCADE"), primary_key=True)
    one_id: Mapped[str] = mapped_column(primary_key=True)
    """The smaller of the two ids."""
    other_id: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))


class QuizAnswer(Base):
    """A person's last answer to a quiz before the correct one was revealed, or whether their coffee took place."""

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
    on_erase=Erase.CLEAR,
    cards="ritual host coffee",
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
