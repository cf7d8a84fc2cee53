"""Verification of deliveries: signatures and shared secrets, compared in constant time with every valid secret."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from handlers.webhooks.delivery import Received

OWN_HEADER = "x-steward-secret"
"""Header for senders that cannot sign, but can set a header."""
WINDOW = timedelta(minutes=5)
"""Maximum age of a signature, and maximum clock skew.

Their time is compared with the machine's wall clock: senders sign the time of their own wall clocks, which no monotonic
clock can be compared with, and a sandbox with a shifted calendar must still accept what is signed today.
"""


def hmac_digest(secret: str, *parts: bytes, by: str = "sha256") -> bytes:
    return hmac.new(secret.encode(), b"".join(parts), getattr(hashlib, by)).digest()


def equals_any(given: str, expected: Iterable[str]) -> bool:
    """Return whether `given` equals one of `expected`; all are compared, so that timing reveals nothing."""
    compared = [hmac.compare_digest(_bytes(given), _bytes(each)) for each in expected]
    return any(compared)


def is_fresh(at: datetime | None, received: Received) -> bool:
    return at is not None and abs(received.at - at) <= WINDOW


def is_shared(received: Received, secrets: Sequence[str]) -> bool:
    """Return whether a request contains a valid secret: as bearer token, Basic auth password, or in our own header."""
    scheme, _, said = received.headers.get("authorization", "").strip().partition(" ")
    given = [said.strip(), _password(said) if scheme.lower() == "basic" else "", received.headers.get(OWN_HEADER, "")]
    right = [equals_any(each, secrets) for each in given if each]
    return any(right)


def _password(said: str) -> str:
    """Return the password from Basic auth credentials; the user name is ignored."""
    try:
        return base64.b64decode(said.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
