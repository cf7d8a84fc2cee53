"""Rate limits: Slack's tiers of calls per method and minute, and about one message per second and channel."""

import math
from collections import defaultdict, deque
from datetime import datetime, timedelta

from sandbox.slack_types import SlackError

MINUTE = timedelta(minutes=1)
CALLS_PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100, 5: 600}
POST_EVERY = timedelta(seconds=1)
BURST = 3


class RateLimitError(SlackError):
    """A rate-limited call, answered with HTTP 429; `after` is the `Retry-After` value in whole seconds."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("ratelimited")
        self.after = max(1, math.ceil(wait.total_seconds()))


class Rates:
    """The rate limit windows, which follow the workspace's clock, and are kept in memory only."""

    def __init__(self) -> None:
        self._calls: defaultdict[str, deque[datetime]] = defaultdict(deque)
        self._next_post: dict[str, datetime] = {}

    def call(self, method: str, tier: int, now: datetime) -> None:
        """Count a call of a method; raise `RateLimitError` above the tier's limit per minute."""
        made = self._calls[method]
        while made and made[0] <= now - MINUTE:
            made.popleft()
        if len(made) >= CALLS_PER_MINUTE[tier]:
            raise RateLimitError(made[0] + MINUTE - now)
        made.append(now)

    def post(self, channel: str, now: datetime) -> None:
        """Count a message in a channel; raise `RateLimitError` above one per second after a burst of `BURST`."""
        earliest = max(self._next_post.get(channel, now), now)
        if earliest - now > POST_EVERY * (BURST - 1):
            raise RateLimitError(earliest - now - POST_EVERY * (BURST - 1))
        self._next_post[channel] = earliest + POST_EVERY
