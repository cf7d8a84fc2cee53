"""Prometheus Alertmanager sender, which does not sign requests: it sends the secret as bearer token or password."""

from handlers.webhooks import alert_groups
from handlers.webhooks.delivery import ParsedDelivery, Received, state_receipt
from handlers.webhooks.signatures import has_shared_secret

verify = has_shared_secret


def sign(received: Received, secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def parse(received: Received) -> ParsedDelivery:
    return alert_groups.parse(received.body, "alertmanager", state_receipt(received))
