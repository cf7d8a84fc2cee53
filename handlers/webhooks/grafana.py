"""Grafana Alerting: it signs the body, or the timestamp and the body; older versions send the secret instead."""

from collections.abc import Sequence

from handlers.webhooks import alert_groups
from handlers.webhooks.delivery import A_YEAR, ParsedDelivery, Receipt, Received, as_state
from handlers.webhooks.payloads import when
from handlers.webhooks.signatures import is_fresh, is_shared, same, signed

SIGNATURE = "x-grafana-alerting-signature"
TIMESTAMP = "x-grafana-alerting-timestamp"
"""Operators choose this header's name; this is the name we suggest."""


def proves(received: Received, secrets: Sequence[str]) -> bool:
    given = received.headers.get(SIGNATURE)
    if given is None:
        return is_shared(received, secrets)
    at = received.headers.get(TIMESTAMP)
    before = b"" if at is None else at.encode("utf-8", "replace") + b":"
    is_right = same(given, [signed(secret, before, received.body).hex() for secret in secrets])
    return is_right and (at is None or is_fresh(when(at), received))


def sign(received: Received, secret: str) -> dict[str, str]:
    at = str(int(received.at.timestamp()))
    return {TIMESTAMP: at, SIGNATURE: signed(secret, at.encode(), b":", received.body).hex()}


def parse(received: Received) -> ParsedDelivery:
    return alert_groups.parse(received.body, "grafana", _receipt(received))


def _receipt(received: Received) -> Receipt:
    """Return the receipt for deduplication.

    A signature that covers the time is valid for minutes, and counts once. Without a time it would be valid forever,
    so an identical body is never accepted again; repeats of a firing alert then count only if the time is signed.
    """
    signature = received.headers.get(SIGNATURE)
    if signature is None:
        return as_state(received)
    return Receipt([signature]) if TIMESTAMP in received.headers else Receipt([signature], longer=A_YEAR)
