"""Handlers for channel events (joins, departures, renames, archiving) and for changes of user groups."""

from datetime import datetime

from slack_bolt.async_app import AsyncBoltContext

from bot.org import channels
from bot.org.teams import queries
from bot.slack.dispatcher import Actor, Dispatcher
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


async def join(actor: Actor, event: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime) -> None:
    workspace_id, channel_id, user_id = actor.workspace_id, event["channel"], event["user"]
    async with sessions.begin() as session:
        if user_id != context.bot_user_id:
            await members.join(session, workspace_id, channel_id, user_id, now=now)
            return
        await setup.set_channel_open(session, workspace_id, channel_id, is_open=True, now=now)
        await setup.say_hello(session, workspace_id, channel_id, now)


async def leave(actor: Actor, event: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime) -> None:
    if event["user"] == context.bot_user_id:
        await close_channel(actor, event, sessions, now)
        return
    async with sessions.begin() as session:
        await members.leave(session, actor.workspace_id, event["channel"], event["user"], now=now)


async def rename(actor: Actor, event: Payload, sessions: Sessions) -> None:
    channel = event["channel"]
    async with sessions.begin() as session:
        await channels.rename(session, actor.workspace_id, channel["id"], channel["name"])
        if team := await queries.team_of_channel(session, actor.workspace_id, channel["id"]):
            team.name = channel["name"]


async def close_channel(actor: Actor, event: Payload, sessions: Sessions, now: datetime) -> None:
    """Mark a channel as closed because it was archived or deleted, or because the bot was removed from it."""
    async with sessions.begin() as session:
        await setup.set_channel_open(session, actor.workspace_id, event["channel"], is_open=False, now=now)


async def reopen_channel(actor: Actor, event: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        if known := await channels.fetch_channel(session, actor.workspace_id, event["channel"]):
            await setup.set_channel_open(session, actor.workspace_id, known.id, is_open=True, now=now)


async def update_group(actor: Actor, event: Payload, sessions: Sessions) -> None:
    group = event["subteam"]
    async with sessions.begin() as session:
        await channels.upsert_group(
            session, actor.workspace_id, group["id"], handle=group["handle"], user_ids=group.get("users"),
            is_disabled=bool(group.get("date_delete")), updated=int(group.get("date_update") or 0),
        )  # fmt: skip


async def update_group_members(actor: Actor, event: Payload, sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await channels.change_group(
            session, actor.workspace_id, event["subteam_id"],
            added=event.get("added_users") or [], removed=event.get("removed_users") or [],
            updated=int(event.get("date_update") or 0),
        )  # fmt: skip
