"""Webhooks over HTTP: methods, size limits, URL suffixes and unknown URLs."""

import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO

import pytest
from sqlalchemy import select

from bot import metrics
from bot.cli import service
from bot.features import webhooks
from bot.features.webhooks import Sender, Webhook
from bot.messages import webhooks as messages
from bot.org.teams import membership
from handlers.webhooks.receiver import MOST_BYTES
from tests.handlers.webhooks.drivers import Heard, payload
from tests.harness import World


@asynccontextmanager
async def address(world: World, sender: Sender = Sender.ALERTMANAGER) -> AsyncIterator[tuple[str, dict[str, str]]]:
    """Yield the URL of a webhook and the headers that authenticate a delivery."""
    async with world.database.begin() as session:
        (team,) = await membership.teams_led_by(session, world.workspace.id, "U0MAYA0000")
        lead = await membership.member(session, team, "U0MAYA0000")
        assert lead
        made = await webhooks.add_webhook(session, lead, team, sender=sender, queue="phones", now=world.now)
    with service.bind("127.0.0.1", 0) as listening:
        async with service.serving(world.steward, listening) as web:
            yield f"{web}/hooks/{sender}/{made.token}", {"Authorization": f"Bearer {made.secret}"}


def counted(outcome: str, sender: str = "alertmanager") -> float:
    return float(metrics.HOOKS.labels(sender, outcome)._value.get())


async def chunks(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 1024):
        yield b" " * 1024


async def test_webhook_accepts_post_and_put(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    heard, before = Heard.by(monkeypatch), counted("heard")
    async with address(world) as (url, proof):
        for method, name in (("POST", "alertmanager"), ("PUT", "alertmanager-resolved")):
            async with world.http.request(method, url, data=payload(name), headers=proof) as answer:
                assert (answer.status, (await answer.json())["ok"]) == (200, True)
        async with world.http.get(url) as answer:
            assert answer.status == 405

    assert len(heard.alerts) == 2
    assert counted("heard") == before + 2


async def test_oversized_webhook_body_is_refused_whether_sent_whole_or_chunked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = Heard.by(monkeypatch)
    fits = payload("alertmanager").ljust(MOST_BYTES)
    async with address(world) as (url, proof):
        async with world.http.post(url, data=BytesIO(fits), headers=proof) as answer:
            assert answer.status == 200
        async with world.http.post(url, data=BytesIO(fits + b" "), headers=proof) as answer:
            assert (answer.status, answer.headers["connection"]) == (413, "close")
        async with world.http.post(url, data=chunks(2 * MOST_BYTES), headers=proof) as answer:
            assert answer.status == 413
        async with world.http.post(url + "x", data=BytesIO(fits + b" ")) as answer:
            assert answer.status == 413

    assert len(heard.alerts) == 1


async def outcome(world: World) -> str:
    async with world.database.reading() as session:
        return (await session.scalars(select(Webhook.outcome))).one()


async def test_list_of_webhooks_shows_an_oversized_delivery_with_its_size(world: World) -> None:
    async with address(world) as (url, proof):
        async with world.http.post(url, data=BytesIO(b" " * (3 * MOST_BYTES)), headers=proof) as answer:
            assert answer.status == 413
        assert await outcome(world) == messages.too_large(3 * MOST_BYTES)
        async with world.http.post(url, data=chunks(2 * MOST_BYTES)) as answer:
            assert answer.status == 413
        assert await outcome(world) == messages.too_large(3 * MOST_BYTES)

    async with world.database.reading() as session:
        hook = (await session.scalars(select(Webhook))).one()
    assert (hook.refused, hook.deliveries) == (1, 0)


@pytest.mark.parametrize("behind", ["/", "/v2/enqueue", "/v2/enqueue/", "/v2/change/enqueue"])
@pytest.mark.parametrize("packed", [False, True])
async def test_known_suffixes_of_a_webhook_url_are_accepted(
    world: World, monkeypatch: pytest.MonkeyPatch, behind: str, packed: bool
) -> None:
    heard = Heard.by(monkeypatch)
    body = gzip.compress(payload("alertmanager")) if packed else payload("alertmanager")
    async with address(world) as (url, proof):
        proof |= {"Content-Encoding": "gzip"} if packed else {}
        async with world.http.post(url + behind, data=body, headers=proof, allow_redirects=False) as answer:
            assert answer.status == 200
        async with world.http.post(url + "/v3" + behind, data=body, headers=proof) as answer:
            assert answer.status == 404

    assert len(heard.alerts) == 1


async def test_head_request_shows_whether_a_webhook_exists(world: World) -> None:
    async with address(world, Sender.INTERCOM) as (url, _):
        for path, status in ((url, 200), (url + "x", 404), (url.replace("intercom", "zendesk"), 404)):
            async with world.http.head(path) as answer:
                assert answer.status == status


async def test_unknown_token_and_unknown_sender_get_the_same_response(world: World) -> None:
    async with address(world) as (url, proof):
        answers = []
        for path in (url + "x", url.replace("alertmanager", "grafana"), url.replace("alertmanager", "nobody")):
            async with world.http.post(path, data=payload("alertmanager"), headers=proof) as answer:
                answers.append((answer.status, await answer.text()))

    assert len(set(answers)) == 1
    assert answers[0][0] == 404
    assert counted("unknown", "unknown") > 0
