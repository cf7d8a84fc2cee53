"""Build the form to log time, and the help of `/balance`."""

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
    Part.FRONTLINE: "Frontline: in the queue or with an agent",
    Part.PEOPLE: "People: one-on-ones, coaching, listening",
    Part.STRATEGY: "Strategy: longer-term work, such as staffing",
}


def form(today: date) -> ModalView:
    """Build the form in which a leader logs a block of time spent on one kind of work."""
    blocks: list[Block] = [
        InputBlock("What did you do?", _parts(), block_id=PART),
        InputBlock("Which strategy area?", _duties(), block_id=DUTY, optional=True, hint="Only for strategy."),
        InputBlock("Minutes", _minutes(), block_id=MINUTES),
        InputBlock(
            "Day",
            DatePicker(action_id=DAY, initial_date=today.isoformat()),
            block_id=DAY,
            hint=(
                "Within the last 14 days. Queue time, shadowing and one-on-ones count automatically. Only you can "
                "see this."
            ),
        ),
    ]
    return modal("Log time", FORM, blocks, submit="Log", close="Cancel")


def logged_view(said: str) -> ModalView:
    """Build the view that replaces the form and shows what time was logged."""
    return ModalView(title="Log time", close="Done", blocks=[SectionBlock(said, block_id="said")])


def usage() -> Post:
    return Post(
        "*See your last 14 days:* `/balance`. Only you can see them.\n"
        f"*Log time:* {EXAMPLE}, {OTHER} or `/balance log frontline 1h30`; `/balance log` alone opens a form.\n"
        f"*Strategy areas:* {DUTIES}.\n"
        "Queue time, shadowing and one-on-ones count automatically. To change your ranges, use `/steward me`."
    )


def _parts() -> RadioButtonGroup:
    return RadioButtonGroup(PART, [option(words, str(part)) for part, words in WHAT.items()])


def _duties() -> StaticSelectMenu:
    return StaticSelectMenu(DUTY, [option(duty.label.capitalize(), str(duty)) for duty in Duty])


def _minutes() -> NumberInput:
    return NumberInput(False, action_id=MINUTES, min_value=SHORTEST, max_value=LONGEST)
