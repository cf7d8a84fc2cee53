"""Texts of the nudges about shadowing: who to sit with next."""

from datetime import datetime
from typing import Any

from slackblocks import Button

from bot.features.shadowing.rules import Assignment
from bot.features.shadowing.settings import Settings
from bot.messages.shadowing.names import ASK, ASK_AT
from bot.nudges.cards import NOT_NOW, Item
from bot.org.teams.models import Team
from bot.slack.mrkdwn import count_noun, escape, mention
from bot.text.formats import wall


def suggestion_item(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Suggest an agent to shadow this week, at a time that works for both unless it has passed."""
    settings, name, local = Settings.of(team), escape(facts["name"]), datetime.fromisoformat(facts["wall"])
    why, is_past = _why(name, facts["sat"], facts["missed"], facts["days"]), facts["wall"] <= facts.get("said", "")
    at = "Pick a time." if is_past else f"*{wall(local)}* works for you both."
    briefly = "" if is_past else f" on *{local:%a} {local.day} {local:%b}, {local:%H:%M}*"
    return Item(
        f"{suggestion_text(mention(facts['agent']), settings.minutes)} {why} {at} I'll ask {name} first.",
        f"You lead <#{team.channel_id}>. Once a week I suggest the agent who has waited longest, a different one to "
        f"each leader. After a session, I leave that agent out for {count_noun(settings.peace, 'day')}; leaders can "
        "change that "
        "in `/steward settings`, *Shadowing*. Agents who don't want to be asked are left out.",
        [
            *ask_buttons(nudge_id, facts["agent"], facts["name"], facts["at"])[is_past:],
            Button("Not this week", action_id=NOT_NOW, value=str(nudge_id)),
        ],
        brief=f"Sit with {mention(facts['agent'])}{briefly}?",
    )


def suggestion_text(agent: str, minutes: int) -> str:
    return f"Sit with {agent} for {minutes} minutes?"


def ask_buttons(nudge_id: int, agent_id: str, name: str, at: int) -> list[Button]:
    """Build the leader's buttons; each value has the nudge's id (0 for none), the agent's id and the time."""
    value = f"{nudge_id}:{agent_id}:{at}"
    return [
        Button(f"Ask @{name}"[:75], action_id=ASK, value=value, style="primary"),
        Button("Another time", action_id=ASK_AT, value=value),
    ]


def explain_choice(turn: Assignment, now: datetime) -> str:
    """Say why this agent is the next one to shadow."""
    agent = turn.agent
    has_been_shadowed = agent.last_shadowed_at is not None
    return _why(agent.person.shown, has_been_shadowed, agent.is_missed, (now - agent.waiting_since).days)


def _why(name: str, has_sat: bool, is_missed: bool, days: int) -> str:
    if is_missed:
        return f"As far as I know, the last session with {name} didn't happen."
    if not has_sat:
        return f"No leader has shadowed {name} yet."
    return f"{name} has waited longest: {count_noun(days, 'day')}."
