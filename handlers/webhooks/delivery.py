"""Types of webhook deliveries (request, receipt for deduplication, parsed contents), and decompression."""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.alerts import Alert, Ticket

A_TEST = "A test arrived."
RETRY_WINDOW = timedelta(minutes=1)
REPLAY_AGE = timedelta(days=6)
UNDATED_RETENTION = timedelta(days=365)


@dataclass(frozen=True)
class Received:
    """A request as received. Header names are lower case; `at` is the time of the machine's wall clock."""

    body: bytes
    headers: Mapping[str, str]
    at: datetime


@dataclass(frozen=True)
class Receipt:
    """The idempotency keys of a delivery, and rules for when the same keys count as a new delivery."""

    ids: Sequence[str]
    again_after: timedelta | None = None
    """How long until the same keys count as a new delivery; None for never."""
    is_state: bool = False
    """Whether the delivery reports a state, so that it counts as new if a different one came in between."""
    longer: timedelta = timedelta(0)
    """How much longer than the inbox's usual week the keys are stored."""
    sent_at: datetime | None = None
    """The time in the signed body, for signatures that have no timestamp of their own."""

    def is_stale(self, at: datetime) -> bool:
        """Return whether the delivery is too old for deduplication, and may therefore be a replay."""
        return self.sent_at is not None and at - self.sent_at > REPLAY_AGE


@dataclass(frozen=True)
class ParsedDelivery:
    """The alerts and tickets of a delivery, or the `problem` that made it unreadable."""

    receipt: Receipt
    alerts: Sequence[Alert] = field(default_factory=list)
    tickets: Sequence[Ticket] = field(default_factory=list)
    problem: str = ""
    note: str = ""
    """Why the delivery has no effect although it is valid."""
    left_out: int = 0
    """How many alerts were left out, by the sender or the parser, because there were too many."""
    reference: str = ""
    """The deduplication key to return to the sender, if the sender expects a key."""


class Unreadable(Exception):
    """Raised for a body that is not in the sender's format; the message says what is wrong with it."""


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def body_receipt(id: str, body: bytes, sent_at: datetime | None) -> Receipt:
    """Return a receipt with the id and date in the body, for senders that sign only the body.

    The id of a body without a date is stored for a year longer, because such a body may be replayed much later.
    """
    return Receipt([id or digest(body)], longer=timedelta(0) if sent_at else UNDATED_RETENTION, sent_at=sent_at)


def minute_receipt(received: Received) -> Receipt:
    """Return a receipt for senders without delivery ids that may legitimately send the same body again.

    The same body within a minute is a retry; later it reports an alert that still fires. It cannot be a replay by a
    third party, because requests from these senders contain the secret.
    """
    return Receipt([digest(received.body)], again_after=RETRY_WINDOW)


def state_receipt(received: Received) -> Receipt:
    """Return a receipt for senders whose alerts report a state: values 40, 100, 40 in a minute are three deliveries."""
    return Receipt([digest(received.body)], again_after=RETRY_WINDOW, is_state=True)


GZIP = b"\x1f\x8b"


ZLIB_OR_GZIP, RAW = 32 + zlib.MAX_WBITS, -zlib.MAX_WBITS


class TooLarge(Exception):
    """Raised for a body that is larger than the limit when decompressed."""


def decompress(received: Received, most: int) -> Received:
    """Return the delivery with its body decompressed, or unchanged if it is uncompressed or malformed.

    Raises `TooLarge` if the decompressed body has more than `most` bytes.
    """
    is_deflated = received.headers.get("content-encoding", "").strip().lower() == "deflate"
    is_deflated = is_deflated and received.body[:1] not in (b"{", b"[")  # a proxy has decompressed it already
    ways = (ZLIB_OR_GZIP, RAW) if is_deflated else (ZLIB_OR_GZIP,) if received.body.startswith(GZIP) else ()
    for way in ways:
        try:
            return replace(received, body=_inflate(received.body, way, most))
        except zlib.error:
            continue
    return received


def _inflate(body: bytes, way: int, most: int) -> bytes:
    """Decompress a body; raise `TooLarge` once the result is larger than `most` bytes."""
    stream = zlib.decompressobj(way)
    found = stream.decompress(body, most + 1)
    if len(found) > most:
        raise TooLarge
    if not stream.eof:
        raise zlib.error("the data is cut off")
    return found
