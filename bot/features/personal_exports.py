"""The table of people who wait for the export of their data, and the queries that add and take one."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import locks
from bot.db.models import KeyedRow
from bot.db.personal_data import Personal, Reader
from bot.db.sessions import insert


class PersonalExport(KeyedRow):
    """A person who waits for the export of their data."""

    __tablename__ = "personal_exports"

    person_id: Mapped[str] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime]


Personal(
    PersonalExport,
    "waiting exports",
    people=[PersonalExport.person_id],
    read_by=Reader.NOBODY,
    keep="deleted when the export is on its way",
)


async def add(session: AsyncSession, workspace_id: str, person_id: str, *, now: datetime) -> None:
    """Add a person to those who wait; nothing changes for somebody who waits already."""
    row = {"workspace_id": workspace_id, "person_id": person_id, "asked_at": now}
    await session.execute(insert(session, PersonalExport).values(row).on_conflict_do_nothing())


async def lock_next(session: AsyncSession, workspace_id: str, limit: int) -> list[PersonalExport]:
    """Lock and return those who have waited longest; skip those whom another replica has locked."""
    waiting = select(PersonalExport).where(PersonalExport.workspace_id == workspace_id)
    first = waiting.order_by(PersonalExport.asked_at, PersonalExport.person_id).limit(limit)
    return [*await session.scalars(locks.for_update(first, PersonalExport, skip_locked=True))]
