"""Going on without a lost key: what it encrypted is replaced, so that everything else works again."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import Column, Table, delete, update

from bot.db import key_rotation, keyring
from bot.db.disposable_keys import DisposableKey
from bot.db.encryption import Vault
from bot.db.key_rotation import Value
from bot.db.models import table
from bot.db.sessions import Database
from bot.features.hard_contacts import HardContact
from bot.features.tickets.watches import TicketWatch
from bot.features.webhooks import FoldedAlert, Webhook
from bot.org.installations import Installation
from bot.refusals.common import UNREADABLE
from bot.slack.outbox.models import Outgoing, State

DELETED = {table(each) for each in (HardContact, TicketWatch, FoldedAlert)}
"""Rows that are nothing without what is encrypted in them, and that live for days only."""
KEYS = ("key", "salt")
"""Columns with keys of hashes. A new key starts the hashes anew."""
LOST = {
    "installations": "bot tokens: set SLACK_BOT_TOKEN, or install the app again",
    "outbox": "unsent messages, which are dropped",
    "webhooks": "secrets of alert tools: leaders renew them with `/queue hooks`",
    "disposable_keys": "answers of running pulse rounds",
    "hard_contacts": "open hard contacts, which are deleted",
    "ticket_watches": "watched tickets, which are deleted",
    "folded_alerts": "alerts that waited to be processed",
}
OTHERS = "texts in {}, which show that they can no longer be read"


def describe_lost(unreadable: Counter[str]) -> list[str]:
    """Return one line for each table with unreadable values, and what happens to them."""
    by_table: Counter[str] = Counter()
    for name, count in unreadable.items():
        by_table[name.partition(".")[0]] += count
    return [f"{count} {LOST.get(name, OTHERS.format(name))}" for name, count in sorted(by_table.items())]


async def abandon(database: Database, *, now: datetime) -> None:
    """Replace every value that no key reads, and record the first key. There is no way back."""
    for of, column in key_rotation.sealed_columns():
        async with database.reading() as session:
            lost = await key_rotation.list_unreadable(session, database.vault, of, column)
        if of in DELETED or of is table(Outgoing):
            await _remove(database, of, lost, now)
        else:
            replace = _replacement(of, column, database.vault)
            await key_rotation.replace_values(database, of, column, lost, [replace(each) for each in lost])
    await keyring.record_first_key(database)


async def _remove(database: Database, of: Table, lost: Sequence[Value], now: datetime) -> None:
    async with database.begin() as session:
        for value in lost:
            if of in DELETED:
                await session.execute(delete(of).where(of.c.id == value.row[0]))
            else:
                dropped = {"state": State.DROPPED, "reason": UNREADABLE, "settled_at": now, "body": None}
                await session.execute(update(of).where(of.c.id == value.row[0]).values(**dropped))


def _replacement(of: Table, column: Column[Any], vault: Vault) -> Callable[[Value], bytes | str | None]:
    """Return a function from a lost value to what takes its place."""
    if of is table(Webhook) or (of is table(Installation) and column.nullable):
        return lambda value: None
    if of is table(Installation):
        return lambda value: value.with_ciphertext(vault.encrypt(""))
    if column.name in KEYS and of is not table(DisposableKey):
        return lambda value: value.with_ciphertext(vault.encrypt(Fernet.generate_key().decode()))
    return lambda value: value.with_ciphertext(vault.encrypt(UNREADABLE))
