"""Channels that the bot is in, their members, and user groups, as Slack last reported them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ColumnElement, Index, and_, delete, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import locks
from bot.db.models import KeyedRow
from bot.db.personal_data import KNOWN_NOW, Erase, Personal, Reader
from bot.db.sessions import insert
from bot.org.workspaces import Workspace, can_be_synced


class Channel(KeyedRow):
    """A channel that the bot is or was in."""

    __tablename__ = "channels"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    is_open: Mapped[bool] = mapped_column(default=True)
    """Whether the bot can post there: the channel is not archived, and the bot is a member."""
    changed: Mapped[int] = mapped_column(default=0)
    """Counts changes to the channel, so that a slow sync does not overwrite a change that happened meanwhile."""
    read_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the Slack sync last read it in full; None if never."""
    is_stale: Mapped[bool] = mapped_column(default=True)
    """Whether the Slack sync must read it again."""
    said_at: Mapped[datetime | None] = mapped_column(default=None)
    """When a person last posted there, as of `read_at`; None if unknown."""
    asked_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the bot last posted there because the channel was quiet."""


class ChannelMember(KeyedRow):
    """A member of a channel."""

    __tablename__ = "channel_members"
    __table_args__ = (Index(None, "workspace_id", "user_id"),)

    channel_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)


class UserGroup(KeyedRow):
    """A user group such as `@night-shift`."""

    __tablename__ = "user_groups"

    id: Mapped[str] = mapped_column(primary_key=True)
    handle: Mapped[str] = mapped_column(index=True)
    is_disabled: Mapped[bool] = mapped_column(default=False)
    updated: Mapped[int] = mapped_column(BigInteger, default=0)
    """When it last changed in Slack, as a Unix timestamp in seconds; older updates are ignored."""
    user_ids: Mapped[list[str]] = mapped_column(JSON, default_factory=list)


Personal(Channel, "channels", plain="id name", keep=KNOWN_NOW)
Personal(
    ChannelMember, "channels", people=[ChannelMember.user_id], plain="channel_id", read_by=Reader.NOBODY, keep=KNOWN_NOW
)
Personal(
    UserGroup,
    "channels",
    people=[UserGroup.user_ids],
    plain="id handle",
    read_by=Reader.NOBODY,
    on_erase=Erase.TAKE_OUT,
    keep=KNOWN_NOW,
)


async def mark_open(session: AsyncSession, workspace_id: str, channel_id: str) -> None:
    """Mark a channel as open and stale: the bot has joined it, or can post in it again."""
    row = _new(session, [{"workspace_id": workspace_id, "id": channel_id, "name": channel_id}])
    news = {"is_open": True, "is_stale": True, "changed": Channel.changed + 1}
    await session.execute(row.on_conflict_do_update(index_elements=["workspace_id", "id"], set_=news))


async def mark_all_stale(session: AsyncSession, workspace_id: str, names: dict[str, str]) -> None:
    """Mark every known channel as stale, and add the ones in `names` (name by id), which the bot is in now."""
    await session.execute(update(Channel).where(Channel.workspace_id == workspace_id).values(is_stale=True))
    if names:
        rows = [{"workspace_id": workspace_id, "id": id, "name": name} for id, name in names.items()]
        await session.execute(_new(session, rows).on_conflict_do_nothing())


def _new(session: AsyncSession, rows: list[dict[str, str]]) -> postgresql.Insert | sqlite.Insert:
    return insert(session, Channel).values([{**row, "is_open": True, "is_stale": True, "changed": 0} for row in rows])


async def fetch_channel(
    session: AsyncSession, workspace_id: str, channel_id: str, *, lock: bool = False
) -> Channel | None:
    key = workspace_id, channel_id
    if lock:
        return await locks.lock_row(session, Channel, key, refresh=True)
    return await session.get(Channel, key, populate_existing=True)


async def stale_channels(
    session: AsyncSession, *, busy: Collection[str], failing: Collection[tuple[str, str]], limit: int | None
) -> Sequence[Channel]:
    """Return stale channels, at most `limit`, except in parked workspaces, whose token no longer works.

    Those of workspaces in `busy` are left out, and those in `failing`, which are retried later.
    """
    waiting = select(Channel).join(Workspace, Workspace.id == Channel.workspace_id)
    these = waiting.where(Channel.workspace_id.not_in(busy), can_be_synced(), is_waiting(failing))
    return (await session.scalars(these.order_by(Channel.workspace_id, Channel.id).limit(limit))).all()


def is_waiting(failing: Collection[tuple[str, str]]) -> ColumnElement[bool]:
    """Return the SQL condition for stale channels other than those in `failing`."""
    return and_(Channel.is_stale, tuple_(Channel.workspace_id, Channel.id).not_in(failing))


async def close_channel(session: AsyncSession, workspace_id: str, channel_id: str) -> None:
    """Mark a channel as closed: it was archived or deleted, or the bot was removed from it."""
    await _change(session, workspace_id, channel_id, is_open=False)


async def rename(session: AsyncSession, workspace_id: str, channel_id: str, name: str) -> None:
    await _change(session, workspace_id, channel_id, name=name)


async def _change(session: AsyncSession, workspace_id: str, channel_id: str, **news: Any) -> None:
    this = update(Channel).where(Channel.workspace_id == workspace_id, Channel.id == channel_id)
    await session.execute(this.values(changed=Channel.changed + 1, **news))


async def replace_members(session: AsyncSession, known: Channel, user_ids: Collection[str]) -> None:
    """Store the members of a channel, and remove its former members."""
    before, now = await people_in(session, known.workspace_id, known.id), set(user_ids)
    await remove_members(session, known.workspace_id, known.id, before - now)
    await add_members(session, known.workspace_id, known.id, now - before)


async def record_arrival(session: AsyncSession, workspace_id: str, channel_id: str, user_id: str) -> None:
    """Record that somebody has just joined a channel."""
    await _change(session, workspace_id, channel_id)
    await add_members(session, workspace_id, channel_id, [user_id])


async def record_departure(session: AsyncSession, workspace_id: str, channel_id: str, user_id: str) -> None:
    """Record that somebody has just left a channel."""
    await _change(session, workspace_id, channel_id)
    await remove_members(session, workspace_id, channel_id, [user_id])


async def add_members(session: AsyncSession, workspace_id: str, channel_id: str, user_ids: Collection[str]) -> None:
    """Add members to a channel. Idempotent."""
    rows = [{"workspace_id": workspace_id, "channel_id": channel_id, "user_id": each} for each in sorted(user_ids)]
    if rows:
        await session.execute(insert(session, ChannelMember).on_conflict_do_nothing(), rows)


async def remove_members(session: AsyncSession, workspace_id: str, channel_id: str, user_ids: Collection[str]) -> None:
    gone = delete(ChannelMember).where(
        ChannelMember.workspace_id == workspace_id, ChannelMember.channel_id == channel_id
    )
    if user_ids:
        await session.execute(gone.where(ChannelMember.user_id.in_(sorted(user_ids))))


async def people_in(session: AsyncSession, workspace_id: str, channel_id: str) -> set[str]:
    """Return the user ids of everybody in a channel, including bots."""
    here = select(ChannelMember.user_id).where(
        ChannelMember.workspace_id == workspace_id, ChannelMember.channel_id == channel_id
    )
    return set((await session.scalars(here)).all())


async def shared_with(session: AsyncSession, workspace_id: str, user_id: str) -> Sequence[Channel]:
    """Return the open channels where both the person and the bot are members, sorted by name."""
    theirs = select(ChannelMember.channel_id).where(
        ChannelMember.workspace_id == workspace_id, ChannelMember.user_id == user_id
    )
    shared = select(Channel).where(Channel.workspace_id == workspace_id, Channel.is_open, Channel.id.in_(theirs))
    return (await session.scalars(shared.order_by(Channel.name))).all()


async def upsert_group(
    session: AsyncSession,
    workspace_id: str,
    group_id: str,
    *,
    handle: str,
    user_ids: Sequence[str] | None,
    is_disabled: bool,
    updated: int,
) -> None:
    """Insert or update a user group, unless a newer update is stored. With `user_ids` None the known members stay."""
    news = {"handle": handle, "is_disabled": is_disabled, "updated": updated}
    news |= {} if user_ids is None else {"user_ids": list(user_ids)}
    row = insert(session, UserGroup).values(workspace_id=workspace_id, id=group_id, **{"user_ids": [], **news})
    is_newer = row.excluded.updated >= UserGroup.updated
    await session.execute(row.on_conflict_do_update(index_elements=["workspace_id", "id"], set_=news, where=is_newer))


async def change_group(
    session: AsyncSession,
    workspace_id: str,
    group_id: str,
    *,
    added: Sequence[str],
    removed: Sequence[str],
    updated: int,
) -> None:
    """Add people to a known user group and remove others, unless a newer update is stored."""
    group = await locks.lock_row(session, UserGroup, (workspace_id, group_id))
    if group and updated >= group.updated:
        group.updated = updated
        stay = [each for each in group.user_ids if each not in removed]
        group.user_ids = list(dict.fromkeys([*stay, *added]))


async def people_of_groups(session: AsyncSession, workspace_id: str, refs: Collection[str]) -> dict[str, list[str]]:
    """Return each group's user ids, by the group id or handle in `refs`. Unknown and disabled groups are left out."""
    some = or_(UserGroup.id.in_(sorted(refs)), UserGroup.handle.in_(sorted(refs)))
    found = select(UserGroup).where(UserGroup.workspace_id == workspace_id, UserGroup.is_disabled.is_(False), some)
    known = (await session.scalars(found)).all()
    return {ref: group.user_ids for group in known for ref in (group.id, group.handle) if ref in refs}


async def names_by_id(session: AsyncSession, workspace_id: str, ids: Collection[str]) -> dict[str, str]:
    """Return the names of known channels and user groups by id."""
    if not ids:
        return {}
    channels = select(Channel.id, Channel.name).where(Channel.workspace_id == workspace_id, Channel.id.in_(sorted(ids)))
    handles = select(UserGroup.id, UserGroup.handle).where(
        UserGroup.workspace_id == workspace_id, UserGroup.id.in_(sorted(ids))
    )
    return {id: name for id, name in await session.execute(channels.union_all(handles)) if name != id}


async def channels_named(session: AsyncSession, workspace_id: str, names: Collection[str]) -> set[str]:
    """Return the given names that belong to known channels."""
    if not names:
        return set()
    theirs = select(Channel.name).where(Channel.workspace_id == workspace_id, Channel.name.in_(sorted(names)))
    return set((await session.scalars(theirs)).all())
