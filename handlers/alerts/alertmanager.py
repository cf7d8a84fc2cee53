"""Prometheus Alertmanager: signs nothing, so it shows the secret, as bearer token or as password."""

from collections.abc import Sequence

from handlers.alerts import grouped
from handlers.alerts.delivery import Read, Received, as_state
from handlers.alerts.proving import is_shared


def proves(received: Received, secrets: Sequence[str]) -> bool:
    return is_shared(received, secrets)


def sign(received: Received, secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def read(received: Received) -> Read:
    return grouped.read(received.body, "alertmanager", as_state(received))
