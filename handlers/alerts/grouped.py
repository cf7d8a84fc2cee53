"""What Grafana and Alertmanager send alike: alerts in groups, each with labels, annotations and its own state."""

import hashlib

from bot.alerts import Alert, Signal
from handlers.alerts.delivery import Unreadable
from handlers.alerts.reading import Fields, instant, link, number, parsed, part, parts, words

SIGNALS = {"firing": Signal.FIRING, "resolved": Signal.RESOLVED}
QUEUE = ("queue", "queue_name")


def alerts(body: bytes, source: str) -> list[Alert]:
    """Each by its own state: a group that fires may hold alerts that are resolved."""
    group = parsed(body)
    if not isinstance(group.get("alerts"), list):
        raise Unreadable("It has no list `alerts`, so it is not this tool's own body.")
    return [_alert(group, each, source) for each in parts(group, "alerts")]


def _alert(group: Fields, told: Fields, source: str) -> Alert:
    labels, annotations = part(told, "labels"), part(told, "annotations")
    state = words(told, "status").lower() or words(group, "status").lower()
    signal = SIGNALS.get(state, Signal.INFO)
    over = ["endsAt"] if signal is Signal.RESOLVED else []
    value = number(annotations, "value")
    return Alert(
        source,
        signal,
        key=words(told, "fingerprint") or _named_by(labels),
        queue=words(labels, *QUEUE) or words(annotations, *QUEUE),
        title=words(annotations, "summary", "title") or words(labels, "alertname") or words(group, "title"),
        value=_measured(part(told, "values")) if value is None else value,
        threshold=number({**labels, **annotations}, "threshold"),
        url=link(told, "panelURL", "dashboardURL", "generatorURL") or link(group, "externalURL"),
        occurred_at=instant(told, *over, "startsAt"),
    )


def _measured(values: Fields) -> float | None:
    """Grafana's: a rule's conditions say 0 or 1, and what was measured stands before them."""
    found = {name: each for name in sorted(values) if (each := number(values, name)) is not None}
    return next((each for each in found.values() if each not in (0, 1)), next(iter(found.values()), None))


def _named_by(labels: Fields) -> str:
    """Old versions tell no fingerprint; the labels make an alert what it is."""
    named = sorted((name, words(labels, name)) for name in labels)
    return hashlib.sha256(repr(named).encode("utf-8", "replace")).hexdigest()[:16] if named else ""
