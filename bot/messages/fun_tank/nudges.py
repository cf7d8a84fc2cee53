"""A low tank, in words: for a leader alone, with one thing that fits. It is nobody's fault."""

from typing import Any

from slackblocks import Button

from bot.features.fun_tank.rules import FULL, Help
from bot.features.fun_tank.settings import Settings
from bot.messages.fun_tank.names import YES
from bot.nudges.cards import NOT_NOW, Item
from bot.org.teams.models import Team

HINTS = {
    Help.REST: "The queues took most of it. Ten minutes together, with a word of thanks to those who were there, would "
    "give some back.",
    Help.THANK: "Who did something kind or clever lately? A thank-you of yours in the channel takes a minute.",
    Help.RITUAL: "A question of the day, or ten minutes of trivia, would lift it: `/funtank rituals`.",
    Help.CELEBRATE: "Is there a win that went by too quietly? `/funtank celebrate …` takes two minutes.",
    Help.ROADBLOCK: "Ask the team what gets in its way most, and take one thing on. Five minutes are enough to ask.",
}
DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def low(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    text = f"The fun tank of <#{team.channel_id}> is at {facts['level']} of {FULL}. {HINTS[Help(facts['help'])]}"
    yes = Button("Good idea", action_id=YES, value=str(nudge_id), style="primary")
    not_now = Button("Not this time", action_id=NOT_NOW, value=str(nudge_id))
    return Item(f"{text} {_when(facts['peak'])}", _why(team), [yes, not_now])


def _when(peak: int | None) -> str:
    if peak is None:
        return "Early in the week it does most good."
    day, hour = divmod(peak, 24)
    return f"Your queues are usually busiest on {DAYS[day]} from {hour:02}:00; before that it does most good."


def _why(team: Team) -> str:
    return (
        f"You lead <#{team.channel_id}>, and its fun tank is below {Settings.of(team).low}. I say so once a week at "
        "most, early in the week and before your queues usually peak. `/funtank` shows what moved it; the mark is a "
        "setting of the team."
    )
