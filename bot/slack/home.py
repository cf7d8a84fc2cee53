"""Home tabs: who opened theirs when, and whose says something else by now.

A Home is published as it is opened. After a change it is published again, soon and a few at a time, for those alone who
opened theirs lately; everybody else's waits until they open it.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from slackblocks import Block
from sqlalchemy import Index, bindparam, case, event, func, null, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import locks
from bot.db.models import KeyedRow, table
from bot.db.personal import Keep, Personal, Reader
from bot.db.sessions import insert
from bot.org.people import Person
from bot.org.teams import membership, queries
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.slack.post import Payload

PUBLISH = JobName("home.publish")
"""The job that publishes what has changed, by its name: it stands above, in `schedules/`."""
RECENTLY_OPENED = timedelta(days=7)
PUBLISH_SLOT = timedelta(seconds=3)
"""What changes in the same slot is published together. Longer than a listener may take: see `_publish_time`."""
TOUCHED = "homes.touched"


class Home(KeyedRow):
    """Somebody's Home tab, once they have opened it."""

    __tablename__ = "homes"
    __table_args__ = (Index(None, "workspace_id", "stale_at"),)

    person_id: Mapped[str] = mapped_column(primary_key=True)
    opened_at: Mapped[datetime]
    shown: Mapped[str]
    """A short name for what was published last; the same again is not."""
    changes: Mapped[int] = mapped_column(default=0)
    """Counts what changed, so that what changes while it is built is not taken for published."""
    stale_at: Mapped[datetime | None] = mapped_column(default=None)
    """Since when it says something else than what was published; None while it is up to date."""


Personal(
    Home,
    "Homes",
    people=[Home.person_id],
    plain="shown",
    read_by=Reader.NOBODY,
    keep=Keep(Home.opened_at, RECENTLY_OPENED),
)


@dataclass(frozen=True)
class Visitor:
    """Somebody who looks at their Home: what they are in each of their teams, and the teams they sponsor."""

    person: Person
    seats: Sequence[Seat]
    sponsored: Sequence[Team]

    @property
    def leads(self) -> list[Team]:
        return [seat.team for seat in self.seats if seat.role is Role.LEADER]

    @property
    def teams(self) -> list[Team]:
        return [*(seat.team for seat in self.seats), *self.sponsored]


Section = Callable[[AsyncSession, Visitor, datetime], Awaitable[list[Block]]]
"""One part of a Home: a few rows read, and turned into blocks; none where it has nothing to say.

A team's blocks carry its id in their `block_id`, since a Home may show several.
"""


async def load_visitor(session: AsyncSession, person: Person) -> Visitor:
    theirs = await queries.teams_of_person(session, person.workspace_id, person.id)
    roles = await membership.roles_of(session, person.workspace_id, person.id)
    seats = [Seat(person, team, roles[team.id]) for team in theirs if team.id in roles]
    return Visitor(person, seats, [team for team in theirs if team.id not in roles])


def mark_changed(session: AsyncSession, workspace_id: str, person_ids: Iterable[str], *, now: datetime) -> None:
    """Mark these people's Homes as changed by this transaction. It costs next to nothing: mark all whom it concerns.

    Of those who opened theirs lately it is built again some seconds after the commit, and published if it differs.
    """
    touched: dict[str, dict[str, datetime]] = session.info.setdefault(TOUCHED, {})
    for person_id in person_ids:
        touched.setdefault(workspace_id, {})[person_id] = now


async def record_opened(session: AsyncSession, person: Person, view: Payload, *, now: datetime) -> None:
    """Record that somebody has opened theirs, and is shown this."""
    row = {"workspace_id": person.workspace_id, "person_id": person.id, "changes": 0}
    news = {"opened_at": now, "shown": fingerprint(view)}
    seen = insert(session, Home).values(row | news)
    await session.execute(seen.on_conflict_do_update(index_elements=["workspace_id", "person_id"], set_=news))


async def stale_homes(session: AsyncSession, workspace_id: str, *, now: datetime, limit: int) -> Sequence[Home]:
    """Return the Homes to publish anew, those that waited longest first; they may be marked again meanwhile."""
    theirs = select(Home).where(
        Home.workspace_id == workspace_id, Home.stale_at.is_not(None), Home.opened_at > now - RECENTLY_OPENED
    )
    return (await session.scalars(theirs.order_by(Home.stale_at, Home.person_id).limit(limit))).all()


async def mark_published(session: AsyncSession, shown: Sequence[tuple[Home, str]]) -> None:
    """Record what these were published as, by its fingerprint; one that was touched meanwhile stays stale."""
    rows = [{"of": home.workspace_id, "id": home.person_id, "seen": home.changes, "name": name} for home, name in shown]
    if rows:
        await session.execute(_MARK_PUBLISHED, sorted(rows, key=lambda row: str(row["id"])))


def fingerprint(view: Payload) -> str:
    return sha256(json.dumps(view, sort_keys=True).encode()).hexdigest()[:16]


_HOME = table(Home).c
_MARK_PUBLISHED = (
    update(table(Home))
    .where(_HOME.workspace_id == bindparam("of"), _HOME.person_id == bindparam("id"))
    .values(shown=bindparam("name"), stale_at=case((_HOME.changes == bindparam("seen"), null()), else_=_HOME.stale_at))
)
_THESE = locks.for_update(
    select(_HOME.person_id)
    .where(
        _HOME.workspace_id == bindparam("of"),
        _HOME.person_id.in_(bindparam("ids", expanding=True)),
        _HOME.opened_at > bindparam("since"),
    )
    .order_by(_HOME.person_id),
    table(Home),
)
_MARK_CHANGED = (
    update(table(Home))
    .where(_HOME.workspace_id == bindparam("of"), _HOME.person_id.in_(_THESE))
    .values(changes=_HOME.changes + 1, stale_at=func.coalesce(_HOME.stale_at, bindparam("at")))
    .returning(_HOME.person_id)
)
"""Built once, as the one above: every command that thanks waits for it."""


@event.listens_for(Session, "before_commit", insert=True)
def _write_changes(session: Session) -> None:
    """Last in the transaction, before the relay is called, and in one order, so that no two wait for each other."""
    touched: dict[str, dict[str, datetime]] = session.info.pop(TOUCHED, {})
    for workspace_id in sorted(touched):
        now = max(touched[workspace_id].values())
        asked = {"of": workspace_id, "ids": sorted(touched[workspace_id]), "since": now - RECENTLY_OPENED, "at": now}
        if session.execute(_MARK_CHANGED, asked).first():
            session.execute(scheduler.once_more(session, PUBLISH, workspace_id, due_at=_publish_time(now)))


def _publish_time(now: datetime) -> datetime:
    """The end of the next slot: everybody in this one means the same instant, and has committed by then."""
    begun = datetime.fromtimestamp(now.timestamp() // PUBLISH_SLOT.total_seconds() * PUBLISH_SLOT.total_seconds(), UTC)
    return begun + 2 * PUBLISH_SLOT
