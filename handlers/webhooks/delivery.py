"""What came in at a webhook, compressed or not, and what is parsed from it."""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.alerts import Alert, Ticket

A_TEST = "A test arrived."
A_MINUTE = timedelta(minutes=1)
ALMOST_A_WEEK = timedelta(days=6)
A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Received:
    """A request as it came: `headers` in lower case, `at` by the machine's own date."""

    body: bytes
    headers: Mapping[str, str]
    at: datetime


@dataclass(frozen=True)
class Receipt:
    """By what a delivery is known when it comes again, and what is to be done then."""

    ids: Sequence[str]
    again_after: timedelta | None = None
    """The same may be news after that long; None for never."""
    is_state: bool = False
    """It tells how things are: the same is news as soon as something else came in between."""
    longer: timedelta = timedelta(0)
    """How much longer than the inbox's week it is remembered."""
    sent_at: datetime | None = None
    """As the signed body tells, where nothing else of the signature has a date."""

    def is_stale(self, at: datetime) -> bool:
        """Too old to be remembered if it came before: it may be somebody's recording."""
        return self.sent_at is not None and at - self.sent_at > ALMOST_A_WEEK


@dataclass(frozen=True)
class ParsedDelivery:
    """What a delivery tells. `problem` says why it tells nothing, when that is not as it should be."""

    receipt: Receipt
    alerts: Sequence[Alert] = field(default_factory=list)
    tickets: Sequence[Ticket] = field(default_factory=list)
    problem: str = ""
    note: str = ""
    """Why it tells nothing, when that is quite all right."""
    left_out: int = 0
    """How many alerts its sender left out, or we did, since there were so many."""
    reference: str = ""
    """By what its sender may tell of the same again, where it asks for that."""


class Unreadable(Exception):
    """The body is not what this sender sends; the sentence says where."""


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def once(id: str, body: bytes, sent_at: datetime | None) -> Receipt:
    """For senders that sign the body alone, which tells what it is and when; one without a date may be old."""
    return Receipt([id or digest(body)], longer=timedelta(0) if sent_at else A_YEAR, sent_at=sent_at)


def once_a_minute(received: Received) -> Receipt:
    """For senders that name no delivery and rightly say the same again later, as of an alert that still fires.

    What comes twice within a minute is one delivery that was sent again. Whoever sends it later holds the secret.
    """
    return Receipt([digest(received.body)], again_after=A_MINUTE)


def as_state(received: Received) -> Receipt:
    """For senders whose alerts say how things are: 40, 100 and again 40 within a minute are three deliveries."""
    return Receipt([digest(received.body)], again_after=A_MINUTE, is_state=True)


GZIP = b"\x1f\x8b"


ZLIB_OR_GZIP, RAW = 32 + zlib.MAX_WBITS, -zlib.MAX_WBITS


class TooLarge(Exception):
    """More than is read, once it is decompressed."""


def decompress(received: Received, most: int) -> Received:
    """Return the delivery with its body as it was before; the same where nothing was compressed, or nobody can tell."""
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
    """Never more than `most`, however small the body is."""
    stream = zlib.decompressobj(way)
    found = stream.decompress(body, most + 1)
    if len(found) > most:
        raise TooLarge
    if not stream.eof:
        raise zlib.error("the data is cut off")
    return found
