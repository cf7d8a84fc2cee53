"""Making a copy of production harmless: without tokens, waiting messages, webhook secrets and unfinished installs."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import CursorResult, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import table
from bot.db.sessions import vault_of
from bot.features.webhooks import FoldedAlert, Webhook
from bot.org.install_states import InstallState
from bot.org.installations import Installation
from bot.org.workspaces import Workspace
from bot.slack.outbox.models import Lane, Outgoing, State

SCRUBBED = "scrubbed"
"""Why a workspace is parked whose token was deleted from a copy of the database."""


class Scrubbed(NamedTuple):
    """How much was made harmless."""

    tokens: int
    messages: int
    webhooks: int


async def scrub(session: AsyncSession, *, now: datetime) -> Scrubbed:
    """Delete every token, secret, install and unsent message, and park all workspaces, so that nothing is sent.

    A process with the token of any workspace may use the database afterwards. What people wrote stays.
    """
    without = {
        "token": vault_of(session).encrypt(""), "refresh_token": None, "expires_at": None, "lease": None,
        "lease_until": None, "check_at": None, "parked": SCRUBBED, "parked_at": now,
    }  # fmt: skip
    tokens = await _count(session, update(table(Installation)).values(**without))
    parked = {"parked": SCRUBBED, "parked_at": func.coalesce(Workspace.parked_at, now)}
    await session.execute(update(table(Workspace)).values(**parked))
    dropped = {"state": State.DROPPED, "reason": SCRUBBED, "settled_at": now, "body": None, "attempted_at": None}
    unsent = update(table(Outgoing)).where(Outgoing.state.in_([State.WAITING, State.FAILED]))
    messages = await _count(session, unsent.values(**dropped))
    await session.execute(update(table(Lane)).values(next_at=None, lease_by=None, lease_until=None))
    await session.execute(delete(table(FoldedAlert)))
    closed = {"secret": None, "previous": None, "is_folding": False, "token_hash": _unusable()}
    webhooks = await _count(session, update(table(Webhook)).values(**closed))
    await session.execute(delete(table(InstallState)))
    return Scrubbed(tokens, messages, webhooks)


def _unusable() -> object:
    """Return an SQL expression for hashes that no token has, each different because the column is unique."""
    return text("'scrubbed-' || id")


async def _count(session: AsyncSession, statement: object) -> int:
    done: CursorResult[tuple[()]] = await session.execute(statement)  # type: ignore[call-overload]
    return max(done.rowcount, 0)


async def list_names(session: AsyncSession) -> list[str]:
    """Return the names of all workspaces in the database."""
    return list(await session.scalars(select(Workspace.name).order_by(Workspace.id)))
