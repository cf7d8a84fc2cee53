"""Parser for the payload format that Grafana and Alertmanager share: groups of alerts with labels and annotations."""

import hashlib
from typing import Any

from pydantic import Field

from bot.alerts import Alert, NoEffectReason, Signal, parse_state, state_of
from handlers.webhooks.delivery import ParsedDelivery, Receipt, Unreadable
from handlers.webhooks.payloads import (
    Fields,
    Instant,
    Link,
    Number,
    Object,
    Parts,
    Payload,
    Text,
    Word,
    number,
    parse_json,
    words,
)

QUEUE = ("queue", "queue_name")
NAMED = ("alertname", "instance")


class Told(Payload):
    status: Word = None
    labels: Object = {}
    annotations: Object = {}
    values: Object = {}
    fingerprint: Text = ""
    starts_at: Instant = Field(None, alias="startsAt")
    ends_at: Instant = Field(None, alias="endsAt")
    panel_url: Link = Field("", alias="panelURL")
    dashboard_url: Link = Field("", alias="dashboardURL")
    generator_url: Link = Field("", alias="generatorURL")


class Group(Payload):
    status: Word = None
    title: Text = ""
    external_url: Link = Field("", alias="externalURL")
    truncated: Number = Field(None, alias="truncatedAlerts")
    alerts: Parts[Told] = []


def parse(body: bytes, source: str, receipt: Receipt) -> ParsedDelivery:
    """Parse a group's alerts, each with its own state, since a firing group may contain resolved alerts."""
    said = parse_json(body)
    if not isinstance(said.get("alerts"), list):
        raise Unreadable("It has no `alerts` list, so it isn't this tool's own body.")
    group = Group.model_validate(said)
    left_out = max(0, int(group.truncated or 0)) + len(said["alerts"]) - len(group.alerts)
    return ParsedDelivery(receipt, [_alert(group, each, source) for each in group.alerts], left_out=left_out)


def _alert(group: Group, told: Told, source: str) -> Alert:
    said = told.status or group.status or ""
    named = " ".join(words(told.labels.get(label)) for label in NAMED)
    signal, why = state_of(named) or parse_state(said)
    value = _first(number, told.annotations, "value")
    return Alert(
        source,
        signal,
        key=told.fingerprint or _named_by(told.labels),
        queue=_first(words, told.labels, *QUEUE) or _first(words, told.annotations, *QUEUE) or "",
        title=_first(words, told.annotations, "summary", "title") or words(told.labels.get("alertname")) or group.title,
        value=_measured(told.values) if value is None else value,
        threshold=_first(number, {**told.labels, **told.annotations}, "threshold"),
        url=told.panel_url or told.dashboard_url or told.generator_url or group.external_url,
        occurred_at=(told.ends_at if signal is Signal.RESOLVED else None) or told.starts_at,
        why=why,
        word=said if why is NoEffectReason.UNKNOWN else "",
    )


def _first(read: Any, of: Fields, *names: str) -> Any:
    """Return the first of the named fields that is not empty once parsed with `read`, or None."""
    return next((found for name in names if (found := read(of.get(name))) not in (None, "")), None)


def _measured(values: Fields) -> float | None:
    """Return the measured value from Grafana's `values`.

    Conditions of a rule have the value 0 or 1, so the first other value is taken as the measurement if there is one.
    """
    found = [each for name in sorted(values, key=str) if (each := number(values[name])) is not None]
    return next((each for each in found if each not in (0, 1)), next(iter(found), None))


def _named_by(labels: Fields) -> str:
    """Return a hash of the labels that identifies an alert, because old versions send no fingerprint."""
    named = sorted((str(name), words(labels[name])) for name in labels)
    return hashlib.sha256(repr(named).encode("utf-8", "replace")).hexdigest()[:16] if named else ""
