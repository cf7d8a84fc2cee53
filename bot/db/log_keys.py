"""The keys of the hashes that stand for people's ids in logs: one a month, the same for all replicas.

The current and the previous one are kept. A hash whose key is deleted can never again be told whose it is.
"""

import asyncio
import secrets
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot import logs
from bot.clock import Clock
from bot.db.models import Base, Private, Words
from bot.db.personal_data import Personal, Reader
from bot.db.sessions import Database, insert

log = structlog.get_logger()
POLL_SECONDS = 600.0


class LogKey(Base):
    """The key of one month, encrypted with the master key."""

    __tablename__ = "log_keys"

    month: Mapped[date] = mapped_column(primary_key=True)
    """The first day of the month, in UTC."""
    key: Mapped[str] = mapped_column(Words)


Personal(LogKey, "keys", words=[LogKey.key], read_by=Reader.NOBODY, keep="this month's and the last one's")


class LogKeyRotation:
    """Has the process use each month's key as soon as the month begins."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._month: date | None = None

    async def run(self) -> None:
        while True:
            try:
                await self.rotate_due()
            except Exception:
                log.exception("log_key_rotation_failed")
            await asyncio.sleep(POLL_SECONDS)

    async def rotate_due(self) -> None:
        """Use this month's key; create it if no replica has done so, and delete those before the previous month's."""
        now = self._clock.now()
        if _month_of(now) == self._month:
            return
        async with self._database.begin() as session:
            logs.use_key(await load_key(session, now=now))
        self._month = _month_of(now)


async def load_key(session: AsyncSession, *, now: datetime) -> str:
    """Return this month's key. Create it if it is missing, and delete those before the previous month's."""
    month = _month_of(now)
    row = {"month": month, "key": Private(secrets.token_hex(32))}
    await session.execute(insert(session, LogKey).values(row).on_conflict_do_nothing())
    await session.execute(delete(LogKey).where(LogKey.month < (month - timedelta(days=1)).replace(day=1)))
    return str((await session.scalars(select(LogKey.key).where(LogKey.month == month))).one())


async def find_hashes(session: AsyncSession, id: str) -> dict[date, str]:
    """Return the hashes that stand for an id in the logs, by month, oldest first."""
    keys = (await session.scalars(select(LogKey).order_by(LogKey.month))).all()
    return {each.month: logs.hash_id(id, each.key) for each in keys}


def _month_of(now: datetime) -> date:
    return now.date().replace(day=1)
