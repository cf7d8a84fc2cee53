"""Texts of the nudges about visits: the monthly offer, and a recurring theme."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from slackblocks import ActionsBlock, Button, SectionBlock

from bot.features.visits.settings import Settings
from bot.features.visits.themes import theme_label
from bot.messages.visits.names import NOTED, PICK, PICK_AT
from bot.nudges.cards import NOT_NOW, Item
from bot.org.teams.models import Team
from bot.slack.mrkdwn import mention
from bot.slack.post import Post
from bot.text.formats import short_wall


def offer_item(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Offer a sponsor times for a visit."""
    every = Settings.of(team).every
    ahead = [(at, wall) for at, wall in facts["times"] if wall > facts.get("said", "")]
    times = [(at, datetime.fromisoformat(wall)) for at, wall in ahead]
    return Item(
        offer_text(team),
        f"You're the sponsor of <#{team.channel_id}>. I offer a visit {every} days after the last one, at times that "
        "work for you and the next host in turn. The team's leaders can change this in `/steward settings`, *Visits*.",
        [
            *time_buttons(nudge_id, team, times, facts.get("locale", "")),
            Button("Not this month", action_id=NOT_NOW, value=str(nudge_id)),
        ],
    )


def offer_text(team: Team) -> str:
    minutes = Settings.of(team).minutes
    return f"Sit with an agent in <#{team.channel_id}> for {minutes} minutes? Pick a time, and I'll find a host."


def time_buttons(nudge_id: int, team: Team, times: Sequence[tuple[int, datetime]], locale: str) -> list[Button]:
    """Return buttons with times in the sponsor's zone and format.

    Each value has a nudge id (0 for none), a team id and a time.
    """
    return [
        *(
            Button(
                short_wall(wall, locale),
                action_id=f"{PICK}:{nth}",
                value=_value(nudge_id, team, at),
            )
            for nth, (at, wall) in enumerate(times)
        ),
        Button("Pick another time", action_id=PICK_AT, value=_value(nudge_id, team, 0)),
    ]


def _value(nudge_id: int, team: Team, at: int) -> str:
    return f"{nudge_id}:{team.id}:{at}"


def theme_item(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Tell leaders and sponsor about a theme (a kind of obstacle) that keeps coming up."""
    often = f"{facts['times']} times in {facts['within']} days"
    told = f"*{theme_label(facts['theme'])}* came up {often} in <#{team.channel_id}>."
    return Item(
        f"{told} What would be a good first step?",
        "After sitting with an agent, people can pick themes. If one comes up this often, I tell the team's leaders "
        "and sponsor once, without names. Leaders can change the number in `/steward settings`, *Visits*.",
        [Button("Noted", action_id=NOTED, value=str(nudge_id))],
        brief=told,
    )


def requested_offer(team: Team, leader_id: str, times: Sequence[tuple[int, datetime]], locale: str) -> Post:
    """Offer a sponsor times for a visit because a leader asked for one."""
    text = f"{mention(leader_id)} would like you to visit the team. {offer_text(team)}"
    buttons = ActionsBlock([*time_buttons(0, team, times, locale)], block_id="times")
    return Post(text, [SectionBlock(text, block_id="offer"), buttons])
