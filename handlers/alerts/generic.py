"""Any tool that can post JSON, in the shape that Grafana OnCall calls a formatted webhook."""

from collections.abc import Sequence

from bot.alerts import Alert, Signal
from handlers.alerts.delivery import Read, Receipt, Received, Unreadable, as_state
from handlers.alerts.proving import is_fresh, is_shared, same, signed
from handlers.alerts.reading import Fields, instant, link, number, parsed, when, words

SIGNATURE = "x-steward-signature"
TIMESTAMP = "x-steward-timestamp"
OVER = ("ok", "resolved", "resolve", "recovered", "normal", "closed", "calm")
NEITHER = ("acknowledged", "info", "paused", "no_data", "pending", "silenced")


def proves(received: Received, secrets: Sequence[str]) -> bool:
    """A signature is of its time and the body; without one the secret itself is shown."""
    given, at = received.headers.get(SIGNATURE), received.headers.get(TIMESTAMP, "")
    if given is None:
        return is_shared(received, secrets)
    expected = [signed(secret, at.encode("utf-8", "replace"), b":", received.body).hex() for secret in secrets]
    return same(given, expected) and is_fresh(when(at), received)


def sign(received: Received, secret: str) -> dict[str, str]:
    at = str(int(received.at.timestamp()))
    return {TIMESTAMP: at, SIGNATURE: signed(secret, at.encode(), b":", received.body).hex()}


def read(received: Received) -> Read:
    signature = received.headers.get(SIGNATURE)
    receipt = Receipt([signature]) if signature else as_state(received)
    return Read(receipt, [alert(parsed(received.body), "generic")])


def alert(said: Fields, source: str) -> Alert:
    state = words(said, "state", "status").lower()
    if not state and not words(said, "alert_uid", "title"):
        raise Unreadable("It has none of `alert_uid`, `title` and `state`.")
    return Alert(
        source, Signal.RESOLVED if state in OVER else Signal.INFO if state in NEITHER else Signal.FIRING,
        key=words(said, "alert_uid", "key"),
        queue=words(said, "queue"),
        title=words(said, "title", "message"),
        value=number(said, "value"),
        threshold=number(said, "threshold"),
        url=link(said, "link_to_upstream_details", "url"),
        occurred_at=instant(said, "occurred_at"),
    )  # fmt: skip
