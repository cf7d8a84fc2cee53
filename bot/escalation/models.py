"""The table of asks: who was asked for what, and how they answered."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import NEVER_REUSED, TeamRow
from bot.db.personal_data import DECLINED_RETENTION, Erase, Keep, Personal


class Kind(StrEnum):
    SPIKE = "spike"
    RITUAL = "ritual"
    VISIT = "visit"
    HAND_UP = "hand_up"
    BREAK = "break"


WITHOUT_TURNS = (Kind.SPIKE, Kind.HAND_UP, Kind.BREAK)
"""Kinds of asks for which no rota needs to know who declined, so that is deleted early."""


class State(StrEnum):
    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    """Help was no longer needed before the person answered."""


IS_WAITING_ALONE = "state = 'waiting' AND NOT with_others"
"""SQL condition of the unique index: one open ask per subject, unless all remaining people are asked at once."""


class Ask(TeamRow):
    """A request to one person for help. Nobody is shown who declined."""

    __tablename__ = "asks"
    __table_args__ = (
        Index(None, "kind", "about_id"),
        Index(None, "team_id", "kind"),
        Index(None, "workspace_id", "person_id", "kind", "asked_at"),
        Index(
            "uq_asks_waiting", "kind", "about_id", unique=True,
            sqlite_where=text(IS_WAITING_ALONE), postgresql_where=text(IS_WAITING_ALONE),
        ),
        NEVER_REUSED,
    )  # fmt: skip

    kind: Mapped[str]
    about_id: Mapped[int]
    """The id of the subject, such as a spike or hand-up. Lock the subject's row before changing its asks."""
    person_id: Mapped[str]
    asked_at: Mapped[datetime]
    size: Mapped[float | None] = mapped_column(default=None)
    """The size of the spike when the person was asked; if it grows by half, they may be asked once more."""
    state: Mapped[str] = mapped_column(default=State.WAITING)
    how: Mapped[str | None] = mapped_column(default=None)
    """The way in which the person accepted or declined, if there are several."""
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    with_others: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether all remaining people were asked at once."""

    @property
    def card(self) -> str:
        """The name by which the outbox finds the ask's card."""
        return f"ask:{self.id}"


Personal(
    Ask,
    "asks",
    people=[Ask.person_id],
    plain="kind state how",
    on_erase=Erase.UNNAME,
    cards="ask",
    keep=[
        Keep(Ask.asked_at),
        # Rotas of visits and rituals need to know who declined, or they would ask the same person first each time.
        Keep(Ask.answered_at, DECLINED_RETENTION, only=(Ask.state == State.DECLINED) & Ask.kind.in_(WITHOUT_TURNS)),
    ],
)
