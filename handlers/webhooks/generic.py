"""Sender for any tool that can post JSON, in the format that Grafana OnCall calls a formatted webhook."""

from collections.abc import Sequence

from pydantic import AliasChoices, Field

from bot.alerts import Alert, NoEffectReason, Signal, State, parse_state, state_of
from handlers.webhooks.delivery import ParsedDelivery, Receipt, Received, Unreadable, state_receipt
from handlers.webhooks.payloads import (
    Fields,
    Instant,
    Link,
    Number,
    Payload,
    Text,
    Word,
    Yes,
    parse_instant,
    parse_json,
)
from handlers.webhooks.signatures import equals_any, has_shared_secret, hmac_digest, is_fresh

SIGNATURE = "x-steward-signature"
TIMESTAMP = "x-steward-timestamp"


class Said(Payload):
    alert_uid: Text = ""
    key: Text = ""
    queue: Text = ""
    title: Text = ""
    message: Text = ""
    value: Number = None
    threshold: Number = None
    link: Link = Field("", alias="link_to_upstream_details")
    url: Link = ""
    occurred_at: Instant = None
    state: Word = None
    status: Word = None
    type: Word = None
    """The field that Apprise sends: `success` or `failure`."""
    severity: Word = None
    level: Word = None
    is_ok: Yes = Field(None, validation_alias=AliasChoices("ok", "resolved"))
    is_firing: Yes = Field(None, alias="firing")


def verify(received: Received, secrets: Sequence[str]) -> bool:
    """Verify the signature of timestamp and body or, if there is no signature, the secret in the request."""
    given, at = received.headers.get(SIGNATURE), received.headers.get(TIMESTAMP, "")
    if given is None:
        return has_shared_secret(received, secrets)
    expected = [hmac_digest(secret, at.encode("utf-8", "replace"), b":", received.body).hex() for secret in secrets]
    return equals_any(given, expected) and is_fresh(parse_instant(at), received)


def sign(received: Received, secret: str) -> dict[str, str]:
    at = str(int(received.at.timestamp()))
    return {TIMESTAMP: at, SIGNATURE: hmac_digest(secret, at.encode(), b":", received.body).hex()}


def parse(received: Received) -> ParsedDelivery:
    signature = received.headers.get(SIGNATURE)
    receipt = Receipt([signature]) if signature else state_receipt(received)
    return ParsedDelivery(receipt, [alert(parse_json(received.body), "generic")])


def alert(fields: Fields, source: str) -> Alert:
    said = Said.model_validate(fields)
    if not any((said.state, said.status, said.alert_uid, said.title)) and said.is_ok is None and said.is_firing is None:
        raise Unreadable("`alert_uid`, `title` and `state` are all missing.")
    signal, why = state_of(said.title) or _state(said)
    return Alert(
        source, signal,
        key=said.alert_uid or said.key,
        queue=said.queue,
        title=said.title or said.message,
        value=said.value,
        threshold=said.threshold,
        url=said.link or said.url,
        occurred_at=said.occurred_at,
        why=why,
        word=(said.state or said.status or "") if why is NoEffectReason.UNKNOWN else "",
    )  # fmt: skip


def _state(said: Said) -> State:
    """Return the state from `state` or `status`, even if unknown, else from other fields; firing by default."""
    if word := said.state or said.status:
        return parse_state(word)
    if said.is_ok is not None or said.is_firing is not None:
        return State(Signal.RESOLVED if said.is_ok or said.is_firing is False else Signal.FIRING)
    others = [parse_state(word) for word in (said.type, said.severity, said.level) if word]
    return next((each for each in others if each.why is not NoEffectReason.UNKNOWN), State(Signal.FIRING))
