"""Rate limits of Slack's Web API: one per workspace and method, stored in the database and shared by all replicas."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, bindparam, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import locks
from bot.db.models import KeyedRow, table
from bot.db.personal_data import Personal
from bot.db.sessions import insert
from bot.slack.outbox.models import Method

CALLS_PER_MINUTE: dict[str, int] = {
    Method.POST: 240,
    Method.UPDATE: 50,
    Method.DELETE: 50,
    Method.EPHEMERAL: 100,
    Method.REACT: 50,
    Method.UNREACT: 20,
    Method.HOME: 100,
    Method.RESPOND: 240,
    Method.FILE: 100,
    Method.DELETE_FILE: 50,
}
"""Calls per minute, from Slack's tiers 3 (50) and 4 (100). Posts have a special limit, "several hundred"."""
SLOWEST = 20
"""Calls per minute of Slack's tier 2: the default for a method that a later release wrote to the outbox."""
BURST = 4
"""The number of calls that can go at once after an idle period."""


class RateLimit(KeyedRow):
    """A rate limiter by the generic cell rate algorithm (GCRA). `open_at` is when the next call is allowed."""

    __tablename__ = "rate_limits"

    method: Mapped[str] = mapped_column(primary_key=True)
    open_at: Mapped[datetime]

    def is_open(self, now: datetime) -> bool:
        return now >= self.open_at

    def take(self, now: datetime) -> bool:
        """Count a call if the limit allows one now, and return whether it does."""
        if not self.is_open(now):
            return False
        step = timedelta(minutes=1) / CALLS_PER_MINUTE.get(self.method, SLOWEST)
        self.open_at = max(self.open_at, now - step * (BURST - 1)) + step
        return True


Personal(RateLimit, "rate limits", plain="method", keep="one row a method")


_KEY = (RateLimit.workspace_id, RateLimit.method)
_KNOWN = select(*_KEY).where(tuple_(*_KEY).in_(bindparam("keys", expanding=True)))
_THESE = _KNOWN.with_only_columns(RateLimit).order_by(*_KEY)
_LOCKED = locks.for_update(_THESE, RateLimit)

_LIMITS = table(RateLimit)
_STORE = (
    update(_LIMITS)
    .where(_LIMITS.c.workspace_id == bindparam("of"), _LIMITS.c.method == bindparam("called"))
    .values(open_at=bindparam("until"))
)


async def lock_limits(
    session: AsyncSession, wanted: Iterable[tuple[str, str]], now: datetime
) -> dict[tuple[str, str], RateLimit]:
    """Lock and return the limits of these workspaces and methods, in sorted order. Creates missing ones.

    They are detached from the session: `store` those that have changed.
    On PostgreSQL, where other relays do the same, nothing is locked before what is missing is created. SQLite has a
    single writer, so whether anything is missing shows when the limits are read.
    """
    keys = sorted(set(wanted))
    if not keys:
        return {}
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    found = await _read(session, _THESE, keys) if is_sqlite else {}
    if len(found) < len(keys):
        await _create_missing(session, keys, now)
        found = await _read(session, _LOCKED, keys)
    return found


async def _read(
    session: AsyncSession, query: Select[RateLimit], keys: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], RateLimit]:
    limits = (await session.scalars(query, {"keys": keys})).all()
    for limit in limits:
        session.expunge(limit)
    return {(limit.workspace_id, limit.method): limit for limit in limits}


async def store(session: AsyncSession, limits: Iterable[RateLimit]) -> None:
    """Store locked limits, with one statement. The ORM needs several times as long, and every message needs it."""
    rows = [{"of": each.workspace_id, "called": each.method, "until": each.open_at} for each in limits]
    if rows:
        await session.execute(_STORE, rows)


async def _create_missing(session: AsyncSession, keys: Sequence[tuple[str, str]], now: datetime) -> None:
    known = await session.execute(_KNOWN, {"keys": keys})
    if new := set(keys).difference(map(tuple, known)):
        rows = [{"workspace_id": workspace, "method": str(method), "open_at": now} for workspace, method in sorted(new)]
        await session.execute(insert(session, RateLimit).values(rows).on_conflict_do_nothing())


async def back_off(session: AsyncSession, workspace_id: str, method: str, until: datetime) -> None:
    """Block all calls of a method until the given time, as Slack requested in a 429 response."""
    found = await lock_limits(session, [(workspace_id, method)], until)
    limit = found[workspace_id, method]
    limit.open_at = max(limit.open_at, until)
    await store(session, [limit])
