"""Who has coffee with whom: a line for each group."""

from collections.abc import Sequence

from slackblocks import Block, ContextBlock, SectionBlock, Text

from bot import hours
from bot.directory import Person
from bot.features.rituals import Occasion
from bot.messages.text import escape, mention
from bot.teams import Team

HOW = "Ten minutes, on a call or on a walk, whenever it suits you this week. If it does not, that is fine too."
LINES = 25
"""So many fit into a block."""


def coffee(team: Team, occasion: Occasion, groups: Sequence[Sequence[Person]]) -> list[Block]:
    lines = [f"• {_names(team, occasion, group)}" for group in groups]
    parts = range(0, len(lines), LINES)
    said = [SectionBlock("\n".join(lines[first : first + LINES]), block_id=f"coffee:{first}") for first in parts]
    return [*said, ContextBlock([Text(HOW)], block_id="how")]


def _names(team: Team, occasion: Occasion, group: Sequence[Person]) -> str:
    """The names of those who are not at work at that hour ring nobody's bell."""
    is_there = [hours.is_good(hours.of_person(each, team), occasion.starts_at) for each in group]
    names = [mention(each.id) if there else escape(each.name) for each, there in zip(group, is_there, strict=True)]
    return f"{', '.join(names[:-1])} and {names[-1]}"
