"""States of the OAuth flow: each goes to Slack with a browser, and must come back from the same browser."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import Base
from bot.db.personal_data import Personal, Reader

LIFETIME = timedelta(minutes=10)
WINDOW, MOST_IN_WINDOW = timedelta(seconds=10), 50
"""How many visits begin in how short a time, because anybody can begin one, and each writes a row."""


class InstallState(Base):
    """One install under way. Only hashes are stored, so that nobody who reads the database can finish the install."""

    __tablename__ = "install_visits"

    state_hash: Mapped[str] = mapped_column(primary_key=True)
    browser_hash: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(index=True)


Personal(
    InstallState,
    "installation",
    plain="state_hash browser_hash",
    read_by=Reader.NOBODY,
    keep="deleted by a later install",
)


def new_secret() -> str:
    """Return a random value that needs no quotes or escapes in a URL or a cookie."""
    return secrets.token_urlsafe(32)


async def begin(session: AsyncSession, browser: str, *, now: datetime) -> str | None:
    """Return a new state for a browser, which is identified by the secret in its cookie. Deletes expired states.

    Returns None if too many visits have just begun. Replicas that count at the same moment may let a few more in.
    """
    await session.execute(delete(InstallState).where(InstallState.expires_at <= now))
    recent = select(func.count()).where(InstallState.expires_at > now + LIFETIME - WINDOW)
    if (await session.scalar(recent) or 0) >= MOST_IN_WINDOW:
        return None
    state = new_secret()
    session.add(InstallState(_hash(state), _hash(browser), now + LIFETIME))
    return state


async def finish(session: AsyncSession, state: str, browser: str, *, now: datetime) -> str | None:
    """Consume a one-time OAuth state. Return why it is not valid, for the log, or None if it is."""
    mine = delete(InstallState).where(InstallState.state_hash == _hash(state))
    visit = (await session.execute(mine.returning(InstallState.browser_hash, InstallState.expires_at))).first()
    if visit is None:
        return "unknown or used state"
    if visit.expires_at <= now:
        return "expired state"
    return None if secrets.compare_digest(visit.browser_hash, _hash(browser)) else "state of another browser"


def _hash(secret: str) -> str:
    return sha256(secret.encode(errors="replace")).hexdigest()
