"""Documented example payloads of all senders, independent signing functions, and a fake for the receiving code."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Alert, Ticket
from bot.features.webhooks import Sender
from bot.org.teams.models import Team
from bot.workflows import tickets
from bot.workflows.spikes import signals
from handlers.webhooks import senders
from handlers.webhooks.delivery import ParsedDelivery, Received

PAYLOADS = Path(__file__).parent / "payloads"
NAMES = sorted(path.stem for path in PAYLOADS.glob("*.json"))
AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SECRET = "a-secret-of-this-hook"
Headers = dict[str, str]
Sign = Callable[[bytes, str, datetime], Headers]


def payload(name: str) -> bytes:
    return (PAYLOADS / f"{name}.json").read_bytes()


def parse(name: str, body: bytes | None = None) -> ParsedDelivery:
    sender = Sender(name.partition("-")[0])
    return senders.parse_delivery(sender, Received(payload(name) if body is None else body, {}, AT))


def mac(secret: str, text: bytes, by: Any = hashlib.sha256) -> bytes:
    return hmac.new(secret.encode(), text, by).digest()


def _grafana(body: bytes, secret: str, at: datetime) -> Headers:
    stamp = str(int(at.timestamp()))
    signature = mac(secret, stamp.encode() + b":" + body).hex()
    return {"X-Grafana-Alerting-Timestamp": stamp, "X-Grafana-Alerting-Signature": signature}


def _zendesk(body: bytes, secret: str, at: datetime) -> Headers:
    stamp = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    signature = base64.b64encode(mac(secret, stamp.encode() + body)).decode()
    return {
        "X-Zendesk-Webhook-Signature": signature,
        "X-Zendesk-Webhook-Signature-Timestamp": stamp,
        "X-Zendesk-Webhook-Invocation-Id": "01FD2J3K",
    }


def _generic(body: bytes, secret: str, at: datetime) -> Headers:
    stamp = str(int(at.timestamp()))
    return {"X-Steward-Timestamp": stamp, "X-Steward-Signature": mac(secret, stamp.encode() + b":" + body).hex()}


def bearer(body: bytes, secret: str, at: datetime) -> Headers:
    return {"Authorization": f"Bearer {secret}"}


def basic(body: bytes, secret: str, at: datetime) -> Headers:
    return {"Authorization": "Basic " + base64.b64encode(f"anyone:{secret}".encode()).decode()}


def header(body: bytes, secret: str, at: datetime) -> Headers:
    return {"X-Steward-Secret": secret}


def pagerduty(body: bytes, secret: str, at: datetime) -> Headers:
    return {"X-PagerDuty-Signature": f"v1={'0' * 64},v1={mac(secret, body).hex()}"}


def intercom(body: bytes, secret: str, at: datetime) -> Headers:
    return {"X-Hub-Signature": f"sha1={mac(secret, body, hashlib.sha1).hex()}"}


SIGNED: dict[Sender, Sign] = {
    Sender.GRAFANA: _grafana, Sender.ALERTMANAGER: bearer, Sender.PAGERDUTY: pagerduty, Sender.EVENTS: bearer,
    Sender.DATADOG: header, Sender.ZENDESK: _zendesk, Sender.INTERCOM: intercom, Sender.FRESHDESK: basic,
    Sender.GENERIC: _generic,
}  # fmt: skip
"""How each sender signs, implemented independently of the bot."""


def received(body: bytes, headers: Headers, at: datetime = AT) -> Received:
    """Return a request as the web server passes it to the receiver."""
    return Received(body, {name.lower(): value for name, value in headers.items()}, at)


@dataclass
class Heard:
    """The alerts and tickets that the receiver passed on."""

    alerts: list[Alert] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)

    @classmethod
    def by(cls, patch: pytest.MonkeyPatch) -> "Heard":
        heard = cls()

        async def hear(session: AsyncSession, team: Team, alerts: Sequence[Alert], *, now: datetime) -> None:
            heard.alerts.extend(alerts)

        async def count(session: AsyncSession, team: Team, told: Sequence[Ticket], *, now: datetime) -> None:
            heard.tickets.extend(told)

        patch.setattr(signals, "receive_alerts", hear)
        patch.setattr(tickets, "count_tickets", count)
        return heard
