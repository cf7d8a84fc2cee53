"""The names by which Slack knows the parts of a balance, and what people call them."""

from collections.abc import Iterable

from bot.features.balance.models import Duty, Part

FORM = "balance:form"
OPEN = "balance:open"
TAKE_BACK = "balance:take_back"
YES = "balance:yes"
PART = "part"
EXAMPLE = "`/balance log strategy 90 staffing`"
OTHER = "`/balance log people 30`"
SPENT = {Part.FRONTLINE: "at the frontline", Part.PEOPLE: "for your people", Part.STRATEGY: "of strategy"}
TIME = {Part.FRONTLINE: "at the frontline", Part.PEOPLE: "for people", Part.STRATEGY: "for strategy"}


def span(minutes: int) -> str:
    """`1 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    return " ".join([*([f"{hours} h"] if hours else []), *([f"{rest} min"] if rest or not hours else [])])


def spent(minutes: int, part: Part, duty: str | None = None) -> str:
    """`1 h 30 min of strategy (staffing)`."""
    return f"{span(minutes)} {SPENT[part]}{f' ({duty})' if duty else ''}"


def joined(words: Iterable[str]) -> str:
    """`a, b and c`."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


DUTIES = joined(Duty)
