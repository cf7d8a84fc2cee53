"""Verification of signatures and shared secrets, in constant time, against every valid secret."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from handlers.webhooks.delivery import Received

OWN_HEADER = "x-steward-secret"
"""The header with the secret, for senders that can set a header but cannot sign."""
WINDOW = timedelta(minutes=5)
"""Maximum age of a signature, and maximum clock skew.

Timestamps are compared with the machine's wall clock, not the bot's clock, which a sandbox may have moved: senders sign
the time of their own wall clocks.
"""


def hmac_digest(secret: str, *parts: bytes, by: str = "sha256") -> bytes:
    return hmac.new(secret.encode(), b"".join(parts), getattr(hashlib, by)).digest()


def equals_any(given: str, expected: Iterable[str]) -> bool:
    """Return whether `given` equals one of `expected`, comparing with all so that timing reveals nothing."""
    compared = [hmac.compare_digest(_bytes(given), _bytes(each)) for each in expected]
    return any(compared)


def is_fresh(at: datetime | None, received: Received) -> bool:
    return at is not None and abs(received.at - at) <= WINDOW


def has_shared_secret(received: Received, secrets: Sequence[str]) -> bool:
    """Return whether a request contains a valid secret as bearer token, as password, or in `OWN_HEADER`."""
    scheme, _, said = received.headers.get("authorization", "").strip().partition(" ")
    given = [said.strip(), _password(said) if scheme.lower() == "basic" else "", received.headers.get(OWN_HEADER, "")]
    right = [equals_any(each, secrets) for each in given if each]
    return any(right)


def _password(said: str) -> str:
    """Return the password from Basic auth credentials; the username is ignored."""
    try:
        return base64.b64decode(said.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
