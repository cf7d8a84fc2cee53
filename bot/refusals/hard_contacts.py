"""Refusals about hard contacts."""

OVER = (
    "That one is closed, and I've deleted my record of it. If a customer treats you badly again, type `/handup hard`."
)
NOT_YOURS = "You don't need to do anything more about this. Thanks."
NOT_IN_TEAM = "You're no longer in that team, so you can't do that."
FOR_LEADERS = "You no longer lead that team, so there's nothing you need to do here. Thanks."
ASKED_BEFORE = "I've already asked a leader for you. You'll see the answer in our DM."
ANSWERED = "A leader has already answered. You'll see it in our DM."
DONE_BEFORE = "You've already done that one. Thanks!"
NOBODY_LEFT = (
    "I'm sorry this happened. I've now asked each leader at work, and none has answered. If you need a few "
    "minutes off the queue, type `/queue break 15`."
)


def nobody_at_work(until: str) -> str:
    """Say that no leader is at work, and until when; `until` is empty if that is not known."""
    when = f" until {until}" if until else ""
    return (
        f"I'm sorry this happened. No leader is at work{when}. If you need a few minutes off the queue, type "
        "`/queue break 15` and take them."
    )


def not_at_work(name: str) -> str:
    """Say that the picked leader is no longer at work."""
    return f"{name} isn't at work right now. Please pick someone else."
