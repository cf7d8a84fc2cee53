"""The tables of webhooks, and of alerts that wait a moment because too many came at once."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import Base
from bot.db.personal import Erase, Personal, Reader


class Sender(StrEnum):
    """Who sends; the word stands in a hook's address."""

    GRAFANA = "grafana"
    ALERTMANAGER = "alertmanager"
    PAGERDUTY = "pagerduty"
    EVENTS = "events"
    DATADOG = "datadog"
    ZENDESK = "zendesk"
    INTERCOM = "intercom"
    FRESHDESK = "freshdesk"
    GENERIC = "generic"


THEIRS = frozenset({Sender.PAGERDUTY, Sender.ZENDESK, Sender.INTERCOM})
"""They make the secret themselves, and a leader brings it here."""


class Webhook(Base):
    """An address for one sender, with the secret by which it proves itself."""

    __tablename__ = "hooks"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), index=True)
    sender: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    """Of the token in its address, which is written down nowhere."""
    queue: Mapped[str]
    """What an alert is about that names no queue."""
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    secret: Mapped[bytes | None] = mapped_column(default=None)
    """Sealed; none until a leader has brought the sender's own."""
    previous: Mapped[bytes | None] = mapped_column(default=None)
    """The secret before, which still proves for a while."""
    previous_until: Mapped[datetime | None] = mapped_column(default=None)
    last_id: Mapped[str] = mapped_column(default="")
    """By what the delivery that was heard last is known."""
    last_at: Mapped[datetime | None] = mapped_column(default=None)
    outcome: Mapped[str] = mapped_column(default="")
    """What became of the last delivery, in words."""
    deliveries: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    """Deliveries that did not prove themselves; of many in one minute, one."""
    heard: Mapped[int] = mapped_column(default=0)
    """Alerts and tickets in all."""
    since: Mapped[datetime | None] = mapped_column(default=None)
    """Since when `lately` counts."""
    lately: Mapped[int] = mapped_column(default=0)
    is_folding: Mapped[bool] = mapped_column(default=False)
    """Some wait to have their effect, so that what comes now waits behind them."""


class FoldedAlert(Base):
    """The newest of what a flooded hook told of one key."""

    __tablename__ = "folded_alerts"
    __table_args__ = (UniqueConstraint("hook_id", "key"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    hook_id: Mapped[int] = mapped_column(ForeignKey("hooks.id"))
    key: Mapped[str]
    nth: Mapped[int]
    """Which of all that the hook told it is."""
    sealed: Mapped[bytes]


Personal(
    Webhook,
    "webhooks",
    people=[Webhook.made_by],
    plain="sender token_hash queue secret previous last_id outcome",
    read_by=Reader.LEADERS,
    export_to=(),
    on_erase=Erase.UNNAME,
    keep="what leaders set up, until they remove it",
)
Personal(FoldedAlert, "deliveries of tools", plain="key sealed", keep="a job empties it within seconds")
