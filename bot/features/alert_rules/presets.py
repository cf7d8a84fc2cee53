r"""Regular expressions for the default alert messages of well-known tools; `\w` matches letters of any script."""

from dataclasses import dataclass

CALLED = r"(?:https?://|@)\S+\s+"
BEFORE = rf"^(?:{CALLED})*[^\w\[\n]*?"
"""What may come before a state: links, mentions, and markup such as bold."""
EMOJI = r":[\w+-]+:"
STATE = rf"{BEFORE}(?P<state>(?:{EMOJI}\s*)*\w+)[^\w\n]+"
QUEUE = r"(?P<queue>\w[^\n:–—=]*?)"
"""A queue name: any text up to the end of its field."""
NUMBER = r"(?:\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d+)?|\d[\d.,'’]*)(?: ?[kM%]\b|%)?"
VALUE = rf"(?:(?P<value>{NUMBER})(?:[^\w:]|$)|\d)"
"""A value. Any digit makes the line an alert, but only a plain number, not a time for example, is a value."""
LIMIT = rf"(?:limit|threshold|over|above|max)\D{{0,10}}(?P<threshold>{NUMBER})"
BARE = r"resolved|recovered|recovery|cleared|closed|solved|(?-i:OK|FIRING|ALERTING)"
"""States that need no number after the queue."""
TITLE = rf"^(?:[^\w\[\n]|_|{EMOJI}|{CALLED}|\[[^\]\n]*\])*?\[(?P<state>FIRING|RESOLVED|ALERTING|OK)\b[^\]\n]*\]"
TITLE += r"[^\w\n]*(?P<key>[^|(\n]*)"
SECTION = r"^[^\w\n]*(?P<state>Firing|Resolved)[^\w\n]*$"
LABEL = r"(?:^|[^\w\n])queue(?:_name)?[^\w\n]*?[:=][^\w\n]*(?P<queue>\w[^\n,;|{}\"“”`]*?)\s*"
LABEL += r"(?:$|[,;|{}\"“”`\[]|\s[a-z_]+\s?[:=])"
"""A label with the queue name, up to the end of the line, the closing quote, or the next label."""
MEASURED = r"^Value: ?\w+=(?P<value>[\d.e+-]+)"


@dataclass(frozen=True)
class Preset:
    title: str
    patterns: tuple[str, ...]
    """The patterns in order of precedence: on each line, the first match wins."""
    part: str = ""
    """A pattern for the details of each alert in a group, after the title: a new state, a value, and last the queue."""


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
