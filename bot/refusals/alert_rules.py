"""Refusals about rules for alerts in messages."""

INVITE = "I am not in that channel with you. Type `/invite @steward` there, then come back."
RULE_GONE = "That rule is gone already."
NO_SENDER = "Whose messages are the alerts? Pick one."
ONLY_TOOLS = "Your team hears only tools. `/steward settings`, *Alerts in messages* says so."
NO_WAY = "Pick how the alerts are written."
PATTERN_TOO_LARGE = "That pattern is too large for me. Fewer and smaller repeats, please."


def too_many_rules(most: int) -> str:
    """Ask to remove a rule first."""
    return f"Your team has {most} rules, and that is all I keep. Remove one first."


def queue_too_long(most: int) -> str:
    """Ask for a shorter name of a queue."""
    return f"{most} characters at most, please."


def pattern_too_long(most: int) -> str:
    """Ask for a shorter pattern."""
    return f"{most} characters at most, please."


def no_group(example: str) -> str:
    """Ask for a named group, like the example."""
    return f"Name what it finds: queue, value, threshold or state, {example}."


def unknown_group(name: str) -> str:
    """Say which names a group may have."""
    return f"I know queue, value, threshold and state, and no “{name}”."


def repeated_group(name: str) -> str:
    """Ask for a group's name once."""
    return f"Name “{name}” once only, please."


def unsafe_pattern(where: str) -> str:
    """Say why look-arounds and back-references are left out."""
    return f"I leave out look-arounds and back-references ({where}), so that no pattern can hold me up."
