"""Refusals about hand-ups."""

ASK_GONE = "That hand-up is closed. Thanks for checking."
ASKED_ANOTHER = "That question was for someone else."
ANSWERED = "You've already answered this one."
ENDED = "That hand-up is closed. If you need a leader again, type `/handup` and what you need."
SOMEBODY_COMES = "A leader is already coming. In a few minutes I'll ask you whether they've arrived."
FOR_AGENTS = (
    "Hand-ups are for agents. To get more leaders into a queue, type `/queue spike phones`. For anything else, write "
    "to the other leaders."
)
NOT_IN_TEAM = "You're no longer in that team, so I'm asking its leaders instead."
FOR_LEADERS = "Only the team's leaders can answer a hand-up."
NOT_YOURS = "Only the agent who raised their hand can do that."
NO_WORDS = "In one line, what do you need help with?"
NO_DEPUTIES = "There's no deputy left to ask."
CLOSED_CHANNEL = "I can't post in the team's channel: it's archived, or I'm not in it."
POSTED_ALREADY = "I've already posted it in the channel."
FULL = "Your hand-up already has as much text as I can show. Tell the leader the rest when they come."
NO_ANSWER = "Write one sentence, or close the form to skip this."


def already_helped(name: str) -> str:
    """Tell a leader that somebody else is coming or is there."""
    return f"{name} is already helping. Thanks!"
