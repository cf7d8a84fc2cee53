"""Nudges about thanks, in words."""

from typing import Any

from slackblocks import Button

from bot.messages.nudges import NOT_NOW, Item
from bot.messages.shoutouts.names import SEE
from bot.messages.text import mentions
from bot.teams import Team


def unseen(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Who has had no thanks for a while."""
    channel, days = f"<#{team.channel_id}>", facts["days"]
    return Item(
        f"Nobody has thanked {mentions(facts['people'], 'or')} in {channel} for {days} working days. "
        "If one of them did something good this week, a line from you takes a minute.",
        f"You lead {channel}. Once a week at most I tell its leaders, and nobody else, who has had no thanks for "
        f"{days} working days. The number is theirs to change: `/steward settings`, *Shout-outs*.",
        [
            Button("Thank one of them", action_id=SEE, value=str(nudge_id), style="primary"),
            Button("Not this time", action_id=NOT_NOW, value=str(nudge_id)),
        ],
    )
