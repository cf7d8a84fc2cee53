"""Refusals about shout-outs."""

NO_REASON = "Say in a few words what they did, like `for staying calm with an angry caller`."
NO_RECEIVER = "Whom would you like to thank? Name somebody, like `@ana`."
THANKS_ONESELF = "A shout-out is for somebody else; leave yourself out and it can go."
UNKNOWN_RECEIVER = "One of them is nobody I know here. Pick them from the list."
SHOUTOUT_GONE = "That shout-out is no longer kept here."
TAKEN_BACK_MEANWHILE = "That shout-out was taken back, so I told nobody else. Please thank them in a new one."
TAKEN_BACK = "That shout-out is taken back, so there is nothing to put right."
FOR_GIVER = "Only who gave a shout-out can change it or take it back."
TOO_LATE = "A shout-out can be changed or taken back for ten minutes, and this one has stood longer."
TEAM_FOR_LEADERS = (
    "Thanking the whole team at once is for its leaders. Name those you mean, like `@ana @ben`; they will feel it more."
)
TEAM_NOT_PRIVATE = "Thanks to the whole team are for all to read; leave one of the two out."
CHANNEL_CLOSED = (
    "I cannot post in your channel any more, so nobody would read it. Name those you mean, like `@ana @ben`."
)
NOBODY_ELSE = "There is nobody else in this team yet. Name those you mean, like `@ana`."
POSTPONED_NOT_YOURS = "Only who wrote a shout-out can keep it."
SENT_ALREADY = "That one has gone out already."
THANKS_NOBODY = "Its message thanks nobody any more, so there is nothing to keep."
NO_FORM = "I couldn't open the form, so nothing was sent. Please send this again:"


def reason_too_long(length: int, most: int) -> str:
    """Ask for a shorter reason."""
    return f"That is {length} characters; {most} is the most. Could you say it shorter?"


def too_many_receivers(most: int) -> str:
    """Ask for fewer names."""
    return f"That's more than {most} people. Name {most} at most, so that each feels meant."


def thanked_before(name: str) -> str:
    """Say that somebody is thanked for this message already."""
    return f"You have thanked {name} for this message already; once is heard."


def is_bot(name: str) -> str:
    """Ask for the person behind a bot."""
    return f"{name} is a bot; thank a person behind it instead."


def has_left(name: str) -> str:
    """Say that somebody cannot be told any more."""
    return f"{name} has left this workspace; I cannot tell them."


def is_stranger(name: str) -> str:
    """Say where somebody of another company reads thanks."""
    return f"{name} is with another company, where I reach nobody. Thank them in the channel; they read it."
