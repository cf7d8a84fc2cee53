"""Refusals about one-on-ones, their topics and notes."""

SETTLED = "That's already settled. `/1on1` shows what is booked."
YOURSELF = "That's you. `/1on1` shows who you have one-on-ones with."
NO_PAIR = "You two no longer have one-on-ones: one of you left the team or has another leader now."
HAVE_TIME = "You two already have a time. See or move it in `/1on1`."
HAVE_TIME_ADD_TOPIC = "You two already have a time; see `/1on1`. Add a topic with `/1on1 topic …`."
NEVER_TOGETHER = (
    "I couldn't find a time in the next three weeks when you're both at work. Agree on one together, then choose "
    "*It's booked*."
)
LEADS_ALL = "You book your own one-on-ones, so there's no need to ask. Propose times in `/1on1`."
NAME_ONE = "Name one person: `/1on1 @ana`."
NOTE_FOR_TWO_ALONE = "Only the two people in a one-on-one can see its topics and notes."
NO_TOPIC = "Add a few words: `/1on1 topic more time for training`."
PROMISE_DAY_NOT_AHEAD = "Pick a reminder date after today."


def too_many_topics(most: int) -> str:
    """Say that a one-on-one has as many topics as allowed, and ask to tick one off first."""
    return f"You two already have {most} topics. Tick some off in `/1on1` first."


def no_pair_with(other_id: str) -> str:
    """Say that two people have no one-on-ones with each other."""
    return f"You and <@{other_id}> have no one-on-ones. `/1on1` shows who you have them with."
