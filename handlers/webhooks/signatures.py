"""How a delivery proves whose it is. Compared in constant time, and with every secret that is valid."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from handlers.webhooks.delivery import Received

OWN_HEADER = "x-steward-secret"
"""For senders that can set a header and nothing better."""
WINDOW = timedelta(minutes=5)
"""How old a signature may be, or how far ahead the sender's clock.

By the machine's own date: the sender signs with its wall clock, which no monotonic clock can be compared with, and a
sandbox whose calendar was moved still takes what is signed today.
"""


def signed(secret: str, *parts: bytes, by: str = "sha256") -> bytes:
    return hmac.new(secret.encode(), b"".join(parts), getattr(hashlib, by)).digest()


def same(given: str, expected: Iterable[str]) -> bool:
    """Whether it is one of these; all are compared, so that the time it takes tells nothing."""
    compared = [hmac.compare_digest(_bytes(given), _bytes(each)) for each in expected]
    return any(compared)


def is_fresh(at: datetime | None, received: Received) -> bool:
    return at is not None and abs(received.at - at) <= WINDOW


def is_shared(received: Received, secrets: Sequence[str]) -> bool:
    """The secret itself: as a bearer token, as the password of Basic, or in our own header."""
    scheme, _, said = received.headers.get("authorization", "").strip().partition(" ")
    given = [said.strip(), _password(said) if scheme.lower() == "basic" else "", received.headers.get(OWN_HEADER, "")]
    right = [same(each, secrets) for each in given if each]
    return any(right)


def _password(said: str) -> str:
    """Of Basic; the user's name may be any."""
    try:
        return base64.b64decode(said.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
