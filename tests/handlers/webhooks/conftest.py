from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest

from bot.clock import Clock
from bot.db.sessions import Database
from bot.features import webhooks
from bot.features.webhooks import NewWebhook, Sender, Webhook
from bot.org.teams import membership
from bot.org.teams.models import Team
from handlers.webhooks.receiver import Receiver
from tests.handlers.webhooks.drivers import AT, SECRET, Heard

Make = Callable[..., Awaitable[NewWebhook]]


class Now:
    """A clock that tests can set."""

    def __init__(self) -> None:
        self.at = AT

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def receiver(database: Database, now: Now) -> Receiver:
    return Receiver(database, Clock(now))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    return Heard.by(monkeypatch)


@pytest.fixture
def make(database: Database, team: Team) -> Make:
    """Return a function that creates a webhook with a known secret, even for senders whose secret is generated."""

    async def made(sender: Sender, *, has_secret: bool = True, queue: str = "phones") -> NewWebhook:
        async with database.begin() as session:
            lead = await membership.member(session, team, "UMAYA")
            assert lead
            new = await webhooks.add_webhook(session, lead, team, sender=sender, queue=queue, now=AT)
            new.hook.secret = database.vault.encrypt(SECRET) if has_secret else None
        return new

    return made


@asynccontextmanager
async def changed(database: Database, hook_id: int) -> AsyncIterator[Any]:
    async with database.begin() as session:
        yield await session.get_one(Webhook, hook_id)
