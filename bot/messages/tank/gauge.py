"""`/funtank` and the Home: how full the tank is, what moved it, and one thing that would help. Nobody is in it."""

from collections.abc import Mapping, Sequence

from slackblocks import Block, ContextBlock, SectionBlock, Text

from bot.features.tank import helping
from bot.features.tank.causes import FULL, Cause
from bot.features.tank.helping import Help
from bot.features.tank.reading import Gauge, Moved, Point
from bot.features.tank.settings import Settings
from bot.messages.bars import bar
from bot.messages.post import Post
from bot.teams.tables import Team

HELPS = {
    Help.NOTHING: "Nothing is needed just now. Enjoy it; a full tank is what hard weeks are met with.",
    Help.REST: "The queues were hard on you. Five quiet minutes would do good, and a word to whoever was there too: "
    "`/shoutout @name for …`.",
    Help.THANK: "Who did something kind or clever this week? `/shoutout @name for …` takes a minute.",
    Help.RITUAL: "Ten minutes together would do good; `/funtank rituals` shows what there is.",
    Help.CELEBRATE: "Which win went by too quietly? `/funtank celebrate …` gives it a moment.",
    Help.ROADBLOCK: "What gets in your way most? Tell a leader; one roadblock out of the way is felt by everybody.",
}
CAUSES = {
    Cause.SHOUTOUT: "thanks said aloud",
    Cause.CELEBRATION: "wins celebrated",
    Cause.OCCASION: "birthdays and work anniversaries",
    Cause.RITUAL: "taking part in rituals",
    Cause.PROMISE: "promises kept",
    Cause.ROADBLOCK: "roadblocks out of the way",
    Cause.PRIVATE: "what is private, a whole week of it in one sum",
    Cause.SPIKE: "queues over their limit",
    Cause.DRAIN: "working days going by",
}
STILL = "Nothing has moved it in the last seven days."
NOBODY = "Causes are counted, people are not. Anybody in the team may look."


def show(gauge: Gauge) -> Post:
    """For everybody in the team."""
    words = [_told(gauge), _moved(gauge.moved), _helps(gauge), NOBODY]
    weeks = [_weeks(gauge.weeks)] if len(gauge.weeks) > 1 else []
    blocks: list[Block] = [
        SectionBlock(words[0], block_id="level"),
        SectionBlock(words[1], block_id="moved"),
        SectionBlock(words[2], block_id="helps"),
        *(SectionBlock(each, block_id="weeks") for each in weeks),
        ContextBlock([Text(NOBODY)], block_id="nobody"),
    ]
    return Post("\n".join([*words[:3], *weeks, NOBODY]), blocks)


def at_home(team: Team, level: int) -> list[Block]:
    """A line on somebody's Home."""
    text = f"*Fun tank of <#{team.channel_id}>:* {bar(level, FULL)} {level} of {FULL}. `/funtank` tells what moved it."
    return [ContextBlock([Text(text)], block_id=f"tank_{team.id}")]


def full(team: Team) -> Post:
    """For the team, once."""
    high = Settings.of(team).high
    text = (
        f":sunflower: The fun tank has passed {high} of {FULL}. That is your doing, all of you; thank you. "
        "`/funtank` shows what filled it."
    )
    return Post(text, [SectionBlock(text, block_id="full")])


def signed(amount: int) -> str:
    return f"+{amount}" if amount >= 0 else f"–{-amount}"


def _told(gauge: Gauge) -> str:
    return f"*The fun tank of <#{gauge.team.channel_id}>:* {bar(gauge.level, FULL)} {gauge.level} of {FULL}."


def _moved(moved: Mapping[Cause, Moved]) -> str:
    """Each cause in a line, what fills it first."""
    if not moved:
        return STILL
    causes = sorted(moved, key=lambda cause: (-moved[cause].amount, cause))
    lines = [f"• {signed(moved[cause].amount)} {CAUSES[cause]}{_times(cause, moved[cause])}" for cause in causes]
    return "\n".join(["*What moved it in the last seven days*", *lines])


def _times(cause: Cause, moved: Moved) -> str:
    return f" ({moved.times})" if cause is not Cause.PRIVATE else ""


def _helps(gauge: Gauge) -> str:
    return HELPS[helping.fitting(gauge.level, Settings.of(gauge.team).high, gauge.moved)]


def _weeks(weeks: Sequence[Point]) -> str:
    """Each week in a line."""
    lines = [f"{bar(each.level, FULL)} {each.level} of {FULL} on {each.day.day} {each.day:%B}" for each in weeks]
    return "\n".join(["*The last eight weeks*", *lines])
