"""Who comes into a channel and goes, what becomes of the channel, and who is in which user group."""

from datetime import datetime, timedelta

from slack_bolt.async_app import AsyncBoltContext
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory, homes, inbox, places
from bot.directory import Address
from bot.inbox import Sessions
from bot.listeners import Listeners
from bot.messages import setup as messages
from bot.messages.post import Payload
from bot.outbox import outbox
from bot.teams import finding, membership
from schedules import members

HELLOS = 3
A_DAY = timedelta(days=1)


def register(on: Listeners) -> None:
    on.event("member_joined_channel")(join)
    on.event("member_left_channel")(leave)
    for kind in ("channel", "group"):
        on.event(f"{kind}_rename")(rename)
        on.event(f"{kind}_unarchive")(reopen)
        for end in ("archive", "deleted", "left"):
            on.event(f"{kind}_{end}")(close)
    on.event("subteam_created")(gather)
    on.event("subteam_updated")(gather)
    on.event("subteam_members_changed")(regroup)


async def join(body: Payload, event: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime) -> None:
    """The bot's own coming has the lookout read the channel."""
    workspace_id, channel_id, user_id = body["team_id"], event["channel"], event["user"]
    async with sessions.begin() as session:
        if user_id == context.bot_user_id:
            await places.find(session, workspace_id, channel_id)
            await _close_team(session, workspace_id, channel_id, now, is_closed=False)
            await _say_hello(session, workspace_id, channel_id, now)
            return
        await places.come(session, workspace_id, channel_id, user_id)
        if not await directory.people(session, workspace_id, [user_id]):
            await places.find(session, workspace_id, channel_id)  # who that is, is read with the channel
        elif team := await finding.of_channel(session, workspace_id, channel_id):
            theirs = await directory.who_may_join(session, workspace_id, [user_id])
            await membership.join(session, team, theirs, now=now)
            homes.touch(session, workspace_id, theirs, now=now)


async def _say_hello(session: AsyncSession, workspace_id: str, channel_id: str, now: datetime) -> None:
    """Greet the channel that the bot was invited to, at most `HELLOS` times a day."""
    key = f"hello:{channel_id}"
    if await inbox.take_turn(session, workspace_id, key, turns=HELLOS, again_after=A_DAY, now=now):
        team = await finding.of_channel(session, workspace_id, channel_id)
        post = messages.back_again(team) if team else messages.hello(channel_id)
        await outbox.put(session, post, to=Address(workspace_id, channel_id), not_before=now)


async def leave(body: Payload, event: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime) -> None:
    workspace_id, channel_id, user_id = body["team_id"], event["channel"], event["user"]
    async with sessions.begin() as session:
        if user_id == context.bot_user_id:
            await places.close(session, workspace_id, channel_id)
            await _close_team(session, workspace_id, channel_id, now, is_closed=True)
            return
        await places.go(session, workspace_id, channel_id, user_id)
        if team := await finding.of_channel(session, workspace_id, channel_id):
            await membership.leave(session, team, [user_id], now=now)
            await members.settle(session, team, now=now)
            homes.touch(session, workspace_id, [user_id], now=now)


async def rename(body: Payload, event: Payload, sessions: Sessions) -> None:
    channel = event["channel"]
    async with sessions.begin() as session:
        await places.rename(session, body["team_id"], channel["id"], channel["name"])
        if team := await finding.of_channel(session, body["team_id"], channel["id"]):
            team.name = channel["name"]


async def close(body: Payload, event: Payload, sessions: Sessions, now: datetime) -> None:
    """Archived, deleted, or the bot was taken out."""
    async with sessions.begin() as session:
        await places.close(session, body["team_id"], event["channel"])
        await _close_team(session, body["team_id"], event["channel"], now, is_closed=True)


async def reopen(body: Payload, event: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        if known := await places.channel(session, body["team_id"], event["channel"]):
            await places.find(session, body["team_id"], known.id)
            await _close_team(session, body["team_id"], known.id, now, is_closed=False)


async def _close_team(
    session: AsyncSession, workspace_id: str, channel_id: str, now: datetime, *, is_closed: bool
) -> None:
    """Its leaders and its sponsor see on their Homes whether something can be said in its channel."""
    await membership.close(session, workspace_id, channel_id, is_closed=is_closed)
    if team := await finding.of_channel(session, workspace_id, channel_id):
        homes.touch(session, workspace_id, await membership.guides(session, team), now=now)


async def gather(body: Payload, event: Payload, sessions: Sessions) -> None:
    group = event["subteam"]
    async with sessions.begin() as session:
        await places.gather(
            session, body["team_id"], group["id"], handle=group["handle"], user_ids=group.get("users"),
            is_disabled=bool(group.get("date_delete")), updated=int(group.get("date_update") or 0),
        )  # fmt: skip


async def regroup(body: Payload, event: Payload, sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await places.regroup(
            session, body["team_id"], event["subteam_id"],
            added=event.get("added_users") or [], removed=event.get("removed_users") or [],
            updated=int(event.get("date_update") or 0),
        )  # fmt: skip
