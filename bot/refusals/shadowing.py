"""Refusals about sitting beside somebody, and what is learnt there."""

NOT_LEADING = "Sitting beside somebody is for leaders. `/shadow` tells what it is, and what it means for you."
NOT_YOUR_AGENT = "You can sit beside the agents of a team that you lead. `/shadow` names who is next."
NEVER_TOGETHER = "The two of you are not at work at the same time in the next three weeks. Pick a time with the form."
ROADBLOCK_GONE = "That roadblock is not there any more."
ROADBLOCK_DAY_NOT_AHEAD = "Pick a day after today, by which you want it out of the way."
NOTHING_TO_WRAP_UP = "I know of nobody you have sat beside lately. Name them, like `/shadow done @ana`."
NAME_ONE = "Name one person, like `/shadow @ana`."


def form_too_small(most: int) -> str:
    """Say how much the form takes."""
    return f"That is more than the form takes, which is {most} characters. `/shadow done` opens it empty."


def another_time(name: str) -> str:
    """Say all that a leader hears, whether the agent said so today, some days ago, or once and for all."""
    return f"Another time, then: {name} is not free for this just now. `/shadow` names who is next."


def on_the_way(name: str) -> str:
    """Say that the two have a session on the way."""
    return f"You and {name} have one on the way already; `/shadow` shows it."


def asked_by_another(name: str) -> str:
    """Say that another leader was quicker."""
    return f"Another leader has just asked {name}. `/shadow` names who is next."
