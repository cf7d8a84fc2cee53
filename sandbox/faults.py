"""Faults on purpose: the next calls of a method fail, are slow, or take effect and lose their answer."""

import asyncio
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from sandbox.shapes import Json, SlackError

EVERY = "*"
NUMBERS = ("status", "times", "retry_after", "delay_ms")


class Faults:
    """Those to come, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._coming: list[Json] = []

    def add(self, fault: Json) -> None:
        if not isinstance(fault.get("method"), str):
            raise SlackError("invalid_arguments", "[ERROR] missing required field: method")
        numbers = {name: int(fault[name]) for name in NUMBERS if fault.get(name) is not None}
        self._coming.append({"times": 1} | fault | numbers)

    def clear(self) -> None:
        self._coming.clear()

    def take(self, method: str) -> Json | None:
        """The fault of this call, if it has one."""
        for fault in self._coming:
            if fault["method"] in (method, EVERY):
                fault["times"] -= 1
                if fault["times"] <= 0:
                    self._coming.remove(fault)
                return fault
        return None


async def wait(fault: Json | None) -> None:
    if fault and fault.get("delay_ms"):
        await asyncio.sleep(fault["delay_ms"] / 1000)


def spoils_before(fault: Json | None) -> bool:
    return bool(fault and not fault.get("after_effect") and (fault.get("status") or fault.get("error")))


def spoils_after(fault: Json | None) -> bool:
    return bool(fault and fault.get("after_effect"))


def answer(fault: Json) -> Response:
    """What the caller gets instead: an error, a status, or a connection that is cut."""
    status, error = fault.get("status"), fault.get("error")
    headers = {"Retry-After": str(fault["retry_after"])} if fault.get("retry_after") else {}
    if error or status == 429:
        return JSONResponse({"ok": False, "error": error or "ratelimited"}, status or 200, headers)
    return Response("", status, headers) if status else _Cut()


class _Cut(Response):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
        """Promise more than is sent; the server then closes the connection."""
        headers = [(b"content-length", b"2"), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})
