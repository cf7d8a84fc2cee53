"""Refusals about a leader's balance."""

NOT_LEADING = (
    "`/balance` shows people who lead a team how their own time splits, and you lead none here. "
    "`/steward help` lists what else there is."
)
BLOCK_GONE = "That block is not there any more; `/balance` shows what is."


def wrong_length(shortest: int, hours: int) -> str:
    """Ask how long a block was."""
    return f"A block has from {shortest} minutes to {hours} hours. How long was it?"


def no_duty(duties: str, minutes: int) -> str:
    """Ask what time for strategy was for."""
    return f"What was it for? Say one of {duties}, like `/balance log strategy {minutes} staffing`."


def duty_without_strategy(duty: str, minutes: int, part: str) -> str:
    """Offer both blocks that could be meant."""
    return (
        f"“{duty}” goes with strategy. Did you mean `/balance log strategy {minutes} {duty}`, "
        f"or `/balance log {part} {minutes}`?"
    )


def day_outside(days: int) -> str:
    """Ask for one of the days that can be logged."""
    return f"Pick one of the last {days} days, today included."


def unknown_word(word: str, example: str, other: str) -> str:
    """Show how a block is logged."""
    return f"I do not know what “{word}” is. Log a block like {example} or {other}."


def two_things(example: str, other: str) -> str:
    """Show how two blocks are logged."""
    return f"A block is for one thing; log two, like {example} and then {other}."


def no_part(other: str, example: str) -> str:
    """Ask what a block was for."""
    return f"What was it: frontline, people or strategy? Say it like {other} or {example}."


def no_length(example: str, other: str) -> str:
    """Ask how long it was, with examples."""
    return f"How long was it? Say it in minutes, or like `1h30`: {example} or {other}."
