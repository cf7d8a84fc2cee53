"""Ticket watches: for `PERIOD`, a leader is told when a ticket changes.

No column names the leader or the ticket: both are encrypted, and hashed with a key of the team to be found again.
"""

import re
import secrets
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from sqlalchemy import Index, UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.alerts import Ticket
from bot.db import locks
from bot.db.models import NEVER_REUSED, Private, TeamRow, Words
from bot.db.personal_data import Erase, Keep, Personal, Reader
from bot.db.sessions import insert
from bot.errors import Refusal
from bot.org.people import pseudonym
from bot.org.teams.models import Team
from bot.refusals import common as refusals

PERIOD = timedelta(days=30)
REPOST_INTERVAL = timedelta(hours=1)
"""How long after a message about a ticket its further changes only edit that message."""
CLOCK_DRIFT = timedelta(minutes=1)
"""How far the tool's clock may be behind ours."""
NUMBER = re.compile(r"(?:ticket|case|conversation|number|no|nr|id|[#:.\s-])*([0-9]+)", re.IGNORECASE)
LINK = re.compile(r"[^\s?#]+/([0-9]+)/?(?:[?#]\S*)?")


class WatchDetails(BaseModel):
    """Who watches which ticket, and what they were told."""

    leader_id: str
    ticket: str
    """The ticket's number."""
    card: str
    seen_until: datetime
    """The time of the newest reported change or, before the first one, of the request. Earlier ones are out of date."""
    told: str = ""
    """The ticket's state that the leader was told last."""

    def is_news(self, ticket: Ticket) -> bool:
        """Return whether a change is newer than the last one told, and changes the ticket's state."""
        return ticket.at >= self.seen_until and ticket.state != self.told


class TicketWatch(TeamRow):
    """A leader's request to be told when a ticket changes."""

    __tablename__ = "ticket_watches"
    __table_args__ = (
        UniqueConstraint("team_id", "ticket", "leader"),
        Index(None, "workspace_id", "asked_on"),
        NEVER_REUSED,
    )

    ticket: Mapped[str]
    """A keyed hash of the ticket's number."""
    leader: Mapped[str]
    """A keyed hash of the leader's id."""
    sealed: Mapped[str] = mapped_column(Words)
    """The `WatchDetails` as encrypted JSON."""
    key: Mapped[str] = mapped_column(Words)
    """The key of both hashes, encrypted: the same in all rows of a team, and deleted with the last of them."""
    asked_on: Mapped[date]
    """The day in the team's zone; the time of day is sealed."""

    @property
    def details(self) -> WatchDetails:
        return WatchDetails.model_validate_json(self.sealed)

    def seal(self, details: WatchDetails) -> None:
        self.sealed = Private(details.model_dump_json())

    @property
    def last_day(self) -> date:
        return self.asked_on + PERIOD

    @property
    def ends_at(self) -> datetime:
        return datetime.combine(self.last_day + timedelta(days=1), time(), UTC)


async def _find_of_leader(session: AsyncSession, workspace_id: str, person_id: str) -> list[dict[str, Any]]:
    rows = await session.scalars(select(TicketWatch).where(TicketWatch.workspace_id == workspace_id))
    return [
        {"team_id": each.team_id, "asked_on": each.asked_on, **details.model_dump(exclude={"card"})}
        for each in rows
        if (details := each.details).leader_id == person_id
    ]


Personal(
    TicketWatch,
    "ticket watches",
    words=[TicketWatch.ticket, TicketWatch.leader, TicketWatch.sealed, TicketWatch.key],
    read_by=Reader.NAMED,
    find_exported=_find_of_leader,
    on_mention=Erase.DELETE,
    keep=Keep(TicketWatch.asked_on, PERIOD),
)


def find_number(said: str) -> str:
    """Return the number of the ticket that a text names, such as `#4711` or a link; empty if it names none."""
    found = NUMBER.fullmatch(said.strip()) or LINK.fullmatch(said.strip())
    return found[1] if found else ""


async def add(session: AsyncSession, team: Team, leader_id: str, number: str, *, now: datetime) -> TicketWatch | None:
    """Add a watch; return None if the leader watches this ticket already.

    All watches of a team share one key, which the first watch creates. Lock the team first, so that only one key is
    created.
    """
    key = await _find_key(session, team) or Private(secrets.token_hex(16))
    card, since = f"dm:{secrets.token_hex()}", now - CLOCK_DRIFT
    details = WatchDetails(leader_id=leader_id, ticket=number, card=card, seen_until=since)
    row = {
        "workspace_id": team.workspace_id, "team_id": team.id, "ticket": pseudonym(number, key=key),
        "leader": pseudonym(leader_id, key=key), "sealed": Private(details.model_dump_json()), "key": key,
        "asked_on": now.astimezone(ZoneInfo(team.zone)).date(),
    }  # fmt: skip
    added = insert(session, TicketWatch).values(row).on_conflict_do_nothing().returning(TicketWatch)
    return await session.scalar(added)


async def _find_key(session: AsyncSession, team: Team) -> str | None:
    return await session.scalar(select(TicketWatch.key).where(TicketWatch.team_id == team.id).limit(1))


async def lock_watches_of(
    session: AsyncSession, team: Team, numbers: Collection[str], *, now: datetime
) -> Sequence[TicketWatch]:
    """Lock and return all watches of these tickets, without those whose time is over."""
    key = await _find_key(session, team)
    if key is None:
        return []
    hashes = sorted(pseudonym(number, key=key) for number in numbers)
    theirs = select(TicketWatch).where(
        TicketWatch.team_id == team.id, TicketWatch.ticket.in_(hashes), TicketWatch.asked_on >= (now - PERIOD).date()
    )
    locked = locks.for_update(theirs.order_by(TicketWatch.id), TicketWatch)
    return (await session.scalars(locked, execution_options={"populate_existing": True})).all()


async def lock_all(session: AsyncSession, team: Team) -> Sequence[TicketWatch]:
    """Lock and return a team's watches. There are few, because each lives for `PERIOD`."""
    theirs = select(TicketWatch).where(TicketWatch.team_id == team.id).order_by(TicketWatch.id)
    locked = locks.for_update(theirs, TicketWatch)
    return (await session.scalars(locked, execution_options={"populate_existing": True})).all()


async def lock_own(session: AsyncSession, workspace_id: str, leader_id: str, watch_id: int) -> TicketWatch:
    """Lock and return a leader's own watch. Raises `Refusal` if the leader has no such watch anymore."""
    found = await locks.lock_row(session, TicketWatch, watch_id, refresh=True)
    if found is None or (found.workspace_id, found.details.leader_id) != (workspace_id, leader_id):
        raise Refusal(refusals.NOT_WATCHED)
    return found
