"""Workspaces and the people in them, as Slack last told us."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, BigInteger, ForeignKey, Select, and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from bot.database import Base, insert
from bot.errors import UserError

NEWS = ("name", "zone", "is_bot", "has_left", "updated", "is_guest", "is_stranger", "is_admin")
"""What Slack tells of a person; the other columns are ours."""


Ids = Collection[str] | Select[str]
"""People by their ids; of many as a question within another, since no statement should name hundreds."""

NOT_MET = "I have not met you yet; Slack tells me of newcomers within a minute. Please try again."


class Address(NamedTuple):
    """Where something can be said: a channel, or a person's DM by their user id."""

    workspace_id: str
    conversation: str


class Workspace(Base):
    __tablename__ = "workspaces"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    bot_user_id: Mapped[str]
    bot_id: Mapped[str]
    token: Mapped[bytes]
    """The bot token, encrypted."""
    parked: Mapped[str | None] = mapped_column(default=None)
    """Why nothing can be said here until somebody installs the bot again: Slack's error, like `token_revoked`."""
    url: Mapped[str] = mapped_column(default="https://slack.com/")
    """Where messages are linked to, such as `https://harbour.slack.com/`."""
    looked_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the lookout last read all that Slack knows of it."""


class Person(Base):
    """A person (or bot) of a workspace."""

    __tablename__ = "people"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    zone: Mapped[str] = mapped_column(default="UTC")
    is_bot: Mapped[bool] = mapped_column(default=False)
    has_left: Mapped[bool] = mapped_column(default=False)
    updated: Mapped[int] = mapped_column(BigInteger, default=0)
    """When Slack last changed what it tells of them, in seconds since 1970."""
    is_guest: Mapped[bool] = mapped_column(default=False)
    is_stranger: Mapped[bool] = mapped_column(default=False)
    """From another workspace, met in a shared channel."""
    is_admin: Mapped[bool] = mapped_column(default=False)
    dm_id: Mapped[str | None] = mapped_column(default=None)
    """The id of their DM with the bot, once learnt."""
    away_until: Mapped[datetime | None] = mapped_column(default=None)
    quiet_from: Mapped[datetime | None] = mapped_column(default=None)
    """Do Not Disturb as Slack shows it to apps: the span that is on or comes next."""
    quiet_until: Mapped[datetime | None] = mapped_column(default=None)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    """What they chose for themself, read through models like a team's."""

    @property
    def dm(self) -> Address:
        return Address(self.workspace_id, self.id)

    @property
    def may_join(self) -> bool:
        return not (self.is_bot or self.is_stranger or self.has_left)

    def be_quiet(self, span: tuple[datetime, datetime] | None) -> None:
        self.quiet_from, self.quiet_until = span or (None, None)

    def local(self, now: datetime) -> datetime:
        return now.astimezone(ZoneInfo(self.zone))


async def meet(session: AsyncSession, people: Sequence[dict[str, Any]]) -> None:
    """Write down what Slack says of people, each with the columns in `NEWS`; older news than the known are ignored.

    Rows are locked in the order of their keys, as everywhere: two lists that were read at once would else wait for each
    other for ever.
    """
    if not people:
        return
    ordered = sorted(people, key=lambda each: (each["workspace_id"], each["id"]))
    met = insert(session, Person).values([{**each, "settings": {}} for each in ordered])
    news = {column: met.excluded[column] for column in NEWS}
    is_newer = met.excluded.updated >= Person.updated
    await session.execute(met.on_conflict_do_update(index_elements=["workspace_id", "id"], set_=news, where=is_newer))


async def url(session: AsyncSession, workspace_id: str) -> str:
    """Where a workspace's messages are linked to."""
    return await session.scalar(select(Workspace.url).where(Workspace.id == workspace_id)) or ""


async def person(session: AsyncSession, workspace_id: str, user_id: str, *, lock: bool = False) -> Person:
    """Somebody Slack has told us of; `lock` makes others who count for this person wait."""
    query = select(Person).where(Person.workspace_id == workspace_id, Person.id == user_id)
    found = await session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise UserError(NOT_MET)
    return found


_OTHER = aliased(Person)
_WITH_OTHERS = (
    select(Person, _OTHER)
    .outerjoin(
        _OTHER,
        and_(_OTHER.workspace_id == Person.workspace_id, _OTHER.id.in_(bindparam("others", expanding=True))),
    )
    .where(Person.workspace_id == bindparam("workspace_id"), Person.id == bindparam("user_id"))
    .with_for_update(of=Person)
)


async def person_with(
    session: AsyncSession, workspace_id: str, user_id: str, others: Collection[str]
) -> tuple[Person, dict[str, Person]]:
    """Somebody, locked, and those of `others` that Slack has told us of: one question, since an ack waits for it."""
    asked = {"workspace_id": workspace_id, "user_id": user_id, "others": sorted(others)}
    rows = (await session.execute(_WITH_OTHERS, asked)).all()
    if not rows:
        raise UserError(NOT_MET)
    return rows[0][0], {other.id: other for _, other in rows if other}


async def people(session: AsyncSession, workspace_id: str, ids: Collection[str]) -> dict[str, Person]:
    """Those of `ids` that Slack has told us of."""
    if not ids:
        return {}
    known = select(Person).where(Person.workspace_id == workspace_id, Person.id.in_(sorted(ids)))
    return {found.id: found for found in await session.scalars(known)}


async def named(session: AsyncSession, workspace_id: str, names: Collection[str]) -> dict[str, str]:
    """User ids by the names people type after an @."""
    known = select(Person.name, Person.id).where(
        Person.workspace_id == workspace_id, Person.name.in_(sorted(names)), Person.has_left.is_(False)
    )
    return {row.name: row.id for row in await session.execute(known)}


async def admins(session: AsyncSession, workspace_id: str, limit: int = 3) -> Sequence[Person]:
    """Some of those who run the workspace, to be asked for what only they may do."""
    here = select(Person).where(
        Person.workspace_id == workspace_id,
        Person.is_admin,
        Person.has_left.is_(False),
        Person.is_bot.is_(False),
    )
    return (await session.scalars(here.order_by(Person.name).limit(limit))).all()


async def who_may_join(session: AsyncSession, workspace_id: str, ids: Collection[str]) -> set[str]:
    """Those of `ids` who can be in a team: no bots, no strangers, nobody who has left or was never met."""
    known = await people(session, workspace_id, ids)
    return {id for id in ids if id in known and known[id].may_join}


async def go_quiet(
    session: AsyncSession, workspace_id: str, user_id: str, span: tuple[datetime, datetime] | None
) -> None:
    """Write down somebody's Do Not Disturb, on now or next to come; None when they have none."""
    if found := await session.get(Person, (workspace_id, user_id)):
        found.be_quiet(span)
