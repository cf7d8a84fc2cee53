"""The form to log a block with, and what `/balance` says when it is asked for help."""

from datetime import date

from slackblocks import (
    Block,
    DatePicker,
    InputBlock,
    ModalView,
    NumberInput,
    RadioButtonGroup,
    SectionBlock,
    StaticSelectMenu,
)

from bot.features.balance.models import Duty, Part
from bot.features.balance.rules import DAY, DUTY, LONGEST, MINUTES, SHORTEST
from bot.messages.balance.overview import DUTIES, EXAMPLE, FORM, OTHER, PART
from bot.slack.post import Post, modal, option

WHAT = {
    Part.FRONTLINE: "Frontline: in the queue, or beside an agent",
    Part.PEOPLE: "People: one-on-ones, coaching, listening",
    Part.STRATEGY: "Strategy: one of the seven duties",
}


def form(today: date) -> ModalView:
    """Log a block of one's own time."""
    blocks: list[Block] = [
        InputBlock("What was it?", _parts(), block_id=PART),
        InputBlock("What was the strategy for?", _duties(), block_id=DUTY, optional=True, hint="For strategy only."),
        InputBlock("How many minutes?", _minutes(), block_id=MINUTES),
        InputBlock(
            "On which day?",
            DatePicker(action_id=DAY, initial_date=today.isoformat()),
            block_id=DAY,
            hint="One of the last 14 days. Stints and one-on-ones count by themselves; no one else sees any of it.",
        ),
    ]
    return modal("Log a block", FORM, blocks, submit="Log it", close="Not now")


def closing(said: str) -> ModalView:
    """The last thing the form says."""
    return ModalView(title="Log a block", close="Done", blocks=[SectionBlock(said, block_id="said")])


def usage() -> Post:
    return Post(
        "*See your last 14 days:* `/balance`. No one else sees them.\n"
        f"*Log a block:* {EXAMPLE}, {OTHER} or `/balance log frontline 1h30`; `/balance log` alone opens a form.\n"
        f"*Strategy is for one of seven:* {DUTIES}.\n"
        "Stints, shadowing and one-on-ones count by themselves. `/steward me` changes what you like of each."
    )


def _parts() -> RadioButtonGroup:
    return RadioButtonGroup(PART, [option(words, str(part)) for part, words in WHAT.items()])


def _duties() -> StaticSelectMenu:
    return StaticSelectMenu(DUTY, [option(duty.capitalize(), str(duty)) for duty in Duty])


def _minutes() -> NumberInput:
    return NumberInput(False, action_id=MINUTES, min_value=SHORTEST, max_value=LONGEST)
