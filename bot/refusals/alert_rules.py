"""Refusals about rules that read alerts from messages."""

INVITE = "You and I both need to be in that channel. Type `/invite @steward` there, then try again."
RULE_GONE = "That rule is already gone."
NO_SENDER = "Pick who posts the alerts."
ONLY_TOOLS = "Your team only accepts alerts from tools. To change this: `/steward settings`, *Alerts in messages*."
NO_WAY = "Pick a message format, or enter your own regular expression."
PATTERN_TOO_LARGE = "That pattern is too large. Use fewer or smaller repeats."


def too_many_rules(most: int) -> str:
    """Say that the team has as many alert rules as allowed, and ask to remove one first."""
    return f"Your team already has {most} rules, which is the limit. Remove one first."


def queue_too_long(most: int) -> str:
    """Ask for a shorter queue name."""
    return f"Use at most {most} characters."


def pattern_too_long(most: int) -> str:
    """Ask for a shorter regular expression."""
    return f"Use at most {most} characters."


def no_group(example: str) -> str:
    """Ask for a named group in a regular expression, like the one in the example."""
    return f"Add at least one named group (queue, value, threshold or state), {example}."


def unknown_group(name: str) -> str:
    """Say which names the groups of a regular expression may have."""
    return f"“{name}” isn't a group I know. Use queue, value, threshold or state."


def repeated_group(name: str) -> str:
    """Say that a regular expression may use each group name only once."""
    return f"Use the group “{name}” only once."


def unsafe_pattern(where: str) -> str:
    """Say that look-arounds and back-references are not supported in a regular expression."""
    return f"Look-arounds and back-references don't work here: {where}. Write the pattern without them."
