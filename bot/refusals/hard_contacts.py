"""Refusals about hard contacts."""

OVER = "That's over, and I've deleted who was involved. If a customer treats you badly again, type `/handup hard`."
NOT_YOURS = "This isn't with you anymore. Thanks."
NOT_IN_TEAM = "You're no longer in that team, so you can't do that."
FOR_LEADERS = "You don't lead that team anymore, so this isn't with you now. Thanks."
ASKED_BEFORE = "I've already asked a leader for you. You'll see the answer in our DM."
ANSWERED = "A leader has answered already. You'll see it in our DM."
DONE_BEFORE = "You've already done that one. Thanks!"
NOBODY_LEFT = "Every leader at work has been asked. If you need some minutes off the queue, type `/queue break 15`."


def nobody_at_work(until: str) -> str:
    """Say that no leader is at work, and until when; `until` is empty if that is not known."""
    when = f" until {until}" if until else ""
    return f"No leader is at work{when}. If you need some minutes off the queue, type `/queue break 15` and take them."


def not_at_work(name: str) -> str:
    """Say that the picked leader has gone meanwhile."""
    return f"{name} is no longer at work. Please pick someone else."
