"""Refusals about shadowing and its wrap-up."""

NOT_LEADING = "Only leaders can shadow agents. `/shadow` explains what that means for you."
NOT_YOUR_AGENT = "You can only shadow agents in a team you lead. `/shadow` shows who is next."
NEVER_TOGETHER = "I couldn't find a time in the next three weeks when you're both at work. Pick a time in the form."
ROADBLOCK_DAY_NOT_AHEAD = "Pick a date after today."
NOTHING_TO_WRAP_UP = "I don't know of a recent session. Name the agent: `/shadow done @ana`."
NAME_ONE = "Name one person: `/shadow @ana`."


def text_too_long(most: int) -> str:
    """Refuse a text that is longer than the form's limit."""
    return f"That's too long for the form ({most} characters at most). `/shadow done` opens it empty."


def agent_unavailable(name: str) -> str:
    """Decline for an agent, in the same words whether the agent declined now, declined earlier or opted out."""
    return f"Sitting with {name} won't work this time. `/shadow` shows who is next."


def on_the_way(name: str) -> str:
    """Say that two people already have an open shadowing session."""
    return f"You already have a session or open request with {name}; see `/shadow`."


def asked_by_another(name: str) -> str:
    """Say that another leader has already asked this agent for a shadowing session."""
    return f"Another leader has just asked {name}. `/shadow` shows who is next."
