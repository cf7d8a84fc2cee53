"""Refusals about heads-ups."""

FOR_LEADERS = "Only the team's leaders can announce, change or cover a heads-up. Ask one of them."
NO_TITLE = "Say in a few words what's coming, like “New prices”."
NO_DAY = "Pick a day."
NO_TIME = "Pick a time."
ENDS_BEFORE_START = "It would end before it starts. Pick a later end time."
OVER_ALREADY = "That end time has already passed. Pick a later one."
NO_LINK = "That isn't a link. Paste one that starts with https://, or leave it empty."
GONE = "That heads-up is over, so nothing has changed."
CALLED_OFF = "That heads-up has been called off, so nothing has changed."
NO_HOURS = "There are no hours left to cover."
NO_WORKING_HOURS = "There are no hours to cover, because this heads-up is outside the team's working hours."
RITUAL_TOO_LATE = "It's too late for a question on the working day before. Untick it."
RITUAL_PAUSED = "The question of the day is paused then. Untick it, or resume it with `/funtank rituals`."
REVIEW_ANSWERED = "That has been answered. To add something, reply in the thread of the card in the channel."
REVIEW_NOT_YOURS = "That question is for the leader who announced it."


def too_many(most: int) -> str:
    """Refuse another heads-up, because the team has enough of them ahead."""
    return f"The team already has {most} heads-ups coming up, which is the limit. Call one off first."


def unknown_queue(queue: str) -> str:
    """Refuse a queue that is no longer in the team's list."""
    return f"“{queue}” isn't in the team's list of queues any more. Open the form again."


def too_many_days(most: int) -> str:
    """Refuse a heads-up that is too long."""
    return f"That's too long. It can last {most} days at most."


def too_many_hours(most: int) -> str:
    """Refuse more hours than the form can show as picked."""
    return f"You can cover {most} hours at most. Leave the rest to other leaders."


def hour_outside(when: str) -> str:
    """Refuse an hour that a heads-up no longer has, or that is over."""
    return f"{when} isn't one of its hours any more. Press *Cover an hour* again."


def hour_taken(when: str) -> str:
    """Say that others have booked an hour, which needs nobody else."""
    return f"Someone else has just booked {when}. Pick another hour."
