"""Refusals about a leader's balance."""

NOT_LEADING = (
    "`/balance` shows leaders how they spend their time, and you don't lead a team here. "
    "`/steward help` lists what you can do."
)
BLOCK_GONE = "That entry no longer exists. `/balance` shows the rest."


def wrong_length(shortest: int, hours: int) -> str:
    """Ask for a length that is allowed for a block of time."""
    return f"Log between {shortest} minutes and {hours} hours. How long was it?"


def ask_duty(duties: str, minutes: int) -> str:
    """Ask which duty the strategy time was spent on."""
    return f"Which area was it: {duties}? For example, `/balance log strategy {minutes} staffing`."


def duty_without_strategy(duty: str, minutes: int, part: str) -> str:
    """Say that only strategy time has a duty, and suggest both commands that could be meant."""
    return (
        f"“{duty}” goes with strategy. Did you mean `/balance log strategy {minutes} {duty}`, "
        f"or `/balance log {part} {minutes}`?"
    )


def day_not_loggable(days: int) -> str:
    """Ask for a recent day, for which time can still be logged."""
    return f"Pick one of the last {days} days, today included."


def unknown_word(word: str, example: str, other: str) -> str:
    """Say which typed word is unknown, with examples."""
    return f"I don't know “{word}”. Try {example} or {other}."


def log_separately(example: str, other: str) -> str:
    """Ask the leader to log the two blocks of time separately."""
    return f"Log one thing at a time: {example}, then {other}."


def ask_part(other: str, example: str) -> str:
    """Ask for the kind of work that a block of time was spent on."""
    return f"Was it frontline, people or strategy? Try {other} or {example}."


def no_length(example: str, other: str) -> str:
    """Ask for the length of a block of time, with examples."""
    return f"How long was it? Use minutes or `1h30`: {example} or {other}."
