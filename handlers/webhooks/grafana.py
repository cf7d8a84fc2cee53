"""Grafana Alerting sender, which signs the body, or timestamp and body; older versions send the secret instead."""

from collections.abc import Sequence

from handlers.webhooks import alert_groups
from handlers.webhooks.delivery import UNDATED_RETENTION, ParsedDelivery, Receipt, Received, state_receipt
from handlers.webhooks.payloads import parse_instant
from handlers.webhooks.signatures import equals_any, has_shared_secret, hmac_digest, is_fresh

SIGNATURE = "x-grafana-alerting-signature"
TIMESTAMP = "x-grafana-alerting-timestamp"
"""The name is a setting in Grafana; this is the one that Steward's instructions suggest."""


def verify(received: Received, secrets: Sequence[str]) -> bool:
    given = received.headers.get(SIGNATURE)
    if given is None:
        return has_shared_secret(received, secrets)
    at = received.headers.get(TIMESTAMP)
    before = b"" if at is None else at.encode("utf-8", "replace") + b":"
    is_right = equals_any(given, [hmac_digest(secret, before, received.body).hex() for secret in secrets])
    return is_right and (at is None or is_fresh(parse_instant(at), received))


def sign(received: Received, secret: str) -> dict[str, str]:
    at = str(int(received.at.timestamp()))
    return {TIMESTAMP: at, SIGNATURE: hmac_digest(secret, at.encode(), b":", received.body).hex()}


def parse(received: Received) -> ParsedDelivery:
    return alert_groups.parse(received.body, "grafana", _receipt(received))


def _receipt(received: Received) -> Receipt:
    """Return the receipt for deduplication.

    A signature that includes a timestamp is valid for some minutes, and accepted once. One without a timestamp would be
    valid forever, so an identical body is not accepted again for a year, even if it repeats an alert that still fires.
    """
    signature = received.headers.get(SIGNATURE)
    if signature is None:
        return state_receipt(received)
    return Receipt([signature]) if TIMESTAMP in received.headers else Receipt([signature], longer=UNDATED_RETENTION)
