"""Refusals about one-on-ones, their topics and notes."""

SETTLED = "That one is settled already; `/1on1` shows what is planned."
YOURSELF = "That's you. `/1on1` shows whom you have one-on-ones with."
NO_PAIR = "You two are no pair any more: one of you left the team, or has another leader now."
HAVE_TIME = "You two have a time already; `/1on1` shows it, and moves it if you like."
HAVE_TIME_ADD_TOPIC = "You two have a time already; `/1on1` shows it. Add a topic with `/1on1 topic …`."
NEVER_TOGETHER = (
    "The two of you are never at work at the same time in the next three weeks. Find a time by talking, then tell me "
    "with *Already planned*."
)
LEADS_ALL = "You don't have to ask: you lead your one-on-ones. `/1on1` shows them, and you can propose times there."
NAME_ONE = "Name one person, like `/1on1 @ana`."
NOTE_FOR_TWO_ALONE = "What two people keep for their one-on-ones is for the two of them alone."
NO_TOPIC = "Say it in a few words, like `/1on1 topic more time for training`."
PROMISE_DAY_NOT_AHEAD = "Pick a day after today to come back to it."


def too_many_topics(most: int) -> str:
    """Ask to tick off a topic first."""
    return f"You two have {most} topics already, which is plenty. Tick some off in `/1on1` first."


def no_pair_with(other_id: str) -> str:
    """Say that two people have no one-on-ones."""
    return f"You and <@{other_id}> have no one-on-ones. `/1on1` shows with whom you have them."
