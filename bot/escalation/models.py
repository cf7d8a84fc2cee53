"""The table of asks: who was asked for what, and what became of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import TeamRow
from bot.db.personal import Erase, Keep, Personal


class Kind(StrEnum):
    SPIKE = "spike"
    RITUAL = "ritual"
    VISIT = "visit"


class State(StrEnum):
    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    """It was not needed any more before they answered."""


IS_WAITING = "state = 'waiting'"
"""In SQL: for one thing one person is asked at a time."""


class Ask(TeamRow):
    """Somebody was asked. Who said no is shown to nobody."""

    __tablename__ = "asks"
    __table_args__ = (
        Index(None, "kind", "about_id"),
        Index(None, "team_id", "kind"),
        Index(None, "workspace_id", "person_id", "kind", "asked_at"),
        Index(
            "uq_asks_waiting", "kind", "about_id", unique=True,
            sqlite_where=text(IS_WAITING), postgresql_where=text(IS_WAITING),
        ),
    )  # fmt: skip

    kind: Mapped[str]
    about_id: Mapped[int]
    """The id of the thing they are asked for, which is locked before its asks change."""
    person_id: Mapped[str]
    asked_at: Mapped[datetime]
    size: Mapped[float | None] = mapped_column(default=None)
    """How big the thing was then; one that has grown by half may be asked for once more."""
    state: Mapped[str] = mapped_column(default=State.WAITING)
    how: Mapped[str | None] = mapped_column(default=None)
    """In which way somebody accepted, or declined, where there are several."""
    answered_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def card(self) -> str:
        """The name of its card."""
        return f"ask:{self.id}"


Personal(Ask, "asks", people=[Ask.person_id], plain="kind state how", on_erase=Erase.UNNAME, keep=Keep(Ask.asked_at))
