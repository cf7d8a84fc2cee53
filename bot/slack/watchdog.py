"""A watchdog for the socket: one that is open but deaf gets a fresh one beside it before anybody notices.

Deaf cannot be told from quiet by waiting alone. So a socket on which not even a ping is answered is taken for deaf
soon, and one that answers pings but has brought nothing for long is renewed as a precaution, which costs two calls.
"""

import asyncio
from dataclasses import dataclass

import structlog

from bot import metrics
from bot.clock import machine
from bot.errors import OperatorError
from bot.slack.socket_mode import OVERLAP_SECONDS, Socket

log = structlog.get_logger()


@dataclass(frozen=True)
class Patience:
    """In seconds. slack_sdk pings every 10, and reconnects by itself after 40 without an answer when all is well."""

    look_every: float = 5.0
    deaf_after: float = 60.0
    quiet_after: float = 15 * 60.0
    overlap: float = OVERLAP_SECONDS
    most_failures: int = 5


class Watchdog:
    def __init__(self, socket: Socket, patience: Patience | None = None) -> None:
        self._socket = socket
        self._patience = patience or Patience()
        self._failures = 0

    async def run(self) -> None:
        """Look for ever. Raises `OperatorError` when Slack cannot be reached any more: a new process may do better."""
        while True:
            await asyncio.sleep(self._patience.look_every)
            if reason := self.complaint(machine()):
                await self._renew(reason)

    def complaint(self, now: float) -> str | None:
        """What is wrong with the socket, if anything is."""
        if now - self._socket.alive_at() > self._patience.deaf_after:
            return "deaf"
        if now - self._socket.told_at() > self._patience.quiet_after:
            return "quiet"
        return None

    async def _renew(self, reason: str) -> None:
        log.info("socket_renewal_started", reason=reason)
        metrics.SOCKET_RESTARTS.labels(reason).inc()
        try:
            await self._socket.renew(self._patience.overlap)
            self._failures = 0
        except Exception as error:
            self._failed(reason, error)

    def _failed(self, reason: str, error: Exception) -> None:
        """A quiet socket may well be a good one, so it is kept; a deaf one is worth nothing."""
        log.error("socket_renewal_failed", reason=reason, error=type(error).__name__)
        self._failures = self._failures + 1 if reason == "deaf" else 0
        if self._failures >= self._patience.most_failures:
            raise OperatorError(
                f"Slack's socket does not respond and {self._failures} new ones could not be opened. "
                "Steward exits, so that its supervisor restarts it."
            ) from error
