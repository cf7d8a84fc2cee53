"""Refusals about shout-outs."""

NO_REASON = "Say what they did, like `for staying calm with an angry caller`."
NO_RECEIVER = "Who do you want to thank? Name someone, like `@ana`."
THANKS_ONESELF = "You can't thank yourself. Take your name out and send it again."
UNKNOWN_RECEIVER = "I don't know one of these people. Pick everyone from the list."
SHOUTOUT_GONE = "That shout-out no longer exists."
TAKEN_BACK_MEANWHILE = "That shout-out was taken back, so I haven't told anyone else. You can thank them in a new one."
TAKEN_BACK = "That shout-out was taken back, so there's nothing to change."
FOR_GIVER = "Only the person who gave a shout-out can change it or take it back."
TOO_LATE = "You can only change a shout-out or take it back in the first ten minutes."
TEAM_FOR_LEADERS = "Only leaders can thank the whole team at once. Name people instead, like `@ana @ben`."
TEAM_NOT_PRIVATE = "Thanks to the whole team can't be private. Choose one or the other."
CHANNEL_CLOSED = "I can't post in your team's channel any more. Name people instead, like `@ana @ben`."
NOBODY_ELSE = "There's nobody else in this team yet. Name people instead, like `@ana`."
POSTPONED_NOT_YOURS = "Only the person who wrote a shout-out can send it later."
SENT_ALREADY = "That one has already been sent."
THANKS_NOBODY = "Your message no longer thanks anyone, so there's nothing to send."
NO_FORM = "I couldn't open the form, so nothing was sent. Please send this again:"


def reason_too_long(length: int, most: int) -> str:
    """Refuse a shout-out whose reason is too long."""
    return f"That's {length} characters. The limit is {most}."


def too_many_receivers(most: int) -> str:
    """Refuse more people than one shout-out can thank."""
    return f"That's more than {most} people. Name {most} at most."


def thanked_before(name: str) -> str:
    """Say that the giver has thanked somebody for this message already."""
    return f"You've already thanked {name} for this message."


def cannot_thank_bot(name: str) -> str:
    """Ask the giver to thank the person behind a bot."""
    return f"{name} is a bot. Thank a person instead."


def cannot_thank_leaver(name: str) -> str:
    """Say that somebody has left the workspace and cannot be notified."""
    return f"{name} has left this workspace, so I can't tell them."


def cannot_thank_stranger(name: str) -> str:
    """Say how to thank somebody from another workspace."""
    return f"{name} is from another workspace, so I can't tell them. Thank them in the channel instead."
