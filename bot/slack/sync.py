"""Sync of people, channels, user groups and Do Not Disturb from Slack: a full sync every day, events in between.

Listeners and jobs never wait for Slack. They read tables, which the sync fills in transactions of its own.
"""

import asyncio
from collections.abc import Collection, Coroutine, Iterable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import and_, select, update

from bot.clock import Clock, monotonic_seconds
from bot.db import locks
from bot.db.sessions import Database
from bot.org import channels, installations, people
from bot.org.channels import Channel
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.org.workspaces import RESUMING, Workspace
from bot.slack import lookups, profiles, sync_claims
from bot.slack.clients import TOKEN_IS_DEAD, Clients
from bot.slack.post import Payload
from bot.slack.sync_claims import SyncClaims

log = structlog.get_logger()

MOST_UNKNOWN = 50
RETRY_DELAY = timedelta(minutes=1)
IS_SYNCED = and_(Workspace.parked == RESUMING, Workspace.looked_at >= Workspace.resumed_at)
"""The SQL condition for workspaces that have been synced since their token works again."""
WORKSPACES_AT_ONCE, CHANNELS_AT_ONCE = 5, 100
FULL, CHANNELS = "full sync of", "channels of"
POLL_SECONDS = 1.0
STUMBLED_SECONDS = 60.0
GONE = {"channel_not_found", "not_in_channel", "is_archived"}


class SlackSync:
    """Syncs the tables from Slack. A live process calls `run`; `sync_due` syncs what is due by the clock's time."""

    def __init__(self, database: Database, clients: Clients, clock: Clock) -> None:
        self._database = database
        self._clients = clients
        self._clock = clock
        self._claims = SyncClaims(database, clock)
        self.free_leases = self._claims.free_leases
        self._reading = asyncio.Lock()
        self._syncing: dict[str, asyncio.Task[None]] = {}
        self._again_at: dict[tuple[str, str], float] = {}
        """When a channel whose sync failed is retried, by the machine's clock."""

    async def run(self) -> None:
        """Sync what is due, several workspaces at a time, so that a large or slow one does not hold up the others."""
        try:
            while True:
                try:
                    async with self._reading:
                        await self._begin_due()
                    await asyncio.sleep(POLL_SECONDS)
                except Exception:
                    log.exception("sync_failed")
                    await asyncio.sleep(STUMBLED_SECONDS)
        finally:
            await self._cancel()

    async def _cancel(self) -> None:
        """Cancel the running sync and wait until it has stopped, because the database is closed afterwards."""
        tasks = [*self._syncing.values()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def sync_due(self) -> None:
        """Sync every workspace whose last full sync is at least a day old, and every channel that is marked stale.

        Whatever fails is retried after a minute and does not block the rest.
        """
        async with self._reading:
            while self._syncing:
                await asyncio.wait(self._syncing.values())
            while claim := await self._claims.take():
                await self._sync_workspace(claim)
            await self._read_all(await self._stale())
            await self._end_resuming()

    async def _begin_due(self) -> None:
        """Begin to sync what is due: up to `WORKSPACES_AT_ONCE` in full, and the stale channels of as many others."""
        await self._claims.renew()
        while self._has_room(FULL) and (claim := await self._claims.take()):
            self._begin(f"{FULL} {claim}", self._sync_workspace(claim))
        await self._end_resuming()
        busy = [name.removeprefix(f"{CHANNELS} ") for name in self._syncing if name.startswith(CHANNELS)]
        stale = await self._stale(busy, limit=CHANNELS_AT_ONCE) if self._has_room(CHANNELS) else []
        for workspace_id in dict.fromkeys(each.workspace_id for each in stale):
            if self._has_room(CHANNELS):
                here = [each for each in stale if each.workspace_id == workspace_id]
                self._begin(f"{CHANNELS} {workspace_id}", self._read_all(here))

    def _has_room(self, what: str) -> bool:
        return sum(name.startswith(what) for name in self._syncing) < WORKSPACES_AT_ONCE

    def _begin(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Begin some work in the background, unless the same work is already running."""
        if name in self._syncing:
            work.close()
            return
        self._syncing[name] = asyncio.create_task(work)
        self._syncing[name].add_done_callback(partial(self._end, name))

    def _end(self, name: str, task: asyncio.Task[None]) -> None:
        del self._syncing[name]
        if not task.cancelled() and (error := task.exception()):
            log.error("sync_failed", exc_info=error)

    async def _read_all(self, stale: Iterable[Channel]) -> None:
        for channel in stale:
            await self._try_to_read(channel)

    @property
    def is_busy(self) -> bool:
        """Whether a sync is under way."""
        return bool(self._syncing)

    async def _end_resuming(self) -> None:
        """Let the relay and the scheduler work again for workspaces that are synced since their token works again.

        All their channels have been read again, but one that could not be read does not hold them back.
        """
        reading = select(Channel.id).where(Channel.workspace_id == Workspace.id, channels.is_waiting(self._failing()))
        synced = (IS_SYNCED, ~reading.exists())
        async with self._database.reading() as session:
            if await session.scalar(select(Workspace.id).where(*synced).limit(1)) is None:
                return
        async with self._database.begin() as session:
            resumed = update(Workspace).where(*synced).values(parked=None).returning(Workspace.id)
            log.info("workspaces_resumed", workspaces=sorted(await session.scalars(resumed)))

    async def _sync_workspace(self, workspace_id: str) -> None:
        token = None
        try:
            client = await self._clients.of(workspace_id)
            token = client.token
            await self._learn_name(client, workspace_id)
            await self._meet_people(client, workspace_id)
            await self._find_channels(client, workspace_id)
            await self._gather_groups(client, workspace_id)
            await profiles.sync_do_not_disturb(self._database, client, workspace_id)
            await self._claims.record(workspace_id)
        except asyncio.CancelledError:
            await self._claims.release(workspace_id)
            raise
        except Exception as error:
            log.exception("sync_failed", workspace=workspace_id)
            await self._give_up_for_now(workspace_id, error, token)

    async def _give_up_for_now(self, workspace_id: str, error: Exception, token: str | None) -> None:
        now = self._clock.now()
        self._claims.forget(workspace_id)
        async with self._database.begin() as session:
            if isinstance(error, SlackApiError) and (reason := str(error.response.get("error"))) in TOKEN_IS_DEAD:
                await installations.park_if_current(session, workspace_id, reason, token, now=now)
                self._clients.forget(workspace_id)
            workspace = await session.get_one(Workspace, workspace_id)
            workspace.looked_at = now - sync_claims.FULL_SYNC_INTERVAL + RETRY_DELAY

    async def _learn_name(self, client: AsyncWebClient, workspace_id: str) -> None:
        """Store the name of a workspace that an org-wide install covers. Slack grants those by their ids alone."""
        if not (await self._clients.credentials(workspace_id)).is_org:
            return
        async for page in lookups.pages(client.auth_teams_list):
            for team in page["teams"]:
                if team["id"] == workspace_id:
                    named = update(Workspace).where(Workspace.id == workspace_id).values(name=team["name"])
                    async with self._database.begin() as session:
                        await session.execute(named)

    async def _meet_people(self, client: AsyncWebClient, workspace_id: str) -> None:
        async for page in lookups.pages(client.users_list, include_locale=True):
            async with self._database.begin() as session:
                await people.upsert_people(
                    session, [profiles.parse_user(workspace_id, user) for user in page["members"]]
                )

    async def _find_channels(self, client: AsyncWebClient, workspace_id: str) -> None:
        """Mark as stale all channels that the bot is or was in, so that each is read again."""
        found: dict[str, str] = {}
        async for page in lookups.pages(client.conversations_list, types="public_channel,private_channel"):
            found |= {channel["id"]: channel["name"] for channel in page["channels"] if channel.get("is_member")}
        async with self._database.begin() as session:
            await channels.mark_all_stale(session, workspace_id, found)

    async def _gather_groups(self, client: AsyncWebClient, workspace_id: str) -> None:
        answer = await lookups.ask_if_there(client.usergroups_list, include_users=True, include_disabled=True)
        async with self._database.begin() as session:
            for group in answer["usergroups"] if answer else []:
                await channels.upsert_group(
                    session, workspace_id, group["id"], handle=group["handle"], user_ids=group.get("users"),
                    is_disabled=bool(group.get("date_delete")), updated=int(group.get("date_update") or 0),
                )  # fmt: skip

    async def _stale(self, busy: Collection[str] = (), limit: int | None = None) -> Sequence[Channel]:
        """Return the channels that are to be read now, at most `limit`, in workspaces other than those in `busy`."""
        async with self._database.reading() as session:
            return await channels.stale_channels(session, busy=busy, failing=self._failing(), limit=limit)

    def _failing(self) -> list[tuple[str, str]]:
        """Return the channels that could not be read and are not to be tried again yet."""
        self._again_at = {key: at for key, at in self._again_at.items() if at > monotonic_seconds()}
        return list(self._again_at)

    async def _try_to_read(self, channel: Channel) -> None:
        try:
            await self._read(channel)
        except Exception:
            log.exception("channel_sync_failed", workspace=channel.workspace_id, channel=channel.id)
            self._again_at[channel.workspace_id, channel.id] = monotonic_seconds() + STUMBLED_SECONDS

    async def _read(self, channel: Channel) -> None:
        """Sync a channel's name and members, and update its team."""
        client = await self._clients.of(channel.workspace_id)
        try:
            about = (await lookups.ask(client.conversations_info, channel=channel.id))["channel"]
            members = lookups.pages(client.conversations_members, channel=channel.id)
            here = {id async for page in members for id in page["members"]}
        except SlackApiError as error:
            if error.response["error"] not in GONE:
                raise
            about, here = {"name": channel.name, "is_archived": True}, set()
        await self._fetch_unknown_people(client, channel.workspace_id, here)
        team = await self._store_channel(channel, about, here)
        if team:
            await profiles.sync_do_not_disturb(self._database, client, channel.workspace_id, team)
            await self._learn_last_words(client, channel)

    async def _store_channel(self, channel: Channel, about: Payload, here: set[str]) -> Team | None:
        """Store what Slack reported about a channel, and return its team.

        Returns None if the channel is closed or has no team. Also returns None, and stores nothing, if an event changed
        the channel in the meantime; it is then read again.
        """
        async with self._database.begin() as session:
            known = await locks.lock_existing(session, Channel, (channel.workspace_id, channel.id))
            if known.changed != channel.changed:
                return None
            known.name, known.read_at, known.is_stale = about["name"], self._clock.now(), False
            known.is_open = not about.get("is_archived") and bool(about.get("is_member", True))
            await membership.set_closed(session, known.workspace_id, known.id, is_closed=not known.is_open)
            if not known.is_open:
                return None
            await channels.replace_members(session, known, here)
            return await membership.follow_channel(session, known, here, now=self._clock.now())

    async def _learn_last_words(self, client: AsyncWebClient, channel: Channel) -> None:
        said = await lookups.fetch_latest(client, channel.id)
        async with self._database.begin() as session:
            workspace = await session.get_one(Workspace, channel.workspace_id)
            said_at = lookups.find_last_message_time(said, excluding=workspace.bot_user_id)
            known = await locks.lock_existing(session, Channel, (channel.workspace_id, channel.id))
            known.said_at = said_at or known.said_at

    async def _fetch_unknown_people(self, client: AsyncWebClient, workspace_id: str, ids: set[str]) -> None:
        """Fetch members that the workspace's user list lacks, such as people from other workspaces."""
        async with self._database.reading() as session:
            known = await people.fetch_people(session, workspace_id, ids)
        unknown = sorted(ids - known.keys())[:MOST_UNKNOWN]
        met = [(await lookups.ask(client.users_info, user=id, include_locale=True))["user"] for id in unknown]
        async with self._database.begin() as session:
            await people.upsert_people(session, [profiles.parse_user(workspace_id, user) for user in met])
