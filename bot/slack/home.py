"""Home tabs: who opened their tab and when, and which tabs are stale.

A Home is published when it is opened. After a change it is published again, within seconds and in small batches, but
only for people who opened their tab in the last 7 days. All other tabs are rebuilt the next time they are opened.
"""

import json
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from slackblocks import Block
from sqlalchemy import Index, bindparam, case, event, func, null, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import locks
from bot.db.models import KeyedRow, table
from bot.db.personal_data import Keep, Personal, Reader
from bot.db.sessions import insert
from bot.org.people import Person
from bot.org.teams import membership, queries
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.slack.post import Payload

PUBLISH = JobName("home.publish")
"""The job that publishes changed Homes. Referenced by name, because `schedules/` is in a higher layer."""
RECENTLY_OPENED = timedelta(days=7)
PUBLISH_SLOT = timedelta(seconds=3)
"""Debounce interval: changes in the same slot are published together.

It is longer than the timeout of a listener; see `end_of_slot`.
"""
TOUCHED = "homes.touched"
AT_ONCE = "homes.at_once"


class Home(KeyedRow):
    """The state of one person's Home tab. The row exists once they have opened the tab."""

    __tablename__ = "homes"
    __table_args__ = (Index(None, "workspace_id", "stale_at"),)

    person_id: Mapped[str] = mapped_column(primary_key=True)
    opened_at: Mapped[datetime]
    shown: Mapped[str]
    """The fingerprint of the view that was published last. An equal view is not published again."""
    changes: Mapped[int] = mapped_column(default=0)
    """A change counter, so that a change made while the view is being built is not mistaken for published."""
    stale_at: Mapped[datetime | None] = mapped_column(default=None)
    """Since when the published view is stale; None while it is up to date."""


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
    """A person who opens their Home, with their role in each of their teams and the teams they sponsor."""

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
"""A function that builds one section of a Home from a few rows. It returns no blocks if it has nothing to show.

A team's blocks include its id in their `block_id`, because a Home can show several teams.
"""


async def load_visitor(session: AsyncSession, person: Person) -> Visitor:
    theirs = await queries.teams_of_person(session, person.workspace_id, person.id)
    roles = await membership.roles_of(session, person.workspace_id, person.id)
    seats = [Seat(person, team, roles[team.id]) for team in theirs if team.id in roles]
    return Visitor(person, seats, [team for team in theirs if team.id not in roles])


def mark_changed(
    session: AsyncSession, workspace_id: str, person_ids: Iterable[str], *, now: datetime, at_once: bool = False
) -> None:
    """Mark these people's Homes as changed by this transaction. Marking is cheap, so mark everyone affected.

    A few seconds after the commit, the Homes that were opened in the last 7 days are rebuilt, and published if they
    differ. With `at_once` this is not delayed, for changes that have been collected already.
    """
    session.info[AT_ONCE] = at_once
    touched: dict[str, dict[str, datetime]] = session.info.setdefault(TOUCHED, {})
    for person_id in person_ids:
        touched.setdefault(workspace_id, {})[person_id] = now


async def record_opened(session: AsyncSession, person: Person, view: Payload, *, now: datetime) -> None:
    """Record that a person has opened their Home, and which view of it was published."""
    row = {"workspace_id": person.workspace_id, "person_id": person.id, "changes": 0}
    news = {"opened_at": now, "shown": fingerprint(view)}
    seen = insert(session, Home).values(row | news)
    await session.execute(seen.on_conflict_do_update(index_elements=["workspace_id", "person_id"], set_=news))


async def find_openers(
    session: AsyncSession, workspace_id: str, ids: Collection[str], *, since: datetime
) -> Collection[str]:
    """Return the ids of those of these people who have opened their Home since then."""
    opened = select(Home.person_id).where(
        Home.workspace_id == workspace_id, Home.person_id.in_(ids), Home.opened_at > since
    )
    return set(await session.scalars(opened))


async def stale_homes(session: AsyncSession, workspace_id: str, *, now: datetime, limit: int) -> Sequence[Home]:
    """Return up to `limit` Homes to publish again, stalest first. They are not locked and may be marked again."""
    theirs = select(Home).where(
        Home.workspace_id == workspace_id, Home.stale_at.is_not(None), Home.opened_at > now - RECENTLY_OPENED
    )
    return (await session.scalars(theirs.order_by(Home.stale_at, Home.person_id).limit(limit))).all()


async def mark_published(session: AsyncSession, shown: Sequence[tuple[Home, str]]) -> None:
    """Record the fingerprint with which each Home was published. A Home that changed in the meantime stays stale."""
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
"""Built once at import, like `_MARK_PUBLISHED`, because every command that gives thanks executes it."""


@event.listens_for(Session, "before_commit", insert=True)
def _write_changes(session: Session) -> None:
    """Mark changed Homes as stale at the end of a transaction, in sorted order to avoid deadlocks."""
    touched: dict[str, dict[str, datetime]] = session.info.pop(TOUCHED, {})
    for workspace_id in sorted(touched):
        now = max(touched[workspace_id].values())
        asked = {"of": workspace_id, "ids": sorted(touched[workspace_id]), "since": now - RECENTLY_OPENED, "at": now}
        if session.execute(_MARK_CHANGED, asked).first():
            due_at = now if session.info.get(AT_ONCE) else end_of_slot(now)
            session.execute(*scheduler.workspace_job_insert(session, PUBLISH, workspace_id, due_at=due_at))


def end_of_slot(now: datetime) -> datetime:
    """Return the end of the time slot after the current one.

    All transactions in the current slot compute the same instant, and will have committed by then.
    """
    begun = datetime.fromtimestamp(now.timestamp() // PUBLISH_SLOT.total_seconds() * PUBLISH_SLOT.total_seconds(), UTC)
    return begun + 2 * PUBLISH_SLOT
