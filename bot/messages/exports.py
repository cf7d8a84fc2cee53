"""Messages of exports: the columns of each file, the line above the archive, and the audit log of settings."""

from collections.abc import Sequence
from typing import Any

from slackblocks import Block, SectionBlock

from bot.org.teams.models import Team
from bot.slack.mrkdwn import split_into_parts
from bot.slack.outbox.outbox import DAYS_IN_SLACK
from bot.slack.post import Post, context

SHOUTOUTS = ("day", "from", "to", "kind", "reason", "values")
FOLLOWUPS = (
    "kind", "raised", "text", "raised by", "theme", "state", "owner", "due", "closed", "ended as", "outcome",
)  # fmt: skip
RITUALS = ("day", "ritual", "prompt")
SETTINGS = ("feature", "setting", "value")
COUNTS = ("month", "what", "number")
CHANGES = ("when", "who", "setting", "before", "after")
WHOLE_TEAM = "the whole team"
NOTHING_CHANGED = "Nobody has changed this team's settings yet."


def on_its_way(team: Team) -> Post:
    return Post(f"I'm sending you the data for <#{team.channel_id}> as CSV files in our DM.")


def describe_files(team: Team, names: Sequence[str], *, leads: bool) -> str:
    """Return the line above the archive, for a leader or for an admin who does not lead the team."""
    files = ", ".join(f"`{name}`" for name in names)
    what = (
        "They contain what leaders can see in Slack, without private shout-outs, notes, the pulse, hard contacts or "
        "hidden names."
        if leads
        else "They contain nothing that people wrote."
    )
    return f"Data for <#{team.channel_id}>: {files}. {what} I'll delete these files in {DAYS_IN_SLACK} days."


def format_setting(value: Any) -> str:
    """Return a stored setting as plain text for a cell."""
    match value:
        case None | "" | []:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(format_setting, value))
    return str(value)


def audit_log(team: Team, entries: Sequence[str]) -> Post:
    """List the latest changes of a team's settings, newest first."""
    if not entries:
        return Post(NOTHING_CHANGED)
    title = f"Latest changes to the settings of <#{team.channel_id}>"
    lines = split_into_parts("\n".join(f"• {each}" for each in entries))
    blocks: list[Block] = [SectionBlock(part, block_id=f"changes_{nth}") for nth, part in enumerate(lines)]
    more = context("`/steward export` lists all changes from the last 400 days.", "more")
    return Post(f"{title}.", [SectionBlock(f"*{title}*", block_id="title"), *blocks, more])
