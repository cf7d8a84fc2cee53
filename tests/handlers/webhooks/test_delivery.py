"""Tests of decompression of webhook bodies, including bodies that only claim to be compressed."""

import gzip
import zlib

import pytest

from handlers.webhooks.delivery import TooLarge, decompress
from tests.handlers.webhooks.drivers import payload, received

BODY = payload("alertmanager")
MOST = 100_000
RAW = zlib.compressobj(wbits=-zlib.MAX_WBITS)
DEFLATED = RAW.compress(BODY) + RAW.flush()


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(BODY), "gzip"),
        (gzip.compress(BODY), "GZIP"),
        (gzip.compress(BODY), "x-gzip"),
        (gzip.compress(BODY), ""),
        (gzip.compress(BODY), "identity"),
        (zlib.compress(BODY), "deflate"),
        (DEFLATED, "deflate"),
        (BODY, "gzip"),
        (BODY, "deflate"),
        (BODY, ""),
    ],
)
def test_compressed_webhook_body_is_decompressed_and_plain_body_is_kept(body: bytes, encoding: str) -> None:
    assert decompress(received(body, {"Content-Encoding": encoding}), MOST).body == BODY


@pytest.mark.parametrize("body", [b"", b"\x1f", b"\x1f\x8b", gzip.compress(BODY)[:-9], b"\x1f\x8bno", b"\xff" * 99])
@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", ""])
def test_webhook_body_that_cannot_be_decompressed_is_kept_as_received(body: bytes, encoding: str) -> None:
    assert decompress(received(body, {"Content-Encoding": encoding}), MOST).body == body


@pytest.mark.parametrize("size", [MOST + 1, 100 * MOST, 50_000_000])
def test_decompression_of_a_webhook_body_stops_at_the_size_limit(size: int) -> None:
    with pytest.raises(TooLarge):
        decompress(received(gzip.compress(bytes(size)), {}), MOST)
    assert len(decompress(received(gzip.compress(bytes(MOST)), {}), MOST).body) == MOST
