"""Tests of repeated alerts from one sender, on both databases, with varying delays of deliveries."""

import json
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select

from bot.clock import Clock
from bot.db.sessions import Database
from bot.features.spikes.models import Spike
from bot.features.webhooks import NewWebhook, Sender
from handlers.webhooks.receiver import Receiver
from tests.handlers.webhooks.conftest import Make
from tests.handlers.webhooks.drivers import AT, SECRET, SIGNED, received

MOMENTS = (3, 0, 2, 1, 4)
"""Seconds from a delivery's arrival until the receiver reads the clock, for successive deliveries."""
SECOND = timedelta(seconds=1)


def alertmanager(value: float, at: datetime, *, over: bool = False) -> Any:
    labels, annotations = {"alertname": "Long", "queue": "phones"}, {"value": str(value)}
    told = {"status": "resolved" if over else "firing", "labels": labels, "annotations": annotations}
    told |= {"startsAt": at.isoformat(), "endsAt": at.isoformat(), "fingerprint": "f1"}
    return {"version": "4", "status": told["status"], "alerts": [told]}


def events(value: float, at: datetime, *, over: bool = False) -> Any:
    about = {"summary": "Long", "custom_details": {"queue": "phones", "value": value}, "timestamp": at.isoformat()}
    return {"event_action": "resolve" if over else "trigger", "dedup_key": "k", "payload": about}


def generic(value: float, at: datetime, *, over: bool = False) -> Any:
    state = "ok" if over else "alerting"
    return {"alert_uid": "k", "state": state, "queue": "phones", "value": value, "occurred_at": at.isoformat()}


BODIES = {
    Sender.ALERTMANAGER: alertmanager,
    Sender.GRAFANA: alertmanager,
    Sender.EVENTS: events,
    Sender.GENERIC: generic,
}


def slow(database: Database) -> Receiver:
    """Return a receiver that reads its clock some seconds after a delivery has arrived."""
    arrivals = count()

    def now() -> datetime:
        nth = next(arrivals) // 2
        return AT + nth * SECOND + MOMENTS[nth % len(MOMENTS)] * SECOND

    return Receiver(database, Clock(now))


async def send(receiver: Receiver, made: NewWebhook, told: Any, nth: int) -> str:
    sender, body, at = Sender(made.hook.sender), json.dumps(told).encode(), AT + nth * SECOND
    return (await receiver.receive(sender, made.token, received(body, SIGNED[sender](body, SECRET, at), at))).outcome


@pytest.mark.parametrize("sender", BODIES)
async def test_alert_updates_and_ends_with_the_same_timestamp_are_not_lost(
    make: Make, database: Database, sender: Sender
) -> None:
    made, receiver, tell = await make(sender), slow(database), BODIES[sender]
    for nth, value in enumerate((40, 100, 41, 99, 42, 98)):
        assert await send(receiver, made, tell(value, AT), nth) == "heard"
        async with database.reading() as session:
            assert (await session.scalars(select(Spike.value))).one() == value
    await send(receiver, made, tell(98, AT, over=True), 6)

    async with database.reading() as session:
        spike = (await session.scalars(select(Spike))).one()
    assert spike.calm_at is not None
    assert spike.peak == 100


@pytest.mark.parametrize("sender", [Sender.ALERTMANAGER, Sender.EVENTS])
@pytest.mark.parametrize("told", [(40, 100, 40), (40, 0, 40), (40, 100, 40, 100, 40), (0, 40, 40, 0, 40)])
async def test_alert_that_returns_to_an_earlier_value_within_a_minute_is_handled(
    make: Make, database: Database, sender: Sender, told: tuple[float, ...]
) -> None:
    """The same alert twice in a row is a duplicate; 0 stands for a resolved alert."""
    made, receiver, tell = await make(sender), slow(database), BODIES[sender]
    outcomes = [await send(receiver, made, tell(value or 40, AT, over=not value), 0) for value in told]

    before = (None, *told)
    assert outcomes == ["duplicate" if now == was else "heard" for was, now in zip(before, told, strict=False)]


@pytest.mark.parametrize(("many", "outcome"), [(200, "heard"), (300, "heard"), (1000, "folded")])
async def test_large_group_of_alerts_is_handled_immediately_or_seconds_later(
    make: Make, database: Database, many: int, outcome: str
) -> None:
    """All alerts are about one queue, whose highest value counts; groups above the limit are handled later."""
    made, receiver = await make(Sender.ALERTMANAGER), slow(database)
    told = [
        {"status": "firing", "fingerprint": f"f{nth}", "labels": {"queue": "phones"}, "annotations": {"value": nth}}
        for nth in range(many, 0, -1)
    ]
    body = {"version": "4", "status": "firing", "alerts": told}

    assert await send(receiver, made, body, 0) == outcome
    async with database.reading() as session:
        assert (await session.scalars(select(Spike.value))).one() == many
