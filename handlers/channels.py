"""Who joins and leaves a channel, what becomes of it, and who is in which user group."""

from datetime import datetime

from slack_bolt.async_app import AsyncBoltContext

from bot.org import channels, people
from bot.org.teams import membership, queries
from bot.slack import home
from bot.slack.dispatcher import Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.post import Payload
from bot.workflows import members, setup


def register(on: Dispatcher) -> None:
    on.event("member_joined_channel")(join)
    on.event("member_left_channel")(leave)
    for kind in ("channel", "group"):
        on.event(f"{kind}_rename")(rename)
        on.event(f"{kind}_unarchive")(reopen_channel)
        for end in ("archive", "deleted", "left"):
            on.event(f"{kind}_{end}")(close_channel)
    on.event("subteam_created")(update_group)
    on.event("subteam_updated")(update_group)
    on.event("subteam_members_changed")(update_group_members)


async def join(body: Payload, event: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime) -> None:
    """The bot's own coming has the lookout read the channel."""
    workspace_id, channel_id, user_id = body["team_id"], event["channel"], event["user"]
    async with sessions.begin() as session:
        if user_id == context.bot_user_id:
            await channels.open_channel(session, workspace_id, channel_id)
            await setup.set_team_closed(session, workspace_id, channel_id, now, is_closed=False)
            await setup.say_hello(session, workspace_id, channel_id, now)
            return
        await channels.record_arrival(session, workspace_id, channel_id, user_id)
        if not await people.fetch_people(session, workspace_id, [user_id]):
            await channels.open_channel(session, workspace_id, channel_id)  # who that is, is read with the channel
        elif team := await queries.team_of_channel(session, workspace_id, channel_id):
            theirs = await people.who_may_join(session, workspace_id, [user_id])
            await membership.join(session, team, theirs, now=now)
            home.mark_changed(session, workspace_id, theirs, now=now)


async def leave(body: Payload, event: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime) -> None:
    workspace_id, channel_id, user_id = body["team_id"], event["channel"], event["user"]
    async with sessions.begin() as session:
        if user_id == context.bot_user_id:
            await channels.close_channel(session, workspace_id, channel_id)
            await setup.set_team_closed(session, workspace_id, channel_id, now, is_closed=True)
            return
        await channels.record_departure(session, workspace_id, channel_id, user_id)
        if team := await queries.team_of_channel(session, workspace_id, channel_id):
            await membership.leave(session, team, [user_id], now=now)
            await members.cancel_orphaned_meetings(session, team, now=now)
            home.mark_changed(session, workspace_id, [user_id], now=now)


async def rename(body: Payload, event: Payload, sessions: Sessions) -> None:
    channel = event["channel"]
    async with sessions.begin() as session:
        await channels.rename(session, body["team_id"], channel["id"], channel["name"])
        if team := await queries.team_of_channel(session, body["team_id"], channel["id"]):
            team.name = channel["name"]


async def close_channel(body: Payload, event: Payload, sessions: Sessions, now: datetime) -> None:
    """Archived, deleted, or the bot was taken out."""
    async with sessions.begin() as session:
        await channels.close_channel(session, body["team_id"], event["channel"])
        await setup.set_team_closed(session, body["team_id"], event["channel"], now, is_closed=True)


async def reopen_channel(body: Payload, event: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        if known := await channels.fetch_channel(session, body["team_id"], event["channel"]):
            await channels.open_channel(session, body["team_id"], known.id)
            await setup.set_team_closed(session, body["team_id"], known.id, now, is_closed=False)


async def update_group(body: Payload, event: Payload, sessions: Sessions) -> None:
    group = event["subteam"]
    async with sessions.begin() as session:
        await channels.upsert_group(
            session, body["team_id"], group["id"], handle=group["handle"], user_ids=group.get("users"),
            is_disabled=bool(group.get("date_delete")), updated=int(group.get("date_update") or 0),
        )  # fmt: skip


async def update_group_members(body: Payload, event: Payload, sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await channels.change_group(
            session, body["team_id"], event["subteam_id"],
            added=event.get("added_users") or [], removed=event.get("removed_users") or [],
            updated=int(event.get("date_update") or 0),
        )  # fmt: skip
