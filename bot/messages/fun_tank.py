"""Messages about the fun tank: its level, what moved it, one suggestion to raise it, and a nudge when it is low.

No message names a person.
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
from bot.text.formats import day_and_month

YES = "tank:yes"
"""The action id of *I'll do it*."""
HELPS = {
    Help.NOTHING: "Nothing to do right now.",
    Help.REST: "Queue spikes have drained it a lot. Take a five-minute break, and use `/shoutout @name for …` "
    "to thank someone who helped.",
    Help.THANK: "Who helped you this week? Thank them with `/shoutout @name for …`.",
    Help.RITUAL: "Ten minutes together would help. `/funtank rituals` shows the team's rituals.",
    Help.CELEBRATE: "Is there a win you haven't celebrated? Post it with `/funtank celebrate …`.",
    Help.ROADBLOCK: "What gets in your way most? Tell me with `/roadblock …`.",
}
CAUSES = {
    Cause.SHOUTOUT: ("from {} public shout-out", "from {} public shout-outs"),
    Cause.CELEBRATION: ("from {} celebration", "from {} celebrations"),
    Cause.OCCASION: ("from {} birthday or work anniversary", "from {} birthdays and work anniversaries"),
    Cause.RITUAL: ("for taking part in a ritual", "for taking part in rituals {} times"),
    Cause.PROMISE: ("from {} promise kept", "from {} promises kept"),
    Cause.ROADBLOCK: ("from {} roadblock cleared", "from {} roadblocks cleared"),
    Cause.IDEA: ("from {} idea done", "from {} ideas done"),
    Cause.SPIKE: ("from {} queue spike", "from {} queue spikes"),
    Cause.DRAIN: ("because it empties a little every working day ({} day)",
                  "because it empties a little every working day ({} days)"),
}  # fmt: skip
"""Phrases for what changed the level, in the singular and the plural."""
PRIVATE = "from private thanks, promises and roadblocks, added once a week so that they stay private"
NOTHING_MOVED = "Nothing has changed it in the last seven days."
NOBODY_IS_NAMED = "I count what happened, not who did it. Everyone in the team can see this."
COMMAND_WORDS = {
    "celebrate the backlog is at zero": "posts a win in the channel; with no text, it opens a form",
    "rituals": "shows the team's rituals and next hosts; leaders can change them",
    "help": "shows this list",
}


def gauge_answer(gauge: Gauge) -> Post:
    """Return the answer to `/funtank`, the same for everybody in the team."""
    words = [_level(gauge), _moved(gauge.moved), _helps(gauge), NOBODY_IS_NAMED]
    weeks = [_weeks(gauge.weeks)] if len(gauge.weeks) > 1 else []
    blocks: list[Block] = [
        SectionBlock(words[0], block_id="level"),
        SectionBlock(words[1], block_id="moved"),
        SectionBlock(words[2], block_id="helps"),
        *(SectionBlock(each, block_id="weeks") for each in weeks),
        context(NOBODY_IS_NAMED, "nobody"),
    ]
    return Post("\n".join([*words[:3], *weeks, NOBODY_IS_NAMED]), blocks)


def home_section(team: Team, level: int, *, is_only: bool) -> list[Block]:
    """Return the line about a team's fun tank on Home; it names the team unless it is the reader's only team."""
    whose = "" if is_only else f" for <#{team.channel_id}>"
    text = f"*Fun tank{whose}:* {bar(level, FULL)} {level} out of {FULL} (why: `/funtank`)"
    return [context(text, f"tank_{team.id}")]


def full_notice(team: Team) -> Post:
    """Tell a team that its fun tank is full."""
    high = Settings.of(team).high
    text = f":sunflower: The fun tank is above {high} out of {FULL}. `/funtank` shows what filled it."
    return Post(text, [SectionBlock(text, block_id="full")])


def format_amount(amount: int) -> str:
    return f"+{amount}" if amount >= 0 else f"–{-amount}"


def _level(gauge: Gauge) -> str:
    return f"*Fun tank for <#{gauge.team.channel_id}>:* {bar(gauge.level, FULL)} {gauge.level} out of {FULL}."


def _moved(moved: Mapping[Cause, Moved]) -> str:
    """List what changed the fun tank's level, one cause on each line, the largest gain first."""
    if not moved:
        return NOTHING_MOVED
    causes = sorted(moved, key=lambda cause: (-moved[cause].amount, cause))
    lines = [f"• {format_amount(moved[cause].amount)} {_cause(cause, moved[cause].times)}" for cause in causes]
    return "\n".join(["*What changed it in the last seven days*", *lines])


def _cause(cause: Cause, times: int) -> str:
    if cause is Cause.PRIVATE:
        return PRIVATE
    once, often = CAUSES[cause]
    return (once if times == 1 else often).format(times)


def _helps(gauge: Gauge) -> str:
    return HELPS[rules.suggest_help(gauge.level, Settings.of(gauge.team).high, gauge.moved)]


def _weeks(weeks: Sequence[Point]) -> str:
    """List the fun tank's level in each of the last eight weeks, one week on each line."""
    lines = [f"{bar(each.level, FULL)} {each.level} out of {FULL} on {day_and_month(each.day)}" for each in weeks]
    return "\n".join(["*The last eight weeks*", *lines])


def usage() -> Post:
    words = "\n".join(f"• `/funtank {word}` {what}" for word, what in COMMAND_WORDS.items())
    return Post(f"*Fun tank*\n• `/funtank` shows how full it is, what changed it and what would help\n{words}")


HINTS = {
    Help.REST: "Queue spikes have drained it a lot. Ten minutes together and a thank-you to those who helped "
    "would raise it.",
    Help.THANK: "Have you seen good work lately? Thanking someone in the channel takes a minute.",
    Help.RITUAL: "A question of the day or ten minutes of trivia would raise it. Set one up with `/funtank rituals`.",
    Help.CELEBRATE: "Is there a win you haven't celebrated? `/funtank celebrate …` takes two minutes.",
    Help.ROADBLOCK: "Ask the team what gets in their way most, and take one thing on. Asking takes five minutes.",
}


def low_tank_item(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    told = f"The fun tank for <#{team.channel_id}> is at {facts['level']} out of {FULL}."
    yes = Button("I'll do it", action_id=YES, value=str(nudge_id), style="primary")
    not_now = Button("Not this time", action_id=NOT_NOW, value=str(nudge_id))
    text = f"{told} {HINTS[Help(facts['help'])]} {_when(facts['peak'])}"
    return Item(text, _why(team), [yes, not_now], brief=told)


def _when(peak: int | None) -> str:
    if peak is None:
        return "Early in the week works best."
    day, hour = divmod(peak, 24)
    return f"Your queues are usually busiest on {day_name[day]}s from {hour:02}:00, so do it before then."


def _why(team: Team) -> str:
    return (
        f"You lead <#{team.channel_id}>, and its fun tank is below {Settings.of(team).low}. I tell leaders once a week "
        "at most, early in the week or before the queues usually peak. You can choose a level other than "
        f"{Settings.of(team).low} in `/steward settings`, *Fun tank*."
    )
