"""Alerts that stand in messages: read by the rules of their channel, new ones and edits alike.

Messages come by the hundreds; one in a channel without rules costs a single read. One that is deleted tells nothing:
`/queue calm` ends what was called by mistake. Of people, only those of the workspace are heard.
"""

from dataclasses import replace
from datetime import datetime

from slack_bolt.async_app import AsyncBoltContext

from bot import directory
from bot.features.rules import keeping, reading
from bot.inbox import Sessions
from bot.messages.post import Payload
from bot.messages.rules import hearing
from bot.messages.text import permalink
from schedules import spikes


async def hear(body: Payload, event: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime) -> None:
    own, workspace_id = (context.bot_id, context.bot_user_id), body["team_id"]
    if not hearing.may_tell(event, own):
        return
    async with sessions.reading() as session:
        here = await keeping.of_channel(session, workspace_id, event["channel"])
    heard = hearing.heard(event, own) if here else None
    if heard is None:
        return
    message = heard.message
    told = [(team, alerts) for team, theirs in here if (alerts := reading.news(theirs, message, heard.was))]
    if not told:
        return
    async with sessions.begin() as session:
        if message.author_id and not await directory.who_may_join(session, workspace_id, [message.author_id]):
            return
        for team, alerts in told:
            stands_at = permalink(await directory.url(session, workspace_id), message.channel_id, message.ts)
            placed = [replace(alert, url=alert.url or stands_at) for alert in alerts]
            await spikes.hear_all(session, team, placed, now=now)
