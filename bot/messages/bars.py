"""A gauge in characters, for answers that cannot hold a chart."""

LENGTH = 10


def bar(value: float, full: float = 100) -> str:
    """Draw how much of `full` a value is: `▰▰▰▱▱▱▱▱▱▱`."""
    filled = max(0, min(LENGTH, int(value / full * LENGTH + 0.5)))
    return "▰" * filled + "▱" * (LENGTH - filled)
