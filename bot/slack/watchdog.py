"""A watchdog for the Socket Mode connection: replaces a connection that is open but no longer delivers.

Waiting alone cannot tell a dead connection from an idle one. So a socket that does not answer pings is considered dead
after a minute. One that answers pings but has delivered nothing for 15 minutes is renewed as a precaution, which costs
two API calls.
"""

import asyncio
from dataclasses import dataclass

import structlog

from bot import metrics
from bot.clock import monotonic_seconds
from bot.errors import OperatorError
from bot.slack.socket_mode import OVERLAP_SECONDS, Socket

log = structlog.get_logger()


@dataclass(frozen=True)
class WatchdogTimeouts:
    """Timeouts and intervals in seconds. slack_sdk pings every 10, and should reconnect after 40 without a pong."""

    look_every: float = 5.0
    deaf_after: float = 60.0
    quiet_after: float = 15 * 60.0
    overlap: float = OVERLAP_SECONDS
    most_failures: int = 5


class Watchdog:
    def __init__(self, socket: Socket, patience: WatchdogTimeouts | None = None) -> None:
        self._socket = socket
        self._patience = patience or WatchdogTimeouts()
        self._failures = 0

    async def run(self) -> None:
        """Check the socket forever. Raises `OperatorError` if new sockets keep failing: a new process may succeed."""
        while True:
            await asyncio.sleep(self._patience.look_every)
            if reason := self.complaint(monotonic_seconds()):
                await self._renew(reason)

    def complaint(self, now: float) -> str | None:
        """Return the reason to renew the socket, or None if the socket is fine."""
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
            self._count_failure(reason, error)

    def _count_failure(self, reason: str, error: Exception) -> None:
        """Count consecutive failed renewals of a socket that does not answer pings.

        A failed renewal of a quiet socket resets the count, because that socket may still work. Raises `OperatorError`
        after `most_failures` consecutive failures.
        """
        log.error("socket_renewal_failed", reason=reason, error=type(error).__name__)
        self._failures = self._failures + 1 if reason == "deaf" else 0
        if self._failures >= self._patience.most_failures:
            raise OperatorError(
                f"Slack's socket does not respond and {self._failures} new ones could not be opened. "
                "Steward exits, so that its supervisor restarts it."
            ) from error
