"""The tables of alert rules, for alerts that stand in Slack messages."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import KeyedRow, WorkspaceRow
from bot.db.personal import Erase, Personal, Reader

PEOPLE = "people"
"""As a rule's sender: the people of the workspace who write there, where the team allows it."""


class AlertRule(WorkspaceRow):
    """Whose messages in which channel are alerts for a team, and how they read."""

    __tablename__ = "alert_rules"
    __table_args__ = (Index(None, "workspace_id", "channel_id"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), index=True)
    channel_id: Mapped[str]
    sender: Mapped[str]
    """A bot's or an app's id, or `PEOPLE`."""
    sender_name: Mapped[str]
    way: Mapped[str]
    """A ready pattern, by its name; empty for the rule's own."""
    pattern: Mapped[str]
    queue: Mapped[str]
    """The one that is meant where a message names none; may be empty."""
    made_by: Mapped[str]
    made_at: Mapped[datetime]


class RulePreview(KeyedRow):
    """A form that waits to be shown what its rule would read; gone as soon as somebody looks."""

    __tablename__ = "rule_previews"

    view_id: Mapped[str] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    user_id: Mapped[str]
    draft: Mapped[dict[str, Any]] = mapped_column(JSON)


Personal(
    AlertRule,
    "alert rules",
    people=[AlertRule.made_by],
    words=[AlertRule.pattern],
    plain="channel_id sender sender_name way queue",
    read_by=Reader.LEADERS,
    export_to=(),
    on_erase=Erase.UNNAME,
    keep="what leaders set up, until they remove it",
)
Personal(
    RulePreview,
    "form drafts",
    people=[RulePreview.user_id],
    words=[RulePreview.draft],
    plain="view_id",
    read_by=Reader.NOBODY,
    keep="gone when its form is",
)
