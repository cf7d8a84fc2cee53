"""The names by which Slack knows the parts of a balance, and what people call them."""

from collections.abc import Iterable

from bot.features.balance import Duty, Part

FORM = "balance:form"
OPEN = "balance:open"
TAKE_BACK = "balance:take_back"
YES = "balance:yes"
PART = "part"
EXAMPLE = "`/balance log strategy 90 staffing`"
OTHER = "`/balance log people 30`"
TIME_FOR = {
    Part.FRONTLINE: "time at the frontline",
    Part.PEOPLE: "time for your people",
    Part.STRATEGY: "time for strategy",
}


def span(minutes: int) -> str:
    """`1 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    return " ".join([*([f"{hours} h"] if hours else []), *([f"{rest} min"] if rest or not hours else [])])


def what(part: str, duty: str | None) -> str:
    """`strategy (staffing)`."""
    return f"{part} ({duty})" if duty else str(part)


def joined(words: Iterable[str]) -> str:
    """`a, b and c`."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


DUTIES = joined(Duty)
