"""Prometheus Alertmanager sender, which does not sign requests: it sends the secret as bearer token or password."""

from handlers.webhooks import alert_groups
from handlers.webhooks.delivery import ParsedDelivery, Received, as_state
from handlers.webhooks.signatures import is_shared

verify = is_shared


def sign(received: Received, secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def parse(received: Received) -> ParsedDelivery:
    return alert_groups.parse(received.body, "alertmanager", as_state(received))
