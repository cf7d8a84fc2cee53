"""What a giver may still press: undo, keep for the morning, use one of the team's values."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext

from bot import directory, homes, outbox
from bot.features import shoutouts
from bot.inbox import Sessions
from bot.messages import shoutouts as messages
from bot.messages.post import Payload
from handlers.presses import pressed, respond
from handlers.shoutouts import giving
from schedules import tank


async def undo(ack: AsyncAck, body: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        team, shoutout = await shoutouts.one(session, context.team_id or "", int(pressed(body)))
        notes = await shoutouts.undo(session, team, shoutout, context.user_id or "", now=now)
        if notes is not None:
            url = await directory.url(session, team.workspace_id)
            await outbox.tell(session, messages.announced(shoutout, team, notes, url, "gone"), now=now)
            homes.touch(session, team.workspace_id, [shoutout.giver_id, *shoutout.receivers], now=now)
            await tank.thanked(session, team, shoutout, now=now)
            await respond(session, body, messages.undone(), now)
    await ack()


async def use_value(ack: AsyncAck, body: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime) -> None:
    shoutout_id, wrong, right = pressed(body).split(":")
    async with sessions.begin() as session:
        team, shoutout = await shoutouts.one(session, context.team_id or "", int(shoutout_id))
        notes = await shoutouts.put_right(
            session, team, shoutout, context.user_id or "", wrong=wrong, right=right, now=now
        )
        url = await directory.url(session, team.workspace_id)
        await outbox.tell(session, messages.announced(shoutout, team, notes, url, "changed"), now=now)
        homes.touch(session, team.workspace_id, shoutout.receivers, now=now)
        await respond(session, body, messages.given(shoutout, team), now)
    await ack()


async def keep(ack: AsyncAck, body: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        until = await giving.keep(session, context.team_id or "", context.user_id or "", int(pressed(body)), now)
        await respond(session, body, messages.kept(until), now)
    await ack()
