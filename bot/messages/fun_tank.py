"""`/funtank` and the Home: how full the tank is, what moved it, and one thing that would help; a low one for a leader.

Nobody is in it, and a low tank is nobody's fault.
"""

from calendar import day_name
from collections.abc import Mapping, Sequence
from typing import Any

from slackblocks import Block, Button, SectionBlock

from bot.features.fun_tank import rules
from bot.features.fun_tank.queries import Gauge, Point
from bot.features.fun_tank.rules import FULL, Cause, Help, Moved
from bot.features.fun_tank.settings import Settings
from bot.nudges.cards import NOT_NOW, Item
from bot.org.teams.models import Team
from bot.slack.mrkdwn import bar
from bot.slack.post import Post, context

YES = "tank:yes"
"""The action id of a low tank's *Good idea*."""
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
NOTHING_MOVED = "Nothing has moved it in the last seven days."
NOBODY_IS_NAMED = "Causes are counted, people are not. Anybody in the team may look."
COMMAND_WORDS = {
    "celebrate the backlog is at zero": "tells your team what there is to be glad about; without words it opens a form",
    "rituals": "shows the team's rituals: when, who hosts next; whoever leads changes them there",
    "help": "shows this",
}


def show(gauge: Gauge) -> Post:
    """For everybody in the team."""
    words = [_told(gauge), _moved(gauge.moved), _helps(gauge), NOBODY_IS_NAMED]
    weeks = [_weeks(gauge.weeks)] if len(gauge.weeks) > 1 else []
    blocks: list[Block] = [
        SectionBlock(words[0], block_id="level"),
        SectionBlock(words[1], block_id="moved"),
        SectionBlock(words[2], block_id="helps"),
        *(SectionBlock(each, block_id="weeks") for each in weeks),
        context(NOBODY_IS_NAMED, "nobody"),
    ]
    return Post("\n".join([*words[:3], *weeks, NOBODY_IS_NAMED]), blocks)


def at_home(team: Team, level: int) -> list[Block]:
    """A line on somebody's Home."""
    text = f"*Fun tank of <#{team.channel_id}>:* {bar(level, FULL)} {level} of {FULL}. `/funtank` tells what moved it."
    return [context(text, f"tank_{team.id}")]


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
        return NOTHING_MOVED
    causes = sorted(moved, key=lambda cause: (-moved[cause].amount, cause))
    lines = [f"• {signed(moved[cause].amount)} {CAUSES[cause]}{_times(cause, moved[cause])}" for cause in causes]
    return "\n".join(["*What moved it in the last seven days*", *lines])


def _times(cause: Cause, moved: Moved) -> str:
    return f" ({moved.times})" if cause is not Cause.PRIVATE else ""


def _helps(gauge: Gauge) -> str:
    return HELPS[rules.suggest_help(gauge.level, Settings.of(gauge.team).high, gauge.moved)]


def _weeks(weeks: Sequence[Point]) -> str:
    """Each week in a line."""
    lines = [f"{bar(each.level, FULL)} {each.level} of {FULL} on {each.day.day} {each.day:%B}" for each in weeks]
    return "\n".join(["*The last eight weeks*", *lines])


def usage() -> Post:
    words = "\n".join(f"• `/funtank {word}` {what}" for word, what in COMMAND_WORDS.items())
    return Post(
        "*The fun tank*\n• `/funtank` shows how much joy the team has in store, what moved it, and what would help\n"
        f"{words}"
    )


HINTS = {
    Help.REST: "The queues took most of it. Ten minutes together, with a word of thanks to those who were there, would "
    "give some back.",
    Help.THANK: "Who did something kind or clever lately? A thank-you of yours in the channel takes a minute.",
    Help.RITUAL: "A question of the day, or ten minutes of trivia, would lift it: `/funtank rituals`.",
    Help.CELEBRATE: "Is there a win that went by too quietly? `/funtank celebrate …` takes two minutes.",
    Help.ROADBLOCK: "Ask the team what gets in its way most, and take one thing on. Five minutes are enough to ask.",
}


def low(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    text = f"The fun tank of <#{team.channel_id}> is at {facts['level']} of {FULL}. {HINTS[Help(facts['help'])]}"
    yes = Button("Good idea", action_id=YES, value=str(nudge_id), style="primary")
    not_now = Button("Not this time", action_id=NOT_NOW, value=str(nudge_id))
    return Item(f"{text} {_when(facts['peak'])}", _why(team), [yes, not_now])


def _when(peak: int | None) -> str:
    if peak is None:
        return "Early in the week it does most good."
    day, hour = divmod(peak, 24)
    return f"Your queues are usually busiest on {day_name[day]}s from {hour:02}:00; before that it does most good."


def _why(team: Team) -> str:
    return (
        f"You lead <#{team.channel_id}>, and its fun tank is below {Settings.of(team).low}. I say so once a week at "
        "most, early in the week and before your queues usually peak. `/funtank` shows what moved it; the mark is a "
        "setting of the team."
    )
