"""Tests of `/queue hooks`: only leaders can create, test and remove webhooks and rotate their secrets."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import select

from bot.cli import service
from bot.clock import read_wall_clock
from bot.features.webhooks import Sender, Webhook
from bot.messages.webhooks import MAKE, REMOVE, ROTATE, TRY
from handlers.webhooks.senders import load_sample
from tests.handlers.webhooks.drivers import SIGNED, Heard
from tests.harness import Answer, Json, World

pytestmark = pytest.mark.on_the_wire

THEIRS = "a-secret-that-the-sender-made"


@asynccontextmanager
async def reachable(world: World) -> AsyncIterator[str]:
    """Serve the bot over HTTP, and tell the bot its public URL."""
    with service.bind("127.0.0.1", 0) as listening:
        async with service.serving(world.steward, listening) as address:
            for each in world.replicas:
                each.listeners._public_url = address
            yield address


async def top(world: World, name: str = "maya") -> Json:
    return (await world.slack.views(name))[-1]


async def press(world: World, action_id: str, name: str = "maya", nth: int = 0) -> None:
    view = await top(world, name)
    rows = [block["elements"] for block in view["blocks"] if block["type"] == "actions"]
    found = [each for row in rows for each in row if each["action_id"] == action_id][nth]
    await world.slack.do("actions", user=name, view_id=view["id"], action_id=action_id, value=found["value"])


async def make(world: World, sender: Sender, queue: str = "phones") -> Answer:
    await world.slack.command("maya", "hooks", word="/queue")
    await press(world, MAKE)
    return await world.slack.submit("maya", sender=sender, queue=queue)


def shown(answer: Answer, block: str) -> str:
    found = next(each for each in answer.ack["view"]["blocks"] if each["block_id"] == block)
    return str(found["text"]["text"]).split("```")[1]


async def post(world: World, address: str, body: bytes, headers: Any) -> int:
    async with world.http.post(address, data=body, headers=headers) as answer:
        return answer.status


async def test_new_webhook_accepts_signed_deliveries_and_hides_its_secret(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = Heard.by(monkeypatch)
    async with reachable(world) as web:
        made = await make(world, Sender.GRAFANA)
        address, secret = shown(made, "address"), shown(made, "secret")
        assert re.fullmatch(rf"{web}/hooks/grafana/[\w-]{{32}}", address)
        body = load_sample(Sender.GRAFANA)
        assert await post(world, address, body, SIGNED[Sender.GRAFANA](body, secret, read_wall_clock())) == 200

    assert [(alert.queue, alert.value) for alert in heard.alerts] == [("phones", 42)]
    await world.slack.command("maya", "hooks", word="/queue")
    listed = str(await top(world))
    assert "*Grafana* for phones, 1 received" in listed
    assert "Received 1 alert: 1 over the limit." in listed
    assert secret not in listed
    async with world.database.reading() as session:
        hook = (await session.scalars(select(Webhook))).one()
    assert address.rpartition("/")[2] not in str(hook.__dict__)
    assert secret not in str(hook.__dict__)


@pytest.mark.parametrize("sender", Sender)
async def test_sample_payload_of_every_sender_is_parsed_and_has_no_effect(
    world: World, monkeypatch: pytest.MonkeyPatch, sender: Sender
) -> None:
    heard = Heard.by(monkeypatch)
    async with reachable(world):
        await make(world, sender)
        if sender in (Sender.PAGERDUTY, Sender.ZENDESK, Sender.INTERCOM):
            await world.slack.command("maya", "hooks", word="/queue")
            await press(world, ROTATE)
            kept = await world.slack.submit("maya", secret=THEIRS)
            assert "Saved." in str(kept.ack["view"])
            assert THEIRS not in str(kept.ack["view"])
        await world.slack.command("maya", "hooks", word="/queue")
        await press(world, TRY)

    said = str(await top(world))
    assert "I can read a signed example of what" in said
    assert "would open a spike" in said or "would be counted" in said
    assert not [*heard.alerts, *heard.tickets]


async def test_new_webhook_secret_works_at_the_same_url_as_the_old_secret(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    Heard.by(monkeypatch)
    async with reachable(world):
        made = await make(world, Sender.DATADOG)
        await world.slack.command("maya", "hooks", word="/queue")
        await press(world, ROTATE)
        rotated = await world.slack.submit("maya")
        first, second = shown(made, "secret"), shown(rotated, "secret")
        body = load_sample(Sender.DATADOG)
        statuses = [
            await post(world, shown(made, "address"), body, {"X-Steward-Secret": each})
            for each in (first, second, "another")
        ]

    assert first != second
    assert statuses == [200, 200, 401]


async def test_delivery_to_a_removed_webhook_is_answered_with_not_found(world: World) -> None:
    async with reachable(world):
        made = await make(world, Sender.GENERIC)
        await world.slack.command("maya", "hooks", word="/queue")
        await press(world, REMOVE)
        assert "Removed." in str(await top(world))
        assert await post(world, shown(made, "address"), b"{}", {}) == 404


async def test_webhook_form_without_a_public_url_names_the_setting(world: World) -> None:
    await world.slack.command("maya", "hooks", word="/queue")
    assert "connecting one takes 2 minutes" in str(await top(world))
    await press(world, MAKE)

    assert "to set `STEWARD_PUBLIC_URL`, like `https://steward.example.com`" in str(await top(world))


async def test_invalid_queue_or_secret_of_a_webhook_shows_an_error_at_its_field(world: World) -> None:
    async with reachable(world):
        nameless = await make(world, Sender.ZENDESK, queue="​ ")
        assert nameless.errors == {"queue": "Name the queue in a word or two, like `phones`."}
        await world.slack.submit("maya", sender=Sender.ZENDESK, queue="phones")
        await world.slack.command("maya", "hooks", word="/queue")
        await press(world, TRY)
        await world.sandbox.settled()
        await press(world, ROTATE)
        short = await world.slack.submit("maya", secret="short")
        trying = await world.slack.submit("maya", secret="dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==")

    assert short.errors == {"secret": "That doesn't look like a complete secret. Paste all of it."}
    assert trying.errors["secret"].startswith("That's Zendesk's test secret.")


async def test_agents_cannot_list_or_remove_webhooks(world: World) -> None:
    answer = await world.slack.command("ana", "hooks", word="/queue")
    assert answer.text.startswith("Only the team's leaders can do that.")

    async with reachable(world):
        await make(world, Sender.GENERIC)
        await world.slack.command("maya", "hooks", word="/queue")
        view = await top(world)
        async with world.database.reading() as session:
            hook = (await session.scalars(select(Webhook))).one()
        await world.slack.do(
            "actions", user="ana", view_id=view["id"], action_id=REMOVE, value=f"{hook.team_id}:{hook.id}"
        )
        await world.sandbox.settled()

    async with world.database.reading() as session:
        assert (await session.scalars(select(Webhook))).one()
