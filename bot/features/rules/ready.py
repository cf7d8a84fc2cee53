"""Patterns for what well-known tools write when nobody told them otherwise."""

from dataclasses import dataclass

STATE = r"^\W*?(?P<state>(?::[\w+-]+:\s*)?[a-z]+)"
LIMIT = r"(?:limit|threshold|over|above|max)\D{0,10}(?P<threshold>\d[\d.,]*)"
TITLE = r"^\[(?P<state>FIRING|RESOLVED)[^\]\n]*\]\s*(?P<key>[^|(\n]*)"
LABEL = r"(?:(?s:.*?)\bqueue\b\W{0,3}[:=]\W{0,3}(?P<queue>[\w-]+))?"


@dataclass(frozen=True)
class Ready:
    title: str
    pattern: str


READY = {
    "plain": Ready(
        "Plain words: FIRING phones: 30 waiting (limit 20)",
        STATE + r"\W{1,5}(?P<queue>\w[\w /&-]*?)\s*[:–]\s*(?P<value>\d[\d.,]*)" + rf"(?:.*?\b{LIMIT})?",
    ),
    "alertmanager": Ready("Alertmanager: [FIRING:1] QueueTooLong", TITLE + LABEL),
    "grafana": Ready(
        "Grafana: [FIRING:1] Queue too long",
        TITLE + r"(?:(?s:.*?)^Value: ?\w+=(?P<value>[\d.]+))?" + LABEL,
    ),
}
