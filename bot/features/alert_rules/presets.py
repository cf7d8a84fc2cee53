"""Patterns for what well-known tools write when nobody told them otherwise; `\\w` is a letter of any script."""

from dataclasses import dataclass

CALLED = r"(?:https?://|@)\S+\s+"
BEFORE = rf"^(?:{CALLED})*[^\w\[\n]*?"
"""What may stand before a state: a link, whom it is for, and marks such as those of bold text."""
EMOJI = r":[\w+-]+:"
STATE = rf"{BEFORE}(?P<state>(?:{EMOJI}\s*)*\w+)[^\w\n]+"
QUEUE = r"(?P<queue>\w[^\n:–—=]*?)"
"""To the end of its field, whatever stands in it."""
NUMBER = r"(?:\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d+)?|\d[\d.,'’]*)(?: ?[kM%]\b|%)?"
VALUE = rf"(?:(?P<value>{NUMBER})(?:[^\w:]|$)|\d)"
"""Any digit makes it an alert, but what is no plain number, as a time, is no value."""
LIMIT = rf"(?:limit|threshold|over|above|max)\D{{0,10}}(?P<threshold>{NUMBER})"
BARE = r"resolved|recovered|recovery|cleared|closed|solved|(?-i:OK|FIRING|ALERTING)"
"""States that need no number behind the queue."""
TITLE = rf"^(?:[^\w\[\n]|_|{EMOJI}|{CALLED}|\[[^\]\n]*\])*?\[(?P<state>FIRING|RESOLVED|ALERTING|OK)\b[^\]\n]*\]"
TITLE += r"[^\w\n]*(?P<key>[^|(\n]*)"
SECTION = r"^[^\w\n]*(?P<state>Firing|Resolved)[^\w\n]*$"
LABEL = r"(?:^|[^\w\n])queue(?:_name)?[^\w\n]*?[:=][^\w\n]*(?P<queue>\w[^\n,;|{}\"“”`]*?)\s*"
LABEL += r"(?:$|[,;|{}\"“”`\[]|\s[a-z_]+\s?[:=])"
"""To the end of its field, too: of the line, the quote, or where another label begins."""
MEASURED = r"^Value: ?\w+=(?P<value>[\d.e+-]+)"


@dataclass(frozen=True)
class Preset:
    title: str
    patterns: tuple[str, ...]
    """The first to find something on a line counts."""
    part: str = ""
    """Finds, behind that, what a group says of each of its alerts: a new state, a value, at last the queue."""


PRESETS = {
    "plain": Preset(
        "Plain text: FIRING phones: 30 waiting (limit 20)",
        (
            rf"{STATE}{QUEUE}\s*[:–—=]\s*{VALUE}(?:.*?\b{LIMIT})?",
            rf"{BEFORE}(?P<state>{BARE})\b[^\w\n]+{QUEUE}\s*(?:[(:–—|]|\[|$)",
        ),
    ),
    "alertmanager": Preset("Alertmanager: [FIRING:1] QueueTooLong", (TITLE,), rf"{SECTION}|{LABEL}"),
    "grafana": Preset("Grafana: [FIRING:1] Queue too long", (TITLE,), rf"{SECTION}|{MEASURED}|{LABEL}"),
}
