"""Tables of alert rules, which read alerts in Slack messages, and of previews of rules that are not saved yet."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import KeyedRow, WorkspaceRow
from bot.db.personal_data import Erase, Personal, Reader

PEOPLE = "people"
"""The sender of a rule for messages by anybody in the workspace, if the team's settings allow it."""


class AlertRule(WorkspaceRow):
    """A rule that reads messages from one sender in one channel as alerts for a team."""

    __tablename__ = "alert_rules"
    __table_args__ = (Index(None, "workspace_id", "channel_id"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), index=True)
    channel_id: Mapped[str]
    sender: Mapped[str]
    """A bot id, an app id, or `PEOPLE`."""
    sender_name: Mapped[str]
    way: Mapped[str]
    """The name of a preset; empty if the rule has its own pattern."""
    pattern: Mapped[str]
    queue: Mapped[str]
    """The default queue for messages that name none; may be empty."""
    made_by: Mapped[str]
    made_at: Mapped[datetime]


class RulePreview(KeyedRow):
    """A request to preview an alert rule while its form is open. The worker that claims it deletes the row."""

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
