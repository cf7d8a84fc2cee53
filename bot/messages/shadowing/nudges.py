"""Nudges about shadowing, in words: whom to sit beside next, and the roadblock whose day has come."""

from datetime import datetime
from typing import Any

from slackblocks import Button

from bot.features.shadowing.rules import Turn
from bot.features.shadowing.settings import Settings
from bot.messages.shadowing.names import ASK, ASK_AT, READ, REMOVED
from bot.messages.times import wall
from bot.nudges.cards import NOT_NOW, Item
from bot.org.teams.models import Team
from bot.slack.mrkdwn import mention, number_of


def suggestion(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Whom to sit beside this week, and when it would suit them both."""
    settings = Settings.of(team)
    return Item(
        f"{invited(mention(facts['agent']), settings.minutes)} {_why(facts['sat'], facts['missed'], facts['days'])} "
        f"*{wall(datetime.fromisoformat(facts['wall']))}* suits you both. I ask them first.",
        f"You lead <#{team.channel_id}>. Once a week I name, of its agents who like to be asked, the one who has "
        f"waited longest, and another one to each leader. Then that agent has {number_of(settings.peace, 'day')} of "
        "peace. `/steward settings`, *Shadowing*, changes that.",
        [
            *ask_buttons(nudge_id, facts["agent"], facts["name"], facts["at"]),
            Button("Not this week", action_id=NOT_NOW, value=str(nudge_id)),
        ],
    )


def invited(agent: str, minutes: int) -> str:
    return f"Would you like to sit beside {agent} for {minutes} minutes, and see the work as they see it?"


def ask_buttons(nudge_id: int, agent_id: str, name: str, at: int) -> list[Button]:
    """What a leader can do; each remembers the nudge, 0 for none, the agent and the time."""
    value = f"{nudge_id}:{agent_id}:{at}"
    return [
        Button(f"Ask @{name}"[:75], action_id=ASK, value=value, style="primary"),
        Button("Another time", action_id=ASK_AT, value=value),
    ]


def why(turn: Turn, now: datetime) -> str:
    """Why it is an agent's turn."""
    agent = turn.agent
    return _why(agent.sat_at is not None, agent.is_missed, (now - agent.since).days)


def _why(has_sat: bool, is_missed: bool, days: int) -> str:
    if is_missed:
        return "They come first: as far as I know, it did not happen last time."
    if not has_sat:
        return "They have waited longest: no leader has done that with them yet."
    return f"They have waited longest: {number_of(days, 'day')}."


def roadblock(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """The day has come by which a roadblock should be out of the way."""
    return Item(
        f"{_ago(facts['days'])} you took on a roadblock, to be out of the way by today. Is it? If not, *Later* asks "
        "again on a day you pick.",
        "You wrote it down after sitting beside somebody, and gave it this day. I remind you once; whoever you "
        "sat beside knows that you took it on.",
        [
            Button("Done", action_id=REMOVED, value=f"{nudge_id}:{facts['roadblock']}", style="primary"),
            Button("Read it", action_id=READ, value=str(facts["meeting"])),
        ],
    )


def _ago(days: int) -> str:
    return "Yesterday" if days <= 1 else f"{days} days ago"
