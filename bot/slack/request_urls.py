"""Slack's request URL in HTTP mode: verifies the signature before it parses the payload and passes it to Bolt."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

MOST_BYTES = 1024 * 1024
REFUSED = BoltResponse(status=401, body={"error": "invalid request"})
UNREADABLE = BoltResponse(status=400, body={"error": "unreadable"})
NOT_A_PAYLOAD = (ValueError, TypeError, AttributeError, RecursionError)
"""The exceptions raised by malformed JSON, by JSON that is not an object, and by an object of the wrong shape."""


class RequestUrls:
    """Handles the requests that Slack sends to its request URL."""

    def __init__(self, bolt: AsyncApp, signing_secret: str) -> None:
        self._bolt = bolt
        self._verifier = SignatureVerifier(signing_secret)

    async def answer(self, body: bytes, headers: Mapping[str, str]) -> BoltResponse:
        if not self.is_signed(body, headers):
            return REFUSED
        try:
            request = AsyncBoltRequest(body=parse_body(body), headers=dict(headers), mode="socket_mode")
        except NOT_A_PAYLOAD:
            return UNREADABLE
        return await self._bolt.async_dispatch(request)

    def is_signed(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Return whether Slack signed this request within the last five minutes.

        The verifier raises for headers that Slack never sends; such a request counts as unsigned.
        """
        timestamp, signature = headers.get("x-slack-request-timestamp"), headers.get("x-slack-signature")
        try:
            return self._verifier.is_valid(body, timestamp, signature)
        except (ValueError, TypeError, OverflowError):
            return False


def parse_body(body: bytes) -> dict[str, Any]:
    """Parse a body from Slack: JSON, a form with JSON in its `payload` field, or a form. Raises `ValueError`."""
    text = body.decode()
    form = {} if text.startswith("{") else dict(parse_qsl(text, keep_blank_values=True))
    found = form if form and "payload" not in form else json.loads(form.get("payload", text))
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found
