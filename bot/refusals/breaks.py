"""Refusals about breaks."""

ASK_GONE = "That request has already been answered. Thanks for checking."
ASKED_ANOTHER = "That question was for someone else."
ANSWERED = "You've already answered this one."
DECIDED = "That request has already been answered."
FOR_AGENTS = "`/queue break` is for agents. As a leader, use `/steward away` if you'll be away for longer."
FOR_LEADERS = "Only the team's leaders can answer that."
NOT_YOURS = "Only the agent who asked for the break can do that."
ASKED_BEFORE = "I'm already asking about your break. You'll see the answer in our DM."
ON_BREAK = "You're already on a break, or have one coming up. You can ask for another when it's over."


def already_on_break(name: str) -> str:
    """Tell a leader that the agent is already on a break."""
    return f"{name} is already on a break."


def no_length(shortest: int, longest: int) -> str:
    """Ask for the number of minutes of a break."""
    return f"For how many minutes? Use a number from {shortest} to {longest}, like `/queue break 15`."
