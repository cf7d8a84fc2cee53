"""Refusals about change notices."""

from datetime import date

from bot.text.formats import on

NO_CHANGE = "Say in one sentence what's changing."
NOT_A_LINK = "Enter the full address, starting with https://."
ENDS_TOO_EARLY = "Pick a day on or after the day of the change, and not before today."
PICK_EDIT = "Pick what kind of edit this is."
NOTHING_EDITED = "Nothing has changed. Edit the notice first, or press *Cancel*."
CHANGED_MEANWHILE = "Someone else has edited this notice in the meantime. Open it again and make your changes there."
ANSWERED_MEANWHILE = (
    "Someone else has answered in the meantime. Copy your text, open this form again, and add it to that answer."
)
ENDED = "This notice has ended, so nothing was saved."
NOT_IN_TEAM = "Only the team's members are asked to read this."
OLD_EDITION = "This notice has since changed. The new version is in the team's channel."
NO_ANSWER = "Write an answer first."


def too_long(most: int, length: int) -> str:
    """Refuse a text that is too long."""
    return f"That's {length:,} characters, and the limit is {most:,}."


def ends_too_late(days: int) -> str:
    """Refuse a notice that would be shown for too long."""
    return f"I can show it for up to {days} days after the change. Pick an earlier day."


def weekly_limit(most: int, monday: date) -> str:
    """Refuse another notice in a week that has had enough of them."""
    return (
        f"The team has been asked to read {most} notices this week, and that's the limit. You can post this one from "
        f"{on(monday)}, or write it in the channel yourself."
    )
