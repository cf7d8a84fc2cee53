"""Fault injection into Web API calls and events: faults requested by a control, or drawn at random by `chaos`."""

import asyncio
from typing import Any, TypeGuard

from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from sandbox.chaos import Chaos
from sandbox.slack_types import Json

EVERY = "*"
ADDRESSES = ("response_url", "upload_url")
"""Endpoints outside the Web API into which faults can be injected too."""
BODIES = {
    "truncated": ('{"ok":true,"channel":"C0HARB', "application/json"),
    "html": ("<!DOCTYPE html><title>Bad gateway</title>", "text/html"),
    "empty": ("", "application/json"),
    "list": ('["ok"]', "application/json"),
}
"""Malformed responses: body and content type by name."""
SPOILS = ("status", "error", "body", "cut")


class Faults:
    """The requested faults, which are injected in order; while chaos is on, also random faults."""

    def __init__(self) -> None:
        self._coming: list[Json] = []
        self.chaos: Chaos | None = None

    def add(self, fault: Json) -> None:
        self._coming.append({"times": 1} | fault)

    def clear(self) -> None:
        self._coming.clear()
        self.chaos = None

    def take(self, method: str) -> Json | None:
        """Return the next fault for a call of a method, or None; each fault is used a limited number of times."""
        return self._next("method", method) or self._rolled("method", method)

    def of_event(self, kind: str) -> Json | None:
        """Return the next fault for an event of a type, or None; each fault is used a limited number of times."""
        return self._next("event", kind) or self._rolled("event", kind)

    def of_sockets(self) -> str | None:
        """Draw the Socket Mode fault for an event that is about to be sent, or None."""
        return self.chaos.of_sockets() if self.chaos else None

    def _next(self, what: str, name: str) -> Json | None:
        for fault in self._coming:
            if fault.get(what) in (name, EVERY):
                fault["times"] -= 1
                if fault["times"] <= 0:
                    self._coming.remove(fault)
                return fault
        return None

    def _rolled(self, what: str, name: str) -> Json | None:
        fault = self.chaos.of(what, name) if self.chaos else None
        if fault and fault.get("times", 1) > 1:
            self.add(fault | {what: name, "times": fault["times"] - 1})
        return fault


async def wait(fault: Json | None) -> None:
    if fault and fault.get("delay_ms"):
        await asyncio.sleep(fault["delay_ms"] / 1000)


def replaces_call(fault: Json | None) -> TypeGuard[Json]:
    return bool(fault and not fault.get("after_effect") and any(fault.get(how) for how in SPOILS))


def replaces_answer(fault: Json | None) -> TypeGuard[Json]:
    return bool(fault and fault.get("after_effect"))


def answer(fault: Json) -> Response:
    """Return the faulty response: an error, a status, a malformed body, or one cut off in the middle."""
    status, error, body = fault.get("status"), fault.get("error"), fault.get("body")
    headers = {"Retry-After": str(fault["retry_after"])} if fault.get("retry_after") else {}
    if body:
        said, kind = BODIES[body]
        return Response(said, status or 200, headers, kind)
    if error or status == 429:
        return JSONResponse({"ok": False, "error": error or "ratelimited"}, status or 200, headers)
    return Response("", status, headers) if status and not fault.get("cut") else _Cut()


class _Cut(Response):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
        """Send less than the Content-Length announces, so that the server closes the connection."""
        headers = [(b"content-length", b"2"), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})
