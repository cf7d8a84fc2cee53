"""What a delivery finds at its address, and what it leaves there; too many at once are folded, the newest kept."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Alert, Signal, Ticket, Why
from bot.database import insert, vault_of
from bot.features.hooks.keeping import hashed
from bot.features.hooks.tables import Folded, Hook

MOST_AT_ONCE = 300
A_WHILE = timedelta(minutes=5)
A_MINUTE = timedelta(minutes=1)
LONGEST_OUTCOME = 400
NUMBER = re.compile(r"[\d.]+|more than 1")


async def found(session: AsyncSession, sender: str, token: str) -> Hook | None:
    """Whose address it is; nobody's when the sender is another one."""
    hook = await session.scalar(select(Hook).where(Hook.token_hash == hashed(token)))
    return hook if hook and hook.sender == sender else None


async def held(session: AsyncSession, workspace_id: str, hook_id: int) -> Hook | None:
    """A hook, while others that heard something for it wait."""
    theirs = select(Hook).where(Hook.workspace_id == workspace_id, Hook.id == hook_id)
    return await session.scalar(theirs.with_for_update())


def secrets_of(session: AsyncSession, hook: Hook, now: datetime) -> list[str]:
    """What proves a delivery at this time; nothing does until there is a secret."""
    rotated = [hook.previous] if hook.previous_until and now < hook.previous_until else []
    return [vault_of(session).decrypt(sealed) for sealed in [hook.secret, *rotated] if sealed]


def note(hook: Hook, outcome: str, now: datetime, *, is_heard: bool) -> None:
    hook.last_at, hook.outcome = now, outcome[:LONGEST_OUTCOME]
    hook.deliveries += is_heard


def is_noted(hook: Hook, outcome: str, now: datetime) -> bool:
    """Tell whether the list shows this outcome already, a minute old at most: strangers may send any number of them."""
    same = NUMBER.sub("", hook.outcome) == NUMBER.sub("", outcome[:LONGEST_OUTCOME])
    return same and hook.last_at is not None and now - hook.last_at < A_MINUTE


def note_refusal(hook: Hook, outcome: str, now: datetime) -> None:
    hook.last_at, hook.outcome, hook.refused = now, outcome[:LONGEST_OUTCOME], hook.refused + 1


def is_flooded(hook: Hook, now: datetime) -> bool:
    """Counts one alert or ticket; whether it has to wait, for its number or behind others that do."""
    if hook.since is None or not timedelta(0) <= now - hook.since < A_WHILE:
        hook.since, hook.lately = now, 0
    hook.lately, hook.heard = hook.lately + 1, hook.heard + 1
    return hook.is_folding or hook.lately > MOST_AT_ONCE


async def fold(session: AsyncSession, hook: Hook, what: Alert | Ticket) -> None:
    """Keep it in the place of what was told of the same before; that it fires and that it ends are two things."""
    hook.is_folding = True
    about = (what.key, what.queue, what.signal) if isinstance(what, Alert) else _of_ticket(what)
    row = {
        "workspace_id": hook.workspace_id, "hook_id": hook.id,
        "key": hashlib.sha256(repr(about).encode("utf-8", "replace")).hexdigest(),
        "nth": hook.heard, "sealed": vault_of(session).encrypt(json.dumps(asdict(what), default=str)),
    }  # fmt: skip
    newest = {"nth": row["nth"], "sealed": row["sealed"]}
    kept = insert(session, Folded).values(row)
    await session.execute(kept.on_conflict_do_update(index_elements=["hook_id", "key"], set_=newest))


def _of_ticket(ticket: Ticket) -> tuple[object, ...]:
    return "ticket", ticket.queue, ticket.id, ticket.came


async def folded(session: AsyncSession, hook: Hook, limit: int) -> Sequence[Alert | Ticket]:
    """Take out what waits, in the order it was told."""
    waits = select(Folded).where(Folded.workspace_id == hook.workspace_id, Folded.hook_id == hook.id)
    rows = (await session.scalars(waits.order_by(Folded.nth).limit(limit))).all()
    taken = delete(Folded).where(Folded.workspace_id == hook.workspace_id, Folded.id.in_([row.id for row in rows]))
    await session.execute(taken)
    hook.is_folding = len(rows) == limit
    return [_unfolded(json.loads(vault_of(session).decrypt(row.sealed))) for row in rows]


def _unfolded(kept: dict[str, Any]) -> Alert | Ticket:
    if "came" in kept:
        return Ticket(**{**kept, "at": datetime.fromisoformat(kept["at"])})
    at = kept["occurred_at"] and datetime.fromisoformat(kept["occurred_at"])
    why = Why(kept["why"]) if kept.get("why") else None
    return Alert(**{**kept, "signal": Signal(kept["signal"]), "occurred_at": at, "why": why})
