"""Slack ids of the buttons, forms and fields of follow-ups."""

from bot.followups.rules import Step

PREFIX = "followups"
MORE = f"{PREFIX}:more"
"""The menu with the steps that have no button of their own."""
READ = f"{PREFIX}:read"
CHANGE = f"{PREFIX}:change"
CHANGE_FORM = f"{PREFIX}:change_form"
THANK = f"{PREFIX}:thank"
ME_TOO = f"{PREFIX}:me_too"

TEXT = "text"
DAY = "day"
WHY = "why"
WHO = "who"
TEAM = "team"


def action(step: Step) -> str:
    """Return the action id of a step's button."""
    return f"{PREFIX}:{step}"


def form(step: Step) -> str:
    """Return the callback id of the form that a step asks for."""
    return f"{PREFIX}:{step}_form"
