"""Bodies that were compressed on the way: some agents and proxies do, with or without saying so."""

import zlib
from dataclasses import replace

from handlers.alerts.delivery import Received

GZIP = b"\x1f\x8b"
ZLIB_OR_GZIP, RAW = 32 + zlib.MAX_WBITS, -zlib.MAX_WBITS


class TooLarge(Exception):
    """More than is read, once it is decompressed."""


def decompressed(received: Received, most: int) -> Received:
    """Return the delivery with its body as it was before; the same where nothing was compressed, or nobody can tell."""
    is_deflated = received.headers.get("content-encoding", "").strip().lower() == "deflate"
    is_deflated = is_deflated and received.body[:1] not in (b"{", b"[")  # a proxy has decompressed it already
    ways = (ZLIB_OR_GZIP, RAW) if is_deflated else (ZLIB_OR_GZIP,) if received.body.startswith(GZIP) else ()
    for way in ways:
        try:
            return replace(received, body=_inflated(received.body, way, most))
        except zlib.error:
            continue
    return received


def _inflated(body: bytes, way: int, most: int) -> bytes:
    """Never more than `most`, however small the body is."""
    stream = zlib.decompressobj(way)
    found = stream.decompress(body, most + 1)
    if len(found) > most:
        raise TooLarge
    if not stream.eof:
        raise zlib.error("it ends in the middle")
    return found
