"""Nudges about visits, in words: the monthly offer, the promise whose day has come, and a theme that comes up again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from slackblocks import ActionsBlock, Button, SectionBlock

from bot.features.visits.settings import Settings
from bot.features.visits.themes import called
from bot.messages.visits.names import KEPT, NOTED, PICK, PICK_AT, READ
from bot.nudges.cards import NOT_NOW, Item
from bot.org.teams.models import Team
from bot.slack.mrkdwn import mention
from bot.slack.post import Post


def offer(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """When a sponsor could visit their team."""
    every = Settings.of(team).every
    times = [(at, datetime.fromisoformat(wall)) for at, wall in facts["times"]]
    return Item(
        offered(team),
        f"You are the sponsor of <#{team.channel_id}>. I offer you a visit {every} days after the last one, at times "
        "that suit you and an agent who likes to be asked, each in turn. Its leaders change that in `/steward settings`"
        ", *Visits*.",
        [*time_buttons(nudge_id, team, times), Button("Not this month", action_id=NOT_NOW, value=str(nudge_id))],
    )


def offered(team: Team) -> str:
    return (
        f"Would you like to sit beside somebody in <#{team.channel_id}> for {Settings.of(team).minutes} minutes, and "
        "see the work as they see it? Pick a time; I ask them first."
    )


def time_buttons(nudge_id: int, team: Team, times: Sequence[tuple[int, datetime]]) -> list[Button]:
    """Times to pick, by the sponsor's own clock; each button remembers the nudge, 0 for none, the team and its time."""
    return [
        *(
            Button(
                f"{wall:%a} {wall.day} {wall:%b}, {wall:%H:%M}",
                action_id=f"{PICK}:{nth}",
                value=_value(nudge_id, team, at),
            )
            for nth, (at, wall) in enumerate(times)
        ),
        Button("Another time", action_id=PICK_AT, value=_value(nudge_id, team, 0)),
    ]


def _value(nudge_id: int, team: Team, at: int) -> str:
    return f"{nudge_id}:{team.id}:{at}"


def promise(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """The day has come by which something was promised."""
    ago = "Yesterday" if facts["days"] <= 1 else f"{facts['days']} days ago"
    return Item(
        f"{ago}, after your visit to <#{team.channel_id}>, you wrote down what you would do by today. Is it done? If "
        "not, *Later* asks again on a day you pick.",
        "You gave it this day after your visit. I remind you once; the team's leaders read what you promised, too.",
        [
            Button("Done", action_id=KEPT, value=f"{nudge_id}:{facts['debrief']}", style="primary"),
            Button("Read it", action_id=READ, value=str(facts["meeting"])),
        ],
    )


def theme(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """A theme that was seen often enough, to those who can do something about it."""
    return Item(
        f"*{called(facts['theme'])}* came up {facts['times']} times in {facts['within']} days in <#{team.channel_id}>. "
        "Which first step would make it lighter?",
        "Whoever sits beside an agent may name what stands in the way by a theme. One that comes up this often is "
        "shown to the team's leaders and its sponsor once. It is counted without names; nobody's words are in it. "
        "`/steward settings`, *Visits*, changes how often is often.",
        [Button("Noted", action_id=NOTED, value=str(nudge_id))],
    )


def by_hand(team: Team, leader_id: str, times: Sequence[tuple[int, datetime]]) -> Post:
    """The same offer, since a leader would like the sponsor to come."""
    text = f"{mention(leader_id)} would be glad to see you in the team. {offered(team)}"
    buttons = ActionsBlock([*time_buttons(0, team, times)], block_id="times")
    return Post(text, [SectionBlock(text, block_id="offer"), buttons])
