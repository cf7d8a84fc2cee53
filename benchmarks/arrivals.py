"""A stand-in for Slack that takes a while over each post and remembers in which order they came."""

import asyncio
import itertools
from collections import defaultdict
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.clients import Clients
from bot.database import Database

SECONDS = itertools.cycle((0.005, 0.060, 0.020, 0.035, 0.010))


class Arrivals(AsyncWebClient):
    """Stands in for Slack: what arrived in which workspace's channel, in order."""

    def __init__(self, expected: int) -> None:
        super().__init__(token="xoxb-1")  # noqa: S106
        self.seen: dict[str, list[int]] = defaultdict(list)
        self.has_all = asyncio.Event()
        self._expected = expected

    async def arrive(self, conversation: str, number: int) -> None:
        await asyncio.sleep(next(SECONDS))
        self.seen[conversation].append(number)
        if sum(map(len, self.seen.values())) == self._expected:
            self.has_all.set()

    async def api_call(self, api_method: str, **asked: Any) -> AsyncSlackResponse:
        await self.arrive(asked["json"]["channel"], int(asked["json"]["text"]))
        data = {"ok": True, "ts": "1.0"}
        return AsyncSlackResponse(
            client=self, http_verb="POST", api_url="", req_args={}, data=data, headers={}, status_code=200
        )

    def swapped(self) -> float:
        """The share of neighbours that came the wrong way round, in percent; each must have come once."""
        pairs = []
        for came in self.seen.values():
            assert sorted(came) == list(range(len(came))), came  # noqa: S101
            pairs += [came.index(n + 1) < came.index(n) for n in range(len(came) - 1)]
        return 100 * sum(pairs) / len(pairs)


class Standing(Clients):
    """Hands the stand-in to every workspace."""

    def __init__(self, database: Database, http: aiohttp.ClientSession, slack: Arrivals) -> None:
        super().__init__(database, "http://slack.invalid/", http)
        self._slack = slack

    async def of(self, workspace_id: str) -> AsyncWebClient:
        return self._slack
