"""Register what one-on-ones remind people of."""

from bot.features.one_on_ones import nudges
from bot.features.one_on_ones.nudges import DUE, FOLLOW_UP
from bot.messages.one_on_ones import nudges as one_on_ones_nudges
from bot.nudges.policy import NudgeKind

NUDGES = [
    NudgeKind(DUE, "one-on-ones that are due", one_on_ones_nudges.due, nudges.find_reminders),
    NudgeKind(FOLLOW_UP, "notes to come back to", one_on_ones_nudges.follow_up, nudges.find_follow_ups),
]
