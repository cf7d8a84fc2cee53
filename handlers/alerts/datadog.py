"""Datadog: signs nothing, so a header of its own shows the secret; all values are text, some unrendered."""

import re
from collections.abc import Sequence
from urllib.parse import parse_qs

from bot.alerts import Alert, Signal
from handlers.alerts.delivery import Read, Receipt, Received, Unreadable, as_state, digest
from handlers.alerts.proving import OWN_HEADER, is_shared
from handlers.alerts.reading import Fields, instant, link, number, parsed, words

SIGNALS = {
    "triggered": Signal.FIRING, "re-triggered": Signal.FIRING, "warn": Signal.FIRING, "re-warn": Signal.FIRING,
    "recovered": Signal.RESOLVED, "no data": Signal.INFO, "re-no data": Signal.INFO, "renotify": Signal.INFO,
}  # fmt: skip
PREFIX = re.compile(r"^\[([A-Za-z -]+)(?: on [^\]]*)?\]\s*")
"""Of a title, where the default body has the state."""
QUEUE = re.compile(r"(?:^|[,\s{])queue:([^,\s}]+)")
"""A tag."""
THRESHOLD = re.compile(r"[<>]=?\s*(-?\d+(?:\.\d+)?)\s*$")
"""At the end of a monitor's query."""


def proves(received: Received, secrets: Sequence[str]) -> bool:
    return is_shared(received, secrets)


def sign(received: Received, secret: str) -> dict[str, str]:
    return {OWN_HEADER: secret}


def read(received: Received) -> Read:
    event = _event(received)
    title = words(event, "title")
    prefix = PREFIX.match(title)
    state = words(event, "transition") or (prefix[1] if prefix else "")
    if not state:
        raise Unreadable("It has neither a `transition` nor a title such as `[Triggered] …`.")
    tags, query = words(event, "tags", most=2000), words(event, "query", most=2000)
    queue = QUEUE.search(tags) or QUEUE.search(words(event, "scope", most=2000))
    threshold = THRESHOLD.search(query)
    alert = Alert(
        "datadog", SIGNALS.get(state.lower(), Signal.INFO),
        key=words(event, "cycle"),
        queue=queue[1] if queue else "",
        title=PREFIX.sub("", title),
        value=number(event, "value"),
        threshold=float(threshold[1]) if threshold else None,
        url=link(event, "url"),
        occurred_at=instant(event, "date", "last_updated"),
    )  # fmt: skip
    return Read(_receipt(received, event), [alert])


def _event(received: Received) -> Fields:
    """As JSON, or form-encoded, with fields or with the JSON in one of them."""
    if "form-urlencoded" not in received.headers.get("content-type", ""):
        return parsed(received.body)
    try:
        fields = {name: found[0] for name, found in parse_qs(received.body.decode(), max_num_fields=100).items()}
    except ValueError:
        raise Unreadable("That is no form that anybody would send.") from None
    return parsed(fields["payload"].encode("utf-8", "replace")) if "payload" in fields else fields


def _receipt(received: Received, event: Fields) -> Receipt:
    """Its event's id stays the same when it sends again, and a renotification has another."""
    return Receipt([digest(received.body)]) if words(event, "id") else as_state(received)
