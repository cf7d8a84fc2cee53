"""Tests with real senders in real time: Debian's Alertmanager and PagerDuty's client.

`REPEATS=20 pytest --every-pair tests/handlers/webhooks/test_senders.py` sends an alert 20 times instead of 360, which
saves minutes.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import httpx2
import pytest
import yaml
from pagerduty import EventsApiV2Client
from sqlalchemy import select

from bot.cli import service
from bot.clock import Clock, read_wall_clock
from bot.db.sessions import Database
from bot.features.spikes.models import Spike
from bot.features.webhooks import NewWebhook, Sender
from handlers.webhooks.receiver import Receiver
from tests.handlers.webhooks.conftest import Make
from tests.handlers.webhooks.drivers import SECRET

ALERTMANAGER = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
REPEATS = int(os.environ.get("REPEATS", "360"))
"""The number of alerts to send, one per second."""
SECONDS = 60.0
SOON = 0.05
LABELS = {"alertname": "Queue too long", "queue": "phones"}
Check = Callable[[Spike | None], bool]

pytestmark = pytest.mark.own_database


@asynccontextmanager
async def listening(receiver: Receiver, made: NewWebhook) -> AsyncIterator[str]:
    """Serve a webhook over HTTP, and yield its URL."""
    steward = cast(Any, SimpleNamespace(socket=True, request_urls=None, receiver=receiver, installer=None))
    with service.bind("127.0.0.1", 0) as server:
        async with service.serving(steward, server) as web:
            yield f"{web}/hooks/{made.hook.sender}/{made.token}"


class Counting(Receiver):
    """A receiver that also records the outcomes of deliveries."""

    outcomes: list[str]

    async def receive(self, sender: str, token: str, received: Any) -> Any:
        answer = await super().receive(sender, token, received)
        self.outcomes.append(answer.outcome)
        return answer


@pytest.fixture
def receiver(database: Database) -> Counting:
    receiver = Counting(database, Clock())
    receiver.outcomes = []
    return receiver


def measures(value: float, spike: Spike | None) -> bool:
    return spike is not None and spike.value == value


async def spike_of(database: Database, check: Check, seconds: float = SECONDS) -> Spike:
    """Wait until the only spike passes the check, and return it."""
    async with asyncio.timeout(seconds):
        while True:
            async with database.reading() as session:
                spike = (await session.scalars(select(Spike))).one_or_none()
            if check(spike):
                assert spike
                return spike
            await asyncio.sleep(SOON)


def config(url: str) -> dict[str, Any]:
    """Return the configuration from our setup steps, changed to repeat alerts every second."""
    route = {"receiver": "steward", "group_by": ["queue"], "group_wait": "0s"}
    credentials = {"authorization": {"credentials": SECRET}}
    hook = {"url": url, "send_resolved": True, "max_alerts": 0, "http_config": credentials}
    return {
        "route": {**route, "group_interval": "1s", "repeat_interval": "1s"},
        "receivers": [{"name": "steward", "webhook_configs": [hook]}],
    }


@asynccontextmanager
async def alertmanager(url: str, folder: Path) -> AsyncIterator[str]:
    """Run an Alertmanager that notifies our webhook, and yield the URL of its alerts API."""
    assert ALERTMANAGER
    with service.bind("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    file = folder / "alertmanager.yml"
    file.write_text(yaml.safe_dump(config(url)))
    process = await asyncio.create_subprocess_exec(
        ALERTMANAGER, f"--config.file={file}", f"--storage.path={folder}", f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=", "--log.level=error",
    )  # fmt: skip
    try:
        yield f"http://127.0.0.1:{port}/api/v2/alerts"
    finally:
        process.kill()
        await process.wait()


async def tell(api: str, rule: str, value: float, at: datetime, *, ends_at: datetime | None = None) -> None:
    """Send an alert as Prometheus does: always the same alert, with its current value or its end."""
    told = {"labels": {**LABELS, "rule": rule}, "annotations": {"value": str(value)}, "startsAt": at.isoformat()}
    told |= {"endsAt": ends_at.isoformat()} if ends_at else {}
    async with asyncio.timeout(SECONDS), aiohttp.ClientSession() as http:
        while True:
            try:
                async with http.post(api, json=[told]) as answer:
                    assert answer.status == 200
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(SOON)


@pytest.mark.skipif(ALERTMANAGER is None, reason="prometheus-alertmanager is not installed")
async def test_alertmanager_updates_and_ends_a_spike(
    database: Database, make: Make, receiver: Counting, tmp_path: Path
) -> None:
    made, began = await make(Sender.ALERTMANAGER), read_wall_clock()
    async with listening(receiver, made) as url, alertmanager(url, tmp_path) as api:
        await tell(api, "a", 40, began)
        opened = await spike_of(database, partial(measures, 40))
        await tell(api, "a", 100, began)
        await spike_of(database, partial(measures, 100))
        await tell(api, "b", 60, began)
        at = len(receiver.outcomes)
        await spike_of(
            database, lambda _: receiver.outcomes[at:].count("heard") > 0 and len(receiver.outcomes) > at + 2
        )
        await tell(api, "a", 100, began, ends_at=read_wall_clock())
        ebbed = await spike_of(database, partial(measures, 60))
        assert (ebbed.calm_at, ebbed.peak) == (None, 100)
        await tell(api, "b", 60, began, ends_at=read_wall_clock())
        calm = await spike_of(database, lambda spike: spike is not None and spike.calm_at is not None)

    assert (calm.id, calm.queue) == (opened.id, "phones")
    assert set(receiver.outcomes) <= {"heard", "duplicate"}


@pytest.mark.long
@pytest.mark.skipif(ALERTMANAGER is None, reason="prometheus-alertmanager is not installed")
async def test_no_alert_that_alertmanager_repeats_for_minutes_is_lost(
    database: Database, make: Make, receiver: Counting, tmp_path: Path
) -> None:
    """The alert keeps its startsAt and gets a new value each second, so every delivery by Alertmanager must count."""
    made, began = await make(Sender.ALERTMANAGER), read_wall_clock()
    async with listening(receiver, made) as url, alertmanager(url, tmp_path) as api:
        for value in range(1, REPEATS + 1):
            await tell(api, "a", value, began)
            await asyncio.sleep(1)
        await spike_of(database, partial(measures, REPEATS))
        await tell(api, "a", 1, began, ends_at=read_wall_clock())
        spike = await spike_of(database, lambda spike: spike is not None and spike.calm_at is not None)

    assert (spike.value, spike.peak, spike.reopened) == (REPEATS, REPEATS, 0)
    assert receiver.outcomes.count("heard") >= REPEATS / 3
    assert set(receiver.outcomes) <= {"heard", "duplicate"}


class BehindAProxy(httpx2.HTTPTransport):
    """A proxy that terminates TLS, because the client requires HTTPS."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.url = request.url.copy_with(scheme="http")
        return super().handle_request(request)


@pytest.mark.parametrize("key", [None, "phones-1"])
async def test_pagerdutys_client_triggers_and_resolves_a_spike(
    database: Database, make: Make, receiver: Counting, key: str | None
) -> None:
    made = await make(Sender.EVENTS)
    details = {"queue": "phones", "value": 42}
    async with listening(receiver, made) as url:
        api = url.replace("http:", "https:")
        with EventsApiV2Client(SECRET, base_url=api, transport=BehindAProxy()) as client:
            trigger = partial(client.trigger, "42 are waiting", "pbx", dedup_key=key, custom_details=details)
            made_key = await asyncio.to_thread(trigger)
            spike = await spike_of(database, partial(measures, 42))
            assert (spike.queue, spike.calm_at) == ("phones", None)
            assert await asyncio.to_thread(client.acknowledge, made_key) == made_key
            assert await asyncio.to_thread(client.resolve, made_key) == made_key
            await asyncio.to_thread(client.send_change_event, {"summary": "A new menu", "source": "pbx"})
        await spike_of(database, lambda spike: spike is not None and spike.calm_at is not None)

    assert made_key == (key or made_key)
    assert receiver.outcomes == ["heard", "heard", "heard", "nothing"]
